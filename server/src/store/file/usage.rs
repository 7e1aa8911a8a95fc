//! How much each tier of data takes, how far back it reaches, and when it will reach a limit.
//!
//! Rows and bytes are counted as rows are written and deleted, in the same transactions. Nothing
//! here reads the data itself, except for the time of the oldest row.

use std::{
    ops::{AddAssign, Neg},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use sqlx::{AssertSqlSafe, SqliteConnection, SqliteExecutor};

use crate::{config::Retention, store::resolution::Resolution};

/// What a rollup row takes besides its sketch, bytes. It includes the row's share of unused page
/// space: a sixth, as SQLite's `dbstat` reports for these tables. Migration 0005 counts the same.
const ROW_BYTES: i64 = 36;
/// The formula of [`row_bytes`] in SQL.
pub const ROW_SQL: &str = "36 + ifnull((length(sketch) + 27) * 6 / 5, 0)";
/// What the three percentile columns of a row take, bytes.
const PERCENTILES_BYTES: i64 = 27;
/// What a block takes besides its body, its indexes included, bytes.
const BLOCK_BYTES: i64 = 150;

/// A kind of data that is limited by time and by size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tier {
    /// Rollup rows of one resolution.
    Rollup(Resolution),
    /// Raw lines.
    Logs,
}

/// The limits that the settings put on a tier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TierLimits {
    /// How long data stays.
    pub time: Duration,
    /// How much it may take, bytes.
    pub bytes: i64,
}

impl Tier {
    /// All tiers, in the order of [`StorageUsage`].
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

    /// The limits of this tier.
    #[must_use]
    pub fn limits(self, retention: &Retention) -> TierLimits {
        let (time, bytes) = match self {
            Self::Rollup(Resolution::TenSeconds) => (retention.retention_10s, retention.size_10s),
            Self::Rollup(Resolution::Minute) => (retention.retention_1m, retention.size_1m),
            Self::Rollup(Resolution::Hour) => (retention.retention_1h, retention.size_1h),
            Self::Logs => (retention.retention_logs, retention.size_logs),
        };
        TierLimits { time, bytes: i64::try_from(bytes).unwrap_or(i64::MAX) }
    }
}

/// Rows and bytes that were written, or deleted when negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SizeChange {
    /// Rows, or blocks with a body.
    pub rows: i64,
    /// Bytes as counted by [`row_bytes`] and [`block_bytes`].
    pub bytes: i64,
}

impl AddAssign for SizeChange {
    fn add_assign(&mut self, other: Self) {
        self.rows += other.rows;
        self.bytes += other.bytes;
    }
}

impl Neg for SizeChange {
    type Output = Self;

    fn neg(self) -> Self {
        Self { rows: -self.rows, bytes: -self.bytes }
    }
}

/// How much one tier holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TierUsage {
    /// Rows, or blocks with a body.
    pub rows: i64,
    /// What they take, bytes.
    pub bytes: i64,
    /// The limit of size has deleted everything before this: unix seconds for rollups, the id of a
    /// block for logs.
    pub floor: i64,
}

/// How much every tier holds, as of the last commit.
#[derive(Debug, Default)]
pub struct StorageUsage(Mutex<[TierUsage; 4]>);

impl StorageUsage {
    /// How much a tier holds.
    #[must_use]
    pub fn of(&self, tier: Tier) -> TierUsage {
        self.lock()[tier.index()]
    }

    /// Adds a change that was committed.
    pub fn add(&self, tier: Tier, change: SizeChange) {
        let mut all = self.lock();
        let usage = &mut all[tier.index()];
        usage.rows = (usage.rows + change.rows).max(0);
        usage.bytes = (usage.bytes + change.bytes).max(0);
    }

    /// Raises the floor of a tier; a lower floor than before changes nothing.
    pub fn raise(&self, tier: Tier, floor: i64) {
        let mut all = self.lock();
        let usage = &mut all[tier.index()];
        usage.floor = usage.floor.max(floor);
    }

    fn lock(&self) -> MutexGuard<'_, [TierUsage; 4]> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a rollup row takes, bytes. `sketch_bytes` is the length of its sketch column, if it has
/// one.
#[must_use]
pub fn row_bytes(sketch_bytes: Option<usize>) -> i64 {
    ROW_BYTES + sketch_bytes.map_or(0, |it| (it as i64 + PERCENTILES_BYTES) * 6 / 5)
}

/// What a block with a body of this length takes, bytes.
#[must_use]
pub const fn block_bytes(body_bytes: usize) -> i64 {
    BLOCK_BYTES + body_bytes as i64
}

/// The blocks that no checkpoint includes yet, and what they take.
///
/// # Errors
/// When the store can't be read.
pub async fn behind_checkpoint(db: impl SqliteExecutor<'_>) -> Result<SizeChange, sqlx::Error> {
    let sql = "SELECT count(*), coalesce(sum(length(body) + ?), 0) FROM block
         WHERE id > (SELECT block_id FROM checkpoint) AND body IS NOT NULL";
    let (rows, bytes) = sqlx::query_as(sql).bind(block_bytes(0)).fetch_one(db).await?;
    Ok(SizeChange { rows, bytes })
}

/// Reads the stored usage and adds the blocks behind the checkpoint.
///
/// # Errors
/// When the store can't be read.
pub async fn restore(db: &mut SqliteConnection, all: &StorageUsage) -> Result<(), sqlx::Error> {
    let stored: Vec<(String, i64, i64, i64)> =
        sqlx::query_as("SELECT name, rows, bytes, floor FROM tier").fetch_all(&mut *db).await?;
    for (name, rows, bytes, floor) in stored {
        if let Some(tier) = Tier::ALL.into_iter().find(|it| it.name() == name) {
            all.add(tier, SizeChange { rows, bytes });
            all.raise(tier, floor);
        }
    }
    all.add(Tier::Logs, behind_checkpoint(&mut *db).await?);
    Ok(())
}

/// Stores a change inside the caller's transaction. After its commit the caller adds the same
/// change to [`StorageUsage`].
///
/// # Errors
/// When the store can't be written.
pub async fn write(db: &mut SqliteConnection, tier: Tier, change: SizeChange, floor: i64) -> Result<(), sqlx::Error> {
    let query = sqlx::query("UPDATE tier SET rows = rows + ?, bytes = bytes + ?, floor = max(floor, ?) WHERE name = ?");
    query.bind(change.rows).bind(change.bytes).bind(floor).bind(tier.name()).execute(db).await?;
    Ok(())
}

/// The time of a tier's oldest data, unix seconds: one seek a series, and the chunk that ended
/// first.
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
        "SELECT min(at_s) FROM
             (SELECT min((SELECT min(bucket_s) FROM {} WHERE series_id = series.id)) AS at_s FROM series
              UNION ALL SELECT * FROM (SELECT first_s FROM rollup_chunk WHERE width_s = ? ORDER BY last_s LIMIT 1))",
        resolution.table()
    );
    sqlx::query_scalar(AssertSqlSafe(sql)).bind(resolution.width_s()).fetch_one(db).await
}
