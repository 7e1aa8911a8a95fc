//! The reasons for an app's health, each with a link to the lines behind it; the incidents that
//! fire; and what changed before them. Empty for a healthy app.

use contract::{AppPage, AppSummary, Health, LogKind, LogQuery, LogTime, LookBack, Reason};
use leptos::prelude::*;

use crate::part::{
    change_links::push_changes,
    health::{capital, separator},
    incident_link::incident_links,
    log_address::log_address,
    markup::{push_all, push_link, push_text},
};

/// The strip under the app's name. As HTML text: views of its parts would cost the module
/// kilobytes.
#[component]
pub fn Reasons(state: RwSignal<AppPage>) -> impl IntoView {
    let strip = Memo::new(move |_| state.with(strip));
    view! { <div inner_html=move || strip.get()></div> }
}

/// The strip; empty for a healthy app.
fn strip(page: &AppPage) -> String {
    let AppSummary { app, reasons, incidents, .. } = &page.summary;
    let mut html = String::new();
    let Some(worst) = reasons.first().map(|it| it.health).filter(|it| *it != Health::Healthy) else { return html };
    push_all(&mut html, &["<div class=\"reasons ", worst.word(), "\"><span class=\"each\">"]);
    for reason in reasons {
        push_reason(&mut html, app, reason);
    }
    push_changes(&mut html, &page.changes);
    push_all(&mut html, &["</span><span class=\"push\">", &incident_links(incidents), "</span></div>"]);
    html
}

/// Appends a reason as HTML.
fn push_reason(html: &mut String, app: &str, reason: &Reason) {
    html.push_str("<span><b>");
    push_text(html, &capital(&reason.what));
    html.push_str("</b>");
    push_text(html, separator(reason));
    push_text(html, &reason.detail);
    html.push(' ');
    if let Some(query) = lines_of(&reason.what, LogTime::Back(LookBack::QuarterHour)) {
        push_link(html, "", &log_address(app, &query), "View logs");
    }
    html.push_str("</span>");
}

/// The error code that a symptom begins with, such as `H12`.
#[must_use]
pub fn code_of(what: &str) -> Option<&str> {
    let first = what.split(' ').next()?;
    let is_code =
        first.len() == 3 && first.starts_with(['H', 'R', 'L']) && first[1..].bytes().all(|it| it.is_ascii_digit());
    is_code.then_some(first)
}

/// The query for the lines behind a symptom: those with its code, or failed requests.
#[must_use]
pub fn lines_of(what: &str, time: LogTime) -> Option<LogQuery> {
    let (filter, kind) = match code_of(what) {
        Some(code) if code.starts_with('H') => (format!("code={code}"), Some(LogKind::Router)),
        Some(code) => (code.to_owned(), None),
        None if what.ends_with("server errors") => ("status>=500".to_owned(), Some(LogKind::Router)),
        None => return None,
    };
    Some(LogQuery { filter, kind, time, ..LogQuery::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_lines_behind_reasons() {
        for (what, expected) in [
            ("H12 request timeouts", Some("/apps/a/logs?q=code%3DH12&kind=router&back=15m")),
            ("R14 memory quota exceeded", Some("/apps/a/logs?q=R14&back=15m")),
            ("7.4 % server errors", Some("/apps/a/logs?q=status%3E%3D500&kind=router&back=15m")),
            ("p99 2.00 s", None),
            ("no log lines for 5 min", None),
        ] {
            let lines = lines_of(what, LogTime::Back(LookBack::QuarterHour));
            assert_eq!(lines.map(|it| log_address("a", &it)).as_deref(), expected, "{what}");
        }
    }
}
