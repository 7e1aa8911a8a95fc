//! Reads the history of an app from the store: no more of it than the hours in question need.

use std::collections::BTreeMap;

use contract::{ErrorCode, StatusClass};

use super::{
    history::{Counts, DAY_S, HOUR_S, History, WEEK_S},
    rate::REACH_S,
    sample::{DAYS_MAX, HOURS_MIN, WEEKS_MAX},
};
use crate::{
    live::{SeriesId, series_role::SeriesRole},
    store::{
        query::{
            Error, Reader,
            hours::{Hours, joined},
        },
        resolution::Resolution,
    },
};

/// Longest span that usual ranges are worked out for, seconds: with the six weeks before it, about
/// two thousand rows of each series.
pub(crate) const SPAN_MAX_S: i64 = 35 * DAY_S;
/// Most rows with sketches that one calculation reads: about a tenth of a second.
const ROWS_MAX: i64 = 60_000;

/// The series that usual values come from.
#[derive(Default)]
struct SeriesOfApp {
    requests: Vec<SeriesId>,
    errors: Vec<SeriesId>,
    lines: Vec<SeriesId>,
    service: Vec<SeriesId>,
    codes: Vec<(SeriesId, ErrorCode)>,
}

impl SeriesOfApp {
    fn find(reader: &Reader, app: &str) -> Result<Self, Error> {
        let mut series = Self::default();
        for (id, key) in reader.find(app, |key| SeriesRole::of(key) != SeriesRole::Other)? {
            match SeriesRole::of(&key) {
                SeriesRole::Requests(class) => {
                    series.requests.push(id);
                    if class == StatusClass::ServerError {
                        series.errors.push(id);
                    }
                }
                SeriesRole::Lines => series.lines.push(id),
                SeriesRole::Service => series.service.push(id),
                SeriesRole::Errors(code) => series.codes.push((id, code)),
                _ => {}
            }
        }
        Ok(series)
    }
}

/// How much of a history is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Detail {
    /// For the bands of charts.
    Bands,
    /// Also error codes, and the minutes of the last week.
    Whole,
}

/// The history that the hours in `[from_s, to_s)` need, at `now_s`. Hours that are not over are not
/// part of it.
///
/// # Errors
/// [`Error::NotFound`] without such an app, [`Error::Invalid`] where it would be too many rows,
/// [`Error::TooLong`] and [`Error::Store`].
pub(super) async fn history(
    reader: &Reader,
    app: &str,
    (from_s, to_s): Hours,
    now_s: i64,
    detail: Detail,
) -> Result<History, Error> {
    let series = SeriesOfApp::find(reader, app)?;
    let mut history = History::default();
    let end_s = (to_s + HOUR_S).min(Resolution::Hour.bucket_s(now_s));
    let first_s = reader.first_hour(&series.requests).await?;
    for (counts, ids, first_s) in [
        (&mut history.requests, &series.requests, first_s),
        (&mut history.errors, &series.errors, first_s),
        (&mut history.lines, &series.lines, reader.first_hour(&series.lines).await?),
    ] {
        let span = ((from_s - REACH_S).max(first_s.unwrap_or(end_s)), end_s);
        let rows = if span.0 < span.1 { reader.sums_by_hour(ids, span).await? } else { vec![] };
        *counts = Counts::new(first_s, span, &rows);
    }
    let Some(first_s) = first_s else { return with_minutes(reader, &series, history, now_s, detail).await };
    let compared = compared((from_s, to_s), first_s, end_s);
    let hours: i64 = compared.iter().map(|it| (it.1 - it.0) / HOUR_S).sum();
    let rows = hours * series.service.len() as i64;
    if rows > ROWS_MAX {
        return Err(Error::Invalid(format!(
            "expected usual ranges of at most {ROWS_MAX} rows, found {rows} of {} series: ask for a shorter range",
            series.service.len()
        )));
    }
    history.service = reader.sketches_by_hour(&series.service, &compared).await?;
    if detail == Detail::Whole {
        let codes: BTreeMap<SeriesId, ErrorCode> = series.codes.iter().copied().collect();
        let ids: Vec<SeriesId> = codes.keys().copied().collect();
        for (id, at_s, sum) in reader.sums_by_series(&ids, &compared).await? {
            if let Some(code) = codes.get(&id) {
                *history.codes.entry(*code).or_default().entry(at_s).or_default() += sum;
            }
        }
    }
    with_minutes(reader, &series, history, now_s, detail).await
}

async fn with_minutes(
    reader: &Reader,
    series: &SeriesOfApp,
    mut history: History,
    now_s: i64,
    detail: Detail,
) -> Result<History, Error> {
    if detail == Detail::Whole {
        history.minutes = reader.counted_minutes(&series.lines, (now_s - WEEK_S, now_s + 1)).await?;
    }
    Ok(history)
}

/// The hours that those of a span are compared with, of an app that began at `first_s`.
fn compared((from_s, to_s): Hours, first_s: i64, end_s: i64) -> Vec<Hours> {
    // An hour's neighbours, and the neighbours of what those are compared with.
    let (from_s, to_s) = (from_s - 2 * HOUR_S, to_s + 2 * HOUR_S);
    let mut all: Vec<Hours> = (1..=WEEKS_MAX).map(|it| (from_s - it * WEEK_S, to_s - it * WEEK_S)).collect();
    if first_s >= from_s - HOURS_MIN as i64 * WEEK_S {
        all.push((from_s - DAYS_MAX * DAY_S, to_s));
    }
    joined(all.into_iter().map(|it| (it.0.max(first_s), it.1.min(end_s))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW_S: i64 = 20 * WEEK_S;

    #[test]
    fn ok_an_old_app_needs_some_hours_of_each_week() {
        let found = compared((NOW_S, NOW_S + HOUR_S), 0, NOW_S);
        let lengths: Vec<i64> = found.iter().map(|it| (it.1 - it.0) / HOUR_S).collect();
        assert_eq!(lengths, [5; 6]);
        assert_eq!(found[5], (19 * WEEK_S - 2 * HOUR_S, 19 * WEEK_S + 3 * HOUR_S));
    }

    #[test]
    fn ok_a_young_app_needs_its_last_days() {
        let found = compared((NOW_S, NOW_S + HOUR_S), NOW_S - 2 * WEEK_S, NOW_S);
        assert_eq!(found.last(), Some(&(NOW_S - WEEK_S - 2 * HOUR_S, NOW_S)));
        let found = compared((NOW_S, NOW_S + HOUR_S), NOW_S - 5 * HOUR_S, NOW_S);
        assert_eq!(found, [(NOW_S - 5 * HOUR_S, NOW_S)]);
        assert_eq!(compared((NOW_S, NOW_S + HOUR_S), NOW_S, NOW_S), []);
    }
}
