//! The order of the Overview's rows: worst first, or by a column that the address names
//! (`?sort=p99`, `?sort=-p99` for the largest first).

use std::cmp::Ordering;

use contract::{AppSummary, Overview};
use leptos::prelude::*;

use crate::{live::clock::Clock, part::address::Address};

/// How often rows are put in order again by a column whose values change all the time, seconds. A
/// row that is about to be clicked must not run away.
const AGAIN_S: i64 = 10;

/// A column of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    App,
    Requests,
    P50,
    P95,
    P99,
    Errors,
    Dynos,
    Event,
}

/// An order of the rows; `None` for worst first.
pub type Sort = Option<(Column, bool)>;

impl Column {
    const ALL: [Self; 8] =
        [Self::App, Self::Requests, Self::P50, Self::P95, Self::P99, Self::Errors, Self::Dynos, Self::Event];

    const fn word(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::Requests => "requests",
            Self::P50 => "p50",
            Self::P95 => "p95",
            Self::P99 => "p99",
            Self::Errors => "errors",
            Self::Dynos => "dynos",
            Self::Event => "event",
        }
    }

    /// What is compared; apps without a value come last in either order.
    fn value(self, app: &AppSummary) -> Option<f64> {
        match self {
            Self::App => None,
            Self::Requests => app.requests_per_s,
            Self::P50 => app.p50_ms,
            Self::P95 => app.p95_ms,
            Self::P99 => app.p99_ms,
            Self::Errors => app.error_rate,
            Self::Dynos => app.dynos.map(f64::from),
            Self::Event => app.last_event.as_ref().map(|it| it.at_s as f64),
        }
    }

    /// Whether the first press of its header shows the largest first.
    const fn is_largest_first(self) -> bool {
        !matches!(self, Self::App)
    }
}

/// The order that a word of the address names.
#[must_use]
pub fn sort_of(word: &str) -> Sort {
    let (name, is_down) = word.strip_prefix('-').map_or((word, false), |it| (it, true));
    Column::ALL.into_iter().find(|it| it.word() == name).map(|it| (it, is_down))
}

/// The word of the address that the header of a column leads to: its order, then the other one,
/// then worst first again.
fn next_word(column: Column, now: Sort) -> String {
    let first = column.is_largest_first();
    let is_down = match now {
        Some((known, is_down)) if known == column && is_down == first => !first,
        Some((known, _)) if known == column => return String::new(),
        _ => first,
    };
    format!("{}{}", if is_down { "-" } else { "" }, column.word())
}

/// The names of all apps in an order.
#[must_use]
pub fn sorted(overview: &Overview, sort: Sort) -> Vec<String> {
    let mut apps: Vec<&AppSummary> = overview.apps.iter().collect();
    if let Some((column, is_down)) = sort {
        let turned = |it: Ordering| if is_down { it.reverse() } else { it };
        apps.sort_by(|a, b| {
            let by_value = match (column.value(a), column.value(b)) {
                (Some(a), Some(b)) => turned(a.total_cmp(&b)),
                (a, b) => b.is_some().cmp(&a.is_some()),
            };
            let by_name = a.app.cmp(&b.app);
            by_value.then(if column == Column::App { turned(by_name) } else { by_name })
        });
    }
    apps.into_iter().map(|it| it.app.clone()).collect()
}

/// The names of all apps in the order that the address names, kept up to date: worst first at once,
/// by a column every [`AGAIN_S`] seconds.
pub fn kept_in_order(state: RwSignal<Overview>, sort: Memo<Sort>, clock: Clock) -> Memo<Vec<String>> {
    let turn = Memo::new(move |_| clock.now_s.get().div_euclid(AGAIN_S));
    Memo::new(move |_| match sort.get() {
        None => state.with(|it| sorted(it, None)),
        by_column => {
            turn.track();
            state.with_untracked(|it| sorted(it, by_column))
        }
    })
}

/// The header of a column, which sorts by it.
pub fn sort_header(
    text: &'static str,
    class: &'static str,
    column: Column,
    sort: Memo<Sort>,
    address: Address,
) -> AnyView {
    let href = move || address.changed("sort", &next_word(column, sort.get()));
    let order = move || {
        let (_, is_down) = sort.get().filter(|it| it.0 == column)?;
        Some(if is_down { "descending" } else { "ascending" })
    };
    view! { <th scope="col" class=class aria-sort=order><a href=href>{text}</a></th> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_words_of_orders() {
        for (word, expected) in [
            ("", None),
            ("p99", Some((Column::P99, false))),
            ("-p99", Some((Column::P99, true))),
            ("app", Some((Column::App, false))),
            ("size", None),
            ("-", None),
        ] {
            assert_eq!(sort_of(word), expected, "{word}");
        }
    }

    #[test]
    fn ok_a_header_leads_through_both_orders_and_back() {
        for (column, words) in [(Column::P99, ["-p99", "p99", ""]), (Column::App, ["app", "-app", ""])] {
            let mut now = None;
            for word in words {
                assert_eq!(next_word(column, now), word);
                now = sort_of(word);
            }
        }
        assert_eq!(next_word(Column::P50, Some((Column::P99, true))), "-p50");
    }
}
