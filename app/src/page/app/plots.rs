//! The content of an app's charts, made from the page's steps. The heatmap is in `heatmap`. Pure.

use std::collections::BTreeMap;

use contract::{AppPage, ChartBucket, CodeCount, Quantiles, Range, SourceValue, StatusClass, alert::Figure};

use crate::{
    chart::{
        look::Look,
        plot::{Band, Limit, Plot, Series, Shape},
        scale::Scale,
        stack::stacked,
    },
    page::metric::usual_band,
    part::top_k::top_k,
};

/// Lines of the last seconds may still be on their way, seconds.
const FRESH_S: i64 = 3;
/// Bars of the error chart.
const BARS: i64 = 60;
/// Reports of a dyno are joined across gaps up to this, seconds. Dynos report about every 20 s.
const MEMORY_GAP_S: i64 = 60;
/// Colours of error codes and of dynos, in order. Red means that something is wrong, so dynos have
/// none.
pub(crate) const CODES: [&str; 6] = ["--e1", "--e2", "--e3", "--e4", "--e5", "--e6"];
const DYNOS: [&str; 6] = ["--g1", "--g2", "--g3", "--g4", "--g5", "--g6"];
/// The name of single requests where they are too few for percentiles.
pub const FEW: &str = "request";
/// Most series of a chart.
const SERIES_MAX: usize = 6;
/// An axis is at most this many times as high as its series, whatever is usual.
const USUAL_MAX: f64 = 4.0;

/// A plot over a span, with the step and the fresh end of the page.
pub(crate) fn base(
    page: &AppPage,
    (from_s, to_s): (i64, i64),
    shape: Shape,
    series: Vec<Series>,
    scale: Scale,
) -> Plot {
    let step_s = page.step_s;
    let fresh_s = (page.at_ms.div_euclid(1_000) + 1 - FRESH_S).max(to_s - FRESH_S.max(step_s));
    let fresh_s = if page.range == Range::Live { to_s - FRESH_S } else { fresh_s };
    Plot { join_s: step_s.max(2), scale, series, fresh_s, ..Plot::empty(shape, (from_s, to_s), step_s) }
}

/// Requests a second, stacked by status class.
#[must_use]
pub fn throughput(page: &AppPage, span: (i64, i64)) -> Plot {
    let class = |class: StatusClass, color| {
        let points = page.buckets.iter().filter_map(|it| Some((it.at_s, it.requests_per_s?[class]))).collect();
        Series { name: class.word().to_owned(), color, look: Look::Solid, points }
    };
    let colors = ["--s2", "--s3", "--s4", "--s5"];
    let series =
        StatusClass::ALL.into_iter().zip(colors).map(|(status, color)| class(status, color)).collect::<Vec<_>>();
    let bands = usual(page, &[(Figure::Requests, None, "--ink")]);
    let highest = highest_stacked(&series);
    // So that a drop shows from where it fell, and so that the chart is not made for the band.
    let usually = bands.iter().map(Band::highest).fold(0.0, f64::max).min(highest * USUAL_MAX);
    let scale = Scale::linear(highest.max(usually), 1.0);
    Plot { bands, ..base(page, span, Shape::Stack, series, scale) }
}

/// What is usual of some figures, each with the series that it stands behind, and a colour.
fn usual(page: &AppPage, figures: &[(Figure, Option<&'static str>, &'static str)]) -> Vec<Band> {
    figures.iter().filter_map(|(figure, of, color)| usual_band(page.bands(*figure), *of, color)).collect()
}

/// Percentiles of service time, milliseconds.
#[must_use]
pub fn response(page: &AppPage, span: (i64, i64)) -> Plot {
    let line = |name: &str, color, look, of: fn(Quantiles) -> f64| {
        series(page, (name, color, look), |it| it.service_ms.filter(|_| !it.is_few).map(of))
    };
    let mut shown = vec![
        line("p50", "--p50", Look::Thin, |it| it.p50),
        line("p95", "--p95", Look::Bold, |it| it.p95),
        line("p99", "--p99", Look::Dashed, |it| it.p99),
        line("max", "--pmax", Look::Dotted, |it| it.max),
    ];
    let few = few_requests(page);
    if !few.is_empty() {
        shown.push(Series { name: FEW.to_owned(), color: "--p95", look: Look::Points, points: few });
    }
    let figures =
        [(Figure::P50, Some("p50"), "--p50"), (Figure::P95, Some("p95"), "--p95"), (Figure::P99, Some("p99"), "--p99")];
    Plot { bands: usual(page, &figures), ..times_of(page, span, shown) }
}

/// Service times where requests were too few for percentiles: the median and the longest of each
/// step, which are all there are of one or two requests.
fn few_requests(page: &AppPage) -> Vec<(i64, f64)> {
    let few = page.buckets.iter().filter(|it| it.is_few);
    let ends = few.filter_map(|it| Some((it.at_s, it.service_ms?)));
    ends.flat_map(|(at_s, it)| [Some((at_s, it.p50)), (it.max > it.p50).then_some((at_s, it.max))]).flatten().collect()
}

/// Time in queue and to connect, beside service time, milliseconds.
#[must_use]
pub fn waiting(page: &AppPage, span: (i64, i64)) -> Plot {
    // Lines of percentiles that are of enough requests, or else points.
    let is_few = page.buckets.iter().all(|it| it.is_few);
    let look = |look| if is_few { Look::Points } else { look };
    let line = |name: &str, color, wanted, value: fn(&ChartBucket) -> Option<f64>| {
        series(page, (name, color, look(wanted)), |bucket| value(bucket).filter(|_| is_few || !bucket.is_few))
    };
    let mut shown = vec![
        line("queue", "--g2", Look::Dashed, |it| it.queue_ms),
        line("connect", "--g1", Look::Bold, |it| it.connect_ms),
        line("service", "--g6", Look::Thin, |bucket| bucket.service_ms.map(|it| it.p95)),
    ];
    // Most routers report no time in queue.
    shown.retain(|it| !it.points.is_empty());
    times_of(page, span, shown)
}

/// A series with its name, colour and look.
fn series(
    page: &AppPage,
    (name, color, look): (&str, &'static str, Look),
    value: impl Fn(&ChartBucket) -> Option<f64>,
) -> Series {
    let points = page.buckets.iter().filter_map(|it| Some((it.at_s, value(it)?))).collect();
    Series { name: name.to_owned(), color, look, points }
}

/// Lines of durations in milliseconds on a logarithmic axis.
fn times_of(page: &AppPage, span: (i64, i64), series: Vec<Series>) -> Plot {
    let values = || series.iter().flat_map(|series| series.points.iter().map(|it| it.1));
    let (lowest, highest) = (values().fold(f64::MAX, f64::min), values().fold(0.0, f64::max));
    // Differences below a millisecond do not matter.
    let scale =
        if highest > 0.0 { Scale::log(lowest.max(1.0), highest) } else { Scale::Log { min: 10.0, max: 1_000.0 } };
    let mut plot = base(page, span, Shape::Lines, series, scale);
    if page.window_s > 0 {
        (plot.window_s, plot.join_s) = (page.window_s, page.window_s);
    }
    plot
}

/// Errors by code, in bars of a sixtieth of the span.
#[must_use]
pub fn errors(page: &AppPage, span: (i64, i64)) -> Plot {
    let bar_s = ((span.1 - span.0) / BARS / page.step_s * page.step_s).max(page.step_s);
    let mut codes: BTreeMap<&str, BTreeMap<i64, f64>> = BTreeMap::new();
    for column in &page.buckets {
        for CodeCount { code, count } in &column.errors {
            *codes.entry(code.as_str()).or_default().entry(column.at_s - column.at_s.rem_euclid(bar_s)).or_default() +=
                count;
        }
    }
    let codes: Vec<_> = codes.into_iter().map(|(code, bars)| (bars.values().sum::<f64>(), code, bars)).collect();
    let named = top_k(codes, SERIES_MAX, |a, b| a.0 > b.0).into_iter().zip(CODES);
    let series: Vec<Series> = named
        .map(|((_, code, bars), color)| Series {
            name: code.to_owned(),
            color,
            look: Look::Solid,
            points: bars.into_iter().collect(),
        })
        .collect();
    let scale = Scale::linear(highest_stacked(&series), 4.0);
    let mut plot = base(page, span, Shape::Bars, series, scale);
    (plot.step_s, plot.join_s) = (bar_s, bar_s);
    plot
}

/// Memory of each dyno, MB, against its quota.
#[must_use]
pub fn memory(page: &AppPage, span: (i64, i64)) -> Plot {
    let quota_mb = page.memory_quota_mb;
    let mut plot = by_dyno(page, span, |it| &it.memory_mb, quota_mb.unwrap_or(0.0) * 1.1, 64.0);
    plot.limit = quota_mb.map(|it| Limit::ceiling("quota", it));
    plot
}

/// Load of each dyno, mean of a minute.
#[must_use]
pub fn load(page: &AppPage, span: (i64, i64)) -> Plot {
    by_dyno(page, span, |it| &it.load, 0.0, 1.0)
}

/// A line for each of the dynos with the highest values. The axis holds `room`, and ends at `least`
/// or above.
fn by_dyno(page: &AppPage, span: (i64, i64), of: fn(&ChartBucket) -> &Vec<SourceValue>, room: f64, least: f64) -> Plot {
    let mut dynos: BTreeMap<&str, Vec<(i64, f64)>> = BTreeMap::new();
    for column in &page.buckets {
        for SourceValue { source: dyno, value } in of(column) {
            dynos.entry(dyno).or_default().push((column.at_s, *value));
        }
    }
    let last = |points: &[(i64, f64)]| points.last().map_or(0.0, |it| it.1);
    let dynos = top_k(dynos.into_iter().collect(), SERIES_MAX, |a, b| last(&a.1) > last(&b.1));
    // In the order of names, so that a dyno keeps its colour when another becomes the largest.
    let dynos = top_k(dynos, SERIES_MAX, |a, b| a.0 < b.0);
    let named = dynos.into_iter().zip(DYNOS).zip(Look::BY_PLACE);
    let series: Vec<Series> =
        named.map(|(((dyno, points), color), look)| Series { name: dyno.to_owned(), color, look, points }).collect();
    let highest = series.iter().flat_map(|series| series.points.iter().map(|it| it.1)).fold(0.0, f64::max);
    let mut plot = base(page, span, Shape::Lines, series, Scale::linear(highest.max(room), least));
    plot.join_s = MEMORY_GAP_S.max(plot.step_s * 2);
    plot
}

pub(crate) fn highest_stacked(series: &[Series]) -> f64 {
    stacked(series).last().map_or(0.0, |highest| highest.iter().map(|it| it.top).fold(0.0, f64::max))
}

/// For tests: a live page with these steps.
#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]
pub(crate) fn page(columns: Vec<ChartBucket>) -> AppPage {
    let json = serde_json::json!({
        "at_ms": 1_000_000, "id": 1, "range": "live", "span": [701, 1001], "step_s": 1, "columns": columns,
        "memory_quota_mb": 512.0, "kpis": contract::Kpis::default(),
        "summary": { "app": "a", "health": "healthy", "reasons": [], "since_ms": null, "requests_per_s": null, "p50_ms": null,
            "p95_ms": null, "p99_ms": null, "error_rate": null, "dynos": null, "lines_per_s": 0.0, "lost_lines": 0, "folded": 0,
            "last_line_ms": null, "spark": [] }
    });
    serde_json::from_value(json).unwrap()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]
mod tests {
    use super::*;

    #[test]
    fn ok_errors_are_gathered_into_bars() {
        let errors_of = |at_s, code: &str, n| ChartBucket {
            at_s,
            errors: vec![CodeCount { code: code.parse().unwrap(), count: n }],
            ..ChartBucket::default()
        };
        let plot = errors(
            &page(vec![errors_of(801, "H12", 2.0), errors_of(804, "H12", 3.0), errors_of(805, "R14", 1.0)]),
            (701, 1001),
        );
        assert_eq!(plot.step_s, 5);
        assert_eq!(plot.series[0].points, [(800, 5.0)]);
        assert_eq!((&*plot.series[1].name, &plot.series[1].points[..]), ("R14", &[(805, 1.0)][..]));
    }

    #[test]
    fn ok_a_drop_shows_from_where_it_fell() {
        let of = |per_s: f64| ChartBucket {
            at_s: 1_000,
            requests_per_s: Some(contract::ByStatusClass::new([per_s, 0.0, 0.0, 0.0])),
            ..ChartBucket::default()
        };
        for (per_s, max) in [(100.0, 400.0), (5.0, 25.0), (900.0, 1_000.0)] {
            let mut page = page(vec![of(per_s)]);
            page.usual = serde_json::from_value(serde_json::json!([["requests", [[0, 300.0, 320.0, 340.0]]]])).unwrap();
            let plot = throughput(&page, (701, 1001));
            assert_eq!(plot.scale, Scale::Linear { max }, "{per_s}");
            assert_eq!(plot.bands[0].parts, [(0, 300.0, 340.0)]);
        }
    }

    #[test]
    fn ok_few_requests_are_points_and_no_lines() {
        let of = |at_s, is_few, quantiles: [f64; 4]| ChartBucket {
            at_s,
            is_few,
            service_ms: Some(quantiles.into()),
            ..ChartBucket::default()
        };
        let mut page = page(vec![
            of(800, true, [20.0, 20.0, 20.0, 20.0]),
            of(803, true, [30.0, 900.0, 900.0, 900.0]),
            of(900, false, [1.0, 2.0, 3.0, 4.0]),
        ]);
        page.window_s = 60;
        let plot = response(&page, (701, 1001));
        let few = plot.named(FEW).unwrap();
        assert_eq!((few.look, &few.points[..]), (Look::Points, &[(800, 20.0), (803, 30.0), (803, 900.0)][..]));
        assert_eq!(plot.named("p95").unwrap().points, [(900, 2.0)]);
        assert_eq!((plot.window_s, plot.join_s), (60, 60));
        page.buckets.retain(|it| !it.is_few);
        assert_eq!(response(&page, (701, 1001)).named(FEW), None);
    }

    #[test]
    fn ok_memory_leaves_room_for_the_quota() {
        let memory_of = |at_s, mb| ChartBucket {
            at_s,
            memory_mb: vec![SourceValue { source: "web.1".to_owned(), value: mb }],
            ..ChartBucket::default()
        };
        let plot = memory(&page(vec![memory_of(800, 300.0), memory_of(820, 310.0)]), (701, 1001));
        assert_eq!(plot.scale, Scale::Linear { max: 800.0 });
        assert!(plot.join_s >= 20 && plot.limit == Some(Limit::ceiling("quota", 512.0)));
    }
}
