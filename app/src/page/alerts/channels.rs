//! Where messages go: every channel with its last delivery, a test and a way to remove it.

use contract::alert::{AlertChange, AlertsPage, Changed, Channel, Severity};
use leptos::prelude::*;

use super::{
    changes::{Changes, outcome_note},
    channel_form,
    list::{list, none},
};
use crate::{
    live::clock::Clock,
    page::alert_words::counted,
    page::form_fields::careful_button,
    part::{time::length, type_erasure::erased_text},
};

/// The section.
pub fn section(state: RwSignal<AlertsPage>, clock: Clock, changes: Changes) -> AnyView {
    let saved = outcome_note(changes, channel_form::SAVED.to_owned(), |_| "Saved.".to_owned());
    let channels = list(
        "rules channels",
        move || state.with(|it| it.channels.clone()),
        || none("No channels yet: nobody is notified."),
        move |it| row(it, clock, changes),
    );
    view! {
        <section class="card story">
            <h2>"Channels"<small>"where messages go"</small></h2>
            {outcome_note(changes, "channel-gone".to_owned(), |_| "Removed.".to_owned())}{saved}{channels}
        </section>
    }
    .into_any()
}

fn row(channel: Channel, clock: Clock, changes: Changes) -> AnyView {
    let id = channel.id;
    let name = if channel.name.is_empty() { channel.kind.name().to_owned() } else { channel.name.clone() };
    let apps = if channel.apps.is_empty() { "all apps".to_owned() } else { channel.apps.join(", ") };
    let from = match channel.severity {
        Severity::Critical => "only critical".to_owned(),
        other => format!("{} and above", other.word()),
    };
    let what =
        format!("{} at {}, {apps}, {from}, times in {}", channel.kind.name(), channel.target, zone(&channel.zone));
    let delivered_ms = channel.delivered_ms;
    let last = erased_text(move || match delivered_ms {
        None => "Nothing delivered yet".to_owned(),
        Some(at_ms) => format!("Last delivery {} ago", length(clock.now_s.get() - at_ms.div_euclid(1_000))),
    });
    let waiting = (channel.waiting > 0)
        .then(|| view! { <p class="warn">{counted(channel.waiting as usize, "message")}" waiting"</p> });
    let problem = channel.problem.map(|it| view! { <p class="bad">"Last attempt: "{it}"."</p> });
    let key = format!("test-{id}");
    let note = outcome_note(changes, key.clone(), tested);
    let test = move |_| changes.make(key.clone(), AlertChange::TestChannel(id), || ());
    let remove = move || changes.make("channel-gone".to_owned(), AlertChange::RemoveChannel(id), || ());
    view! {
        <li>
            <div class="rule-text"><b>{name}</b><p>{what}</p></div>
            <div class="verdicts"><p>{last}</p>{waiting}{problem}{note}</div>
            <div class="acts">
                <a class="btn small needs-script" href=channel_form::address(id)>"Edit"</a>
                <button class="btn small needs-script" type="button" on:click=test>"Send a test"</button>
                {careful_button("Remove", "Remove for good?", remove)}
            </div>
        </li>
    }
    .into_any()
}

fn zone(zone: &str) -> &str {
    if zone.is_empty() { "UTC" } else { zone }
}

/// What became of a test message.
fn tested(changed: &Changed) -> String {
    match &changed.delivery {
        Some(it) if it.delivered_ms.is_some() => "Test delivered.".to_owned(),
        Some(it) => {
            let problem = it.problem.as_deref().unwrap_or("no answer yet");
            format!("Test not delivered: {problem}.")
        }
        None => "Test sent.".to_owned(),
    }
}
