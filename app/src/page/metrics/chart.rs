//! The points of a metric as lines, those of an earlier time beside them, and a table that sums up
//! each group. Pure but for the views.

use contract::{MetricsPage, Range, Span, series::Points};
use leptos::prelude::*;

use crate::{
    chart::{
        look::Look,
        plot::{Plot, Series},
        scale::Scale,
    },
    page::metric::{COLORS, DRAWN_MAX, drawn, group_name, lines, mean, ordered, series_of, shown_unit, words},
    part::number::figure_text,
};

/// Colour of the earlier time of a group that is alone.
const EARLIER: &str = "--pmax";
/// The last seconds, whose lines may still be on their way.
const FRESH_S: i64 = 3;

/// The chart of what is shown, on a logarithmic axis or not.
#[must_use]
pub fn plot(page: &MetricsPage, is_log: bool) -> Plot {
    let step_s = step_s(page);
    let mut series = vec![];
    if let Ok(answer) = &page.answer {
        let shown = drawn(answer);
        series.extend(series_of(answer));
        let earlier = answer.compared.iter().flat_map(|it| &it.series).filter(|it| !it.points.is_empty());
        for earlier in earlier {
            let is_alone = answer.series.len() == 1 && answer.compared.as_ref().is_some_and(|it| it.series.len() == 1);
            let place = shown.iter().position(|it| it.labels == earlier.labels);
            // Of several each has the colour of its group.
            let color = if is_alone { Some(EARLIER) } else { place.map(|it| COLORS[it]) };
            if let Some(color) = color {
                let name = format!("{} (earlier)", group_name(earlier, &answer.metric));
                series.push(Series {
                    name,
                    color,
                    look: if is_alone { Look::Dashed } else { Look::Faint },
                    points: earlier.points.clone(),
                });
            }
        }
    }
    let values = || series.iter().flat_map(|it| &it.points).map(|it| it.1).filter(|it| *it > 0.0);
    let (lowest, highest) = (values().fold(f64::MAX, f64::min), values().fold(0.0, f64::max));
    let mut plot = lines(page.span, step_s, series, highest);
    plot.fresh_s = fresh_s(page.query.range, page.span, step_s, page.head.at_ms.div_euclid(1_000));
    if is_log && highest > 0.0 {
        plot.scale = Scale::log(lowest, highest);
    }
    plot
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
        let cells = all.map(|it| view! { <td class="num">{figure_text(Some(figure(it)))}</td> });
        let mark = (place < DRAWN_MAX).then(|| view! { <i style=format!("background:var({})", COLORS[place])></i> });
        view! { <tr><th scope="row">{mark}{group_name(points, &answer.metric)}</th>{cells.collect_view()}{before}</tr> }
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

/// The sentence that a comparison has nothing to draw, where it has nothing.
pub fn nothing_to_compare(page: &MetricsPage) -> Option<AnyView> {
    let compared = page.answer.as_ref().ok()?.compared.as_ref()?;
    let word = page.query.compare.map(|it| it.to_string()).unwrap_or_default();
    let when = match &*word {
        "1d" => "yesterday at this time",
        "7d" => "a week ago at this time",
        _ => "at the earlier time",
    };
    let is_empty = compared.series.iter().all(|it| it.points.is_empty());
    is_empty.then(|| view! { <p class="compare-note" role="status">{format!("No data {when}, so there is nothing to compare with.")}</p> }.into_any())
}

/// The change from an earlier mean, such as `+12 %`; a dash where that was zero.
fn change(now: f64, then: f64) -> String {
    if then == 0.0 { "–".to_owned() } else { format!("{:+.0} %", (now - then) / then * 100.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_changes() {
        assert_eq!([change(11.0, 10.0), change(5.0, 10.0), change(1.0, 0.0)], ["+10 %", "-50 %", "–"]);
    }
}
