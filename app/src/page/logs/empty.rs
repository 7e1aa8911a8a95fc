//! Why the list is empty: what is wrong with the search, which of its terms match nothing on their
//! own, or that there are no lines at this time.

use contract::{LogPage, LogQuery, LogTime, log::UnmatchedTerm};
use leptos::prelude::*;

use super::list::List;

/// The note of an empty list.
pub fn empty_note(query: &LogQuery, page: &LogPage, lines: List) -> AnyView {
    let (problem, why) = (page.problem.clone(), reasons(query, page));
    if !problem.is_empty() {
        return view! { <div class="none" role="alert"><p><b>"This search is not valid."</b></p><p>{problem}</p></div> }.into_any();
    }
    let text = nothing(query);
    view! {
        {move || {
            let (text, why) = (text.clone(), why.clone());
            let why = why.into_iter().map(|it| view! { <p>{it}</p> }).collect_view();
            lines.rows.with(|it| it.shown.is_empty()).then(|| view! { <div class="none" role="status"><p>{text}</p>{why}</div> })
        }}
    }
    .into_any()
}

/// That there are no lines, and when.
fn nothing(query: &LogQuery) -> String {
    let of_time = LogQuery { time: query.time, before: query.before, through: query.through, ..LogQuery::default() };
    let lines_of = if *query == of_time { "No log lines" } else { "No matching lines" };
    match (query.before, query.time) {
        (Some(_), _) => format!("{lines_of} before this time."),
        (None, LogTime::Span(_)) => format!("{lines_of} in the selected range."),
        (None, LogTime::Back(back)) => format!("{lines_of} in the last {}.", back.label()),
        (None, LogTime::Live) => format!("{lines_of} in the last hour. New ones appear here as they arrive."),
    }
}

/// Which terms match nothing on their own.
fn reasons(query: &LogQuery, page: &LogPage) -> Vec<String> {
    let reason = |UnmatchedTerm { term, is_field_unknown }: &UnmatchedTerm| {
        if *is_field_unknown {
            let name = term.split(['=', '<', '>', '~', '!']).next().unwrap_or_default();
            format!("No line has a field {name}. ↓ in the search field lists the fields that there are.")
        } else {
            format!("{term} matches no line on its own.")
        }
    };
    let why = &page.why;
    if why.is_whole && why.unmatched.is_empty() && !query.filter.trim().is_empty() {
        return vec!["Each term matches some lines, but none matches all of them together.".to_owned()];
    }
    why.unmatched.iter().map(reason).collect()
}
