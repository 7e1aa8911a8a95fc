//! The form of a rule. Its fields are words of the address; what is entered there is read by
//! `draft` alone.

use contract::{
    Label,
    alert::{AlertChange, Condition, RuleDraft, Signal},
};
use leptos::prelude::*;

use super::{
    draft::{ABSENCE_S, ABSENCES_S, CONDITIONS, FIELD_STAT, REMINDERS_S, TIMES, WAITS_S, WINDOWS_S, overlaid, when},
    start::Start,
};
use crate::{
    page::{
        alert_fields::severities,
        alert_words::{chosen_length, rule_text},
        form_fields::{app_options, group_options, input, labelled, problem_text, select, stat_options},
    },
    part::{
        address::{Address, visit},
        field::{Form, values},
        type_erasure::{erased_option, erased_text},
    },
    server_fns,
};

/// The form. What is entered goes into `entered`, and into the address.
pub fn form(start: Start, entered: RwSignal<RuleDraft>) -> AnyView {
    let here = Address::of_page();
    let form = Form::new();
    let problem = RwSignal::new(start.problem.clone());
    let chosen = RwSignal::new(when(start.rule.condition));
    let base = StoredValue::new(start.rule.clone());
    let read = move || {
        let values = values(form);
        let rule = overlaid(&base.get_value(), &values);
        chosen.set(CONDITIONS.iter().find(|it| it.0 == values.word("when")).map_or("above", |it| it.0));
        match rule {
            Ok(rule) => {
                problem.set(None);
                here.replace(&values.address(&here.path()));
                entered.set(rule);
            }
            Err(text) => problem.set(Some(text)),
        }
    };
    let id = start.id;
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        read();
        if problem.with_untracked(Option::is_none) {
            send(id, entered.get_untracked(), problem);
        }
    };
    let unit = start.preview.as_ref().map(|it| it.chart.unit.clone()).unwrap_or_default();
    let of_limit = if unit.is_empty() { String::new() } else { format!("In {unit}.") };
    let in_words = erased_text(move || entered.with(|it| rule_text(it, &unit)));
    let failed = erased_option(move || {
        let text = problem_text(&problem.get()?);
        Some(view! { <p class="said bad" role="alert">{text}</p> }.into_any())
    });
    let hidden = id.map(|it| view! { <input type="hidden" name="id" value=it.to_string() /> });
    let (rule, apps, metrics, app) = (start.rule, start.apps, start.metrics, start.app);
    view! {
        <form method="get" action="" class="card fields rule-form" node_ref=form data-waits="" on:input=move |_| read() on:submit=save>
            {hidden}
            {labelled("Name", "As shown in messages.", input("name", "text", rule.name.clone(), "Slow checkout"))}
            {signal_fields(&rule, metrics)}
            {app_fields(&rule, &apps, &app)}
            {condition_fields(&rule, chosen, of_limit)}
            {judging_fields(&rule)}
            <p class="in-words wide"><span>"Fires when: "</span>{in_words}</p>
            <div class="acts wide">
                <button class="btn main needs-script" type="submit">{if id.is_some() { "Save changes" } else { "Save rule" }}</button>
                <button class="btn no-script" type="submit">"Preview"</button>
                <span class="no-script">"Saving requires JavaScript."</span>{failed}
            </div>
        </form>
    }
    .into_any()
}

/// Sends the rule; then shows the list of rules.
fn send(id: Option<i64>, rule: RuleDraft, problem: RwSignal<Option<String>>) {
    leptos::task::spawn_local(async move {
        match server_fns::change_alerts(AlertChange::SaveRule { id, rule }).await {
            Ok(_) => visit("/alerts?show=rules"),
            Err(error) => {
                problem.try_set(Some(error.to_string()));
            }
        }
    });
}

/// What is measured.
fn signal_fields(rule: &RuleDraft, metrics: Vec<String>) -> AnyView {
    match &rule.signal {
        Signal::Metric { metric, stat, by, .. } => {
            let options = metrics.into_iter().map(|it| view! { <option value=it></option> }).collect_view();
            view! {
                <label class="field wide"><span>"Metric"</span>
                    <input type="text" name="metric" value=metric.clone() list="metrics" required autocomplete="off" spellcheck="false" />
                </label>
                <datalist id="metrics">{options}</datalist>
                {labelled("Statistic", "", select("stat", stat_options(*stat), &stat.to_string()))}
                {labelled("Grouping", "Each group is judged alone.", select("by", group_options(by), &Label::join(by)))}
            }
            .into_any()
        }
        Signal::Search { q, source, field } => {
            let (name, stat) = field.as_ref().map_or((String::new(), FIELD_STAT), |it| (it.name.clone(), it.stat));
            view! {
                <label class="field wide"><span>"Log lines matching"</span>
                    <input type="text" name="q" value=q.clone() placeholder="timeout \"exact phrase\" status>=500" autocomplete="off" spellcheck="false" />
                </label>
                {labelled("Source", "", input("source", "text", source.clone(), "any"))}
                {labelled("Field", "If empty, lines are counted.", input("field", "text", name, "duration"))}
                {labelled("Statistic of the field", "", select("field-stat", stat_options(stat), &stat.to_string()))}
            }
            .into_any()
        }
    }
}

/// Which app.
fn app_fields(rule: &RuleDraft, apps: &[String], app: &str) -> AnyView {
    let options = app_options(apps, "").into_iter().skip(1).collect();
    let each = [("", "this app"), ("1", "each app by itself")].map(|(word, text)| (word.to_owned(), text.to_owned()));
    // A rule without a name is new: it is for the app that it came from unless more is chosen.
    let is_for_each = rule.app.is_none() && !rule.name.is_empty();
    view! {
        {labelled("App", "", select("app", options, app))}
        {labelled("Applies to", "", select("each", each.to_vec(), if is_for_each { "1" } else { "" }))}
    }
    .into_any()
}

/// When it fires. Of the numbers only those of the chosen condition are shown.
fn condition_fields(rule: &RuleDraft, chosen: RwSignal<&'static str>, of_limit: String) -> AnyView {
    let conditions = CONDITIONS.map(|(word, name)| (word.to_owned(), name.to_owned())).to_vec();
    let (limit, clear, times, absent_s) = match rule.condition {
        Condition::Threshold { limit, clear, .. } => (limit.to_string(), clear, TIMES, ABSENCE_S),
        Condition::Usual { times, .. } => (String::new(), None, times, ABSENCE_S),
        Condition::Absence(it) => (String::new(), None, TIMES, it.for_s),
    };
    let clear = clear.map(|it| it.to_string()).unwrap_or_default();
    let is_hidden = move |words: [&'static str; 2]| !words.contains(&chosen.get());
    view! {
        {labelled("Fires when it", "", select("when", conditions, when(rule.condition)))}
        <div class="pair" class:off=move || is_hidden(["above", "below"])>
            {labelled("Limit", of_limit, input("limit", "number", limit, "0"))}
            {labelled("Clears at", "If empty, at the limit.", input("clear-at", "number", clear, ""))}
        </div>
        <div class="pair" class:off=move || is_hidden(["times-above", "times-below"])>
            {labelled("Times usual", "From 1.1 to 100.", input("times", "number", times.to_string(), "2"))}
        </div>
        <div class="pair" class:off=move || is_hidden(["absent", "absent"])>
            {labelled("No data for", "", lengths("absent", &ABSENCES_S, absent_s, ""))}
        </div>
    }
    .into_any()
}

/// How it is judged, and what is said.
fn judging_fields(rule: &RuleDraft) -> AnyView {
    view! {
        {labelled("Over", "The time that each value covers.", lengths("window", &WINDOWS_S, rule.window_s, ""))}
        {labelled("For", "How long it must last before it fires.", lengths("for", &WAITS_S, rule.for_s, "at once"))}
        {labelled("Clear after", "How long it must be normal again.", lengths("clear", &WAITS_S, rule.clear_s, "at once"))}
        {labelled("Severity", "", severities(rule.severity))}
        {labelled("Reminder", "", lengths("remind", &REMINDERS_S, rule.remind_s.unwrap_or(0), "never"))}
        <label class="field wide"><span>"Remedy"</span>
            {input("remedy", "text", rule.remedy.clone(), "What to do about it, in one sentence.")}
        </label>
    }
    .into_any()
}

/// The choice of a length; one that is not offered is added. `zero` is the name of none.
fn lengths(name: &'static str, offered: &[i64], chosen_s: i64, zero: &str) -> AnyView {
    let mut lengths = offered.to_vec();
    if !lengths.contains(&chosen_s) {
        lengths.push(chosen_s);
    }
    let text = |it: i64| if it == 0 { zero.to_owned() } else { chosen_length(it) };
    let options = lengths.into_iter().map(|it| (it.to_string(), text(it))).collect();
    select(name, options, &chosen_s.to_string())
}
