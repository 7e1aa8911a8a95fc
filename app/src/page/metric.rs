//! How any metric is written and drawn: values with their unit, on axes and in words; groups, their
//! names, colours and lines. Pure.

use contract::{
    ChartId, Span, Stat,
    alert::BandPoint,
    series::{Points, QueryAnswer},
};

use crate::{
    chart::{
        look::Look,
        plot::{Band, Plot, Series, Shape},
        scale::Scale,
        spec::{ChartSpec, Past},
    },
    part::{
        number::{Figure, digits, figure_text, grouped, latency, latency_label},
        top_k::top_k,
    },
};

/// Colours of groups, by place.
pub const COLORS: [&str; DRAWN_MAX] = ["--g1", "--g2", "--g3", "--g4", "--g5", "--g6"];
/// Most groups that are drawn: the greatest.
pub const DRAWN_MAX: usize = 6;

/// How a value is written in a legend, and on an axis.
type Writing = (fn(f64) -> Figure, fn(f64) -> String);

/// How values of a unit are written.
#[must_use]
pub fn words(unit: &str, stat: Stat) -> ChartSpec {
    let (figure, label): Writing = match unit {
        _ if stat == Stat::Rate => (per_s, |it| digits_short(it)),
        _ if stat == Stat::Count => (plain, |it| digits_short(it)),
        "ms" => (latency, latency_label),
        "s" => (|it| latency(it * 1_000.0), |it| latency_label(it * 1_000.0)),
        "%" => (|it| Figure { text: digits(it), unit: "%" }, |it| format!("{} %", digits_short(it))),
        SHARE => (|it| Figure { text: tenths(it * 100.0), unit: "%" }, |it| format!("{} %", digits_short(it * 100.0))),
        "bytes" | "B" => (bytes, bytes_label),
        "kB" | "KB" => (|it| bytes(it * 1e3), |it| bytes_label(it * 1e3)),
        "GB" => (|it| bytes(it * 1e9), |it| bytes_label(it * 1e9)),
        "MB" => (|it| Figure { text: digits(it), unit: "MB" }, |it| digits_short(it)),
        _ => (plain, |it| digits_short(it)),
    };
    ChartSpec {
        id: ChartId::Metric,
        // The card has the metric's name as its title.
        title: "",
        caption: "",
        figure,
        label,
        empty: "No data in this range",
        legend_max: 4,
        past: if matches!(stat, Stat::Sum | Stat::Count) { Past::Total } else { Past::Mean },
        has_ends: true,
    }
}

/// Stands for the unit of a value from 0 to 1 that is shown as a percentage.
const SHARE: &str = "share";

/// The unit to show a metric in. Heroku reports some shares without a unit; their names tell.
#[must_use]
pub fn shown_unit<'a>(metric: &str, unit: &'a str) -> &'a str {
    let is_share = unit.is_empty() && (metric.contains("percentage") || metric.ends_with("hit-rate"));
    if is_share { SHARE } else { unit }
}

fn plain(value: f64) -> Figure {
    let is_whole = value.fract() == 0.0 && value.abs() < 1e6;
    Figure { text: if is_whole { grouped(value as i64) } else { digits(value) }, unit: "" }
}

/// Bytes in the unit that has one to three digits before its point.
fn bytes(value: f64) -> Figure {
    let (value, unit) = match value.abs() {
        it if it >= 1e9 => (value / 1e9, "GB"),
        it if it >= 1e6 => (value / 1e6, "MB"),
        it if it >= 1e3 => (value / 1e3, "kB"),
        _ => (value, "B"),
    };
    Figure { text: digits(value), unit }
}

/// Bytes on an axis: a round number.
fn bytes_label(value: f64) -> String {
    let unit = bytes(value).unit;
    let factor = match unit {
        "GB" => 1e9,
        "MB" => 1e6,
        "kB" => 1e3,
        _ => 1.0,
    };
    format!("{} {unit}", digits_short(value / factor))
}

/// A number with one decimal, or with two below 1, without zeros at its end.
fn tenths(value: f64) -> String {
    let text = if value.abs() < 0.95 { format!("{value:.2}") } else { format!("{value:.1}") };
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A value and its unit as one text.
#[must_use]
pub fn with_unit(value: f64, unit: &str) -> String {
    let figure = (words(unit, Stat::Last).figure)(value);
    let is_long = value.abs() >= 1e6 && (value.fract() != 0.0 || value.abs() >= 1e15);
    if figure.unit.is_empty() && is_long { digits_short(value) } else { figure_text(Some(figure)) }
}

fn per_s(value: f64) -> Figure {
    Figure { text: digits(value), unit: "/s" }
}

/// A value on an axis: thousands as `k`, millions as `M`.
fn digits_short(value: f64) -> String {
    let (value, unit) = match value.abs() {
        it if it >= 1e9 => (value / 1e9, "G"),
        it if it >= 1e6 => (value / 1e6, "M"),
        it if it >= 1e4 => (value / 1e3, "k"),
        _ => (value, ""),
    };
    let text = if value.fract().abs() < 1e-9 { format!("{value:.0}") } else { format!("{value:.2}") };
    format!("{}{unit}", if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text })
}

/// The name of a group.
#[must_use]
pub fn group_name(points: &Points, metric: &str) -> String {
    let words: Vec<String> =
        points.labels.iter().map(|(key, it)| if it.is_empty() { format!("(no {key})") } else { it.clone() }).collect();
    if words.is_empty() { metric.to_owned() } else { words.join(" ") }
}

/// The groups, the greatest mean first.
#[must_use]
pub fn ordered(answer: &QueryAnswer) -> Vec<&Points> {
    let groups: Vec<(f64, &Points)> =
        answer.series.iter().filter(|it| !it.points.is_empty()).map(|it| (mean(it), it)).collect();
    top_k(groups, answer.series.len(), |a, b| a.0 > b.0).into_iter().map(|it| it.1).collect()
}

/// The mean of a group's values.
#[must_use]
pub fn mean(points: &Points) -> f64 {
    mean_of(&points.points)
}

/// The mean of values at times; 0 of none.
#[must_use]
pub fn mean_of(points: &[(i64, f64)]) -> f64 {
    points.iter().map(|it| it.1).sum::<f64>() / points.len().max(1) as f64
}

/// The groups that are drawn: those with the greatest means.
#[must_use]
pub fn drawn(answer: &QueryAnswer) -> Vec<&Points> {
    let mut shown = ordered(answer);
    shown.truncate(DRAWN_MAX);
    shown
}

/// The groups that are drawn, as lines of a chart.
#[must_use]
pub fn series_of(answer: &QueryAnswer) -> Vec<Series> {
    let series = |(place, points): (usize, &Points)| Series {
        name: group_name(points, &answer.metric),
        color: COLORS[place],
        look: Look::Solid,
        points: points.points.clone(),
    };
    drawn(answer).into_iter().enumerate().map(series).collect()
}

/// What is usual, as a band behind a series, or behind all of them; `None` where it is not known.
#[must_use]
pub fn usual_band(points: &[BandPoint], of: Option<&'static str>, color: &'static str) -> Option<Band> {
    let part_s = points.windows(2).map(|it| it[1].at_s - it[0].at_s).min().unwrap_or(3_600);
    let parts = points.iter().map(|it| (it.at_s, it.band.low, it.band.high)).collect();
    (!points.is_empty()).then_some(Band { of, color, parts, part_s })
}

/// Lines over a span, on an axis that holds them and `highest`.
#[must_use]
pub fn lines(span: Span, step_s: i64, series: Vec<Series>, highest: f64) -> Plot {
    let values = series.iter().flat_map(|it| &it.points).map(|it| it.1);
    let highest = values.fold(highest, f64::max);
    Plot {
        join_s: (3 * step_s).max(70),
        scale: Scale::linear(highest, if highest > 0.0 { highest } else { 1.0 }),
        series,
        ..Plot::empty(Shape::Lines, span.ends(), step_s)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_bytes_and_shares_have_few_digits() {
        assert_eq!([0.0, 2e9, 2.5e6].map(bytes_label), ["0 B", "2 GB", "2.5 MB"]);
        assert_eq!([0.0, 0.04, 68.0, 70.36, 99.59, 100.0].map(tenths), ["0", "0.04", "68", "70.4", "99.6", "100"]);
    }

    #[test]
    fn ok_axes_and_values() {
        for (value, expected) in
            [(0.0, "0"), (0.25, "0.25"), (12_000.0, "12k"), (1.5e6, "1.5M"), (40.0, "40"), (2e9, "2G")]
        {
            assert_eq!(digits_short(value), expected);
        }
        assert_eq!(
            [
                with_unit(36_420_000_000.0, ""),
                with_unit(1.5e6 + 0.5, ""),
                with_unit(0.68, shown_unit("connections-percentage-used", "")),
                with_unit(36_420_000.0, "kB"),
                with_unit(36_420_000_000.0, "bytes"),
            ],
            ["36,420,000,000", "1.5M", "68 %", "36.4 GB", "36.4 GB"]
        );
    }
}
