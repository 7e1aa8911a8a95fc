//! A chart with its title, the legend that is also the readout, labels, and a table of the same numbers.

use leptos::{ev::Event, prelude::*};

use super::{
    canvas::Canvas,
    cursor::Cursor,
    legend::{latest, legend, plain},
    over::{over, percent},
    plot::Plot,
    tick::{self, Tick},
};
use crate::part::{
    erased::{live, maybe},
    number::Figure,
};

/// Rows of the table.
const ROWS: i64 = 12;

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
    /// Entries of the legend; the others are counted.
    pub entries: usize,
}

/// The chart.
pub fn chart_card(words: Words, whole: Signal<Plot>, cursor: Cursor) -> AnyView {
    let alone = RwSignal::new(None::<String>);
    let plot: Signal<Plot> = Memo::new(move |_| whole.with(|it| alone.with(|alone| it.only(alone.as_deref())))).into();
    let y = live(move || {
        // An axis of nothing would be made up.
        let ticks = plot.with(|it| if it.is_empty() { vec![] } else { tick::values(it.scale, words.label) });
        ticks
            .into_iter()
            .map(|(share, text)| view! { <span style=percent("bottom", share)>{text}</span> })
            .collect_view()
            .into_any()
    });
    let x = live(move || {
        let ticks: Vec<Tick> = plot.with(|it| tick::times(it.from_s, it.to_s));
        let inside = ticks.into_iter().filter(|it| (0.02..=0.98).contains(&it.0));
        inside.map(|(share, text)| view! { <span style=percent("left", share)>{text}</span> }).collect_view().into_any()
    });
    let empty = maybe(move || {
        plot.with(Plot::is_empty).then(|| view! { <p class="chart-empty">{words.nothing}</p> }.into_any())
    });
    let label = format!(
        "{}, {}. Arrow keys move the crosshair, Enter pins it, Shift chooses a span.",
        words.title, words.about
    );
    view! {
        <section class="card">
            <div class="card-head"><h2>{words.title}<small>{words.about}</small></h2>{legend(words, whole, cursor, alone)}</div>
            <div class="chart">
                <div class="chart-y" aria-hidden="true">{y}</div>
                <div class="chart-plot">
                    <Canvas plot cursor label title=words.title />
                    {over(plot, cursor, words.label)}
                    {empty}
                </div>
                <div class="chart-x" aria-hidden="true">{x}</div>
            </div>
            {numbers(words, whole)}
        </section>
    }
    .into_any()
}

/// The same numbers as a table: for screen readers, for copying, and without JavaScript. While it is closed it stays as it was.
fn numbers(words: Words, plot: Signal<Plot>) -> AnyView {
    let is_open = RwSignal::new(false);
    let table = Memo::new(move |before: Option<&Vec<Vec<String>>>| match before {
        Some(before) if !is_open.get() => before.clone(),
        _ => plot.with(|it| table(words, it)),
    });
    let head = live(move || {
        let names = table.with(|it| it.first().cloned().unwrap_or_default());
        names.into_iter().map(|it| view! { <th scope="col" class="num">{it}</th> }).collect_view().into_any()
    });
    let rows = live(move || {
        let rows: Vec<Vec<String>> = table.with(|it| it.iter().skip(1).cloned().collect());
        let row = |row: Vec<String>| {
            let mut cells = row.into_iter();
            let time = cells.next();
            let cells = cells.map(|it| view! { <td class="num">{it}</td> }).collect_view();
            view! { <tr><th scope="row">{time}</th>{cells}</tr> }
        };
        rows.into_iter().map(row).collect_view().into_any()
    });
    view! {
        <details class="numbers" on:toggle=move |event: Event| is_open.set(opened(&event))>
            <summary>"Numbers"</summary>
            <div class="scroll">
                <table class="rows">
                    <thead><tr>{head}</tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </details>
    }
    .into_any()
}

#[cfg(feature = "hydrate")]
fn opened(event: &Event) -> bool {
    event_target::<web_sys::Element>(event).has_attribute("open")
}

#[cfg(not(feature = "hydrate"))]
fn opened(_: &Event) -> bool {
    false
}

/// The table as text: the names, then some rows that begin with their time, the newest first.
fn table(words: Words, plot: &Plot) -> Vec<Vec<String>> {
    let steps = (plot.to_s - plot.from_s) / plot.step_s;
    let stride_s = (steps / ROWS).max(1) * plot.step_s;
    let last_s = latest(plot);
    let names = std::iter::once("UTC".to_owned()).chain(plot.series.iter().map(|it| it.name.clone())).collect();
    let row = |at_s: i64| {
        let time = tick::moment(at_s, plot.step_s, plot.to_s - plot.from_s);
        let values = plot.series.iter().map(|it| plain(it.at(at_s, plot.reach_s()).map(words.figure)));
        std::iter::once(time).chain(values).collect()
    };
    let times = (0..ROWS).map(|it| last_s - it * stride_s).filter(|it| *it >= plot.from_s);
    std::iter::once(names).chain(times.map(row)).collect()
}
