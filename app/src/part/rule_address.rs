//! The address of the form for a rule, filled in with what a chart or a search shows, and the link
//! to it. The page of the form reads it.

use contract::{Label, LogQuery, Stat};
use leptos::prelude::*;

use super::address::add;

/// The path of the form.
pub const PATH: &str = "/alerts/new";

/// The address of the form for a rule about a statistic of a metric.
#[must_use]
pub fn of_metric(app: &str, metric: &str, stat: Stat, by: &[Label]) -> String {
    filled(&[
        ("app", app.to_owned()),
        ("metric", metric.to_owned()),
        ("stat", stat.to_string()),
        ("by", Label::join(by)),
    ])
}

/// The address of the form for a rule about the log lines of a search. A rule has no kind and no
/// level, so these are left out.
#[must_use]
pub fn of_search(app: &str, query: &LogQuery) -> String {
    let mut address = filled(&[("app", app.to_owned()), ("source", query.source.clone())]);
    add(&mut address, "q", &query.filter);
    address
}

/// The address of the form for a rule that exists.
#[must_use]
pub fn of_rule(number: i64) -> String {
    filled(&[("id", number.to_string())])
}

fn filled(words: &[(&str, String)]) -> String {
    let mut address = PATH.to_owned();
    for (name, value) in words.iter().filter(|it| !it.1.is_empty()) {
        add(&mut address, name, value);
    }
    address
}

/// A small bell that leads to the form. `what` is what the rule would be about.
pub fn alert_link(href: String, what: &str) -> AnyView {
    let text = format!("Alert on this: {what}");
    view! {
        <a class="alert-on" href=href title="Alert on this">
            <svg viewBox="0 0 16 16" aria-hidden="true"><path d="M8 2a4 4 0 0 0-4 4v3l-1.3 2.2h10.6L12 9V6a4 4 0 0 0-4-4zM6.6 13.4h2.8" /></svg>
            <span class="vh">{text}</span>
        </a>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_addresses() {
        assert_eq!(
            of_metric("api", "router.service", Stat::Percentile(95.0), &[Label::Path]),
            "/alerts/new?app=api&metric=router.service&stat=p95&by=path"
        );
        assert_eq!(of_metric("api", "jobs", Stat::Rate, &[]), "/alerts/new?app=api&metric=jobs&stat=rate");
        let query = LogQuery { filter: "a b".to_owned(), source: "web.1".to_owned(), ..LogQuery::default() };
        assert_eq!(of_search("api", &query), "/alerts/new?app=api&source=web.1&q=a%20b");
        assert_eq!(of_search("api", &LogQuery::default()), "/alerts/new?app=api&q=");
        assert_eq!(of_rule(12), "/alerts/new?id=12");
    }
}
