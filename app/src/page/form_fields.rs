//! Fields that forms share: labelled, with a hint below, and a button that asks before it acts. The
//! text of a field is kept in it alone (`part/field.rs`).

use contract::{Label, Stat};
use leptos::prelude::*;

use crate::part::health::capital;

/// The statistics that can be chosen.
const STATS: [Stat; 11] = [
    Stat::Percentile(95.0),
    Stat::Percentile(50.0),
    Stat::Percentile(99.0),
    Stat::Mean,
    Stat::Max,
    Stat::Min,
    Stat::Last,
    Stat::Rate,
    Stat::Sum,
    Stat::Count,
    Stat::Percentile(90.0),
];
/// The groupings that can be chosen.
const BY: [&str; 7] = ["", "source", "status", "class", "method", "path", "code"];

/// A field with its label, and a hint where there is one.
pub fn labelled(label: &'static str, hint: impl Into<String>, field: AnyView) -> AnyView {
    let hint: String = hint.into();
    let hint = (!hint.is_empty()).then(|| view! { <small>{hint}</small> });
    view! { <label class="field"><span>{label}</span>{field}{hint}</label> }.into_any()
}

/// A field for text or a number.
pub fn input(name: &str, kind: &'static str, value: String, placeholder: &'static str) -> AnyView {
    let name = name.to_owned();
    let step = (kind == "number").then_some("any");
    view! {
        <input type=kind name=name value=value placeholder=placeholder step=step autocomplete="off" spellcheck="false" />
    }
    .into_any()
}

/// A choice: the words of the values, and their names.
pub fn select(name: &str, options: Vec<(String, String)>, chosen: &str) -> AnyView {
    let option = |(word, text): (String, String)| {
        let is_chosen = word == chosen;
        view! { <option value=word selected=is_chosen>{text}</option> }
    };
    let name = name.to_owned();
    view! { <select name=name>{options.into_iter().map(option).collect_view()}</select> }.into_any()
}

/// Options of one app, behind one for all of them.
#[must_use]
pub fn app_options(apps: &[String], all: &str) -> Vec<(String, String)> {
    let all = (String::new(), all.to_owned());
    std::iter::once(all).chain(apps.iter().map(|it| (it.clone(), it.clone()))).collect()
}

/// The choice of a statistic; one that is not offered is added.
#[must_use]
pub fn stat_options(chosen: Stat) -> Vec<(String, String)> {
    let mut stats = STATS.to_vec();
    if !stats.contains(&chosen) {
        stats.push(chosen);
    }
    stats.into_iter().map(|it| (it.to_string(), it.to_string())).collect()
}

/// The choice of a grouping; one that is not offered is added.
#[must_use]
pub fn group_options(chosen: &[Label]) -> Vec<(String, String)> {
    let chosen = Label::join(chosen);
    let mut groups = BY.map(str::to_owned).to_vec();
    if !groups.contains(&chosen) {
        groups.push(chosen);
    }
    groups.into_iter().map(|it| (group_name(&it), it)).map(|(name, word)| (word, name)).collect()
}

fn group_name(word: &str) -> String {
    if word.is_empty() { "no grouping".to_owned() } else { format!("by {}", word.replace(',', " and ")) }
}

/// Why something failed, as the server says it, as a sentence.
#[must_use]
pub fn problem_text(problem: &str) -> String {
    format!("{}.", capital(problem))
}

/// A button that asks before it acts: the first press only changes its text.
pub fn careful_button(text: &'static str, question: &'static str, act: impl Fn() + Send + 'static) -> AnyView {
    let is_sure = RwSignal::new(false);
    let press = move |_| {
        if is_sure.get_untracked() {
            act();
        }
        is_sure.update(|it| *it = !*it);
    };
    view! {
        <button class="btn small needs-script" class:sure=is_sure type="button" on:click=press on:blur=move |_| is_sure.set(false)>
            {move || if is_sure.get() { question } else { text }}
        </button>
    }
    .into_any()
}
