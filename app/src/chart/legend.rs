//! The legend of a chart: names and colours, with the values at the crosshair or else the latest
//! ones. A click on a name shows that series alone, another click shows all.

use leptos::prelude::*;

use super::{
    cursor::Cursor,
    draw::SHADES,
    overlay::loss_text,
    plot::{Plot, Series, Shape},
    spec::ChartSpec,
};
use crate::part::{
    number::{figure_text, grouped},
    type_erasure::{erased_option, erased_text, erased_view},
};

/// A latest value older than this is not shown as the current one, seconds.
const STALE_S: i64 = 30;

/// The step whose values the legend shows without a crosshair, unix seconds: the latest with data,
/// or the current one when that is stale.
fn shown_s(plot: &Plot) -> i64 {
    let (latest_s, now_s) = (plot.latest_s(), plot.fresh_s - plot.step_s);
    if now_s - latest_s > STALE_S.max(2 * plot.reach_s()) { now_s } else { latest_s }
}

/// The legend of a chart. `title` is that of its card. `alone` is the name of the series that is
/// shown alone.
pub fn legend(
    spec: ChartSpec,
    title: &str,
    plot: Signal<Plot>,
    cursor: Cursor,
    alone: RwSignal<Option<String>>,
) -> AnyView {
    let lost = erased_option(move || {
        let at_s = cursor.at()?;
        let step_s = plot.with(|it| it.step_s);
        cursor.annotations.with(|annotations| {
            let lost = annotations.lost.iter().find(|it| it.span.from_s() < at_s + step_s && at_s < it.span.to_s())?;
            Some(view! { <em>{loss_text(lost)}</em> }.into_any())
        })
    });
    if plot.with_untracked(|it| it.shape == Shape::Heat) {
        let shades = SHADES.map(|it| view! { <i style=format!("background:var({it})")></i> });
        let cell = erased_text(move || plot.with(|it| cell_text(it, cursor)).unwrap_or_default());
        return view! { <div class="legend">{lost}<b>{cell}</b><span>"few "{shades}" many"</span></div> }.into_any();
    }
    let label = format!("{title}: series");
    let usual = erased_option(move || {
        let is_known = plot.with(|it| !it.bands.is_empty() && !it.is_empty());
        is_known.then(|| view! { <span class="usual"><i></i>"usual"</span> }.into_any())
    });
    // Of a span that is over, the end is no better known than the rest.
    let past = erased_option(move || {
        let is_shown = cursor.at().is_none() && plot.with(|it| it.is_past() && !it.is_empty());
        is_shown.then(|| view! { <span class="past">{spec.past.word()}</span> }.into_any())
    });
    let entries = entries(spec, plot, cursor, alone);
    view! { <div class="legend" role="group" aria-label=label>{lost}{past}{entries}{usual}</div> }.into_any()
}

/// The entries of a legend. Beyond [`ChartSpec::legend_max`] they are behind a button.
fn entries(spec: ChartSpec, plot: Signal<Plot>, cursor: Cursor, alone: RwSignal<Option<String>>) -> impl IntoView {
    let names = Memo::new(move |_| {
        let entry = |series: &Series, shape: Shape| {
            let look = if shape == Shape::Lines { series.look.class() } else { "" };
            (series.name.clone(), series.color, look)
        };
        plot.with(|plot| plot.series.iter().map(|it| entry(it, plot.shape)).collect::<Vec<_>>())
    });
    let is_open = RwSignal::new(false);
    let value = move |index: usize| {
        plot.with(|plot| {
            let series = plot.series.get(index);
            let value = match cursor.at() {
                Some(at_s) => series.and_then(|it| it.at(at_s, plot.reach_s())),
                None if plot.is_past() => series.and_then(|it| spec.past.of(it)),
                None => series.and_then(|it| it.at(shown_s(plot), plot.reach_s())),
            };
            figure_text(value.map(spec.figure))
        })
    };
    erased_view(move || {
        let names = names.get();
        let shown = if is_open.get() { names.len() } else { spec.legend_max };
        let more = names.len().saturating_sub(shown);
        let entry = |(index, (name, color, look)): (usize, (String, &'static str, &'static str))| {
            let (is_this, is_other, clicked) = (name.clone(), name.clone(), name.clone());
            let click = move |_| {
                alone.update(|alone| {
                    *alone = if alone.as_ref() == Some(&clicked) { None } else { Some(clicked.clone()) };
                });
            };
            view! {
                <button
                    type="button"
                    aria-pressed=move || if alone.with(|it| it.as_ref() == Some(&is_this)) { "true" } else { "false" }
                    class:off=move || alone.with(|alone| alone.as_ref().is_some_and(|it| *it != is_other))
                    on:click=click
                >
                    <i class=look style=format!("background:var({color})")></i>{name}" "<b>{erased_text(move || value(index))}</b>
                </button>
            }
        };
        let entries = names.into_iter().enumerate().take(shown).map(entry).collect_view();
        let more = (more > 0).then(
            || view! { <button type="button" on:click=move |_| is_open.set(true)>{format!("{more} more")}</button> },
        );
        (entries, more).into_any()
    })
}

/// The heatmap's cell under the pointer, or else the fullest cell at the crosshair's time: its row
/// and its count.
fn cell_text(plot: &Plot, cursor: Cursor) -> Option<String> {
    let at_s = cursor.at()?;
    let at_s = at_s - at_s.rem_euclid(plot.step_s);
    let count = |row: usize| plot.series[row].at(at_s, plot.step_s).unwrap_or(0.0);
    let rows = plot.series.len();
    let fullest = (0..rows).max_by(|a, b| count(*a).total_cmp(&count(*b)))?;
    let pointed = cursor.height.get().filter(|_| cursor.pinned_at().is_none());
    let row = pointed.map_or(fullest, |it| ((it.clamp(0.0, 0.999) * rows as f64) as usize).min(rows - 1));
    Some(format!("{}: {}", plot.series[row].name, grouped(count(row) as i64)))
}
