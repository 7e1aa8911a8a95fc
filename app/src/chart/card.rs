//! A chart with everything around it: title, legend, axis labels, overlay, and the table of its
//! numbers.

use leptos::prelude::*;

use super::{
    canvas::Canvas,
    cursor::Cursor,
    legend::legend,
    numbers::numbers,
    overlay::{overlay, percent_style},
    plot::Plot,
    spec::ChartSpec,
    tick::{self, Tick},
};
use crate::part::{
    rule_address::alert_link,
    type_erasure::{erased_option, erased_view},
};

/// Labels nearer to an end of the time axis than this share of it would be cut off.
const LABEL_INSET: f64 = 0.02;

/// The card of a chart. A click in its legend shows one series alone. `alert` is the address of the
/// form for a rule about what it shows, where there can be one.
pub fn chart_card(spec: ChartSpec, whole: Signal<Plot>, cursor: Cursor, alert: Option<String>) -> AnyView {
    titled_card(spec, spec.title.to_owned(), whole, cursor, alert)
}

/// The card of a chart under a title that is known only at run time, instead of that of `spec`.
pub fn titled_card(
    spec: ChartSpec,
    title: String,
    whole: Signal<Plot>,
    cursor: Cursor,
    alert: Option<String>,
) -> AnyView {
    let alone = RwSignal::new(None::<String>);
    let plot: Signal<Plot> =
        Memo::new(move |_| whole.with(|plot| alone.with(|alone| plot.only(alone.as_deref())))).into();
    let y = erased_view(move || {
        // Without data any axis would be made up.
        let ticks = plot.with(|it| if it.is_empty() { vec![] } else { tick::values(it.scale, spec.label) });
        let label = |it: Tick| view! { <span style=percent_style("bottom", it.share)>{it.text}</span> };
        ticks.into_iter().map(label).collect_view().into_any()
    });
    let x = erased_view(move || {
        let ticks: Vec<Tick> = plot.with(|it| tick::times(it.from_s, it.to_s));
        let inside = ticks.into_iter().filter(|it| (LABEL_INSET..=1.0 - LABEL_INSET).contains(&it.share));
        let label = |it: Tick| view! { <span style=percent_style("left", it.share)>{it.text}</span> };
        inside.map(label).collect_view().into_any()
    });
    let empty = erased_option(move || {
        plot.with(Plot::is_empty).then(|| view! { <p class="chart-empty">{spec.empty}</p> }.into_any())
    });
    let name = if spec.caption.is_empty() { title.clone() } else { format!("{title}, {}", spec.caption) };
    let label = format!("{name}. Arrow keys move the crosshair, Enter pins it, Shift with arrow keys selects a range.");
    let legend = legend(spec, &title, whole, cursor, alone);
    let alert = alert.map(|href| alert_link(href, &title));
    view! {
        <section class="card">
            <div class="card-head"><h2>{title}<small>{spec.caption}</small></h2>{alert}{legend}</div>
            <div class="chart">
                <div class="chart-y" aria-hidden="true">{y}</div>
                <div class="chart-plot">
                    <Canvas plot cursor label chart=spec.id />
                    {overlay(plot, cursor, spec.label)}
                    {empty}
                </div>
                <div class="chart-x" aria-hidden="true">{x}</div>
            </div>
            {numbers(spec, whole)}
        </section>
    }
    .into_any()
}
