//! The slowest endpoints of an app, or with `?endpoints=busiest` in the address the busiest ones.

use contract::{AppPage, Endpoint, Quantiles, Range};
use leptos::prelude::*;

use crate::part::{
    address::Address,
    number::{figure_text, grouped, latency},
    top_k::top_k,
    type_erasure::{erased_option, erased_text, erased_view},
};

const ROWS_MAX: usize = 6;
/// Endpoints with fewer requests are not listed as slow: one cold start would lead the list.
const SLOW_REQUESTS_MIN: u64 = 5;

/// The rows of a list, the slowest or the busiest first.
#[must_use]
pub fn ordered(mut endpoints: Vec<Endpoint>, is_busiest: bool) -> Vec<Endpoint> {
    let p95_ms = |endpoint: &Endpoint| endpoint.service_ms.map_or(0.0, |it| it.p95);
    if !is_busiest {
        endpoints.retain(|it| it.requests >= SLOW_REQUESTS_MIN && it.service_ms.is_some());
    }
    top_k(endpoints, ROWS_MAX, |a, b| if is_busiest { a.requests > b.requests } else { p95_ms(a) > p95_ms(b) })
}

#[component]
pub fn Endpoints(state: RwSignal<AppPage>) -> impl IntoView {
    let address = Address::of_page();
    let is_busiest = Memo::new(move |_| address.query.with(|it| it.get("endpoints") == Some("busiest")));
    let endpoints = Memo::new(move |_| state.with(|it| ordered(it.endpoints.clone(), is_busiest.get())));
    let span = Memo::new(move |_| {
        state.with(|it| if it.are_endpoints_of_range { span_text(it.range) } else { "last 10 min" })
    });
    let about =
        erased_text(move || format!("{}, {}", span.get(), if is_busiest.get() { "by requests" } else { "by p95" }));
    let link = move |name: &'static str, word: &'static str, is_this: bool| {
        let href = move || address.changed("endpoints", word);
        view! { <a href=href aria-current=move || (is_busiest.get() == is_this).then_some("true")>{name}</a> }
    };
    let app = state.with_untracked(|it| it.summary.app.clone());
    let rows = erased_view(move || {
        endpoints.get().into_iter().take(ROWS_MAX).map(|it| row(&app, it)).collect_view().into_any()
    });
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
            {erased_option(move || {
                let nothing = || view! { <p class="none">{format!("No requests in the {}", span.get())}</p> };
                endpoints.with(Vec::is_empty).then(|| nothing().into_any())
            })}
        </section>
    }
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

fn row(app: &str, endpoint: Endpoint) -> impl IntoView + use<> {
    let service = |of: fn(Quantiles) -> f64| figure_text(endpoint.service_ms.map(|it| latency(of(it))));
    let path = endpoint.path.split_inclusive('/').map(|part| {
        let (name, slash) = part.strip_suffix('/').map_or((part, ""), |name| (name, "/"));
        let is_folded = name.starts_with(':') || name == "*";
        view! { <span class:folded=is_folded>{name.to_owned()}</span>{slash} }
    });
    view! {
        <tr>
            <td class="path"><a href=lines_of(app, &endpoint)><b>{endpoint.method.clone()}</b>" "{path.collect_view()}</a></td>
            <td class="num">{grouped(endpoint.requests as i64)}</td>
            <td class="num opt">{service(|it| it.p50)}</td>
            <td class="num strong">{service(|it| it.p95)}</td>
            <td class="num opt">{service(|it| it.max)}</td>
        </tr>
    }
}

/// The address of an endpoint's lines of the last 15 minutes. Its path is searched up to the first
/// placeholder, which lines have an id for.
fn lines_of(app: &str, endpoint: &Endpoint) -> String {
    let head = endpoint.path.split([':', '*']).next().unwrap_or_default();
    let is_whole = head.len() == endpoint.path.len();
    let path = if is_whole { format!("path={head}") } else { format!("path~{head}") };
    let filter = if endpoint.method.is_empty() { path } else { format!("method={} {path}", endpoint.method) };
    let query = contract::LogQuery {
        filter,
        kind: Some(contract::LogKind::Router),
        time: contract::LogTime::Back(contract::LookBack::QuarterHour),
        ..contract::LogQuery::default()
    };
    crate::part::log_address::log_address(app, &query)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(path: &str, requests: u64, p95_ms: Option<f64>) -> Endpoint {
        Endpoint {
            method: "GET".into(),
            path: path.into(),
            requests,
            errors: 0,
            service_ms: p95_ms.map(|it| Quantiles { p50: 1.0, p95: it, p99: it, max: it }),
        }
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
