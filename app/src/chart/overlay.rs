//! What stands over a drawing: spans with losses, releases, the span being chosen, the crosshair with its dots. HTML, so that the server
//! renders it too, and moving a crosshair draws no chart anew.

use contract::LossInterval;
use leptos::prelude::*;

use super::{
    cursor::Cursor,
    plot::{Plot, Shape},
    tick::moment,
};
use crate::part::{
    number::grouped,
    type_erasure::{live, maybe},
};

/// What stands over a chart's drawing.
pub fn over(plot: Signal<Plot>, cursor: Cursor, label: fn(f64) -> String) -> AnyView {
    let limit = maybe(move || {
        let (limit, scale) = plot.with(|it| (it.limit, it.scale));
        let said = |it| view! { <span class="limit" style=percent("bottom", scale.y(it))>"quota "{label(it)}</span> };
        limit.map(|it| said(it).into_any())
    });
    let marked = live(move || {
        let axis = plot.with(|it| (it.from_s, it.to_s));
        cursor.marked.with(|marked| {
            let is_seen = |it: &&LossInterval| across(axis, it.span.ends()).is_some();
            // The largest has its words beside it; of the others the crosshair tells.
            let most = marked.lost.iter().filter(is_seen).map(|it| it.lines).max();
            let mut is_told = false;
            let lost = marked.lost.iter().filter_map(|it| {
                let style = across(axis, it.span.ends())?;
                let is_mute = is_told || Some(it.lines) != most;
                is_told |= !is_mute;
                let is_left = share(axis, it.span.to_s()) > 0.7;
                Some(view! { <span class="lost" class:left=is_left style=style><span class:vh=is_mute>{said(it)}</span></span> })
            });
            let releases = marked.releases.iter().filter(|it| (axis.0..axis.1).contains(*it));
            let releases = releases.map(|it| view! { <i class="release" style=percent("left", share(axis, *it))></i> });
            (lost.collect_view(), releases.collect_view()).into_any()
        })
    });
    let chosen = maybe(move || {
        let style = across(plot.with(|it| (it.from_s, it.to_s)), cursor.chosen.get()?)?;
        Some(view! { <i class="chosen" style=style></i> }.into_any())
    });
    let crosshair = maybe(move || {
        let at_s = cursor.at()?;
        plot.with(|plot| {
            let x = plot.x(at_s as f64 + cursor.step_s as f64 / 2.0);
            if !(0.0..=1.0).contains(&x) {
                return None;
            }
            let time = moment(at_s, cursor.step_s, plot.to_s - plot.from_s);
            Some(view! {
                <div class=if cursor.pinned_at().is_some() { "crosshair pinned" } else { "crosshair" } style=percent("left", x)>
                    <time>{time}</time>{dots(plot, at_s)}
                </div>
            }
            .into_any())
        })
    });
    view! { {limit}{marked}{chosen}{crosshair} }.into_any()
}

/// A dot on each line where the crosshair crosses it.
fn dots(plot: &Plot, at_s: i64) -> Vec<AnyView> {
    if plot.shape != Shape::Lines {
        return vec![];
    }
    let dot = |value: f64, color: &str| {
        let style = format!("{};background:var({color})", percent("bottom", plot.scale.y(value)));
        view! { <i style=style></i> }.into_any()
    };
    plot.series.iter().filter_map(|it| Some(dot(it.at(at_s, plot.reach_s())?, it.color))).collect()
}

/// What is missing, in words.
#[must_use]
pub fn said(lost: &LossInterval) -> String {
    let lines = grouped(lost.lines as i64);
    if lost.lines == 1 { "1 line lost".to_owned() } else { format!("{lines} lines lost") }
}

fn share((from_s, to_s): (i64, i64), at_s: i64) -> f64 {
    (at_s - from_s) as f64 / (to_s - from_s).max(1) as f64
}

/// The part of a span that is on an axis, as a style.
#[must_use]
pub fn across(axis: (i64, i64), (from_s, to_s): (i64, i64)) -> Option<String> {
    let (left, right) = (share(axis, from_s).max(0.0), share(axis, to_s).min(1.0));
    (left < right).then(|| format!("{};{}", percent("left", left), percent("width", right - left)))
}

/// `left:12.5%`.
#[must_use]
pub fn percent(side: &str, share: f64) -> String {
    format!("{side}:{:.2}%", share * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_only_what_is_on_the_axis() {
        assert_eq!(across((100, 200), (90, 120)).as_deref(), Some("left:0.00%;width:20.00%"));
        assert_eq!(across((100, 200), (150, 300)).as_deref(), Some("left:50.00%;width:50.00%"));
        assert_eq!(across((100, 200), (200, 300)), None);
        assert_eq!(across((100, 200), (0, 100)), None);
    }

    #[test]
    fn ok_losses_in_words() {
        assert_eq!(said(&LossInterval { span: contract::Span::clamped(0, 1), lines: 1 }), "1 line lost");
        assert_eq!(said(&LossInterval { span: contract::Span::clamped(0, 1), lines: 1_041 }), "1,041 lines lost");
    }
}
