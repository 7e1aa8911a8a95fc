//! What can be done with what a chart or a search shows: an alert on it, a place on a board.

use contract::{Label, LogQuery, Stat};
use leptos::prelude::*;

use super::{
    board_address::{self, board_link},
    rule_address::{self, alert_link},
};

/// For a statistic of a metric. `title` is that of its chart.
pub fn of_metric(app: &str, metric: &str, stat: Stat, by: &[Label], title: &str) -> AnyView {
    let alert = alert_link(rule_address::of_metric(app, metric, stat, by), title);
    let board = board_link(board_address::of_metric(app, metric, stat, by), title);
    view! { <span class="onward">{alert}{board}</span> }.into_any()
}

/// For a search for log lines.
pub fn of_search(app: &str, query: &LogQuery) -> AnyView {
    const WHAT: &str = "these log lines";
    let alert = alert_link(rule_address::of_search(app, query), WHAT);
    let board = board_link(board_address::of_search(app, query), WHAT);
    view! { <span class="onward">{alert}{board}</span> }.into_any()
}
