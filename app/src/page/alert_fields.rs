//! Fields that only the forms of alerts have: severities, and several apps.

use contract::alert::Severity;
use leptos::prelude::*;

use super::form_fields::{input, labelled, select};
use crate::part::severity;

/// Most apps that are listed as boxes; more are typed.
const BOXES_MAX: usize = 24;

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
