//! What lies over a drawing: losses, releases, the selection, and the crosshair with its dots. It
//! is HTML, so that the server renders it too and moving the crosshair does not redraw the chart.

use contract::LossInterval;
use leptos::prelude::*;

use super::{
    cursor::{Cursor, MarkedSpan},
    plot::{Plot, Shape},
    tick::moment,
};
use crate::part::{
    number::grouped,
    type_erasure::{erased_option, erased_view},
};

/// Nearer to an end of the axis than this share the crosshair's time would leave the card.
const EDGE: f64 = 0.12;

/// The overlay of a chart.
pub fn overlay(plot: Signal<Plot>, cursor: Cursor) -> AnyView {
    let selection = erased_option(move || {
        let style = span_style(plot.with(|it| (it.from_s, it.to_s)), cursor.selected_s.get()?)?;
        Some(view! { <i class="chosen" style=style></i> }.into_any())
    });
    view! { {annotations(plot, cursor)}{selection}{crosshair(plot, cursor)} }.into_any()
}

/// Spans with losses, releases, and other marked spans.
fn annotations(plot: Signal<Plot>, cursor: Cursor) -> impl IntoView {
    erased_view(move || {
        let axis = plot.with(|it| (it.from_s, it.to_s));
        cursor.annotations.with(|annotations| {
            let is_on_axis = |it: &&LossInterval| span_style(axis, it.span.ends()).is_some();
            // Only the largest loss has its text beside it. The others show theirs in the legend,
            // under the crosshair.
            let most = annotations.lost.iter().filter(is_on_axis).map(|it| it.lines).max();
            let mut has_text = false;
            let lost = annotations.lost.iter().filter_map(|loss| {
                let style = span_style(axis, loss.span.ends())?;
                let is_mute = has_text || Some(loss.lines) != most;
                has_text |= !is_mute;
                let is_left = share(axis, loss.span.to_s()) > 0.7;
                Some(view! { <span class="lost" class:left=is_left style=style><span class:vh=is_mute>{loss_text(loss)}</span></span> })
            });
            let releases = annotations.releases.iter().filter(|it| (axis.0..axis.1).contains(*it));
            let release = |at_s: &i64| view! { <i class="release" style=percent_style("left", share(axis, *at_s))></i> };
            let mark = |span: &MarkedSpan| {
                let style = span_style(axis, span.span_s)?;
                Some(view! { <i class=format!("marked {}", span.look) style=style title=span.text.clone()></i> })
            };
            let marked = annotations.marked.iter().filter_map(mark).collect_view();
            (lost.collect_view(), releases.map(release).collect_view(), marked).into_any()
        })
    })
}

/// The crosshair with its time, and a dot on each line.
fn crosshair(plot: Signal<Plot>, cursor: Cursor) -> impl IntoView {
    erased_option(move || {
        let at_s = cursor.at()?;
        plot.with(|plot| {
            let x = plot.x(at_s as f64 + cursor.step_s as f64 / 2.0);
            if !(0.0..=1.0).contains(&x) {
                return None;
            }
            let time = moment(at_s, cursor.step_s, plot.to_s - plot.from_s);
            let pinned = if cursor.pinned_at().is_some() { " pinned" } else { "" };
            // Near an end of the axis its time stands on one side, so that it stays on the card.
            let side = match x {
                it if it < EDGE => " first",
                it if it > 1.0 - EDGE => " last",
                _ => "",
            };
            let class = format!("crosshair{pinned}{side}");
            Some(
                view! { <div class=class style=percent_style("left", x)><time>{time}</time>{dots(plot, at_s)}</div> }
                    .into_any(),
            )
        })
    })
}

/// A dot on each line where the crosshair crosses it.
fn dots(plot: &Plot, at_s: i64) -> Vec<AnyView> {
    if plot.shape != Shape::Lines {
        return vec![];
    }
    let dot = |value: f64, color: &str| {
        let style = format!("{};background:var({color})", percent_style("bottom", plot.scale.y(value)));
        view! { <i style=style></i> }.into_any()
    };
    plot.series.iter().filter_map(|it| Some(dot(it.at(at_s, plot.reach_s())?, it.color))).collect()
}

/// How many lines were lost, such as `12 lines lost`.
#[must_use]
pub fn loss_text(lost: &LossInterval) -> String {
    let lines = grouped(lost.lines as i64);
    if lost.lines == 1 { "1 line lost".to_owned() } else { format!("{lines} lines lost") }
}

/// The share of an axis at which a time stands.
fn share((from_s, to_s): (i64, i64), at_s: i64) -> f64 {
    (at_s - from_s) as f64 / (to_s - from_s).max(1) as f64
}

/// The part of a span that lies on an axis as CSS, such as `left:0.00%;width:20.00%`; `None` when
/// none of it does. All in unix seconds.
#[must_use]
pub fn span_style(axis: (i64, i64), (from_s, to_s): (i64, i64)) -> Option<String> {
    let (left, right) = (share(axis, from_s).max(0.0), share(axis, to_s).min(1.0));
    (left < right).then(|| format!("{};{}", percent_style("left", left), percent_style("width", right - left)))
}

/// A share as CSS, such as `left:12.50%`.
#[must_use]
pub fn percent_style(side: &str, share: f64) -> String {
    format!("{side}:{:.2}%", share * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_only_what_is_on_the_axis() {
        assert_eq!(span_style((100, 200), (90, 120)).as_deref(), Some("left:0.00%;width:20.00%"));
        assert_eq!(span_style((100, 200), (150, 300)).as_deref(), Some("left:50.00%;width:50.00%"));
        assert_eq!(span_style((100, 200), (200, 300)), None);
        assert_eq!(span_style((100, 200), (0, 100)), None);
    }

    #[test]
    fn ok_losses_in_words() {
        assert_eq!(loss_text(&LossInterval { span: contract::Span::clamped(0, 1), lines: 1 }), "1 line lost");
        assert_eq!(loss_text(&LossInterval { span: contract::Span::clamped(0, 1), lines: 1_041 }), "1,041 lines lost");
    }
}
