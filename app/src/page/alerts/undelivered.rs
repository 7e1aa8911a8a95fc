//! Messages that are not delivered: a note on every section, and the list among the channels.

use contract::alert::{AlertsPage, Delivery};
use leptos::prelude::*;

use super::tab::Tab;
use crate::{
    live::clock::Clock,
    page::alert_words::{counted, when},
    part::{
        time::length,
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
    let made = erased_text(move || format!("Made {}", when(created_s, clock.now_s.get())));
    let (tries, next_ms) = (counted(message.attempts as usize, "attempt"), message.next_ms);
    let next = erased_text(move || match next_ms {
        None => format!("Given up after {tries}"),
        Some(at_ms) => {
            let wait_s = at_ms.div_euclid(1_000) - clock.now_s.get();
            if wait_s > 0 { format!("{tries}, next in {}", length(wait_s)) } else { format!("{tries}, next now") }
        }
    });
    let problem = message.problem.map(|it| view! { <p class="bad">"Last attempt: "{it}"."</p> });
    let link = message
        .incident
        .map(|it| view! { <a class="more" href=format!("/incidents/{}", it.0)>"Incident "{it.to_string()}</a> });
    view! {
        <li>
            <div class="rule-text"><b>{message.text}</b><p>"To "{message.channel_name}". "{link}</p></div>
            <div class="verdicts"><p class=if next_ms.is_none() { "bad" } else { "warn" }>{next}</p><p class="dim">{made}</p>{problem}</div>
        </li>
    }
    .into_any()
}
