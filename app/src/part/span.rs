//! The span of a page: read from its address, and typed into a form, which works with and without
//! JavaScript.

use contract::Range;
use leptos::prelude::*;

use super::{
    address::Query,
    markup::push_link,
    time::{from_stamp, stamp},
    zone,
};

/// The range that an address names: `range=WORD`, or `from=` and `to=`, as unix seconds or as a
/// form writes times.
#[must_use]
pub fn range_of(query: &Query) -> Range {
    let moment = |name: &str| query.get(name).and_then(|it| it.parse().ok().or_else(|| from_stamp(it)));
    match (moment("from"), moment("to")) {
        (Some(from_s), Some(to_s)) => Range::between(from_s, to_s),
        _ => Range::from_word(query.word("range")),
    }
}

/// Links to ranges as HTML, the chosen one marked.
#[must_use]
pub fn range_links(ranges: &[Range], chosen: Range, address: impl Fn(Range) -> String) -> String {
    let mut html = String::new();
    for range in ranges {
        let current = if *range == chosen { " aria-current=\"true\"" } else { "" };
        push_link(&mut html, current, &address(*range), range.label());
    }
    html
}

/// The field of a moment, in the zone of the page.
pub fn moment_field(name: &'static str, label: &'static str, at_s: i64) -> impl IntoView {
    view! { <label>{label}<input type="datetime-local" name=name step="1" required value=stamp(at_s) /></label> }
}

/// The form behind its button. `kept` are the names and values of the query that it keeps. Times
/// are in the zone of the page, which the form sends too.
pub fn span_form((from_s, to_s): (i64, i64), kept: Vec<(&'static str, String)>, is_chosen: bool) -> AnyView {
    let kept = kept.into_iter().filter(|it| !it.1.is_empty());
    let kept = kept.map(|(name, value)| view! { <input type="hidden" name=name value=value /> }).collect_view();
    view! {
        <details class="span-form">
            <summary class="btn" class:chosen=is_chosen>"Custom range"</summary>
            <form method="get" action="">
                {kept}{zone::field()}{moment_field("from", "From", from_s)}{moment_field("to", "To", to_s)}
                <p class="dim">{crate::part::zone::note("")}</p>
                <button class="btn" type="submit">"Apply"</button>
            </form>
        </details>
    }
    .into_any()
}
