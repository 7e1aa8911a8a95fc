//! The points of a metric as lines, those of an earlier time beside them, and a table that sums up
//! each group. Pure but for the views.

use contract::{
    ChartId, MetricsPage, Range, Span, Stat,
    series::{Points, QueryAnswer},
};
use leptos::prelude::*;

use crate::{
    chart::{
        plot::{Plot, Series, Shape},
        scale::Scale,
        spec::ChartSpec,
    },
    part::{
        number::{Figure, digits, grouped, latency, latency_label},
        top_k::top_k,
    },
};

/// Colours of groups, by place; and of the earlier time of one that is alone.
const COLORS: [&str; 6] = ["--p95", "--s4", "--s3", "--p50", "--ok", "--p99"];
const EARLIER: &str = "--pmax";
/// Most groups that are drawn: the greatest.
const DRAWN_MAX: usize = 6;
/// The last seconds, whose lines may still be on their way.
const FRESH_S: i64 = 3;

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
        SHARE => {
            (|it| Figure { text: digits_short(it * 100.0), unit: "%" }, |it| format!("{} %", digits_short(it * 100.0)))
        }
        "bytes" | "B" => (bytes, |it| text(&bytes(it))),
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
    }
}

/// Stands for the unit of a value from 0 to 1 that is shown as a percentage.
const SHARE: &str = "share";

/// The unit to show a metric in. Heroku reports some shares without a unit; their names tell.
#[must_use]
pub fn shown_unit<'a>(metric: &str, unit: &'a str) -> &'a str {
    let is_share = unit.is_empty() && (metric.ends_with("percentage-used") || metric.ends_with("hit-rate"));
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

/// A value and its unit as one text.
#[must_use]
pub fn with_unit(value: f64, unit: &str) -> String {
    let figure = (words(unit, Stat::Last).figure)(value);
    let is_long = value.abs() >= 1e6 && (value.fract() != 0.0 || value.abs() >= 1e15);
    if figure.unit.is_empty() && is_long { digits_short(value) } else { text(&figure) }
}

fn per_s(value: f64) -> Figure {
    Figure { text: digits(value), unit: "/s" }
}

fn text(figure: &Figure) -> String {
    if figure.unit.is_empty() { figure.text.clone() } else { format!("{} {}", figure.text, figure.unit) }
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
pub fn name(points: &Points, metric: &str) -> String {
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

fn mean(points: &Points) -> f64 {
    points.points.iter().map(|it| it.1).sum::<f64>() / points.points.len().max(1) as f64
}

/// The chart of what is shown, on a logarithmic axis or not.
#[must_use]
pub fn plot(page: &MetricsPage, is_log: bool) -> Plot {
    let step_s = step_s(page);
    let mut series = vec![];
    if let Ok(answer) = &page.answer {
        let mut shown = ordered(answer);
        shown.truncate(DRAWN_MAX);
        for (place, points) in shown.iter().enumerate() {
            series.push(Series {
                name: name(points, &answer.metric),
                color: COLORS[place],
                is_faint: false,
                points: points.points.clone(),
            });
        }
        let earlier = answer.compared.iter().flat_map(|it| &it.series).filter(|it| !it.points.is_empty());
        for earlier in earlier {
            let is_alone = answer.series.len() == 1 && answer.compared.as_ref().is_some_and(|it| it.series.len() == 1);
            let place = shown.iter().position(|it| it.labels == earlier.labels);
            // Of several each has the colour of its group.
            let color = if is_alone { Some(EARLIER) } else { place.map(|it| COLORS[it]) };
            if let Some(color) = color {
                let name = format!("{} (earlier)", name(earlier, &answer.metric));
                series.push(Series { name, color, is_faint: !is_alone, points: earlier.points.clone() });
            }
        }
    }
    let highest = series.iter().flat_map(|it| &it.points).map(|it| it.1).fold(0.0, f64::max);
    let (from_s, to_s) = page.span.ends();
    let fresh_s = fresh_s(page.query.range, page.span, step_s, page.head.at_ms.div_euclid(1_000));
    let lowest = series.iter().flat_map(|it| &it.points).map(|it| it.1).filter(|it| *it > 0.0).fold(f64::MAX, f64::min);
    let scale = if is_log && highest > 0.0 {
        Scale::log(lowest, highest)
    } else {
        Scale::linear(highest, if highest > 0.0 { highest } else { 1.0 })
    };
    Plot {
        shape: Shape::Lines,
        from_s,
        to_s,
        step_s,
        join_s: (3 * step_s).max(70),
        scale,
        series,
        fresh_s,
        limit: None,
        bands: vec![],
    }
}

/// Width of a step of the chart, seconds.
#[must_use]
pub fn step_s(page: &MetricsPage) -> i64 {
    page.answer.as_ref().map_or_else(|_| page.query.range.step_s(), |it| it.step.seconds())
}

/// From when on lines may still be on their way, unix seconds.
fn fresh_s(range: Range, span: Span, step_s: i64, now_s: i64) -> i64 {
    match range {
        Range::Custom(..) => span.to_s().min(now_s + 1),
        _ => span.to_s() - FRESH_S.max(step_s),
    }
}

/// Least, mean, greatest and newest value of every group, and how many groups are not drawn.
pub fn summary(page: &MetricsPage) -> AnyView {
    let Ok(answer) = &page.answer else { return ().into_any() };
    let figure = words(shown_unit(&answer.metric, &answer.unit), answer.stat).figure;
    let groups = ordered(answer);
    let total = groups.len();
    let row = |(place, points): (usize, &Points)| {
        let values = || points.points.iter().map(|it| it.1);
        let all = [
            values().fold(f64::MAX, f64::min),
            mean(points),
            values().fold(f64::MIN, f64::max),
            points.points.last().map_or(0.0, |it| it.1),
        ];
        let before = answer.compared.as_ref().map(|compared| {
            let then = compared.series.iter().find(|it| it.labels == points.labels).map(mean);
            let text = then.map_or_else(|| "–".to_owned(), |it| change(mean(points), it));
            view! { <td class="num">{text}</td> }
        });
        let cells = all.map(|it| view! { <td class="num">{text(&figure(it))}</td> });
        let mark = (place < DRAWN_MAX).then(|| view! { <i style=format!("background:var({})", COLORS[place])></i> });
        view! { <tr><th scope="row">{mark}{name(points, &answer.metric)}</th>{cells.collect_view()}{before}</tr> }
    };
    let head = ["min", "mean", "max", "last"].map(|it| view! { <th scope="col" class="num">{it}</th> });
    let before = answer.compared.as_ref().map(|_| view! { <th scope="col" class="num">"change in mean"</th> });
    let rows = groups.into_iter().enumerate().map(row).collect_view();
    view! {
        <section class="card story groups">
            <h2>"Series"{(total > DRAWN_MAX).then(|| view! { <small>{format!("chart shows the top {DRAWN_MAX} of {total}")}</small> })}</h2>
            <div class="scroll" tabindex="0" role="region" aria-label="Series">
                <table><thead><tr><th scope="col">"Series"</th>{head.collect_view()}{before}</tr></thead><tbody>{rows}</tbody></table>
            </div>
        </section>
    }
    .into_any()
}

/// The change from an earlier mean, such as `+12 %`; a dash where that was zero.
fn change(now: f64, then: f64) -> String {
    if then == 0.0 { "–".to_owned() } else { format!("{:+.0} %", (now - then) / then * 100.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_axes_and_changes() {
        for (value, expected) in
            [(0.0, "0"), (0.25, "0.25"), (12_000.0, "12k"), (1.5e6, "1.5M"), (40.0, "40"), (2e9, "2G")]
        {
            assert_eq!(digits_short(value), expected);
        }
        assert_eq!(
            [
                with_unit(36_420_000_000.0, ""),
                with_unit(1.5e6 + 0.5, ""),
                with_unit(0.7, shown_unit("connections-percentage-used", ""))
            ],
            ["36,420,000,000", "1.5M", "70 %"]
        );
        assert_eq!([change(11.0, 10.0), change(5.0, 10.0), change(1.0, 0.0)], ["+10 %", "-50 %", "–"]);
    }
}
