//! Deletes the data of removed apps in slices of some milliseconds, and the apps' own rows last, so
//! that an interrupted removal goes on with the next slice.
//!
//! Blocks that no checkpoint includes yet wait for one: the stored usage counts blocks up to there.

use sqlx::{AssertSqlSafe, SqliteConnection};

use crate::store::{
    alert::incidents,
    file::{
        transaction::transaction,
        usage::{self, SizeChange, StorageUsage, Tier, block_bytes},
    },
    resolution::Resolution,
    rollup::chunks::CHUNK_SQL,
    saved_searches,
};

/// Rollup rows or events of a slice.
const ROWS_PER_SLICE: i64 = 2_000;
/// Chunks of rollups of a slice.
const CHUNKS_PER_SLICE: i64 = 200;
/// Blocks with a body of a slice: a body may have some 100 kB.
const BODIES_PER_SLICE: i64 = 100;
/// Blocks that a slice reads to find those of the app that have no body.
const BLOCKS_SCANNED_PER_SLICE: i64 = 20_000;

/// How far the scan for an app's blocks without a body has come.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Removal {
    /// The app that is being deleted.
    app: i64,
    /// The last block that was scanned.
    scanned: i64,
}

impl Removal {
    /// Deletes the next slice; false when nothing is left that may be deleted now. `checkpoint` is
    /// the last block that the rollup rows include.
    ///
    /// # Errors
    /// When the store can't be written.
    pub(crate) async fn step(
        &mut self,
        db: &mut SqliteConnection,
        storage: &StorageUsage,
        checkpoint: i64,
    ) -> Result<bool, sqlx::Error> {
        let next = "SELECT id FROM app WHERE removed_ms IS NOT NULL AND merged_into IS NULL ORDER BY id LIMIT 1";
        let Some(app) = sqlx::query_scalar::<_, i64>(next).fetch_optional(&mut *db).await? else { return Ok(false) };
        if self.app != app {
            *self = Self { app, scanned: 0 };
        }
        Ok(self.delete_chunks(db, storage).await?
            || self.delete_rollups(db, storage).await?
            || self.delete_events(db).await?
            || incidents::delete_app(db, self.app).await?
            || saved_searches::delete_app(db, self.app).await?
            || self.delete_bodies(db, storage, checkpoint).await?
            || self.delete_blocks(db, checkpoint).await?
            || self.delete_app(db).await?)
    }

    async fn delete_chunks(&self, db: &mut SqliteConnection, storage: &StorageUsage) -> Result<bool, sqlx::Error> {
        let app = self.app;
        let deleted = transaction(db, async |db| {
            let sql = format!(
                "DELETE FROM rollup_chunk WHERE id IN (SELECT id FROM rollup_chunk WHERE app_id = ? LIMIT {CHUNKS_PER_SLICE})
                 RETURNING width_s, cells, {CHUNK_SQL}"
            );
            let rows: Vec<(i64, i64, i64)> = sqlx::query_as(AssertSqlSafe(sql)).bind(app).fetch_all(&mut *db).await?;
            let mut deleted = [SizeChange::default(); Resolution::ALL.len()];
            for (width_s, rows, bytes) in &rows {
                let Some(resolution) = Resolution::of_width(*width_s) else { continue };
                deleted[resolution.index()] += SizeChange { rows: *rows, bytes: *bytes };
            }
            for (resolution, change) in Resolution::ALL.into_iter().zip(deleted) {
                usage::write(db, Tier::Rollup(resolution), -change, 0).await?;
            }
            Ok((!rows.is_empty()).then_some(deleted))
        });
        let Some(deleted) = deleted.await? else { return Ok(false) };
        for (resolution, change) in Resolution::ALL.into_iter().zip(deleted) {
            storage.add(Tier::Rollup(resolution), -change);
        }
        Ok(true)
    }

    /// Deletes rows of the app's first series, and the series once it has no rows.
    async fn delete_rollups(&self, db: &mut SqliteConnection, storage: &StorageUsage) -> Result<bool, sqlx::Error> {
        let next = "SELECT id FROM series WHERE app_id = ? LIMIT 1";
        let Some(series) = sqlx::query_scalar::<_, i64>(next).bind(self.app).fetch_optional(&mut *db).await? else {
            return Ok(false);
        };
        for resolution in Resolution::ALL {
            let (table, tier) = (resolution.table(), Tier::Rollup(resolution));
            let of_slice = format!(
                "FROM {table} WHERE series_id = ?1 AND bucket_s <= coalesce(
                    (SELECT bucket_s FROM {table} WHERE series_id = ?1 ORDER BY bucket_s LIMIT 1 OFFSET {ROWS_PER_SLICE}), 9e18)"
            );
            let is_any = AssertSqlSafe(format!("SELECT EXISTS (SELECT 1 FROM {table} WHERE series_id = ?)"));
            if !sqlx::query_scalar::<_, bool>(is_any).bind(series).fetch_one(&mut *db).await? {
                continue;
            }
            let count = format!("SELECT count(*), coalesce(sum({}), 0) {of_slice}", usage::ROW_SQL);
            let deleted = transaction(db, async |db| {
                let counted = sqlx::query_as(AssertSqlSafe(count)).bind(series).fetch_one(&mut *db).await?;
                let (rows, bytes): (i64, i64) = counted;
                let delete = AssertSqlSafe(format!("DELETE {of_slice}"));
                sqlx::query(delete).bind(series).execute(&mut *db).await?;
                let deleted = SizeChange { rows, bytes };
                usage::write(db, tier, -deleted, 0).await?;
                Ok(deleted)
            });
            let deleted = deleted.await?;
            storage.add(tier, -deleted);
            return Ok(true);
        }
        sqlx::query("DELETE FROM series WHERE id = ?").bind(series).execute(db).await?;
        Ok(true)
    }

    async fn delete_events(&self, db: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
        let sql = "DELETE FROM event WHERE id IN (SELECT id FROM event WHERE app_id = ? LIMIT ?)";
        Ok(sqlx::query(sql).bind(self.app).bind(ROWS_PER_SLICE).execute(db).await?.rows_affected() > 0)
    }

    /// Deletes blocks that have a body.
    async fn delete_bodies(
        &self,
        db: &mut SqliteConnection,
        storage: &StorageUsage,
        checkpoint: i64,
    ) -> Result<bool, sqlx::Error> {
        let next = "SELECT block.id, length(body) + ifnull(block_bytes, 0) FROM block
                    LEFT JOIN word_block ON block_id = block.id LEFT JOIN word_group ON word_group.id = group_id
                    WHERE block.app_id = ? AND body IS NOT NULL AND block.id <= ? ORDER BY received_ms LIMIT ?";
        let next = sqlx::query_as(next).bind(self.app).bind(checkpoint).bind(BODIES_PER_SLICE);
        let next: Vec<(i64, i64)> = next.fetch_all(&mut *db).await?;
        if next.is_empty() {
            return Ok(false);
        }
        let ids: Vec<i64> = next.iter().map(|it| it.0).collect();
        let bytes = next.iter().map(|it| block_bytes(usize::try_from(it.1).unwrap_or(0))).sum();
        let deleted = SizeChange { rows: next.len() as i64, bytes };
        let ids = serde_json::to_string(&ids).unwrap_or_default();
        transaction(db, async |db| {
            let sql = "DELETE FROM block WHERE id IN (SELECT value FROM json_each(?))";
            sqlx::query(sql).bind(ids).execute(&mut *db).await?;
            usage::write(db, Tier::Logs, -deleted, 0).await
        })
        .await?;
        storage.add(Tier::Logs, -deleted);
        Ok(true)
    }

    /// Deletes blocks that have no body. No index finds them by app, so all blocks are scanned
    /// once.
    async fn delete_blocks(&mut self, db: &mut SqliteConnection, checkpoint: i64) -> Result<bool, sqlx::Error> {
        if self.scanned >= checkpoint.min(newest_block(db).await?) {
            return Ok(false);
        }
        let to = self.scanned.saturating_add(BLOCKS_SCANNED_PER_SLICE);
        let sql = "DELETE FROM block WHERE id > ? AND id <= ? AND app_id = ? AND body IS NULL";
        sqlx::query(sql).bind(self.scanned).bind(to.min(checkpoint)).bind(self.app).execute(db).await?;
        self.scanned = to;
        Ok(true)
    }

    /// Deletes the app itself, once it has no more blocks.
    async fn delete_app(&self, db: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
        let sql = "DELETE FROM app WHERE id = ?1 AND NOT EXISTS
                       (SELECT 1 FROM block WHERE app_id = ?1 AND body IS NOT NULL)";
        Ok(sqlx::query(sql).bind(self.app).execute(db).await?.rows_affected() > 0)
    }
}

async fn newest_block(db: &mut SqliteConnection) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT coalesce(max(id), 0) FROM block").fetch_one(db).await
}
