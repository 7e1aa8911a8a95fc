//! Mutes that are not over: who made them, until when, and what they held back.

use contract::alert::{AlertChange, AlertsPage, Mute};
use leptos::prelude::*;

use super::{
    changes::{Changes, outcome_note},
    list::{list, none},
};
use crate::{
    live::clock::Clock,
    page::alert_words::{counted, mute_scope, when},
    page::form_fields::careful_button,
    part::{incident_link, time::length, type_erasure::erased_text},
};

/// The section.
pub fn section(state: RwSignal<AlertsPage>, clock: Clock, changes: Changes) -> AnyView {
    let mutes = list(
        "rules",
        move || state.with(|it| it.mutes.clone()),
        || none("Nothing is muted."),
        move |it| row(it, clock, changes),
    );
    view! {
        <section class="card story">
            <h2>"Mutes"<small>"incidents are still recorded"</small></h2>
            {outcome_note(changes, "unmute".to_owned(), |_| "Unmuted.".to_owned())}{mutes}
        </section>
    }
    .into_any()
}

fn row(mute: Mute, clock: Clock, changes: Changes) -> AnyView {
    let (id, until_s) = (mute.id, mute.draft.until_ms.div_euclid(1_000));
    let until = erased_text(move || {
        let now_s = clock.now_s.get();
        format!("Until {}, {} left", when(until_s, now_s), length(until_s - now_s))
    });
    let scope = mute_scope(&mute);
    let link = mute.draft.incident.map(|it| view! { <a class="more" href=incident_link::address(it.0)>"Open"</a> });
    let reason = (!mute.draft.reason.is_empty()).then(|| view! { <p>{mute.draft.reason.clone()}</p> });
    let hidden = match mute.hidden {
        0 => "No message held back".to_owned(),
        n => format!("{} held back", counted(n as usize, "message")),
    };
    let end = move || changes.make("unmute".to_owned(), AlertChange::Unmute(id), || ());
    view! {
        <li>
            <div class="rule-text"><b>{scope}</b>" "{link}{reason}<p class="dim">"By "{mute.by}</p></div>
            <div class="verdicts"><p>{until}</p><p class="dim">{hidden}</p></div>
            <div class="acts">{careful_button("Unmute", "Unmute now?", end)}</div>
        </li>
    }
    .into_any()
}
