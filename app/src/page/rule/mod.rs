//! `/alerts/new`: the form of a rule, with what the rule would have done in the last days. The
//! address holds the whole form, so that charts and searches can fill it in, and so that it shows a
//! preview without JavaScript too. With `?id=` it changes a rule that exists.

pub mod draft;

pub mod form;

pub mod preview;

pub mod start;

#[cfg(feature = "ssr")]
pub mod loading;

use leptos::prelude::*;
use leptos_meta::Title;

#[cfg(feature = "ssr")]
use self::loading::load;
#[cfg(not(feature = "ssr"))]
use self::start::load;
use self::{
    form::form,
    preview::{keep_previewed, preview_card},
    start::Start,
};
use super::{
    not_found::{Failed, NotFound},
    table::Page,
};
use crate::{
    Error,
    live::status::{answered, show_still},
    part::address::Address,
    server_fns,
};

/// Loads what the form begins with.
#[component]
pub fn RuleRoute() -> impl IntoView {
    let here = Address::of_page();
    show_still();
    // Untracked: what is entered changes the address, and must not load the form anew.
    let start = server_fns::resource(move || here.query.get_untracked(), load);
    let view = move || {
        start.get().map(|answer| {
            let shown = match answer {
                Ok(start) => shown(start),
                Err(Error::Answer(contract::Error::NotFound(text))) => {
                    view! { <NotFound what=("Rule not found", text) /> }.into_any()
                }
                Err(error) => view! { <Failed error /> }.into_any(),
            };
            view! { {shown} }
        })
    };
    answered("Loading…", view)
}

fn shown(start: Start) -> AnyView {
    let title = if start.id.is_some() { format!("Rule: {}", start.rule.name) } else { Page::Rule.title("") };
    let shown = RwSignal::new((start.rule.clone(), start.preview.clone()));
    let entered = RwSignal::new(start.rule.clone());
    keep_previewed(start.app.clone(), entered, shown);
    let heading = if start.id.is_some() { "Edit rule" } else { "New rule" };
    view! {
        <Title text=title />
        <div class="apphead"><h1>{heading}</h1><span class="push"></span><a class="btn" href="/alerts?show=rules">"All rules"</a></div>
        <div class="rule-page">
            {form(start, entered)}
            {preview_card(shown)}
        </div>
        <div class="foot">{crate::part::zone::note("The preview applies the rule to the past; firings close together count as one.")}</div>
    }
    .into_any()
}
