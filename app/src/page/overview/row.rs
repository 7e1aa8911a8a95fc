//! A row of the Overview: an app's health with its reasons, and its metrics. On a phone the row
//! becomes a card.

use contract::{AppSummary, Health, Overview, SparkPoint};
use leptos::{html, prelude::*};

use crate::{
    browser::visibility::visibility,
    chart::sparkline::{Paths, Sparkline, paths},
    live::clock::Clock,
    part::{
        event::short_event_text,
        health::{HealthMark, sentence},
        incident_link::incident_links,
        number::{Figure, Number, grouped, latency, nothing, percent, rate},
        time::length,
    },
};

/// The row of an app. It reads only its app from the shared state, so that a change redraws no
/// other row.
#[component]
pub fn Row(
    name: String,
    /// The state of all apps.
    state: RwSignal<Overview>,
    clock: Clock,
    /// The app that was selected by keys.
    selected: RwSignal<Option<String>>,
    /// Whether it passes the filter.
    is_shown: Memo<bool>,
) -> impl IntoView {
    let node = NodeRef::<html::Tr>::new();
    let app = app_of(name.clone(), state, visibility(node));
    let with = move |read: fn(&AppSummary) -> Figure| {
        Signal::derive(move || app.with(|app| app.as_ref().map_or_else(nothing, read)))
    };
    let health = Signal::derive(move || app.with(|app| app.as_ref().map_or(Health::Silent, |it| it.health)));
    let row_name = name.clone();
    let here = move || selected.with(|it| it.as_ref() == Some(&row_name));
    let event = Memo::new(move |_| app.with(|app| app.as_ref().and_then(|it| it.last_event.clone())));
    // The text changes once a minute only, because it tells the age in minutes.
    let event_text = Memo::new(move |_| {
        let now_s = clock.now_s.get();
        event.with(|event| event.as_ref().map(|it| format!("{}, {}", short_event_text(it), length(now_s - it.at_s))))
    });
    let incidents = Memo::new(move |_| app.with(|app| app.as_ref().map(|it| it.incidents.clone()).unwrap_or_default()));
    let spark = spark_paths(app, clock);
    let hot = move |loud: fn(&AppSummary) -> bool| {
        app.with(|app| app.as_ref().is_some_and(|it| it.health.is_bad() && loud(it)))
    };
    view! {
        <tr node_ref=node hidden=move || !is_shown.get() class=move || format!("{}-row", health.get().word()) class:selected=here>
            <td class="state"><HealthMark health /></td>
            <td class="n">
                <a class="name" href=format!("/apps/{name}")>{name.clone()}</a>
                <div class="why">{move || app.with(|it| it.as_ref().map(why))}" "<span inner_html=move || incident_links(&incidents.get())></span></div>
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

/// The sparkline of an app. It changes with each new point, not each second.
pub(crate) fn spark_paths(app: Memo<Option<AppSummary>>, clock: Clock) -> Memo<Paths> {
    let end_s = Memo::new(move |_| {
        let now_s = clock.now_s.get();
        now_s - now_s.rem_euclid(SparkPoint::STEP_S) - SparkPoint::STEP_S
    });
    let points = Memo::new(move |_| app.with(|app| app.as_ref().map(|it| it.spark.clone()).unwrap_or_default()));
    Memo::new(move |_| points.with(|it| paths(it, end_s.get())))
}

/// One app of the shared state. It keeps the last value when the app is gone, and while the row is
/// not visible.
pub(crate) fn app_of(name: String, state: RwSignal<Overview>, is_visible: RwSignal<bool>) -> Memo<Option<AppSummary>> {
    Memo::new(move |before: Option<&Option<AppSummary>>| {
        if let Some(before) = before.filter(|_| !is_visible.get()) {
            return before.clone();
        }
        let now = state.with(|state| state.apps.iter().find(|it| it.app == name).cloned());
        now.or_else(|| before.cloned().flatten())
    })
}

/// The first two reasons for an app's health.
pub(crate) fn why(app: &AppSummary) -> String {
    app.reasons.iter().take(2).map(sentence).collect::<Vec<_>>().join("; ")
}

/// Whether latency is among the reasons.
fn slow(app: &AppSummary) -> bool {
    app.reasons.iter().any(|it| it.what.starts_with("p99") || it.what.starts_with("H12"))
}

/// Whether the error rate is marked.
fn erring(app: &AppSummary) -> bool {
    app.error_rate.is_some_and(|it| it >= 0.01)
}

/// The metrics in one line, for narrow screens.
fn short(app: &AppSummary) -> String {
    // No line break between a number and its unit.
    let text = |figure: Figure| format!("{}\u{a0}{}", figure.text, figure.unit);
    match (app.p50_ms, app.p99_ms) {
        (Some(p50), Some(p99)) => {
            let errors = app.error_rate.map_or_else(nothing, percent);
            format!("p50\u{a0}{} · p99\u{a0}{} · errors\u{a0}{}", text(latency(p50)), text(latency(p99)), text(errors))
        }
        _ => format!("{} lines/s", rate(app.lines_per_s).text),
    }
}
