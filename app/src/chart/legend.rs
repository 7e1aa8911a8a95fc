//! Names, colours, and the values under the crosshair, or else the latest. A click on a name shows its series alone; a second one all.

use leptos::prelude::*;

use super::{
    card::Words,
    cursor::Cursor,
    draw::SHADES,
    overlay::said,
    plot::{Plot, Shape},
};
use crate::part::{
    number::{Figure, grouped},
    type_erasure::{live, maybe, text},
};

/// A newest value that is older than this is no present one, seconds.
const STALE_S: i64 = 30;

/// A figure in one piece.
#[must_use]
pub fn plain(figure: Option<Figure>) -> String {
    figure.map_or_else(
        || "–".to_owned(),
        |it| if it.unit.is_empty() { it.text } else { format!("{} {}", it.text, it.unit) },
    )
}

/// The newest step that is likely to be complete.
#[must_use]
pub fn latest(plot: &Plot) -> i64 {
    let newest_s = plot.series.iter().filter_map(|it| it.points.last()).map(|it| it.0).max().unwrap_or(plot.to_s);
    newest_s.min(plot.fresh_s - plot.step_s)
}

/// The step that a legend tells of while there is no crosshair: [`latest`], or the present one where that is so old that it says nothing of now.
fn told(plot: &Plot) -> i64 {
    let (latest_s, now_s) = (latest(plot), plot.fresh_s - plot.step_s);
    if now_s - latest_s > STALE_S.max(2 * plot.reach_s()) { now_s } else { latest_s }
}

/// The legend of a chart; `alone` is the name of the one series that is shown.
pub fn legend(
    words: Words,
    title: &str,
    plot: Signal<Plot>,
    cursor: Cursor,
    alone: RwSignal<Option<String>>,
) -> AnyView {
    let lost = maybe(move || {
        let at_s = cursor.at()?;
        let step_s = plot.with(|it| it.step_s);
        cursor.marked.with(|marked| {
            let lost = marked.lost.iter().find(|it| it.span.from_s() < at_s + step_s && at_s < it.span.to_s())?;
            Some(view! { <em>{said(lost)}</em> }.into_any())
        })
    });
    if plot.with_untracked(|it| it.shape == Shape::Heat) {
        let shades = SHADES.map(|it| view! { <i style=format!("background:var({it})")></i> });
        return view! {
            <div class="legend">{lost}<b>{text(move || plot.with(|it| cell(it, cursor)).unwrap_or_default())}</b><span>"few "{shades}" many"</span></div>
        }
        .into_any();
    }
    let names =
        Memo::new(move |_| plot.with(|it| it.series.iter().map(|it| (it.name.clone(), it.color)).collect::<Vec<_>>()));
    let is_open = RwSignal::new(false);
    let value = move |index: usize| {
        plot.with(|plot| {
            let at_s = cursor.at().unwrap_or_else(|| told(plot));
            plain(plot.series.get(index).and_then(|it| it.at(at_s, plot.reach_s())).map(words.figure))
        })
    };
    let entries = live(move || {
        let names = names.get();
        let shown = if is_open.get() { names.len() } else { words.entries };
        let more = names.len().saturating_sub(shown);
        let entry = |(index, (name, color)): (usize, (String, &'static str))| {
            let (is_this, is_other, clicked) = (name.clone(), name.clone(), name.clone());
            let click = move |_| {
                alone.update(|it| *it = if it.as_ref() == Some(&clicked) { None } else { Some(clicked.clone()) });
            };
            view! {
                <button
                    type="button"
                    aria-pressed=move || if alone.with(|it| it.as_ref() == Some(&is_this)) { "true" } else { "false" }
                    class:off=move || alone.with(|it| it.as_ref().is_some_and(|it| *it != is_other))
                    on:click=click
                >
                    <i style=format!("background:var({color})")></i>{name}" "<b>{text(move || value(index))}</b>
                </button>
            }
        };
        let entries = names.into_iter().enumerate().take(shown).map(entry).collect_view();
        let more = (more > 0).then(
            || view! { <button type="button" on:click=move |_| is_open.set(true)>{format!("{more} more")}</button> },
        );
        (entries, more).into_any()
    });
    view! { <div class="legend" role="group" aria-label=format!("{title}: series")>{lost}{entries}</div> }.into_any()
}

/// What is under the crosshair on a heatmap: the cell under the pointer, or else the fullest of the column.
fn cell(plot: &Plot, cursor: Cursor) -> Option<String> {
    let at_s = cursor.at()?;
    let at_s = at_s - at_s.rem_euclid(plot.step_s);
    let count = |row: usize| plot.series[row].at(at_s, plot.step_s).unwrap_or(0.0);
    let rows = plot.series.len();
    let fullest = (0..rows).max_by(|a, b| count(*a).total_cmp(&count(*b)))?;
    let pointed = cursor.height.get().filter(|_| cursor.pinned_at().is_none());
    let row = pointed.map_or(fullest, |it| ((it.clamp(0.0, 0.999) * rows as f64) as usize).min(rows - 1));
    Some(format!("{}: {}", plot.series[row].name, grouped(count(row) as i64)))
}
