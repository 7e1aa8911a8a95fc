//! The four charts of an app: what they show, made from the page's columns. Pure but for the component.

use std::collections::BTreeMap;

use contract::{AppPage, Range};
use leptos::prelude::*;

use super::app_story::Lane;
use crate::{
    chart::{
        card::{ChartCard, Words},
        plot::{Plot, Series, Shape, stacked},
        scale::Scale,
    },
    live::{clock::Clock, feed::window},
    part::number::{Figure, digits, grouped, latency, megabytes, rate},
};

/// The last seconds, whose lines may still be on their way.
const FRESH_S: i64 = 3;
/// Bars of the errors' chart.
const BARS: i64 = 60;
/// Dynos report about every 20 s; a gap shorter than this is none.
const MEMORY_GAP_S: i64 = 60;
/// Colours of error codes and of dynos, by place.
const COLORS: [&str; 6] = ["--s5", "--s4", "--s3", "--p95", "--p50", "--pmax"];
const DYNOS: [&str; 6] = ["--s5", "--p95", "--s4", "--p50", "--s3", "--pmax"];
/// Most codes, and most dynos, that are drawn.
const SERIES_MAX: usize = 6;

const THROUGHPUT: Words = Words {
    title: "Throughput",
    about: "requests a second, by status",
    figure: rate,
    label: short,
    nothing: "No requests in this range",
};
const RESPONSE: Words = Words {
    title: "Response time",
    about: "service, log scale",
    figure: latency,
    label: latency_label,
    nothing: "No requests in this range",
};
const ERRORS: Words =
    Words { title: "Errors", about: "by code", figure: count, label: short, nothing: "No errors in this range" };
const MEMORY: Words = Words {
    title: "Memory",
    about: "by dyno",
    figure: megabytes,
    label: memory_label,
    nothing: "No dyno has reported its memory",
};

/// The charts, under one crosshair.
#[component]
pub fn Charts(
    /// The page.
    state: RwSignal<AppPage>,
    /// The server's clock.
    clock: Clock,
    /// The page's range.
    range: Range,
) -> impl IntoView {
    let cursor = RwSignal::new(None::<i64>);
    let span = Memo::new(move |_| {
        if range == Range::Live { window(clock.now_s.get() * 1_000) } else { state.with(|it| (it.from_s, it.to_s)) }
    });
    let plot = move |make: fn(&AppPage, (i64, i64)) -> Plot| Memo::new(move |_| state.with(|it| make(it, span.get())));
    view! {
        <Lane state span=Signal::from(span) />
        <div class="grid">
            <ChartCard words=THROUGHPUT plot=plot(throughput) cursor />
            <ChartCard words=RESPONSE plot=plot(response) cursor />
            <ChartCard words=ERRORS plot=plot(errors) cursor />
            <ChartCard words=MEMORY plot=plot(memory) cursor />
        </div>
    }
}

fn base(page: &AppPage, (from_s, to_s): (i64, i64), shape: Shape, series: Vec<Series>, scale: Scale) -> Plot {
    let step_s = page.step_s;
    let fresh_s = (page.at_ms.div_euclid(1_000) + 1 - FRESH_S).max(to_s - FRESH_S.max(step_s));
    let fresh_s = if page.range == Range::Live { to_s - FRESH_S } else { fresh_s };
    Plot { shape, from_s, to_s, step_s, join_s: step_s.max(2), scale, series, fresh_s, limit: None }
}

/// Requests a second, stacked by status class.
#[must_use]
pub fn throughput(page: &AppPage, span: (i64, i64)) -> Plot {
    let class = |index: usize, name: &str, color| {
        let points = page.columns.iter().filter_map(|it| Some((it.at_s, it.requests_per_s?[index]))).collect();
        Series { name: name.to_owned(), color, points }
    };
    let series =
        vec![class(0, "2xx", "--s2"), class(1, "3xx", "--s3"), class(2, "4xx", "--s4"), class(3, "5xx", "--s5")];
    let scale = Scale::linear(highest_stacked(&series), 1.0);
    base(page, span, Shape::Stack, series, scale)
}

/// Percentiles of service time.
#[must_use]
pub fn response(page: &AppPage, span: (i64, i64)) -> Plot {
    let line = |index: usize, name: &str, color| {
        let points = page.columns.iter().filter_map(|it| Some((it.at_s, it.service_ms?[index]))).collect();
        Series { name: name.to_owned(), color, points }
    };
    let series = vec![line(0, "p50", "--p50"), line(1, "p95", "--p95"), line(2, "p99", "--p99")];
    let values = || series.iter().flat_map(|it| it.points.iter().map(|it| it.1));
    let (lowest, highest) = (values().fold(f64::MAX, f64::min), values().fold(0.0, f64::max));
    let scale = if highest > 0.0 { Scale::log(lowest, highest) } else { Scale::Log { min: 10.0, max: 1_000.0 } };
    base(page, span, Shape::Lines, series, scale)
}

/// Errors by code, in bars a sixtieth of the range wide.
#[must_use]
pub fn errors(page: &AppPage, span: (i64, i64)) -> Plot {
    let bar_s = (page.range.length_s() / BARS).max(page.step_s);
    let mut codes: BTreeMap<&str, BTreeMap<i64, f64>> = BTreeMap::new();
    for column in &page.columns {
        for (code, n) in &column.errors {
            *codes.entry(code).or_default().entry(column.at_s - column.at_s.rem_euclid(bar_s)).or_default() += n;
        }
    }
    let mut codes: Vec<_> = codes.into_iter().collect();
    codes.sort_by(|a, b| b.1.values().sum::<f64>().total_cmp(&a.1.values().sum()));
    let named = codes.into_iter().take(SERIES_MAX).zip(COLORS);
    let series: Vec<Series> = named
        .map(|((code, bars), color)| Series { name: code.to_owned(), color, points: bars.into_iter().collect() })
        .collect();
    let scale = Scale::linear(highest_stacked(&series), 4.0);
    let mut plot = base(page, span, Shape::Bars, series, scale);
    (plot.step_s, plot.join_s) = (bar_s, bar_s);
    plot
}

/// Memory of each dyno against its quota.
#[must_use]
pub fn memory(page: &AppPage, span: (i64, i64)) -> Plot {
    let mut dynos: BTreeMap<&str, Vec<(i64, f64)>> = BTreeMap::new();
    for column in &page.columns {
        for (dyno, mb) in &column.memory_mb {
            dynos.entry(dyno).or_default().push((column.at_s, *mb));
        }
    }
    let mut dynos: Vec<_> = dynos.into_iter().collect();
    dynos.sort_by(|a, b| b.1.last().map_or(0.0, |it| it.1).total_cmp(&a.1.last().map_or(0.0, |it| it.1)));
    dynos.truncate(SERIES_MAX);
    // By name, so that a colour stays with its dyno while the largest changes.
    dynos.sort_by_key(|it| it.0);
    let named = dynos.into_iter().zip(DYNOS);
    let series: Vec<Series> =
        named.map(|((dyno, points), color)| Series { name: dyno.to_owned(), color, points }).collect();
    let highest = series.iter().flat_map(|it| it.points.iter().map(|it| it.1)).fold(0.0, f64::max);
    let scale = Scale::linear(highest.max(page.memory_quota_mb.unwrap_or(0.0) * 1.2), 64.0);
    let mut plot = base(page, span, Shape::Lines, series, scale);
    plot.limit = page.memory_quota_mb;
    plot.join_s = MEMORY_GAP_S.max(plot.step_s * 2);
    plot
}

fn highest_stacked(series: &[Series]) -> f64 {
    stacked(series).last().map_or(0.0, |top| top.iter().map(|it| it.2).fold(0.0, f64::max))
}

fn count(value: f64) -> Figure {
    Figure { text: grouped(value.round() as i64), unit: "" }
}

fn short(value: f64) -> String {
    if value >= 10_000.0 {
        format!("{}k", digits(value / 1_000.0))
    } else if value.fract() == 0.0 {
        grouped(value as i64)
    } else {
        format!("{value}")
    }
}

fn latency_label(ms: f64) -> String {
    if ms >= 1_000.0 { format!("{} s", ms / 1_000.0) } else { format!("{ms:.0} ms") }
}

fn memory_label(mb: f64) -> String {
    let figure = megabytes(mb);
    if mb == 0.0 { "0".to_owned() } else { format!("{} {}", figure.text, figure.unit) }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]
mod tests {
    use contract::Column;

    use super::*;

    fn page(columns: Vec<Column>) -> AppPage {
        let json = serde_json::json!({
            "at_ms": 1_000_000, "id": 1, "range": "live", "from_s": 701, "to_s": 1001, "step_s": 1, "columns": columns,
            "memory_quota_mb": 512.0, "kpis": contract::Kpis::default(),
            "summary": { "app": "a", "health": "healthy", "reasons": [], "since_ms": null, "requests_per_s": null, "p50_ms": null,
                "p95_ms": null, "p99_ms": null, "error_rate": null, "dynos": null, "lines_per_s": 0.0, "lost_lines": 0, "folded": 0,
                "last_line_ms": null, "spark": [] }
        });
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn ok_errors_are_gathered_into_bars() {
        let errors_of = |at_s, code: &str, n| Column { at_s, errors: vec![(code.to_owned(), n)], ..Column::default() };
        let plot = errors(
            &page(vec![errors_of(801, "H12", 2.0), errors_of(804, "H12", 3.0), errors_of(805, "R14", 1.0)]),
            (701, 1001),
        );
        assert_eq!(plot.step_s, 5);
        assert_eq!(plot.series[0].points, [(800, 5.0)]);
        assert_eq!((&*plot.series[1].name, &plot.series[1].points[..]), ("R14", &[(805, 1.0)][..]));
    }

    #[test]
    fn ok_memory_leaves_room_for_the_quota() {
        let memory_of = |at_s, mb| Column { at_s, memory_mb: vec![("web.1".to_owned(), mb)], ..Column::default() };
        let plot = memory(&page(vec![memory_of(800, 300.0), memory_of(820, 310.0)]), (701, 1001));
        assert_eq!(plot.scale, Scale::Linear { max: 800.0 });
        assert!(plot.join_s >= 20 && plot.limit == Some(512.0));
    }

    #[test]
    fn ok_no_data_is_an_empty_plot() {
        for make in [throughput, response, errors, memory] {
            assert!(make(&page(vec![]), (701, 1001)).is_empty());
        }
    }
}
