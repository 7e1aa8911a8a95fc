//! What is wrong now, the worst first; and how the server itself is.

use contract::alert::AlertsPage;
use leptos::prelude::*;

use super::{incidents::table, server, tab::Tab};
use crate::{
    live::clock::Clock,
    part::type_erasure::{erased_option, erased_view},
};

/// The section.
pub fn section(state: RwSignal<AlertsPage>, clock: Clock) -> AnyView {
    let open = Memo::new(move |_| state.with(|it| (it.open.clone(), it.mutes.clone())));
    let shown = erased_view(move || {
        let (open, mutes) = open.get();
        if open.is_empty() { calm(state) } else { table(open, &mutes, clock) }
    });
    view! { {nobody_is_told(state)}{shown}{server::card(state, clock)} }.into_any()
}

/// What stands there while nothing is wrong.
fn calm(state: RwSignal<AlertsPage>) -> AnyView {
    let (has_apps, has_history) = state.with_untracked(|it| (!it.apps.is_empty(), !it.history.is_empty()));
    let text = if has_apps {
        "No incidents. When a rule fires, its incident appears here and a message goes to your channels."
    } else {
        "Once an app sends log lines, the built-in rules watch it."
    };
    let past = has_history.then(|| view! { <a class="more" href=Tab::History.address()>"Past incidents"</a> });
    view! { <section class="card calm"><p>{text}" "{past}</p></section> }.into_any()
}

/// Says so where no channel gets messages.
fn nobody_is_told(state: RwSignal<AlertsPage>) -> AnyView {
    let is_untold = Memo::new(move |_| state.with(|it| it.channels.is_empty() && !it.apps.is_empty()));
    let note = erased_option(move || {
        is_untold.get().then(|| {
            view! {
                <p class="reasons degraded">
                    <span><b>"Nobody is notified."</b>" There is no channel for messages yet. "
                    <a href=Tab::Channels.address()>"Add a channel"</a></span>
                </p>
            }
            .into_any()
        })
    });
    view! { {note} }.into_any()
}
