//! A chart with everything around it: title, legend, axis labels, overlay, and the table of its
//! numbers.

use contract::ChartId;
use leptos::prelude::*;

use super::{
    canvas::Canvas,
    cursor::Cursor,
    ends::{End, ends},
    legend::legend,
    numbers::numbers,
    overlay::{overlay, percent_style},
    plot::Plot,
    spec::ChartSpec,
    tick::{self, Tick},
};
use crate::part::type_erasure::{erased_option, erased_text, erased_view};

/// Labels nearer to an end of the time axis than this share of it would be cut off.
const LABEL_INSET: f64 = 0.02;

/// The buttons that save a chart, as HTML: they work by a script of their own (`early.rs`). The
/// points of a metric have links on their page.
const SAVE: &str =
    "<button type=\"button\" data-save=\"csv\">CSV</button><button type=\"button\" data-save=\"png\">PNG</button>";
const SAVE_PICTURE: &str = "<button type=\"button\" data-save=\"png\">PNG</button>";

/// The card of a chart. A click in its legend shows one series alone. `links` are what
/// can be done with what it shows (`part/onward.rs`).
pub fn chart_card(spec: ChartSpec, whole: Signal<Plot>, cursor: Cursor, links: Option<AnyView>) -> AnyView {
    titled_card(spec, spec.title.to_owned(), whole, cursor, links)
}

/// The card of a chart under a title that is known only at run time, instead of that of `spec`.
pub fn titled_card(
    spec: ChartSpec,
    title: String,
    whole: Signal<Plot>,
    cursor: Cursor,
    links: Option<AnyView>,
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
    // A metric's page is made anew for each choice, so that its groups are known here.
    let is_one = move || whole.with_untracked(|it| it.series.len() < 2 && it.limit.is_none());
    let has_ends = spec.has_ends && (spec.id != ChartId::Metric || !is_one());
    let ends = has_ends.then(|| {
        let names = Memo::new(move |_| plot.with(|it| ends(it, spec.label)));
        let name = |End { share, name, color }: End| {
            let style = format!("{};--c:var({color})", percent_style("bottom", share));
            view! { <span style=style title=name.clone()>{name.clone()}</span> }
        };
        let names = erased_view(move || names.get().into_iter().map(name).collect_view().into_any());
        view! { <div class="chart-ends" aria-hidden="true">{names}</div> }
    });
    let window = erased_text(move || match plot.with(|it| it.window_s) {
        0 => String::new(),
        window_s => format!(" · each point over {window_s} s"),
    });
    let empty = erased_option(move || {
        plot.with(Plot::is_empty).then(|| view! { <p class="chart-empty">{spec.empty}</p> }.into_any())
    });
    let name = if spec.caption.is_empty() { title.clone() } else { format!("{title}, {}", spec.caption) };
    let label = format!("{name}. Arrow keys move the crosshair, Enter pins it, Shift with arrow keys selects a range.");
    let legend = legend(spec, &title, whole, cursor, alone);
    let save_label = format!("Save {title}");
    let save = if spec.id == ChartId::Metric { SAVE_PICTURE } else { SAVE };
    view! {
        <section class="card">
            <div class="card-head"><h2>{title}<small>{spec.caption}{window}</small></h2>{links}{legend}</div>
            <div class="chart" class:ends=has_ends>
                <div class="chart-y" aria-hidden="true">{y}</div>
                <div class="chart-plot">
                    <Canvas plot cursor label chart=spec.id />
                    {overlay(plot, cursor)}
                    {empty}
                </div>
                {ends}
                <div class="chart-x" aria-hidden="true">{x}</div>
            </div>
            <span class="save" role="group" aria-label=save_label data-chart=spec.id.word() inner_html=save></span>
            {numbers(spec, whole)}
        </section>
    }
    .into_any()
}
