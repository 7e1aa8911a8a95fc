//! Values over the whole range: as large numbers, and as a table.

use contract::board::{NamedPoints, PanelSeries};
use leptos::prelude::*;

use crate::part::{
    number::{Figure, figure_text},
    type_erasure::erased_view,
};

/// How a value is written.
type Writing = fn(f64) -> Figure;

/// The value of a series over the whole range.
fn value(series: &NamedPoints) -> Option<f64> {
    series.points.last().map(|it| it.1)
}

/// One large number, or several with their names.
pub fn numbers(series: Signal<Option<PanelSeries>>, write: Writing) -> AnyView {
    let shown = erased_view(move || {
        let series = series.get().map(|it| it.series).unwrap_or_default();
        let is_alone = series.len() < 2;
        let figure = |name: Option<String>, value: Option<f64>| {
            let name = name.map(|it| view! { <dt>{it}</dt> });
            view! { <div>{name}<dd>{figure_text(value.map(write))}</dd></div> }
        };
        if series.is_empty() {
            return figure(None, None).into_any();
        }
        let each = series.into_iter().map(|series| {
            let value = value(&series);
            figure((!is_alone).then_some(series.name), value)
        });
        each.collect_view().into_any()
    });
    view! { <dl class="panel-numbers">{shown}</dl> }.into_any()
}

/// A row for each series, the greatest first.
pub fn table(series: Signal<Option<PanelSeries>>, write: Writing) -> AnyView {
    let shown = erased_view(move || {
        let Some(PanelSeries { mut series, more, .. }) = series.get() else { return ().into_any() };
        if series.is_empty() {
            return view! { <p class="none">"No data in this range."</p> }.into_any();
        }
        let key = |it: &NamedPoints| value(it).unwrap_or(f64::MIN);
        series.sort_by(|a, b| key(b).total_cmp(&key(a)));
        let greatest = series.first().and_then(value).unwrap_or(0.0);
        let row = |series: NamedPoints| {
            let found = value(&series);
            let share = found.filter(|_| greatest > 0.0).map_or(0.0, |it| (it / greatest).clamp(0.0, 1.0));
            let style = format!("--share:{}%", (share * 100.0) as i64);
            let value = figure_text(found.map(write));
            view! { <tr style=style><th scope="row">{series.name}</th><td class="num">{value}</td></tr> }
        };
        let rows = series.into_iter().map(row).collect_view();
        let more = (more > 0).then(|| view! { <p class="dim">{format!("{more} more are not shown.")}</p> });
        view! {
            <div class="scroll" tabindex="0" role="region" aria-label="Values">
                <table class="panel-table"><tbody>{rows}</tbody></table>
            </div>
            {more}
        }
        .into_any()
    });
    view! { <div>{shown}</div> }.into_any()
}
