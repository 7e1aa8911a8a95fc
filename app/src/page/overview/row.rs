//! One row of the Overview: an app's state, why, and its figures. At the width of a phone it becomes a card.

use contract::{AppSummary, Health, Overview, SparkPoint};
use leptos::{html, prelude::*};

use crate::{
    chart::sparkline::{Paths, Sparkline, paths},
    live::clock::Clock,
    part::{
        event::short as event_short,
        health::{HealthMark, sentence},
        number::{Figure, Number, grouped, latency, nothing, percent, rate},
        time::length,
        visibility::seen,
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
    /// Whether it passes the filter.
    is_shown: Memo<bool>,
) -> impl IntoView {
    let node = NodeRef::<html::Tr>::new();
    let app = app_of(name.clone(), state, seen(node));
    let with = move |read: fn(&AppSummary) -> Figure| {
        Signal::derive(move || app.with(|it| it.as_ref().map_or_else(nothing, read)))
    };
    let health = Signal::derive(move || app.with(|it| it.as_ref().map_or(Health::Silent, |it| it.health)));
    let row_name = name.clone();
    let here = move || selected.with(|it| it.as_ref() == Some(&row_name));
    let event = Memo::new(move |_| app.with(|it| it.as_ref().and_then(|it| it.last_event.clone())));
    // Its age in minutes is no other for a minute.
    let event_text = Memo::new(move |_| {
        let now_s = clock.now_s.get();
        event.with(|it| it.as_ref().map(|it| format!("{}, {}", event_short(it), length(now_s - it.at_s))))
    });
    let spark = spark_paths(app, clock);
    let hot = move |loud: fn(&AppSummary) -> bool| {
        app.with(|it| it.as_ref().is_some_and(|it| it.health.needs_you() && loud(it)))
    };
    view! {
        <tr node_ref=node hidden=move || !is_shown.get() class=move || format!("{}-row", health.get().word()) class:selected=here>
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
            <td class="opt event">{move || event_text.get().unwrap_or_else(|| "–".to_owned())}</td>
            <td class="pcts">{move || app.with(|it| it.as_ref().map(short))}</td>
        </tr>
    }
}

/// The line of an app's requests: drawn anew when a point is new, not each second.
pub(crate) fn spark_paths(app: Memo<Option<AppSummary>>, clock: Clock) -> Memo<Paths> {
    let end_s = Memo::new(move |_| {
        let now_s = clock.now_s.get();
        now_s - now_s.rem_euclid(SparkPoint::STEP_S) - SparkPoint::STEP_S
    });
    let points = Memo::new(move |_| app.with(|it| it.as_ref().map(|it| it.spark.clone()).unwrap_or_default()));
    Memo::new(move |_| points.with(|it| paths(it, end_s.get())))
}

/// One app out of the shared state; what it was last, when it is not there any more, or while nobody sees it.
pub(crate) fn app_of(name: String, state: RwSignal<Overview>, is_seen: RwSignal<bool>) -> Memo<Option<AppSummary>> {
    Memo::new(move |before: Option<&Option<AppSummary>>| {
        if let Some(before) = before.filter(|_| !is_seen.get()) {
            return before.clone();
        }
        let now = state.with(|it| it.apps.iter().find(|it| it.app == name).cloned());
        now.or_else(|| before.cloned().flatten())
    })
}

pub(crate) fn why(app: &AppSummary) -> String {
    app.reasons.iter().take(2).map(sentence).collect::<Vec<_>>().join("; ")
}

fn slow(app: &AppSummary) -> bool {
    app.reasons.iter().any(|it| it.what.starts_with("p99") || it.what.starts_with("H12"))
}

fn erring(app: &AppSummary) -> bool {
    app.error_rate.is_some_and(|it| it >= 0.01)
}

/// The figures in one line, for narrow screens.
fn short(app: &AppSummary) -> String {
    // A figure and its unit stay together.
    let text = |figure: Figure| format!("{}\u{a0}{}", figure.text, figure.unit);
    match (app.p50_ms, app.p99_ms) {
        (Some(p50), Some(p99)) => {
            let errors = app.error_rate.map_or_else(nothing, percent);
            format!("p50\u{a0}{} · p99\u{a0}{} · errors\u{a0}{}", text(latency(p50)), text(latency(p99)), text(errors))
        }
        _ => format!("{} lines/s", rate(app.lines_per_s).text),
    }
}
