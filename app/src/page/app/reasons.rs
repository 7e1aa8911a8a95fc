//! Why an app is as it is, each reason with a way to the lines behind it; nothing when all is well.

use contract::{AppPage, Health, LogKind, LogQuery, LogTime, LookBack, Reason};
use leptos::prelude::*;

use crate::{page::logs::query::address, part::type_erasure::maybe};

/// The strip under the app's name.
#[component]
pub fn Reasons(
    /// The page.
    state: RwSignal<AppPage>,
) -> impl IntoView {
    let reasons = Memo::new(move |_| state.with(|it| it.summary.reasons.clone()));
    let app = state.with_untracked(|it| it.summary.app.clone());
    maybe(move || {
        let all = reasons.get();
        let worst = all.first().map(|it| it.health).filter(|it| *it != Health::Healthy)?;
        let each = |it: Reason| {
            let link = lines_of(&it).map(|asked| view! { <a href=address(&app, &asked)>"lines"</a> });
            view! { <span><b>{capital(&it.what)}</b>" "{it.detail}" "{link}</span> }
        };
        let each = all.into_iter().map(each).collect_view();
        Some(view! { <div class=format!("reasons {}", worst.word())>{each}</div> }.into_any())
    })
}

/// A sentence begins with a capital, a percentile does not.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) if !letters.as_str().starts_with(|it: char| it.is_ascii_digit()) => {
            first.to_uppercase().chain(letters).collect()
        }
        _ => text.to_owned(),
    }
}

/// What to ask for the lines behind a reason: those of its code, or of failed requests.
fn lines_of(reason: &Reason) -> Option<LogQuery> {
    let first = reason.what.split(' ').next()?;
    let is_code =
        first.len() == 3 && first.starts_with(['H', 'R', 'L']) && first[1..].bytes().all(|it| it.is_ascii_digit());
    let (filter, kind) = match first {
        code if is_code && code.starts_with('H') => (format!("code={code}"), Some(LogKind::Router)),
        code if is_code => (code.to_owned(), None),
        _ if reason.what.ends_with("server errors") => ("status>=500".to_owned(), Some(LogKind::Router)),
        _ => return None,
    };
    let time = LogTime::Back(LookBack::QuarterHour);
    Some(LogQuery { filter, kind, time, ..LogQuery::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_capitals() {
        assert_eq!([capital("no line"), capital("p99 2 s"), capital("7 %")], ["No line", "p99 2 s", "7 %"]);
    }

    #[test]
    fn ok_lines_behind_reasons() {
        for (what, expected) in [
            ("H12 request timeout", Some("/apps/a/logs?q=code%3DH12&kind=router&back=15m")),
            ("R14 memory quota exceeded", Some("/apps/a/logs?q=R14&back=15m")),
            ("7.4 % server errors", Some("/apps/a/logs?q=status%3E%3D500&kind=router&back=15m")),
            ("p99 2.00 s", None),
            ("no line", None),
        ] {
            let reason = Reason { health: Health::Failing, what: what.to_owned(), detail: String::new() };
            assert_eq!(lines_of(&reason).map(|it| address("a", &it)).as_deref(), expected, "{what}");
        }
    }
}
