//! Mutes that are not over: who made them, until when, and what they held back.

use contract::alert::{AlertChange, AlertsPage, Mute};
use leptos::prelude::*;

use super::changes::{Changes, careful_button, outcome_note};
use crate::{
    live::clock::Clock,
    page::alert_words::{counted, mute_scope, when},
    part::{
        time::length,
        type_erasure::{erased_text, erased_view},
    },
};

/// The section.
pub fn section(state: RwSignal<AlertsPage>, clock: Clock, changes: Changes) -> AnyView {
    let mutes = Memo::new(move |_| state.with(|it| it.mutes.clone()));
    let shown = erased_view(move || {
        let mutes = mutes.get();
        if mutes.is_empty() {
            return view! { <p class="none">"Nothing is muted."</p> }.into_any();
        }
        let rows = mutes.into_iter().map(|it| row(it, clock, changes)).collect_view();
        view! { <ul class="rules">{rows}</ul> }.into_any()
    });
    view! {
        <section class="card story">
            <h2>"Mutes"<small>"incidents are recorded all the same"</small></h2>
            {outcome_note(changes, "unmute".to_owned(), |_| "Ended.".to_owned())}{shown}
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
    let link = mute.draft.incident.map(|it| view! { <a class="more" href=format!("/incidents/{}", it.0)>"Open"</a> });
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
            <div class="acts">{careful_button("End", "End it now?", end)}</div>
        </li>
    }
    .into_any()
}
