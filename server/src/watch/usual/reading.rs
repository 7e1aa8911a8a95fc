//! Reads the history of an app from the store: no more of it than the hours in question need.

use std::collections::BTreeMap;

use contract::{ErrorCode, StatusClass};

use super::{
    history::{Counts, DAY_S, HOUR_S, History, WEEK_S},
    known_counts::{AGAIN_S, KEPT_S, KnownCounts},
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
/// An app that began after this time may be compared with the hours before, seconds.
const YOUNG_S: i64 = 4 * DAY_S;
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

/// The counts of an app's last weeks.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    /// The first series that counts lines: another app under the name has another.
    lines_id: Option<SeriesId>,
    requests: KnownCounts,
    errors: KnownCounts,
    lines: KnownCounts,
}

impl Known {
    /// The same up to `now_s`; only what is new is read.
    ///
    /// # Errors
    /// As [`history`].
    pub(super) async fn extended(&self, reader: &Reader, app: &str, now_s: i64) -> Result<Self, Error> {
        let series = SeriesOfApp::find(reader, app)?;
        let end_s = Resolution::Hour.bucket_s(now_s);
        let lines_id = series.lines.iter().min().copied();
        let nothing = Self::default();
        let old = if self.lines_id == lines_id { self } else { &nothing };
        let requests_s = first_hour(reader, &series.requests, &old.requests).await?;
        let lines_s = first_hour(reader, &series.lines, &old.lines).await?;
        let extend = async |known: &KnownCounts, ids: &[SeriesId], first_s: Option<i64>| {
            let from_s = (end_s - KEPT_S).max(first_s.unwrap_or(end_s)).min(end_s);
            let is_kept = known.first_s() == first_s && known.reaches(from_s);
            let read_s = if is_kept { (known.to_s() - AGAIN_S).max(from_s) } else { from_s };
            let rows = reader.sums_by_hour(ids, (read_s, end_s)).await?;
            Ok::<_, Error>(known.extended(first_s, (from_s, end_s), read_s, &rows))
        };
        Ok(Self {
            lines_id,
            requests: extend(&old.requests, &series.requests, requests_s).await?,
            errors: extend(&old.errors, &series.errors, requests_s).await?,
            lines: extend(&old.lines, &series.lines, lines_s).await?,
        })
    }

    /// Whether it has all that the hours from `from_s` on need; `end_s` is the end of the last
    /// whole hour. An hour that has just ended may be missing, but not of a young app, which is
    /// compared with it.
    fn is_enough(&self, from_s: i64, end_s: i64) -> bool {
        [&self.requests, &self.lines].into_iter().all(|counts| {
            let is_young = counts.first_s().is_some_and(|it| it > end_s - YOUNG_S);
            counts.reaches(from_s - REACH_S) && counts.to_s() >= if is_young { end_s } else { end_s - HOUR_S }
        })
    }
}

/// The first hour of some series: looked up once there is any.
async fn first_hour(reader: &Reader, series: &[SeriesId], known: &KnownCounts) -> Result<Option<i64>, Error> {
    // Retention moves it, but by less than matters between two starts.
    if known.first_s().is_some() { Ok(known.first_s()) } else { reader.first_hour(series).await }
}

/// The history that the hours in `[from_s, to_s)` need, at `now_s`. Hours that are not over are not
/// part of it. What `known` has is not read.
///
/// # Errors
/// [`Error::NotFound`] without such an app, [`Error::Invalid`] where it would be too many rows,
/// [`Error::TooLong`] and [`Error::Store`].
pub(super) async fn history(
    reader: &Reader,
    app: &str,
    (from_s, to_s): Hours,
    now_s: i64,
    (known, detail): (&Known, Detail),
) -> Result<History, Error> {
    let series = SeriesOfApp::find(reader, app)?;
    let end_s = (to_s + HOUR_S).min(Resolution::Hour.bucket_s(now_s));
    let mut history = if known.is_enough(from_s, end_s) {
        History {
            requests: known.requests.counts(),
            errors: known.errors.counts(),
            lines: known.lines.counts(),
            ..History::default()
        }
    } else {
        counted(reader, &series, (from_s - REACH_S, end_s)).await?
    };
    if detail == Detail::Whole {
        let span = (now_s - WEEK_S - 2 * HOUR_S, now_s + 1);
        history.minutes = Some(reader.counted_minutes(&series.lines, span).await?);
    }
    let Some(first_s) = history.requests.first_s() else { return Ok(history) };
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
    Ok(history)
}

/// The counts of a span, all from rows.
async fn counted(reader: &Reader, series: &SeriesOfApp, (from_s, end_s): Hours) -> Result<History, Error> {
    let requests_s = reader.first_hour(&series.requests).await?;
    let lines_s = reader.first_hour(&series.lines).await?;
    let read = async |ids: &[SeriesId], first_s: Option<i64>| {
        let span = (from_s.max(first_s.unwrap_or(end_s)).min(end_s), end_s);
        Ok::<_, Error>(Counts::new(first_s, span, &reader.sums_by_hour(ids, span).await?))
    };
    Ok(History {
        requests: read(&series.requests, requests_s).await?,
        errors: read(&series.errors, requests_s).await?,
        lines: read(&series.lines, lines_s).await?,
        ..History::default()
    })
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
