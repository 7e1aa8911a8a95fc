//! What can be done with what a chart or a search shows: an alert on it, a place on a board, a
//! comparison with a week before.

use contract::{Label, LogQuery, Stat};
use leptos::prelude::*;

use super::{
    board_address,
    log_address::{export_address, saving_address},
    rule_address,
};

const ALERT: &str = "Alert on this";
const BOARD: &str = "Add to board";

/// Outline of a bell.
const BELL: &str = "M8 2a4 4 0 0 0-4 4v3l-1.3 2.2h10.6L12 9V6a4 4 0 0 0-4-4zM6.6 13.4h2.8";
/// Outline of panels, and a plus.
const PANELS: &str = "M2.5 2.5h4.5v4.5h-4.5zM9 2.5h4.5v4.5h-4.5zM2.5 9h4.5v4.5h-4.5zM11.2 9v4.5M9 11.2h4.5";

/// Outline of two lines that part.
const LINES: &str = "M2.5 11.5l3.5-5 3 3 4.5-6M2.5 13.5h11";

/// Outline of an arrow into a tray.
const DOWN: &str = "M8 2v7.5M4.8 6.5 8 9.7l3.2-3.2M2.5 11.5v2h11v-2";

/// Outline of a bookmark.
const MARK: &str = "M4.5 2h7v12L8 11.2 4.5 14z";

/// For a statistic of a metric, and for the same metric a week before: `compare` is its address.
pub fn of_chart(app: &str, metric: &str, stat: Stat, by: &[Label], title: &str, compare: String) -> AnyView {
    let compare = link(compare, LINES, "Compare with last week", title);
    metric_links(app, (metric, stat, by), title, Some(compare))
}

/// For a statistic of a metric. `title` is that of its chart.
pub fn of_metric(app: &str, metric: &str, stat: Stat, by: &[Label], title: &str) -> AnyView {
    metric_links(app, (metric, stat, by), title, None)
}

fn metric_links(
    app: &str,
    (metric, stat, by): (&str, Stat, &[Label]),
    title: &str,
    further: Option<AnyView>,
) -> AnyView {
    let (alert, board) =
        (rule_address::of_metric(app, metric, stat, by), board_address::of_metric(app, metric, stat, by));
    links(alert, board, title, further)
}

/// For a search for log lines.
pub fn of_search(app: &str, query: &LogQuery) -> AnyView {
    let what = "these log lines";
    let export = link(export_address(app, query), DOWN, "Export", what);
    let save = link(saving_address(app, query), MARK, "Save search", what);
    let further = view! { {export}{save} }.into_any();
    links(rule_address::of_search(app, query), board_address::of_search(app, query), what, Some(further))
}

fn links(alert: String, board: String, what: &str, further: Option<AnyView>) -> AnyView {
    let (alert, board) = (link(alert, BELL, ALERT, what), link(board, PANELS, BOARD, what));
    view! { <span class="onward">{alert}{board}{further}</span> }.into_any()
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
