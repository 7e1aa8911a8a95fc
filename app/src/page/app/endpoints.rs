//! The slowest endpoints, or the busiest ones: which, the address says (`?endpoints=busiest`).

use contract::{AppPage, Endpoint, Range};
use leptos::prelude::*;

use crate::part::{
    address::Address,
    number::{grouped, latency},
    top_k::first,
    type_erasure::{live, maybe, text},
};

/// Most rows.
const ROWS_MAX: usize = 6;
/// An endpoint with fewer requests is not called slow: one cold start would lead the list.
const SLOW_REQUESTS_MIN: u64 = 5;

/// The rows of a list, the slowest or the busiest first.
#[must_use]
pub fn ordered(mut endpoints: Vec<Endpoint>, is_busiest: bool) -> Vec<Endpoint> {
    let p95_ms = |it: &Endpoint| it.service_ms.map_or(0.0, |it| it[1]);
    if !is_busiest {
        endpoints.retain(|it| it.requests >= SLOW_REQUESTS_MIN && it.service_ms.is_some());
    }
    first(endpoints, ROWS_MAX, |a, b| if is_busiest { a.requests > b.requests } else { p95_ms(a) > p95_ms(b) })
}

/// The card.
#[component]
pub fn Endpoints(
    /// The page.
    state: RwSignal<AppPage>,
) -> impl IntoView {
    let address = Address::of_page();
    let is_busiest = Memo::new(move |_| address.query.with(|it| it.get("endpoints") == Some("busiest")));
    let endpoints = Memo::new(move |_| state.with(|it| ordered(it.endpoints.clone(), is_busiest.get())));
    let span =
        Memo::new(move |_| state.with(|it| if it.are_endpoints_of_range { over(it.range) } else { "last 10 min" }));
    let about = text(move || format!("{}, {}", span.get(), if is_busiest.get() { "by requests" } else { "by p95" }));
    let link = move |name: &'static str, word: &'static str, is_this: bool| {
        let href = move || address.changed("endpoints", word);
        view! { <a href=href aria-current=move || (is_busiest.get() == is_this).then_some("true")>{name}</a> }
    };
    let app = state.with_untracked(|it| it.summary.app.clone());
    let rows =
        live(move || endpoints.get().into_iter().take(ROWS_MAX).map(|it| row(&app, it)).collect_view().into_any());
    view! {
        <section class="card story">
            <div class="card-head">
                <h2>"Endpoints"<small>{about}</small></h2>
                <nav class="seg small" aria-label="Endpoints">{link("Slowest", "", false)}{link("Busiest", "busiest", true)}</nav>
            </div>
            <div class="scroll">
                <table>
                    <thead>
                        <tr>
                            <th scope="col">"Endpoint"</th><th scope="col" class="num">"Requests"</th>
                            <th scope="col" class="num opt">"p50"</th><th scope="col" class="num">"p95"</th>
                            <th scope="col" class="num opt">"Max"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            {maybe(move || {
                let nothing = || view! { <p class="none">{format!("No requests in the {}", span.get())}</p> };
                endpoints.with(Vec::is_empty).then(|| nothing().into_any())
            })}
        </section>
    }
}

fn over(range: Range) -> &'static str {
    match range {
        Range::Live => "last 5 min",
        Range::Hour => "last hour",
        Range::SixHours => "last 6 h",
        Range::Day => "last 24 h",
        Range::Week => "last 7 d",
        Range::Month => "last 30 d",
        Range::Custom(..) => "chosen span",
    }
}

fn row(app: &str, endpoint: Endpoint) -> impl IntoView + use<> {
    let figure = |ms: Option<f64>| {
        ms.map_or_else(
            || "–".to_owned(),
            |it| {
                let figure = latency(it);
                format!("{} {}", figure.text, figure.unit)
            },
        )
    };
    let service = |place: usize| figure(endpoint.service_ms.map(|it| it[place]));
    let path = endpoint.path.split_inclusive('/').map(|it| {
        let (name, slash) = it.strip_suffix('/').map_or((it, ""), |name| (name, "/"));
        let is_folded = name.starts_with(':') || name == "*";
        view! { <span class:folded=is_folded>{name.to_owned()}</span>{slash} }
    });
    view! {
        <tr>
            <td class="path"><a href=lines_of(app, &endpoint)><b>{endpoint.method.clone()}</b>" "{path.collect_view()}</a></td>
            <td class="num">{grouped(endpoint.requests as i64)}</td>
            <td class="num opt">{service(0)}</td>
            <td class="num strong">{service(1)}</td>
            <td class="num opt">{service(2)}</td>
        </tr>
    }
}

/// The address of an endpoint's lines of the last quarter of an hour: what of its path stands before the first id is in all of them.
fn lines_of(app: &str, endpoint: &Endpoint) -> String {
    let head = endpoint.path.split([':', '*']).next().unwrap_or_default();
    let is_whole = head.len() == endpoint.path.len();
    let path = if is_whole { format!("path={head}") } else { format!("path~{head}") };
    let filter = if endpoint.method.is_empty() { path } else { format!("method={} {path}", endpoint.method) };
    let asked = contract::LogQuery {
        filter,
        kind: Some(contract::LogKind::Router),
        time: contract::LogTime::Back(contract::LookBack::QuarterHour),
        ..contract::LogQuery::default()
    };
    crate::page::logs::query::address(app, &asked)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(path: &str, requests: u64, p95_ms: Option<f64>) -> Endpoint {
        Endpoint { method: "GET".into(), path: path.into(), requests, service_ms: p95_ms.map(|it| [1.0, it, it]) }
    }

    #[test]
    fn ok_slowest_and_busiest() {
        let all = || {
            vec![
                endpoint("/a", 900, Some(5.0)),
                endpoint("/b", 9, Some(80.0)),
                endpoint("/c", 2, Some(900.0)),
                endpoint("/d", 50, None),
            ]
        };
        let paths = |is_busiest| ordered(all(), is_busiest).into_iter().map(|it| it.path).collect::<Vec<_>>();
        assert_eq!(paths(false), ["/b", "/a"]);
        assert_eq!(paths(true), ["/a", "/d", "/b", "/c"]);
    }

    #[test]
    fn ok_lines_of_an_endpoint() {
        let address = lines_of("a", &endpoint("/orders/:id/payments", 1, None));
        assert_eq!(address, "/apps/a/logs?q=method%3DGET%20path~%2Forders%2F&kind=router&back=15m");
        let address = lines_of("a", &endpoint("/cart", 1, None));
        assert_eq!(address, "/apps/a/logs?q=method%3DGET%20path%3D%2Fcart&kind=router&back=15m");
    }
}
