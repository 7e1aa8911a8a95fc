//! How much each kind of data takes, how far back it reaches, and when it will be full.
//!
//! Rows and bytes are counted as rows are written and deleted, in the same transactions; nothing here reads the data itself, except
//! for the time of the oldest row.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use sqlx::{AssertSqlSafe, SqliteConnection};

use crate::{
    config::Retention,
    store::{rollup::resolution::Resolution, write::blocks},
};

/// What a rollup row takes besides its sketch, bytes, with its share of what pages leave empty (a sixth, as SQLite's `dbstat` says of
/// such tables). Migration 0005 counts the same.
const ROW_BYTES: i64 = 36;
/// What [`row_bytes`] says, in SQL.
pub const ROW_SQL: &str = "36 + ifnull((length(sketch) + 27) * 6 / 5, 0)";
/// Its percentiles.
const PERCENTILES_BYTES: i64 = 27;
/// What a block takes besides its body, its indexes included, bytes.
const BLOCK_BYTES: i64 = 150;
/// The least span that a rate of growth is taken from, seconds.
const SPAN_MIN_S: i64 = 600;

/// A kind of data that is limited by time and by size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tier {
    /// Rows of a resolution.
    Rollup(Resolution),
    /// Raw lines.
    Logs,
}

impl Tier {
    /// All of them, in the order of [`Tiers`].
    pub const ALL: [Self; 4] = [
        Self::Rollup(Resolution::TenSeconds),
        Self::Rollup(Resolution::Minute),
        Self::Rollup(Resolution::Hour),
        Self::Logs,
    ];

    /// Its name in the store and in the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rollup(Resolution::TenSeconds) => "10s",
            Self::Rollup(Resolution::Minute) => "1m",
            Self::Rollup(Resolution::Hour) => "1h",
            Self::Logs => "logs",
        }
    }

    const fn index(self) -> usize {
        match self {
            Self::Rollup(resolution) => resolution.index(),
            Self::Logs => Resolution::ALL.len(),
        }
    }

    /// How long it may stay, and how much it may take, bytes.
    #[must_use]
    pub fn limits(self, retention: &Retention) -> (Duration, i64) {
        let (time, bytes) = match self {
            Self::Rollup(Resolution::TenSeconds) => (retention.retention_10s, retention.size_10s),
            Self::Rollup(Resolution::Minute) => (retention.retention_1m, retention.size_1m),
            Self::Rollup(Resolution::Hour) => (retention.retention_1h, retention.size_1h),
            Self::Logs => (retention.retention_logs, retention.size_logs),
        };
        (time, i64::try_from(bytes).unwrap_or(i64::MAX))
    }
}

/// What a tier holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// Rows, or blocks with a body.
    pub rows: i64,
    /// What they take, bytes.
    pub bytes: i64,
    /// Where a limit of size has deleted up to: unix seconds, or a block's number.
    pub floor: i64,
}

/// What all tiers hold, as of the last commit.
#[derive(Debug, Default)]
pub struct Tiers(Mutex<[Held; 4]>);

impl Tiers {
    /// What a tier holds.
    #[must_use]
    pub fn of(&self, tier: Tier) -> Held {
        self.lock()[tier.index()]
    }

    /// Adds rows and bytes that were committed; negative ones were deleted.
    pub fn add(&self, tier: Tier, (rows, bytes): (i64, i64)) {
        let mut all = self.lock();
        let held = &mut all[tier.index()];
        (held.rows, held.bytes) = ((held.rows + rows).max(0), (held.bytes + bytes).max(0));
    }

    /// Says where a tier now begins.
    pub fn raise(&self, tier: Tier, floor: i64) {
        let mut all = self.lock();
        let held = &mut all[tier.index()];
        held.floor = held.floor.max(floor);
    }

    fn lock(&self) -> MutexGuard<'_, [Held; 4]> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a rollup row with a sketch of so many bytes takes, bytes.
#[must_use]
pub fn row_bytes(sketch_bytes: Option<usize>) -> i64 {
    ROW_BYTES + sketch_bytes.map_or(0, |it| (it as i64 + PERCENTILES_BYTES) * 6 / 5)
}

/// What a block with a body of so many bytes takes, bytes.
#[must_use]
pub const fn block_bytes(body_bytes: usize) -> i64 {
    BLOCK_BYTES + body_bytes as i64
}

/// Reads what the store says; blocks behind the checkpoint are added to it.
///
/// # Errors
/// When the store can't be read.
pub async fn restore(db: &mut SqliteConnection, tiers: &Tiers) -> Result<(), sqlx::Error> {
    let rows: Vec<(String, i64, i64, i64)> =
        sqlx::query_as("SELECT name, rows, bytes, floor FROM tier").fetch_all(&mut *db).await?;
    for (name, rows, bytes, floor) in rows {
        if let Some(tier) = Tier::ALL.into_iter().find(|it| it.name() == name) {
            tiers.add(tier, (rows, bytes));
            tiers.raise(tier, floor);
        }
    }
    tiers.add(Tier::Logs, blocks::behind_checkpoint(&mut *db).await?);
    Ok(())
}

/// Writes down a change, inside a transaction of the caller; after its commit the caller tells [`Tiers`].
///
/// # Errors
/// When the store can't be written.
pub async fn write(
    db: &mut SqliteConnection,
    tier: Tier,
    (rows, bytes): (i64, i64),
    floor: i64,
) -> Result<(), sqlx::Error> {
    let query = sqlx::query("UPDATE tier SET rows = rows + ?, bytes = bytes + ?, floor = max(floor, ?) WHERE name = ?");
    query.bind(rows).bind(bytes).bind(floor).bind(tier.name()).execute(db).await?;
    Ok(())
}

/// The time of a tier's oldest data, unix seconds: one seek a series.
///
/// # Errors
/// When the store can't be read.
pub async fn oldest_s(db: &mut SqliteConnection, tier: Tier, floor: i64) -> Result<Option<i64>, sqlx::Error> {
    let Tier::Rollup(resolution) = tier else {
        let first = "SELECT received_ms FROM block WHERE id > ? AND body IS NOT NULL ORDER BY id LIMIT 1";
        let first: Option<i64> = sqlx::query_scalar(first).bind(floor).fetch_optional(db).await?;
        return Ok(first.map(|it| it.div_euclid(1_000)));
    };
    let sql = format!(
        "SELECT min((SELECT min(bucket_s) FROM {} WHERE series_id = series.id)) FROM series",
        resolution.table()
    );
    sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(db).await
}

/// Which limit is reached first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// That of time.
    Time,
    /// That of size.
    Size,
}

/// When a tier begins to lose its oldest data, unix seconds, if it goes on to grow as it did, and by which limit; in the past when it
/// does already. `None` as long as there is too little to tell.
#[must_use]
pub fn full(held: Held, oldest_s: Option<i64>, (time, limit): (Duration, i64), now_s: i64) -> Option<(i64, By)> {
    let oldest_s = oldest_s?;
    let by_time_s = oldest_s.saturating_add(i64::try_from(time.as_secs()).unwrap_or(i64::MAX));
    let span_s = now_s - oldest_s;
    if span_s < SPAN_MIN_S || held.bytes <= 0 {
        return None;
    }
    let left_s = (limit - held.bytes) as f64 / held.bytes as f64 * span_s as f64;
    let by_size_s = now_s.saturating_add(left_s as i64);
    Some(if by_size_s < by_time_s { (by_size_s, By::Size) } else { (by_time_s, By::Time) })
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY_S: i64 = 86_400;
    const GB: i64 = 1_000_000_000;

    #[track_caller]
    fn check(bytes: i64, oldest_days: Option<i64>, keeps_days: u64, limit: i64, expected: Option<(i64, By)>) {
        let held = Held { rows: 1, bytes, floor: 0 };
        let now_s = 1_000 * DAY_S;
        let found = full(
            held,
            oldest_days.map(|it| now_s - it * DAY_S),
            (Duration::from_secs(keeps_days * 86_400), limit),
            now_s,
        );
        assert_eq!(found.map(|it| ((it.0 - now_s) / DAY_S, it.1)), expected);
    }

    #[test]
    fn ok_whichever_comes_first() {
        check(GB, Some(10), 30, 100 * GB, Some((20, By::Time)));
        check(GB, Some(10), 30, 2 * GB, Some((10, By::Size)));
        check(2 * GB, Some(10), 30, 2 * GB, Some((0, By::Size)));
        check(GB, Some(31), 30, 100 * GB, Some((-1, By::Time)));
        check(0, None, 30, GB, None);
        check(GB, Some(0), 30, 2 * GB, None);
    }
}
