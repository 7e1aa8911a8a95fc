//! What the last release changed about an endpoint: its figures before and after, over equally long
//! times.

use contract::{EndpointPage, Kpis, ReleaseEffect};
use leptos::prelude::*;

use crate::part::{
    compare_address::compare_address,
    number::{figure_text, grouped, latency, percent, rate},
    time::{clock, day, length},
    zone::short,
};

/// Fewer requests on either side say little.
const REQUESTS_MIN: u64 = 20;

/// The card; `None` where there is no release to compare with.
pub fn card(page: &EndpointPage) -> Option<AnyView> {
    let release = page.release.as_ref()?;
    let ReleaseEffect { at_s, text, length_s, before, after } = release;
    let times = |of: fn(&Kpis) -> Option<f64>| [before, after].map(|it| figure_text(of(it).map(latency)));
    let rows = [
        ("Requests", [before, after].map(|it| grouped(it.requests as i64))),
        ("Throughput", [before, after].map(|it| figure_text(it.requests_per_s.map(rate)))),
        ("Error rate", [before, after].map(|it| figure_text(it.error_rate.map(percent)))),
        ("p50", times(|it| it.p50_ms)),
        ("p95", times(|it| it.p95_ms)),
        ("p99", times(|it| it.p99_ms)),
    ];
    let row = |(name, [before, after]): (&'static str, [String; 2])| {
        view! { <tr><th scope="row">{name}</th><td class="num">{before}</td><td class="num strong">{after}</td></tr> }
    };
    let is_few = before.requests.min(after.requests) < REQUESTS_MIN;
    let few = is_few.then(|| view! { <p class="none">"Too few requests to compare."</p> });
    let all = compare_address(&page.page.summary.app, Some(*at_s));
    let when = format!("{} {} {}", day(*at_s), clock(*at_s), short(*at_s));
    Some(
        view! {
            <section class="card story last-release">
                <div class="card-head">
                    <h2>"Last release"<small>{text.clone()}", "{when}</small></h2><a class="more" href=all>"Compare all endpoints"</a>
                </div>
                <table>
                    <thead>
                        <tr>
                            <th scope="col"></th><th scope="col" class="num">{length(*length_s)}" before"</th>
                            <th scope="col" class="num">{length(*length_s)}" after"</th>
                        </tr>
                    </thead>
                    <tbody>{rows.map(row).collect_view()}</tbody>
                </table>
                {few}
            </section>
        }
        .into_any(),
    )
}
