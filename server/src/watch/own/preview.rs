//! What a rule would have done in the last days: its past is read from rollups or stored lines, and
//! tried in `trial`.

use std::{collections::BTreeMap, time::Duration};

use contract::{
    Span, Stat, Step, StepChoice,
    alert::{Preview, Rule, Signal},
    series::Labels,
};

use super::{
    lines::measure_of,
    rule::OwnRule,
    trial::{self, BACK_S, Past, steps_of},
    usual,
    windows::GROUPS_MAX,
};
use crate::store::{
    log::measure,
    query::{
        self, Reader,
        cells::{CellsQuery, GroupCells},
    },
    search_slots,
};

/// Data that go back less than this are looked at in steps of ten seconds.
const FINE_S: i64 = 86_400;
/// Most cells that are merged: half a second of work.
const MERGES_MAX: i64 = 1_000_000;
/// Longest time that stored lines are looked at.
const LINES_MAX: Duration = Duration::from_secs(5);
/// Widths of a step, seconds.
const STEPS_S: [i64; 5] = [10, 60, 300, 900, 3_600];

/// Why there is no preview.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// It can't be worked out, in words.
    #[error("{0}")]
    Invalid(String),
    /// Others are searching.
    #[error("too many searches are under way")]
    Busy,
    /// The store can't be read.
    #[error("the store could not be read: {0}")]
    Store(sqlx::Error),
}

impl From<query::Error> for Error {
    fn from(error: query::Error) -> Self {
        match error {
            query::Error::NotFound(text) | query::Error::Invalid(text) => Self::Invalid(text),
            query::Error::TooLong => Self::Invalid("the preview took too long: choose fewer series".to_owned()),
            query::Error::Store(error) => Self::Store(error),
        }
    }
}

/// Tries a rule on the past of one app.
///
/// # Errors
/// See [`Error`].
pub(crate) async fn make(reader: &Reader, app: &str, rule: &Rule, now_ms: i64) -> Result<Preview, Error> {
    let rule = OwnRule { id: 0, draft: rule.get().clone(), changed_ms: 0 };
    let now_s = now_ms.div_euclid(1_000);
    let past = match &rule.draft.signal {
        Signal::Metric { .. } => of_metric(reader, app, &rule, now_s).await?,
        Signal::Search { .. } => of_lines(reader, app, &rule, now_s).await?,
    };
    let app = app.to_owned();
    let work = tokio::task::spawn_blocking(move || trial::run(&app, &rule, &past, now_s));
    work.await.map_err(|_| Error::Invalid("the preview could not be worked out".to_owned()))
}

async fn of_metric(reader: &Reader, app: &str, rule: &OwnRule, now_s: i64) -> Result<Past, Error> {
    let mut problem = String::new();
    let first_s = first_s(reader, app, rule, now_s).await?;
    for step_s in STEPS_S.into_iter().filter(|it| *it > 10 || now_s - first_s <= FINE_S) {
        let from_s = first_s - first_s.rem_euclid(step_s);
        let (span, step) = (Span::clamped(from_s, now_s + 1), StepChoice::Width(Step::clamped(step_s)));
        let Some(query) = rule.cells(app, span, step) else {
            return Err(Error::Invalid("expected a metric, found a search".to_owned()));
        };
        let mut cells = match reader.cells(&query, now_s).await {
            Ok(cells) => cells,
            Err(query::Error::Invalid(text)) => {
                problem = text;
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        cells.groups.truncate(GROUPS_MAX);
        let step_s = cells.step.seconds();
        let per_window = steps_of(rule.window_s(), step_s);
        let filled: i64 = cells.groups.iter().map(|it| it.steps.len() as i64).sum();
        if filled * per_window > MERGES_MAX && step_s < STEPS_S[STEPS_S.len() - 1] {
            continue;
        }
        let hours = if rule.is_of_usual() { usual::history(reader, app, rule, now_s).await? } else { vec![] };
        let (from_s, to_s) = (cells.span.from_s(), now_s + 1);
        return Ok(Past { step_s, from_s, to_s, unit: cells.unit, groups: cells.groups, hours });
    }
    Err(Error::Invalid(problem))
}

/// Where the data of a rule begin within the last days, unix seconds: by the hour.
async fn first_s(reader: &Reader, app: &str, rule: &OwnRule, now_s: i64) -> Result<i64, Error> {
    let (span, step) = (Span::clamped(now_s - BACK_S, now_s + 1), StepChoice::Width(Step::clamped(3_600)));
    let Some(query) = rule.cells(app, span, step) else { return Ok(now_s) };
    let query = CellsQuery { stat: Stat::Count, only: BTreeMap::new(), by: vec![], ..query };
    let cells = reader.cells(&query, now_s).await?;
    let first = cells.groups.iter().filter_map(|it| it.steps.keys().next().copied()).min();
    Ok(first.unwrap_or(now_s).max(now_s - BACK_S).min(now_s))
}

async fn of_lines(reader: &Reader, app: &str, rule: &OwnRule, now_s: i64) -> Result<Past, Error> {
    let step_s = if rule.window_s() < 600 { 10 } else { 60 };
    let mut measure = measure_of(rule, step_s).map_err(Error::Invalid)?;
    measure.query.span_ms = (now_s - BACK_S) * 1_000..(now_s + 1) * 1_000;
    let (kind, store, app) = (measure.kind(), reader.store.clone(), app.to_owned());
    let counting = reader.store.counts.run(LINES_MAX, move |cancel| async move {
        let oldest: Option<i64> = measure::oldest_ms(&store, &app).await?;
        let measured = measure::span(&store, &app, &measure, &cancel).await?;
        Ok((measured, oldest))
    });
    let (measured, oldest_ms) = counting.await.map_err(|error| match error {
        search_slots::Error::Busy => Error::Busy,
        search_slots::Error::Store(error) => Error::Store(error),
    })?;
    let from_s = measured.from_ms.max(oldest_ms.unwrap_or(i64::MAX)).div_euclid(1_000).min(now_s);
    let groups = vec![GroupCells { labels: Labels::new(), kind, steps: measured.steps }];
    let from_s = from_s - from_s.rem_euclid(step_s);
    Ok(Past { step_s, from_s, to_s: now_s + 1, unit: String::new(), groups, hours: vec![] })
}
