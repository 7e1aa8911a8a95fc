//! Reads what the rules must know of the hours before a start: counts and service times of six
//! hours, and the memory of one. In the background, one app after the other.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use pipeline::Cell;
use tokio::time::sleep;

use super::rule::{
    history::{BUCKET_S, REACH_S},
    observed::Counts,
};
use crate::{
    live::{
        WINDOW_S,
        series_role::{SeriesRole, megabytes},
    },
    store::{
        query::Reader,
        resolution::Resolution,
        rollup::{cells, rows::Columns},
    },
};

/// Memory is looked at for this long, seconds.
const MEMORY_S: i64 = 3_600;
/// Most series of one app that are read. With more, the first hours after a start go without the
/// hours before.
const SERIES_MAX: usize = 1_000;
/// The pause after each app.
const PAUSE: Duration = Duration::from_millis(10);

/// What the store has of one app.
#[derive(Debug, Default)]
pub(super) struct Past {
    /// Buckets of five minutes, by their start, unix seconds.
    pub buckets: BTreeMap<i64, (Counts, Cell)>,
    /// Memory of each dyno and minute, MB.
    pub memory: BTreeMap<(Box<str>, i64), f64>,
}

/// What a series is to the rules.
struct Wanted {
    role: SeriesRole,
    source: Box<str>,
    unit: Box<str>,
}

/// Reads the past of every app into `into`. An app that can't be read goes without.
pub(super) async fn read_all(reader: &Reader, now_s: i64, into: &Mutex<Vec<(Arc<str>, Past)>>) {
    let names: Vec<Arc<str>> = reader.aggregates.live.lock().apps.keys().cloned().collect();
    for name in names {
        match read(reader, &name, now_s).await {
            Ok(past) => into.lock().unwrap_or_else(PoisonError::into_inner).push((name, past)),
            Err(error) => tracing::warn!(app = &*name, %error, "the last hours of an app could not be read"),
        }
        sleep(PAUSE).await;
    }
}

async fn read(reader: &Reader, name: &str, now_s: i64) -> Result<Past, sqlx::Error> {
    let wanted = wanted(reader, name);
    let ids: Vec<i64> = wanted.keys().copied().collect();
    let mut past = Past::default();
    let range = (now_s - REACH_S, (now_s - WINDOW_S).div_euclid(BUCKET_S) * BUCKET_S);
    // A minute may come in several parts, and the last value of memory is that of all of them.
    let mut memory: BTreeMap<(i64, i64), Cell> = BTreeMap::new();
    let mut db = reader.store.readers.begin().await?;
    cells::range(&mut db, Resolution::Minute, &ids, range, Columns::All, |(id, at_s), cell| match wanted.get(&id) {
        Some(series) if series.role == SeriesRole::Memory => memory.entry((id, at_s)).or_default().merge(cell),
        Some(series) => past.add(series, at_s, cell, now_s),
        None => {}
    })
    .await?;
    for ((id, at_s), cell) in memory {
        if let Some(series) = wanted.get(&id) {
            past.add(series, at_s, &cell, now_s);
        }
    }
    Ok(past)
}

fn wanted(reader: &Reader, name: &str) -> BTreeMap<i64, Wanted> {
    let live = reader.aggregates.live.lock();
    let is_wanted = |role: SeriesRole| {
        matches!(
            role,
            SeriesRole::Requests(_)
                | SeriesRole::Service
                | SeriesRole::Errors(_)
                | SeriesRole::Memory
                | SeriesRole::Lines
                | SeriesRole::Lost
        )
    };
    let series = live.registry.of(name).filter(|it| is_wanted(it.role)).take(SERIES_MAX);
    series
        .map(|it| (it.id, Wanted { role: it.role, source: it.key.source.clone(), unit: it.key.unit.clone() }))
        .collect()
}

impl Past {
    fn add(&mut self, series: &Wanted, at_s: i64, cell: &Cell, now_s: i64) {
        let whole = if cell.sum.is_finite() && cell.sum > 0.0 { cell.sum.round() as u64 } else { 0 };
        let (counts, service) = self.buckets.entry(at_s - at_s.rem_euclid(BUCKET_S)).or_default();
        match series.role {
            SeriesRole::Requests(class) => counts.requests[class] += whole,
            SeriesRole::Errors(code) => *counts.codes.entry(code).or_default() += whole,
            SeriesRole::Lines => counts.lines += whole,
            SeriesRole::Lost => counts.lost += whole,
            SeriesRole::Service => service.merge(cell),
            SeriesRole::Memory if at_s >= now_s - MEMORY_S => {
                self.memory.insert((series.source.clone(), at_s), megabytes(cell.last, &series.unit));
            }
            _ => {}
        }
    }
}
