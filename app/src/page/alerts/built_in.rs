//! The rules that every app has, each with a switch an app.

use contract::alert::{AlertChange, AlertsPage, BuiltIn, BuiltInRule};
use leptos::prelude::*;

use super::changes::{Changes, outcome_note};
use crate::{
    page::form_fields::{app_options, labelled, select},
    part::{
        field::{Form, values},
        health::capital,
        severity::severity_mark,
        type_erasure::{erased_option, erased_view},
    },
};

/// With more apps than this a rule lists only those for which it is off.
const SWITCHES_MAX: usize = 6;

/// The section.
pub fn section(state: RwSignal<AlertsPage>, changes: Changes) -> AnyView {
    let rules = Memo::new(move |_| state.with(|it| (it.built_in.clone(), it.apps.clone())));
    let rows = erased_view(move || {
        let (rules, apps) = rules.get();
        rules.into_iter().map(|it| row(it, &apps, changes)).collect_view().into_any()
    });
    let has_many = Memo::new(move |_| state.with(|it| it.apps.len() > SWITCHES_MAX));
    let form = erased_option(move || has_many.get().then(|| switch_form(state, changes)));
    view! {
        <section class="card story">
            <h2>"Built-in rules"<small>"each app against what is usual for it"</small></h2>
            {form}{outcome_note(changes, "switch".to_owned(), |_| String::new())}
            <ul class="rules built-in">{rows}</ul>
        </section>
    }
    .into_any()
}

fn row(rule: BuiltInRule, apps: &[String], changes: Changes) -> AnyView {
    let is_listed = apps.len() <= SWITCHES_MAX;
    let shown = if is_listed { apps } else { &rule.off[..] };
    let switches = shown.iter().map(|it| switch(it, &rule, changes)).collect_view();
    let off = rule.off.len();
    let summary = match (is_listed, off) {
        (true, _) => String::new(),
        (false, 0) => format!("On for all {} apps", apps.len()),
        (false, _) => format!("On for {} apps, off for", apps.len().saturating_sub(off)),
    };
    let label = format!("{} by app", capital(&rule.name));
    view! {
        <li>
            <div class="rule-text"><b>{capital(&rule.name)}</b><p>{rule.sentence.clone()}</p><p class="dim">{rule.remedy.clone()}</p></div>
            {severity_mark(rule.severity)}
            <div class="switches" role="group" aria-label=label>{summary}{switches}</div>
        </li>
    }
    .into_any()
}

/// The switch of a rule for one app.
fn switch(app: &str, rule: &BuiltInRule, changes: Changes) -> AnyView {
    let is_on = !rule.off.iter().any(|it| it == app);
    let (name, rule) = (app.to_owned(), rule.rule);
    let press = move |_| turn(changes, name.clone(), rule, !is_on);
    let (word, checked) = if is_on { ("on", "true") } else { ("off", "false") };
    view! {
        <button class="switch" type="button" role="switch" aria-checked=checked on:click=press>
            {app.to_owned()}" "<b>{word}</b>
        </button>
    }
    .into_any()
}

fn turn(changes: Changes, app: String, rule: BuiltIn, is_on: bool) {
    changes.make("switch".to_owned(), AlertChange::SwitchRule { app, rule, is_on }, || ());
}

/// Switches a rule off for an app, where the apps are too many for a switch each.
fn switch_form(state: RwSignal<AlertsPage>, changes: Changes) -> AnyView {
    let form = Form::new();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let values = values(form);
        let rule = BuiltIn::ALL.into_iter().find(|it| it.word() == values.word("rule"));
        if let (Some(rule), app) = (rule, values.word("app"))
            && !app.is_empty()
        {
            turn(changes, app.to_owned(), rule, false);
        }
    };
    let (rules, apps) = state.with_untracked(|page| {
        let rules = page.built_in.iter().map(|it| (it.rule.word().to_owned(), capital(&it.name))).collect();
        (rules, app_options(&page.apps, "Choose an app"))
    });
    view! {
        <form method="get" action="" class="fields needs-script" node_ref=form data-waits="" on:submit=submit>
            {labelled("Rule", "", select("rule", rules, ""))}{labelled("App", "", select("app", apps, ""))}
            <button class="btn" type="submit">"Switch off"</button>
        </form>
    }
    .into_any()
}
