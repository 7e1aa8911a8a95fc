//! Fields that the forms of alerts share: labelled, with a hint below. Their text is kept in them
//! alone (`part/field.rs`).

use contract::alert::Severity;
use leptos::prelude::*;

use crate::part::severity;

/// Most apps that are listed as boxes; more are typed.
const BOXES_MAX: usize = 24;

/// A field with its label, and a hint where there is one.
pub fn labelled(label: &'static str, hint: impl Into<String>, field: AnyView) -> AnyView {
    let hint: String = hint.into();
    let hint = (!hint.is_empty()).then(|| view! { <small>{hint}</small> });
    view! { <label class="field"><span>{label}</span>{field}{hint}</label> }.into_any()
}

/// A field for text or a number.
pub fn input(name: &'static str, kind: &'static str, value: String, placeholder: &'static str) -> AnyView {
    let step = (kind == "number").then_some("any");
    view! {
        <input type=kind name=name value=value placeholder=placeholder step=step autocomplete="off" spellcheck="false" />
    }
    .into_any()
}

/// A choice: the words of the values, and their names.
pub fn select(name: &'static str, options: Vec<(String, String)>, chosen: &str) -> AnyView {
    let option = |(word, text): (String, String)| {
        let is_chosen = word == chosen;
        view! { <option value=word selected=is_chosen>{text}</option> }
    };
    view! { <select name=name>{options.into_iter().map(option).collect_view()}</select> }.into_any()
}

/// The choice of a severity.
pub fn severities(chosen: Severity) -> AnyView {
    let options = Severity::ALL.map(|it| (it.word().to_owned(), severity::word(it).to_owned()));
    select("severity", options.to_vec(), chosen.word())
}

/// The severity of a word; a warning unless it is known.
#[must_use]
pub fn severity_of(word: &str) -> Severity {
    Severity::ALL.into_iter().find(|it| it.word() == word).unwrap_or(Severity::Warning)
}

/// Options of one app, behind one for all of them.
#[must_use]
pub fn app_options(apps: &[String], all: &str) -> Vec<(String, String)> {
    let all = (String::new(), all.to_owned());
    std::iter::once(all).chain(apps.iter().map(|it| (it.clone(), it.clone()))).collect()
}

/// The choice of several apps, called `app`; none stands for all.
pub fn app_boxes(apps: &[String], chosen: &[String]) -> AnyView {
    if apps.len() > BOXES_MAX {
        return labelled("Apps", "Names, separated by commas.", input("app", "text", chosen.join(", "), "all apps"));
    }
    // An app that is gone stays chosen: unchecking it is the person's choice.
    let gone = chosen.iter().filter(|it| !apps.contains(it));
    let each = |app: &String| {
        let is_chosen = chosen.contains(app);
        view! {
            <label class="box">
                <input type="checkbox" name="app" value=app.clone() checked=is_chosen />{app.clone()}
            </label>
        }
    };
    view! {
        <fieldset class="field boxes">
            <legend>"Apps"</legend>{apps.iter().chain(gone).map(each).collect_view()}<small>"If none is checked, all apps."</small>
        </fieldset>
    }
    .into_any()
}

/// The apps that were chosen or typed.
#[must_use]
pub fn chosen_apps<'a>(values: impl Iterator<Item = &'a str>) -> Vec<String> {
    values.flat_map(|it| it.split(',')).map(|it| it.trim().to_owned()).filter(|it| !it.is_empty()).collect()
}
