//! Incidents that are over, of all apps or of one.

use contract::alert::AlertsPage;
use leptos::prelude::*;

use super::incidents::table;
use crate::{
    live::clock::Clock,
    page::form_fields::{app_options, select},
    part::{address::Address, type_erasure::erased_view},
};

/// The section. The filter is a form, so that it works without JavaScript too.
pub fn section(state: RwSignal<AlertsPage>, clock: Clock, here: Address) -> AnyView {
    let app = Memo::new(move |_| here.query.with(|it| it.word("app").to_owned()));
    let history = Memo::new(move |_| {
        let app = app.get();
        let is_wanted = |of: &str| app.is_empty() || app == of;
        state.with(|page| page.history.iter().filter(|it| is_wanted(&it.app)).cloned().collect::<Vec<_>>())
    });
    let shown = erased_view(move || {
        let (history, app) = (history.get(), app.get());
        if !history.is_empty() {
            return table(history, &[], clock);
        }
        let text =
            if app.is_empty() { "No past incidents.".to_owned() } else { format!("No past incidents of {app}.") };
        view! { <section class="card calm"><p>{text}</p></section> }.into_any()
    });
    let choose = move |event| here.go(&here.changed("app", &event_target_value(&event)));
    let chosen = app.get_untracked();
    let apps = state.with_untracked(|it| app_options(&it.apps, "All apps"));
    view! {
        <form method="get" action="" class="bar">
            <input type="hidden" name="show" value="history" />
            <label class="pick" on:change=choose><span class="vh">"App"</span>{select("app", apps, &chosen)}</label>
            <button class="btn no-script" type="submit">"Apply"</button>
        </form>
        {shown}
    }
    .into_any()
}
