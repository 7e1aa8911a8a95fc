//! A span by its two ends, typed: a form that asks for the page anew, with and without JavaScript.

use leptos::prelude::*;

use super::time::stamp;

/// The form behind its button; `kept` are the parts of the question that stay. Moments are UTC, as everything here.
pub fn span_form((from_s, to_s): (i64, i64), kept: Vec<(&'static str, String)>, is_chosen: bool) -> AnyView {
    let kept = kept.into_iter().filter(|it| !it.1.is_empty());
    let kept = kept.map(|(name, value)| view! { <input type="hidden" name=name value=value /> }).collect_view();
    let moment = |name: &'static str, label: &'static str, at_s: i64| {
        view! { <label>{label}<input type="datetime-local" name=name step="1" required value=stamp(at_s) /></label> }
    };
    view! {
        <details class="span-form">
            <summary class="btn" class:chosen=is_chosen>"Custom range"</summary>
            <form method="get" action="">
                {kept}{moment("from", "From", from_s)}{moment("to", "To", to_s)}
                <p class="dim">"Times are UTC."</p>
                <button class="btn" type="submit">"Apply"</button>
            </form>
        </details>
    }
    .into_any()
}
