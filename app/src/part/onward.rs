//! What can be done with what a chart or a search shows: an alert on it, a place on a board, a
//! comparison with a week before.

use contract::{Label, LogQuery, Stat};
use leptos::prelude::*;

use super::{board_address, rule_address};

/// Outline of a bell.
const BELL: &str = "M8 2a4 4 0 0 0-4 4v3l-1.3 2.2h10.6L12 9V6a4 4 0 0 0-4-4zM6.6 13.4h2.8";
/// Outline of panels, and a plus.
const PANELS: &str = "M2.5 2.5h4.5v4.5h-4.5zM9 2.5h4.5v4.5h-4.5zM2.5 9h4.5v4.5h-4.5zM11.2 9v4.5M9 11.2h4.5";

/// Outline of two lines that part.
const LINES: &str = "M2.5 11.5l3.5-5 3 3 4.5-6M2.5 13.5h11";

/// For a statistic of a metric, and for the same metric a week before: `compare` is its address.
pub fn of_chart(app: &str, metric: &str, stat: Stat, by: &[Label], title: &str, compare: String) -> AnyView {
    view! { {of_metric(app, metric, stat, by, title)}{link(compare, LINES, "Compare with last week", title)} }
        .into_any()
}

/// For a statistic of a metric. `title` is that of its chart.
pub fn of_metric(app: &str, metric: &str, stat: Stat, by: &[Label], title: &str) -> AnyView {
    let (alert, board) =
        (rule_address::of_metric(app, metric, stat, by), board_address::of_metric(app, metric, stat, by));
    links(alert, board, title)
}

/// For a search for log lines.
pub fn of_search(app: &str, query: &LogQuery) -> AnyView {
    links(rule_address::of_search(app, query), board_address::of_search(app, query), "these log lines")
}

fn links(alert: String, board: String, what: &str) -> AnyView {
    let (alert, board) = (link(alert, BELL, "Alert on this", what), link(board, PANELS, "Add to board", what));
    view! { <span class="onward">{alert}{board}</span> }.into_any()
}

/// A small drawing that leads to an address.
fn link(href: String, outline: &'static str, verb: &'static str, what: &str) -> AnyView {
    let text = format!("{verb}: {what}");
    view! {
        <a class="alert-on" href=href title=verb>
            <svg viewBox="0 0 16 16" aria-hidden="true"><path d=outline /></svg>
            <span class="vh">{text}</span>
        </a>
    }
    .into_any()
}
