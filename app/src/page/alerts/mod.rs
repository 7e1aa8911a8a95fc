//! `/alerts`: what is wrong now, the rules, channels and mutes, and what was wrong. Each section
//! has its own address, `?show=`.

pub mod tab;

pub mod headline;

pub mod changes;

pub mod list;

pub mod incidents;

pub mod now;

pub mod server;

pub mod built_in;

pub mod own_rules;

pub mod channels;

pub mod channel_form;

pub mod undelivered;

pub mod mutes;

pub mod mute_form;

pub mod windows;

pub mod history;

use contract::alert::AlertsPage;
use leptos::prelude::*;
use leptos_meta::Title;

use self::{
    changes::Changes,
    headline::{explanation, headline},
    tab::{Tab, tabs},
};
use super::{not_found::Failed, table::Page};
use crate::{
    live::{
        clock::Clock,
        status::{answered, tell_open},
    },
    part::{
        address::Address,
        rule_address,
        type_erasure::{erased_text, erased_view},
    },
    server_fns,
};

/// Requests the page's data, and shows it or the reason why there is none.
#[component]
pub fn AlertsRoute() -> impl IntoView {
    let page = server_fns::resource(|| (), |()| server_fns::alerts());
    let view = move || {
        page.get().map(|answer| match answer {
            Ok(page) => live(page),
            Err(error) => view! { <Title text=Page::Alerts.title("") /><Failed error /> }.into_any(),
        })
    };
    answered("Loading…", view)
}

/// The page, kept up to date.
fn live(page: AlertsPage) -> AnyView {
    let here = Address::of_page();
    let clock = Clock::start(page.at_ms);
    let state = RwSignal::new(page);
    let changes = Changes::start(state, clock);
    tell_open(move || state.with(|it| it.open_incidents));
    let tab = Memo::new(move |_| here.query.with(|it| Tab::from_word(it.word("show"))));
    // What became of a change, and a secret with it, is not shown again on another section.
    Effect::new(move |before: Option<Tab>| {
        let now = tab.get();
        if before.is_some_and(|it| it != now) {
            changes.outcome.set(None);
        }
        now
    });
    let head = Memo::new(move |_| state.with(|it| (headline(it), explanation(it))));
    let section = erased_view(move || match tab.get() {
        Tab::Now => now::section(state, clock),
        Tab::Rules => {
            view! { {own_rules::section(state, clock, changes)}{built_in::section(state, changes)} }.into_any()
        }
        Tab::Channels => view! {
            {channels::section(state, clock, changes)}{undelivered::section(state, clock)}
            {channel_form::section(state, changes, here)}
        }
        .into_any(),
        Tab::Mutes => view! {
            {mutes::section(state, clock, changes)}{mute_form::section(state, clock, changes)}
            {windows::section(state, changes)}
        }
        .into_any(),
        Tab::History => history::section(state, clock, here),
    });
    view! {
        <Title text=Page::Alerts.title("") />
        <div class="alerts">
            <div class="headline">
                <div>
                    <h1>{erased_text(move || head.with(|it| it.0.clone()))}</h1>
                    <p>{erased_text(move || head.with(|it| it.1.clone()))}</p>
                </div>
            </div>
            <div class="bar">
                {tabs(state, tab)}<span class="push"></span><a class="btn" href=rule_address::PATH>"New rule"</a>
            </div>
            {undelivered::note(state, tab)}
            <p class="no-script note">"Changing rules, channels and mutes requires JavaScript."</p>
            {section}
            <div class="foot">{crate::part::zone::note("Channels and maintenance windows name their own.")}</div>
        </div>
    }
    .into_any()
}
