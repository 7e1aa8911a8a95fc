//! The endpoints of an app: the slowest ones, or in the order of any column, searched and paged.
//! The address holds the choice: `?endpoints=errors&path=orders&page=2`.

use contract::{AppPage, Endpoint, EndpointQuery, Quantiles, Range};
use leptos::prelude::*;

use crate::part::{
    address::{Address, Query},
    endpoint_address::endpoint_address,
    markup::{push_all, push_link, push_text},
    number::{figure_text, grouped, latency, percent},
    top_k::top_k,
    type_erasure::erased_text,
};

/// Rows beside a chart.
const ROWS_MAX: usize = 6;
/// Rows of a page of the whole list.
const PAGE_ROWS_MAX: usize = 25;
/// Endpoints with fewer requests are not listed as slow or failing: one cold start would lead the
/// list.
const SLOW_REQUESTS_MIN: u64 = 5;
/// From this share on errors are marked.
const ERRORS_MIN: f64 = 0.01;

/// A column that the list can be sorted by.
#[derive(Clone, Copy, Debug)]
struct Column {
    /// Its word in the address.
    word: &'static str,
    name: &'static str,
    /// What rows are sorted by, the largest first; `None` for rows that are left out.
    value: fn(&Endpoint) -> Option<f64>,
    /// Whether phones have no room for it.
    is_optional: bool,
}

/// The columns; the third one sorts unless the address says otherwise.
const COLUMNS: [Column; 5] = [
    Column { word: "busiest", name: "Requests", value: |it| Some(it.requests as f64), is_optional: false },
    Column { word: "errors", name: "Errors", value: |it| steady(it).then(|| error_share(it)), is_optional: false },
    Column { word: "", name: "p95", value: |endpoint| time(endpoint, |it| it.p95), is_optional: false },
    Column { word: "p50", name: "p50", value: |endpoint| time(endpoint, |it| it.p50), is_optional: true },
    Column { word: "max", name: "Max", value: |endpoint| time(endpoint, |it| it.max), is_optional: true },
];

const fn steady(endpoint: &Endpoint) -> bool {
    endpoint.requests >= SLOW_REQUESTS_MIN
}

fn time(endpoint: &Endpoint, of: fn(Quantiles) -> f64) -> Option<f64> {
    endpoint.service_ms.filter(|_| steady(endpoint)).map(of)
}

/// The share of its requests that the server failed.
fn error_share(endpoint: &Endpoint) -> f64 {
    endpoint.errors as f64 / endpoint.requests.max(1) as f64
}

/// What the address says of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Choice {
    /// The place of the column that it is sorted by.
    column: usize,
    /// Words that an endpoint must contain.
    find: String,
    /// The page of the whole list, from 1; `None` for its beginning alone.
    page: Option<usize>,
}

impl Choice {
    fn of(query: &Query) -> Self {
        let word = query.word("endpoints");
        let column = COLUMNS.iter().position(|it| it.word == word).unwrap_or(2);
        let page = query.get("page").map(|it| it.parse().unwrap_or(1).max(1));
        Self { column, find: query.word("path").to_owned(), page }
    }
}

/// What is listed.
#[derive(Clone, Debug, Default, PartialEq)]
struct Listed {
    rows: Vec<Endpoint>,
    /// How many endpoints the search found.
    found: usize,
    /// How many pages they have.
    pages: usize,
}

/// The rows of a choice.
fn listed(mut endpoints: Vec<Endpoint>, choice: &Choice) -> Listed {
    let value = COLUMNS[choice.column].value;
    let is_found = |endpoint: &Endpoint| {
        let name = format!("{} {}", endpoint.method, endpoint.path).to_ascii_lowercase();
        choice.find.to_ascii_lowercase().split_whitespace().all(|word| name.contains(word))
    };
    endpoints.retain(|it| value(it).is_some() && is_found(it));
    let (found, pages) = (endpoints.len(), endpoints.len().div_ceil(PAGE_ROWS_MAX));
    let (first, n) = match choice.page {
        Some(page) => ((page.min(pages.max(1)) - 1) * PAGE_ROWS_MAX, PAGE_ROWS_MAX),
        None => (0, ROWS_MAX),
    };
    let mut rows = top_k(endpoints, first + n, |a, b| value(a) > value(b));
    rows.drain(..first.min(rows.len()));
    Listed { rows, found, pages }
}

#[component]
pub fn Endpoints(state: RwSignal<AppPage>) -> impl IntoView {
    let here = Address::of_page();
    let choice = Memo::new(move |_| here.query.with(Choice::of));
    let listed = Memo::new(move |_| choice.with(|choice| state.with(|it| listed(it.endpoints.clone(), choice))));
    let about = erased_text(move || {
        let name = match COLUMNS[choice.with(|it| it.column)].name {
            "Requests" => "requests",
            "Errors" => "error share",
            "Max" => "max",
            name => name,
        };
        format!("{}, by {name}", state.with(span_of))
    });
    let app = state.with_untracked(|it| it.summary.app.clone());
    let html = Memo::new(move |_| {
        let (range, span) = state.with(|it| (it.range, span_of(it)));
        listed.with(|listed| choice.with(|choice| html((&app, range, span), listed, choice, here)))
    });
    view! {
        <section class="card story endpoints" class:whole=move || choice.with(|it| it.page.is_some())>
            <div class="card-head"><h2>"Endpoints"<small>{about}</small></h2>{search(here)}</div>
            <div inner_html=move || html.get()></div>
        </section>
    }
    .into_any()
}

/// The table, and what stands below it. A view of each cell would cost the module kilobytes.
fn html((app, range, span): (&str, Range, &str), listed: &Listed, choice: &Choice, here: Address) -> String {
    let mut html = String::from("<div class=\"scroll\"><table><thead><tr><th scope=\"col\">Endpoint</th>");
    for (place, column) in COLUMNS.iter().enumerate() {
        html.push_str(if column.is_optional {
            "<th scope=\"col\" class=\"num opt\""
        } else {
            "<th scope=\"col\" class=\"num\""
        });
        html.push_str(if place == choice.column { " aria-sort=\"descending\">" } else { ">" });
        push_link(&mut html, "", &here.changed("endpoints", column.word), column.name);
        html.push_str("</th>");
    }
    html.push_str("</tr></thead><tbody>");
    for endpoint in &listed.rows {
        push_row(&mut html, app, endpoint, range);
    }
    html.push_str("</tbody></table></div>");
    if listed.rows.is_empty() {
        let none = match choice.find.is_empty() {
            true => format!("No requests in the {span}"),
            false => "No matching endpoints".to_owned(),
        };
        push_all(&mut html, &["<p class=\"none\">", &none, "</p>"]);
    }
    push_pages(&mut html, listed, choice.page, here);
    html
}

/// The field that searches the list.
fn search(here: Address) -> AnyView {
    let mut kept = String::new();
    here.query.with_untracked(|query| {
        for name in ["range", "from", "to", "endpoints", "page"] {
            if let Some(value) = query.get(name) {
                push_all(&mut kept, &["<input type=\"hidden\" name=\"", name, "\" value=\""]);
                push_text(&mut kept, value);
                kept.push_str("\">");
            }
        }
    });
    let find = here.query.with_untracked(|it| it.word("path").to_owned());
    let typed = move |event| here.replace(&here.changed("path", &event_target_value(&event)));
    view! {
        <form method="get" action="" class="search small" on:submit=move |event| event.prevent_default()>
            <span hidden inner_html=kept></span>
            <input type="search" name="path" aria-label="Search endpoints" placeholder="Search endpoints" autocomplete="off"
                value=find on:input=typed />
        </form>
    }
    .into_any()
}

/// Links to the whole list and through its pages; nothing where everything is shown.
fn push_pages(html: &mut String, listed: &Listed, page: Option<usize>, here: Address) {
    let link = |html: &mut String, page: usize, name: &str| {
        push_link(html, " class=\"more\"", &here.changed("page", &page.to_string()), name);
    };
    if page.is_none() && listed.found <= ROWS_MAX {
        return;
    }
    html.push_str("<p class=\"pages\">");
    match page {
        None => link(html, 1, &format!("All {}", grouped(listed.found as i64))),
        Some(page) => {
            let page = page.min(listed.pages.max(1));
            if page > 1 {
                link(html, page - 1, "Previous");
            }
            html.push_str(&format!("<span>Page {page} of {}</span>", listed.pages.max(1)));
            if page < listed.pages {
                link(html, page + 1, "Next");
            }
            push_link(html, " class=\"more\"", &here.changed("page", ""), "Fewer");
        }
    }
    html.push_str("</p>");
}

/// The span that the endpoints of a page are of, in words.
fn span_of(page: &AppPage) -> &'static str {
    if page.are_endpoints_of_range { span_text(page.range) } else { "last 10 min" }
}

/// The span that the endpoints are of, in words.
fn span_text(range: Range) -> &'static str {
    match range {
        Range::Live => "last 5 min",
        Range::Hour => "last hour",
        Range::SixHours => "last 6 h",
        Range::Day => "last 24 h",
        Range::Week => "last 7 d",
        Range::Month => "last 30 d",
        Range::Custom(..) => "selected range",
    }
}

fn push_row(html: &mut String, app: &str, endpoint: &Endpoint, range: Range) {
    html.push_str("<tr><td class=\"path\"><a href=\"");
    push_text(html, &page_of(app, endpoint, range));
    html.push_str("\"><b>");
    push_text(html, &endpoint.method);
    html.push_str("</b> ");
    for part in endpoint.path.split_inclusive('/') {
        let (name, slash) = part.strip_suffix('/').map_or((part, ""), |name| (name, "/"));
        let is_folded = name.starts_with(':') || name == "*";
        html.push_str(if is_folded { "<span class=\"folded\">" } else { "<span>" });
        push_text(html, name);
        html.push_str("</span>");
        html.push_str(slash);
    }
    let share = error_share(endpoint);
    let errors = if endpoint.errors == 0 { "0 %".to_owned() } else { figure_text(Some(percent(share))) };
    let service = |of: fn(Quantiles) -> f64| figure_text(endpoint.service_ms.map(|it| latency(of(it))));
    let errors_class = if share >= ERRORS_MIN { "num bad" } else { "num" };
    html.push_str("</a></td>");
    for (class, text) in [
        ("num", grouped(endpoint.requests as i64)),
        (errors_class, errors),
        ("num strong", service(|it| it.p95)),
        ("num opt", service(|it| it.p50)),
        ("num opt", service(|it| it.max)),
    ] {
        push_all(html, &["<td class=\"", class, "\">", &text, "</td>"]);
    }
    html.push_str("</tr>");
}

/// The address of an endpoint's own page, over the range of this one.
fn page_of(app: &str, endpoint: &Endpoint, range: Range) -> String {
    let (method, path) = (endpoint.method.clone(), endpoint.path.clone());
    endpoint_address(app, &EndpointQuery { method, path, range })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(path: &str, requests: u64, errors: u64, p95_ms: Option<f64>) -> Endpoint {
        Endpoint {
            method: "GET".into(),
            path: path.into(),
            requests,
            errors,
            service_ms: p95_ms.map(|it| Quantiles { p50: 1.0, p95: it, p99: it, max: it }),
        }
    }

    #[track_caller]
    fn check(address: &str, expected: &[&str]) {
        let all = vec![
            endpoint("/a", 900, 9, Some(5.0)),
            endpoint("/b", 9, 3, Some(80.0)),
            endpoint("/c", 2, 2, Some(900.0)),
            endpoint("/d/orders", 50, 0, None),
        ];
        let found = listed(all, &Choice::of(&Query::parse(address)));
        assert_eq!(found.rows.iter().map(|it| &*it.path).collect::<Vec<_>>(), expected, "{address}");
    }

    #[test]
    fn ok_sorted_by_any_column_and_searched() {
        check("", &["/b", "/a"]);
        check("endpoints=max", &["/b", "/a"]);
        check("endpoints=busiest", &["/a", "/d/orders", "/b", "/c"]);
        check("endpoints=errors", &["/b", "/a", "/d/orders"]);
        check("endpoints=busiest&path=get%20ORD", &["/d/orders"]);
        check("endpoints=busiest&path=post", &[]);
        check("endpoints=colour", &["/b", "/a"]);
    }

    #[test]
    fn ok_pages_hold_all_of_them() {
        let all: Vec<Endpoint> = (0..60).map(|n| endpoint(&format!("/{n}"), 1_000 - n, 0, None)).collect();
        let paths = |address: &str| {
            let found = listed(all.clone(), &Choice::of(&Query::parse(address)));
            assert_eq!((found.found, found.pages), (60, 3));
            (found.rows.len(), found.rows.first().map(|it| it.path.clone()).unwrap_or_default())
        };
        for (address, expected) in [
            ("endpoints=busiest", (ROWS_MAX, "/0")),
            ("endpoints=busiest&page=1", (PAGE_ROWS_MAX, "/0")),
            ("endpoints=busiest&page=3", (10, "/50")),
            ("endpoints=busiest&page=99", (10, "/50")),
            ("endpoints=busiest&page=0", (PAGE_ROWS_MAX, "/0")),
            ("endpoints=busiest&page=x", (PAGE_ROWS_MAX, "/0")),
        ] {
            let (rows, first) = paths(address);
            assert_eq!((rows, &*first), expected, "{address}");
        }
    }

    #[test]
    fn ok_an_endpoint_keeps_the_range() {
        let address = page_of("a", &endpoint("/orders/:id/payments", 1, 0, None), Range::Day);
        assert_eq!(address, "/apps/a/endpoint?method=GET&path=%2Forders%2F%3Aid%2Fpayments&range=24h");
    }
}
