//! A chart with its title, the legend that is also the readout, labels, and a table of the same numbers.

use leptos::prelude::*;

use super::{
    canvas::Canvas,
    plot::Plot,
    tick::{self, Tick},
};
use crate::part::{
    number::Figure,
    time::{clock, clock_seconds},
};

/// Rows of the table.
const ROWS: i64 = 12;
/// Entries of the legend; the others are counted.
const ENTRIES: usize = 6;

/// How a chart speaks of its values.
#[derive(Clone, Copy)]
pub struct Words {
    /// Its title.
    pub title: &'static str,
    /// What is measured, in small.
    pub about: &'static str,
    /// A value as the legend shows it.
    pub figure: fn(f64) -> Figure,
    /// A value as the axis shows it.
    pub label: fn(f64) -> String,
    /// What stands in the box when there is nothing to draw.
    pub nothing: &'static str,
}

/// The chart.
#[component]
pub fn ChartCard(
    /// How it speaks.
    words: Words,
    /// What it shows.
    #[prop(into)]
    plot: Signal<Plot>,
    /// The time under the pointer.
    cursor: RwSignal<Option<i64>>,
) -> impl IntoView {
    let place = move |share: f64, side: &str| format!("{side}:{:.3}%", share * 100.0);
    let y = move || {
        let ticks = plot.with(|it| tick::values(it.scale, words.label));
        ticks.into_iter().map(|(share, text)| view! { <span style=place(share, "bottom")>{text}</span> }).collect_view()
    };
    let x = move || {
        let ticks: Vec<Tick> = plot.with(|it| tick::times(it.from_s, it.to_s));
        let inside = ticks.into_iter().filter(|it| (0.02..=0.98).contains(&it.0));
        inside.map(|(share, text)| view! { <span style=place(share, "left")>{text}</span> }).collect_view()
    };
    let crosshair = move || {
        let at_s = cursor.get()?;
        let share = plot.with(|it| it.x(at_s as f64 + it.step_s as f64 / 2.0));
        (0.0..=1.0).contains(&share).then(|| view! { <i class="crosshair" style=place(share, "left")></i> })
    };
    let empty = move || plot.with(Plot::is_empty).then(|| view! { <p class="chart-empty">{words.nothing}</p> });
    let label = format!("{}, {}. Arrow keys move the crosshair.", words.title, words.about);
    view! {
        <section class="card">
            <h2>{words.title}<small>{words.about}</small><Legend words plot cursor /></h2>
            <div class="chart">
                <div class="chart-y" aria-hidden="true">{y}</div>
                <div class="chart-plot">
                    <Canvas plot cursor label />
                    {crosshair}
                    {empty}
                </div>
                <div class="chart-x" aria-hidden="true">{x}</div>
            </div>
            <Numbers words plot />
        </section>
    }
}

/// Names, colours, and the values under the crosshair, or else the latest.
#[component]
fn Legend(words: Words, plot: Signal<Plot>, cursor: RwSignal<Option<i64>>) -> impl IntoView {
    let entries = move || {
        plot.with(|plot| {
            let at_s = cursor.get().unwrap_or_else(|| latest(plot));
            let reach_s = plot.join_s.max(plot.step_s);
            let mut shown: Vec<_> =
                plot.series.iter().map(|it| (it.name.clone(), it.color, it.at(at_s, reach_s))).collect();
            let more = shown.len().saturating_sub(ENTRIES);
            shown.truncate(ENTRIES);
            let entries = shown.into_iter().map(|(name, color, value)| {
                let figure = value.map(words.figure);
                let text = figure.map_or("–".to_owned(), |it| format!("{} {}", it.text, it.unit));
                view! { <span><i style=format!("background:var({color})")></i>{name}" "<b>{text}</b></span> }
            });
            let entries = entries.collect_view();
            let more = (more > 0).then(|| view! { <span>{format!("{more} more")}</span> });
            let time = cursor
                .get()
                .map(|it| view! { <time>{if plot.step_s < 60 { clock_seconds(it) } else { clock(it) }}</time> });
            (time, entries, more)
        })
    };
    view! { <span class="legend">{entries}</span> }
}

/// The newest step that is likely to be complete.
fn latest(plot: &Plot) -> i64 {
    let newest_s = plot.series.iter().filter_map(|it| it.points.last()).map(|it| it.0).max().unwrap_or(plot.to_s);
    newest_s.min(plot.fresh_s - plot.step_s)
}

/// The same numbers as a table: for screen readers, for copying, and without JavaScript.
#[component]
fn Numbers(words: Words, plot: Signal<Plot>) -> impl IntoView {
    let head = move || {
        let names = plot.with(|it| it.series.iter().map(|it| it.name.clone()).collect::<Vec<_>>());
        names.into_iter().map(|it| view! { <th scope="col" class="num">{it}</th> }).collect_view()
    };
    let rows = move || {
        plot.with(|plot| {
            let steps = (plot.to_s - plot.from_s) / plot.step_s;
            let stride_s = (steps / ROWS).max(1) * plot.step_s;
            let last_s = latest(plot);
            let times: Vec<i64> = (0..ROWS).map(|it| last_s - it * stride_s).filter(|it| *it >= plot.from_s).collect();
            let row = |at_s: i64| {
                let cell = |value: Option<f64>| {
                    let figure = value.map(words.figure);
                    view! { <td class="num">{figure.map_or("–".to_owned(), |it| format!("{} {}", it.text, it.unit))}</td> }
                };
                let reach_s = plot.join_s.max(plot.step_s);
                let cells = plot.series.iter().map(|it| cell(it.at(at_s, reach_s))).collect_view();
                view! { <tr><th scope="row">{clock_seconds(at_s)}</th>{cells}</tr> }
            };
            times.into_iter().map(row).collect_view()
        })
    };
    view! {
        <details class="numbers">
            <summary>"Numbers"</summary>
            <table class="rows">
                <thead><tr><th scope="col">"UTC"</th>{head}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </details>
    }
}
