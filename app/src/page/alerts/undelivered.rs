//! Messages that were not delivered: a note on every section, and the list among the channels.

use contract::alert::{AlertsPage, Delivery};
use leptos::prelude::*;

use super::tab::Tab;
use crate::{
    live::clock::Clock,
    page::alert_words::{attempts_text, counted, when},
    part::{
        incident_link,
        type_erasure::{erased_option, erased_text},
    },
};

/// The note, with a link to the list; absent while everything was delivered, and beside the list.
pub fn note(state: RwSignal<AlertsPage>, tab: Memo<Tab>) -> AnyView {
    let n = Memo::new(move |_| state.with(|it| it.undelivered.len()));
    let note = erased_option(move || {
        let n = n.get();
        (n > 0 && tab.get() != Tab::Channels).then(|| {
            let verb = if n == 1 { "is" } else { "are" };
            view! {
                <p class="reasons failing" role="status">
                    <span><b>{counted(n, "message")}" "{verb}" not delivered."</b>" "<a href=Tab::Channels.address()>"Channels"</a></span>
                </p>
            }
            .into_any()
        })
    });
    view! { {note} }.into_any()
}

/// The list; absent while everything was delivered.
pub fn section(state: RwSignal<AlertsPage>, clock: Clock) -> AnyView {
    let undelivered = Memo::new(move |_| state.with(|it| it.undelivered.clone()));
    let list = erased_option(move || {
        let all = undelivered.get();
        if all.is_empty() {
            return None;
        }
        let rows = all.into_iter().map(|it| row(it, clock)).collect_view();
        Some(
            view! {
                <section class="card story troubled">
                    <h2>"Not delivered"<small>"newest first"</small></h2>
                    <ul class="rules">{rows}</ul>
                </section>
            }
            .into_any(),
        )
    });
    view! { {list} }.into_any()
}

fn row(message: Delivery, clock: Clock) -> AnyView {
    let created_s = message.created_ms.div_euclid(1_000);
    let created = erased_text(move || format!("Created {}", when(created_s, clock.now_s.get())));
    let class = if message.next_ms.is_none() { "bad" } else { "warn" };
    let problem = message.problem.clone().map(|it| view! { <p class="bad">"Last attempt: "{it}"."</p> });
    let link = message
        .incident
        .map(|it| view! { <a class="more" href=incident_link::address(it.0)>"Incident "{it.to_string()}</a> });
    let (text, channel) = (message.text.clone(), message.channel_name.clone());
    let attempts = erased_text(move || attempts_text(&message, clock.now_s.get()));
    view! {
        <li>
            <div class="rule-text"><b>{text}</b><p>"To "{channel}". "{link}</p></div>
            <div class="verdicts"><p class=class>{attempts}</p><p class="dim">{created}</p>{problem}</div>
        </li>
    }
    .into_any()
}
