//! Addresses of boards, and of their list with what a chart or a search sends along. The list reads
//! it.

use contract::{Label, LogQuery, Stat, board::BoardId};

use super::address::filled;

/// The path of the list.
pub const PATH: &str = "/boards";

/// The address of a board.
#[must_use]
pub fn of_board(id: BoardId) -> String {
    format!("{PATH}/{id}")
}

/// The address at which a board is edited.
#[must_use]
pub fn of_editing(id: BoardId) -> String {
    format!("{PATH}/{id}/edit")
}

/// The address of the list that offers to add a statistic of a metric.
#[must_use]
pub fn of_metric(app: &str, metric: &str, stat: Stat, by: &[Label]) -> String {
    filled(PATH, &[("app", app), ("metric", metric), ("stat", &stat.to_string()), ("by", &Label::join(by))])
}

/// The address of the list that offers to add a search for log lines.
#[must_use]
pub fn of_search(app: &str, query: &LogQuery) -> String {
    filled(PATH, &[("app", app), ("q", if query.filter.is_empty() { "*" } else { &query.filter })])
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
        assert_eq!([of_board(7), of_editing(7)], ["/boards/7", "/boards/7/edit"]);
    }
}
