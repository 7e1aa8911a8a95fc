//! The figures above the charts: of the last minute on the live page, of the whole range on the others.

use contract::{AppPage, Range};
use leptos::prelude::*;

use crate::part::number::{Figure, Number, grouped, latency, nothing, percent, rate};

/// The row of figures.
#[component]
pub fn KpiRow(
    /// The page.
    state: RwSignal<AppPage>,
    /// Its range.
    range: Range,
) -> impl IntoView {
    let kpi = move |name: &'static str, note: &'static str, read: fn(&AppPage) -> Figure| {
        let figure = Signal::derive(move || state.with(read));
        view! { <div><dt>{name}</dt><dd><Number figure /></dd><dd class="cmp">{note}</dd></div> }
    };
    let span = match range {
        Range::Live => "last minute",
        Range::Hour => "over 1 h",
        Range::SixHours => "over 6 h",
        Range::Day => "over 24 h",
        Range::Week => "over 7 d",
    };
    let now = if range == Range::Live { "last 10 s" } else { span };
    view! {
        <dl class="kpis">
            {kpi("Requests", now, |it| requests_per_s(it).map_or_else(nothing, rate))}
            {kpi("p50", span, |it| pick(it, it.summary.p50_ms, it.kpis.p50_ms).map_or_else(nothing, latency))}
            {kpi("p95", span, |it| pick(it, it.summary.p95_ms, it.kpis.p95_ms).map_or_else(nothing, latency))}
            {kpi("p99", span, |it| pick(it, it.summary.p99_ms, it.kpis.p99_ms).map_or_else(nothing, latency))}
            {kpi("Errors", span, |it| pick(it, it.summary.error_rate, it.kpis.error_rate).map_or_else(nothing, percent))}
            {kpi("Dynos", "last 2 min", |it| it.summary.dynos.map_or_else(nothing, |n| Figure { text: grouped(i64::from(n)), unit: "" }))}
            {kpi("Lines in", "last 10 s", |it| rate(it.summary.lines_per_s))}
        </dl>
    }
}

fn requests_per_s(page: &AppPage) -> Option<f64> {
    pick(page, page.summary.requests_per_s, page.kpis.requests_per_s)
}

fn pick(page: &AppPage, live: Option<f64>, over_range: Option<f64>) -> Option<f64> {
    if page.range == Range::Live { live } else { over_range }
}
