//! What is usual for any metric at an hour of the week, from hourly rollups: the median of the same
//! hour in up to six weeks; with less history that of the same hour of days, then of the hours
//! before. The bands of headline figures come from `watch::usual`, which follows growth and
//! leaves incidents out; it needs counts or service times, and rules may have any statistic.

use contract::{Span, Stat, Step, StepChoice};
use rustc_hash::FxHashMap;

use super::{
    condition::{group_text, value_of},
    rule::OwnRule,
};
use crate::store::query::{self, Reader, cells::GroupCells};

/// How far back history is looked at, seconds: six weeks.
pub(crate) const HISTORY_S: i64 = 42 * 86_400;
/// Values of which a median means something.
const VALUES_MIN: usize = 3;
/// Hours before that stand in for a day's history.
const HOURS_MIN: usize = 6;
/// An hour, seconds: what is usual is the same for all of it.
pub(crate) const HOUR_S: i64 = 3_600;

/// What is usual at one hour of the week for each group of a rule.
///
/// # Errors
/// See [`query::Error`].
pub(crate) async fn of_rule(
    reader: &Reader,
    app: &str,
    rule: &OwnRule,
    now_s: i64,
) -> Result<FxHashMap<String, f64>, query::Error> {
    let groups = history(reader, app, rule, now_s).await?;
    let of = |group: &GroupCells| Some((group_text(&group.labels), at(group, rule, now_s)?));
    Ok(groups.iter().filter_map(of).collect())
}

/// The hours of a rule's metric.
///
/// # Errors
/// See [`query::Error`].
pub(crate) async fn history(
    reader: &Reader,
    app: &str,
    rule: &OwnRule,
    now_s: i64,
) -> Result<Vec<GroupCells>, query::Error> {
    let to_s = now_s - now_s.rem_euclid(HOUR_S);
    let (span, step) = (Span::clamped(to_s - HISTORY_S, to_s), StepChoice::Width(Step::clamped(HOUR_S)));
    let Some(query) = rule.cells(app, span, step) else { return Ok(vec![]) };
    Ok(reader.cells(&query, now_s).await?.groups)
}

/// What is usual at the hour of `at_s`, from the hours before it; `None` with too little history.
pub(crate) fn at(group: &GroupCells, rule: &OwnRule, at_s: i64) -> Option<f64> {
    let hour_s = at_s - at_s.rem_euclid(HOUR_S);
    let stat = rule.stat();
    let is_total = matches!(stat, Stat::Count | Stat::Sum);
    let scale = if is_total { rule.window_s() as f64 / HOUR_S as f64 } else { 1.0 };
    let every = |period_s: i64| -> Vec<f64> {
        let before = (1..=HISTORY_S / period_s).filter_map(|n| group.steps.get(&(hour_s - n * period_s)));
        before.filter_map(|cell| value_of(stat, cell, group.kind, HOUR_S)).collect()
    };
    let weeks = every(7 * 24 * HOUR_S);
    if weeks.len() >= VALUES_MIN {
        return median(weeks).map(|it| it * scale);
    }
    let days = every(24 * HOUR_S);
    if days.len() >= VALUES_MIN {
        return median(days).map(|it| it * scale);
    }
    let hours = every(HOUR_S);
    if hours.len() >= HOURS_MIN { median(hours).map(|it| it * scale) } else { None }
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}
