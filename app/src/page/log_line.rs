//! A log line in a short list: its time, its source, and what it says, in one row.

use contract::{Level, LogLine};
use leptos::prelude::*;

use crate::part::{
    request::{request_address, summary},
    time::clock_seconds,
};

/// A line of a list.
pub fn line(line: LogLine) -> impl IntoView {
    let time = format!("{}.{:03}", clock_seconds(line.at_ms.div_euclid(1_000)), line.at_ms.rem_euclid(1_000));
    let is_bad = is_error(&line);
    let text = match &line.request {
        Some(request) => {
            let code = request.code.as_ref().map(|it| format!("{it} ")).unwrap_or_default();
            view! { <code title=line.text.clone()><b>{code}</b>{summary(request)}</code> }
        }
        None => view! { <code title=String::new()><b>{String::new()}</b>{line.text.clone()}</code> },
    };
    view! { <li class:bad=is_bad><time>{time}</time><span class="who">{line.source.clone()}</span>{text}{trace(&line)}</li> }
}

/// The link from a line to all lines of its request; `None` where it names none.
pub fn trace(line: &LogLine) -> Option<AnyView> {
    let href = request_address(line.request_id.as_ref()?, line.at_ms);
    Some(view! { <a class="trace" href=href title="All lines of this request">"Request"</a> }.into_any())
}

/// Whether a line is shown as bad.
#[must_use]
pub fn is_error(line: &LogLine) -> bool {
    line.level == Level::Error
}
