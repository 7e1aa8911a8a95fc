//! One row of the Overview: an app's state, why, and its figures. At the width of a phone it becomes a card.

use contract::{AppSummary, Health, Overview, SparkPoint};
use leptos::prelude::*;

use crate::{
    chart::sparkline::{Sparkline, paths},
    live::clock::Clock,
    part::{
        health::HealthMark,
        number::{Figure, Number, grouped, latency, nothing, percent, rate},
        time::length,
    },
};

/// An app's row. It reads its own app out of the shared state, so that a change redraws no other row.
#[component]
pub fn Row(
    /// The app.
    name: String,
    /// The state of all.
    state: RwSignal<Overview>,
    /// The server's clock.
    clock: Clock,
    /// The app that the keys are at.
    selected: RwSignal<Option<String>>,
) -> impl IntoView {
    let key = name.clone();
    let app = Memo::new(move |before: Option<&Option<AppSummary>>| {
        let now = state.with(|it| it.apps.iter().find(|it| it.app == key).cloned());
        now.or_else(|| before.cloned().flatten())
    });
    let with = move |read: fn(&AppSummary) -> Figure| {
        Signal::derive(move || app.with(|it| it.as_ref().map_or_else(nothing, read)))
    };
    let health = Signal::derive(move || app.with(|it| it.as_ref().map_or(Health::Silent, |it| it.health)));
    let row_name = name.clone();
    let here = move || selected.with(|it| it.as_ref() == Some(&row_name));
    let age = Signal::derive(move || {
        let last_s = app.with(|it| it.as_ref().and_then(|it| it.last_line_ms)).map(|it| it.div_euclid(1_000));
        last_s.map_or_else(nothing, |it| Figure { text: length(clock.now_s.get() - it), unit: "" })
    });
    let spark = Signal::derive(move || {
        let now_s = clock.now_s.get();
        let end_s = now_s - now_s.rem_euclid(SparkPoint::STEP_S) - SparkPoint::STEP_S;
        app.with(|it| it.as_ref().map(|it| paths(&it.spark, end_s)).unwrap_or_default())
    });
    let hot = move |loud: fn(&AppSummary) -> bool| {
        app.with(|it| it.as_ref().is_some_and(|it| it.health.needs_you() && loud(it)))
    };
    view! {
        <tr class=move || format!("{}-row", health.get().word()) class:selected=here>
            <td class="state"><HealthMark health /></td>
            <td class="n">
                <a class="name" href=format!("/apps/{name}")>{name.clone()}</a>
                <div class="why">{move || app.with(|it| it.as_ref().map(why))}</div>
            </td>
            <td class="num big rate"><Number figure=with(|it| it.requests_per_s.map_or_else(nothing, rate)) /></td>
            <td class="sp"><Sparkline paths=spark /></td>
            <td class="num opt"><Number figure=with(|it| it.p50_ms.map_or_else(nothing, latency)) /></td>
            <td class="num opt"><Number figure=with(|it| it.p95_ms.map_or_else(nothing, latency)) /></td>
            <td class="num opt" class:hot=move || hot(slow)><Number figure=with(|it| it.p99_ms.map_or_else(nothing, latency)) /></td>
            <td class="num opt" class:hot=move || hot(erring)><Number figure=with(|it| it.error_rate.map_or_else(nothing, percent)) /></td>
            <td class="num opt"><Number figure=with(|it| it.dynos.map_or_else(nothing, |n| Figure { text: grouped(i64::from(n)), unit: "" })) /></td>
            <td class="num opt age"><Number figure=age /></td>
            <td class="pcts">{move || app.with(|it| it.as_ref().map(short))}</td>
        </tr>
    }
}

fn why(app: &AppSummary) -> String {
    app.reasons.iter().take(2).map(|it| format!("{} {}", it.what, it.detail)).collect::<Vec<_>>().join("; ")
}

fn slow(app: &AppSummary) -> bool {
    app.reasons.iter().any(|it| it.what.starts_with("p99") || it.what.starts_with("H12"))
}

fn erring(app: &AppSummary) -> bool {
    app.error_rate.is_some_and(|it| it >= 0.01)
}

/// The figures in one line, for narrow screens.
fn short(app: &AppSummary) -> String {
    let text = |figure: Figure| format!("{} {}", figure.text, figure.unit);
    match (app.p50_ms, app.p99_ms) {
        (Some(p50), Some(p99)) => {
            let errors = app.error_rate.map_or_else(nothing, percent);
            format!("p50 {} · p99 {} · errors {}", text(latency(p50)), text(latency(p99)), text(errors))
        }
        _ => format!("{} lines", text(rate(app.lines_per_s))),
    }
}
