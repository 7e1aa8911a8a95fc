//! Addresses of boards, and the link that puts what a chart or a search shows on one. The list of
//! boards reads it.

use contract::{Label, LogQuery, Stat, board::BoardId};
use leptos::prelude::*;

use super::address::add;

/// The path of the list.
pub const PATH: &str = "/boards";

/// The address of a board.
#[must_use]
pub fn of_board(id: BoardId) -> String {
    format!("{PATH}/{id}")
}

/// The address of the list that offers to add a statistic of a metric.
#[must_use]
pub fn of_metric(app: &str, metric: &str, stat: Stat, by: &[Label]) -> String {
    filled(&[("app", app), ("metric", metric), ("stat", &stat.to_string()), ("by", &Label::join(by))])
}

/// The address of the list that offers to add a search for log lines.
#[must_use]
pub fn of_search(app: &str, query: &LogQuery) -> String {
    filled(&[("app", app), ("q", if query.filter.is_empty() { "*" } else { &query.filter })])
}

fn filled(words: &[(&str, &str)]) -> String {
    let mut address = PATH.to_owned();
    for (name, value) in words.iter().filter(|it| !it.1.is_empty()) {
        add(&mut address, name, value);
    }
    address
}

/// A small grid that leads there. `what` is what would be added.
pub fn board_link(href: String, what: &str) -> AnyView {
    let text = format!("Add to board: {what}");
    view! {
        <a class="alert-on" href=href title="Add to board">
            <svg viewBox="0 0 16 16" aria-hidden="true"><path d="M2.5 2.5h4.5v4.5h-4.5zM9 2.5h4.5v4.5h-4.5zM2.5 9h4.5v4.5h-4.5zM11.2 9v4.5M9 11.2h4.5" /></svg>
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
            "/boards?app=api&metric=router.service&stat=p95&by=path"
        );
        let query = LogQuery { filter: "status>=500".to_owned(), ..LogQuery::default() };
        assert_eq!(of_search("api", &query), "/boards?app=api&q=status%3E%3D500");
        assert_eq!(of_search("api", &LogQuery::default()), "/boards?app=api&q=%2A");
        assert_eq!(of_board(7), "/boards/7");
    }
}
