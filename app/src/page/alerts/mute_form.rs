//! The form that mutes an app, a rule or everything for a while.

use contract::alert::{AlertChange, AlertsPage, MuteDraft};
use leptos::prelude::*;

use super::changes::{Changes, outcome_note};
use crate::{
    live::clock::Clock,
    page::{
        alert_until::{self, Until},
        form_fields::{app_options, input, labelled, select},
    },
    part::{
        field::{Form, reset, values},
        health::capital,
    },
};

/// The key of the form's change.
const KEY: &str = "mute";

/// The section.
pub fn section(state: RwSignal<AlertsPage>, clock: Clock, changes: Changes) -> AnyView {
    let form = Form::new();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let values = values(form);
        let text = |name: &str| Some(values.word(name).to_owned()).filter(|it| !it.is_empty());
        let entered = alert_until::entered_ms(values.word("until"));
        let until_ms = entered.unwrap_or_else(|| Until::from_word(values.word("for")).ms(clock.now_s.get_untracked()));
        let draft = MuteDraft {
            app: text("app"),
            rule: text("rule").and_then(|it| it.parse().ok()),
            incident: None,
            until_ms,
            reason: values.word("reason").trim().to_owned(),
        };
        changes.make(KEY.to_owned(), AlertChange::Mute(draft), move || reset(form));
    };
    let (apps, rules) = state.with_untracked(|page| {
        let any = (String::new(), "Every rule".to_owned());
        let built_in = page.built_in.iter().map(|it| (it.rule.word().to_owned(), capital(&it.name)));
        let own = page.rules.iter().map(|it| (format!("rule-{}", it.id), it.rule.name.clone()));
        let rules = std::iter::once(any).chain(built_in).chain(own).collect::<Vec<_>>();
        (app_options(&page.apps, "All apps"), rules)
    });
    let lengths = Until::ALL.map(|it| (it.word().to_owned(), it.label().to_owned())).to_vec();
    view! {
        <section class="card story needs-script">
            <h2>"Mute"<small>"no messages for a while"</small></h2>
            <form method="get" action="" class="fields" node_ref=form data-waits="" on:submit=submit>
                {labelled("App", "", select("app", apps, ""))}{labelled("Rule", "", select("rule", rules, ""))}
                {labelled("For", "", select("for", lengths, ""))}
                {labelled("Or until", "In your time zone.", input("until", "datetime-local", String::new(), ""))}
                {labelled("Reason", "", input("reason", "text", String::new(), ""))}
                <div class="acts">
                    <button class="btn main" type="submit">"Mute"</button>
                    {outcome_note(changes, KEY.to_owned(), |_| "Muted.".to_owned())}
                </div>
            </form>
        </section>
    }
    .into_any()
}
