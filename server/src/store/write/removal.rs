//! Deletes what is left of removed apps, in slices of some milliseconds, and their own rows last: whatever interrupts it, the next slice
//! goes on.
//!
//! Blocks that no checkpoint includes yet wait for it, since what is stored is counted (`tiers`) up to there.

use sqlx::{AssertSqlSafe, SqliteConnection};

use super::retention::transaction;
use crate::store::{
    file::usage::{self, Tier, Tiers, block_bytes},
    rollup::resolution::Resolution,
};

/// Rows of a slice.
const ROWS: i64 = 2_000;
/// Bodies of a slice: each may be some 100 kB.
const BODIES: i64 = 100;
/// Blocks whose app is looked at in a slice, for those without a body.
const BLOCKS_SCANNED: i64 = 20_000;

/// Where the deletion of an app's blocks without a body stands: the app, and the last block that was looked at.
#[derive(Clone, Copy, Debug, Default)]
pub struct Removal {
    app: i64,
    scanned: i64,
}

impl Removal {
    /// Deletes the next slice of what is left of removed apps; false when nothing is left that may be deleted now. `upto` is the last block
    /// that rows include.
    ///
    /// # Errors
    /// When the store can't be written.
    pub async fn step(&mut self, db: &mut SqliteConnection, tiers: &Tiers, upto: i64) -> Result<bool, sqlx::Error> {
        let next = "SELECT id FROM app WHERE removed_ms IS NOT NULL ORDER BY id LIMIT 1";
        let Some(app) = sqlx::query_scalar::<_, i64>(next).fetch_optional(&mut *db).await? else { return Ok(false) };
        if self.app != app {
            *self = Self { app, scanned: 0 };
        }
        Ok(self.rows(db, tiers).await?
            || self.events(db).await?
            || self.bodies(db, tiers, upto).await?
            || self.blocks(db, upto).await?
            || self.last(db).await?)
    }

    /// Rows of the first series that is left, then the series.
    async fn rows(&self, db: &mut SqliteConnection, tiers: &Tiers) -> Result<bool, sqlx::Error> {
        let next = "SELECT id FROM series WHERE app_id = ? LIMIT 1";
        let Some(series) = sqlx::query_scalar::<_, i64>(next).bind(self.app).fetch_optional(&mut *db).await? else {
            return Ok(false);
        };
        for resolution in Resolution::ALL {
            let (table, tier) = (resolution.table(), Tier::Rollup(resolution));
            let of_slice = format!(
                "FROM {table} WHERE series_id = ?1 AND bucket_s <= coalesce(
                    (SELECT bucket_s FROM {table} WHERE series_id = ?1 ORDER BY bucket_s LIMIT 1 OFFSET {ROWS}), 9e18)"
            );
            let is_any = AssertSqlSafe(format!("SELECT EXISTS (SELECT 1 FROM {table} WHERE series_id = ?)"));
            if !sqlx::query_scalar::<_, bool>(is_any).bind(series).fetch_one(&mut *db).await? {
                continue;
            }
            let counted = format!("SELECT count(*), coalesce(sum({}), 0) {of_slice}", usage::ROW_SQL);
            let change = transaction(db, async |db| {
                let counted = sqlx::query_as(AssertSqlSafe(counted)).bind(series).fetch_one(&mut *db).await?;
                let (rows, bytes): (i64, i64) = counted;
                let deleted = AssertSqlSafe(format!("DELETE {of_slice}"));
                sqlx::query(deleted).bind(series).execute(&mut *db).await?;
                usage::write(db, tier, (-rows, -bytes), 0).await?;
                Ok((-rows, -bytes))
            });
            let change = change.await?;
            tiers.add(tier, change);
            return Ok(true);
        }
        sqlx::query("DELETE FROM series WHERE id = ?").bind(series).execute(db).await?;
        Ok(true)
    }

    async fn events(&self, db: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
        let sql = "DELETE FROM event WHERE id IN (SELECT id FROM event WHERE app_id = ? LIMIT ?)";
        Ok(sqlx::query(sql).bind(self.app).bind(ROWS).execute(db).await?.rows_affected() > 0)
    }

    async fn bodies(&self, db: &mut SqliteConnection, tiers: &Tiers, upto: i64) -> Result<bool, sqlx::Error> {
        let next = "SELECT id, length(body) FROM block
                    WHERE app_id = ? AND body IS NOT NULL AND id <= ? ORDER BY received_ms LIMIT ?";
        let next = sqlx::query_as(next).bind(self.app).bind(upto).bind(BODIES);
        let next: Vec<(i64, i64)> = next.fetch_all(&mut *db).await?;
        if next.is_empty() {
            return Ok(false);
        }
        let ids: Vec<i64> = next.iter().map(|it| it.0).collect();
        let bytes: i64 = next.iter().map(|it| block_bytes(usize::try_from(it.1).unwrap_or(0))).sum();
        let change = (-(next.len() as i64), -bytes);
        let ids = serde_json::to_string(&ids).unwrap_or_default();
        transaction(db, async |db| {
            let sql = "DELETE FROM block WHERE id IN (SELECT value FROM json_each(?))";
            sqlx::query(sql).bind(ids).execute(&mut *db).await?;
            usage::write(db, Tier::Logs, change, 0).await
        })
        .await?;
        tiers.add(Tier::Logs, change);
        Ok(true)
    }

    /// Blocks whose body is gone: no index knows their app, so all are gone through once.
    async fn blocks(&mut self, db: &mut SqliteConnection, upto: i64) -> Result<bool, sqlx::Error> {
        if self.scanned >= upto.min(newest(db).await?) {
            return Ok(false);
        }
        let to = self.scanned.saturating_add(BLOCKS_SCANNED);
        let sql = "DELETE FROM block WHERE id > ? AND id <= ? AND app_id = ? AND body IS NULL";
        sqlx::query(sql).bind(self.scanned).bind(to.min(upto)).bind(self.app).execute(db).await?;
        self.scanned = to;
        Ok(true)
    }

    /// The app itself, once nothing belongs to it any more.
    async fn last(&self, db: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
        let sql = "DELETE FROM app WHERE id = ?1 AND NOT EXISTS
                       (SELECT 1 FROM block WHERE app_id = ?1 AND body IS NOT NULL)";
        Ok(sqlx::query(sql).bind(self.app).execute(db).await?.rows_affected() > 0)
    }
}

async fn newest(db: &mut SqliteConnection) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT coalesce(max(id), 0) FROM block").fetch_one(db).await
}
