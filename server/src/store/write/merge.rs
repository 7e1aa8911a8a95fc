//! Moves the data of merged apps in slices of some milliseconds, and deletes the apps' own rows
//! last, so that an interrupted merge goes on with the next slice.
//!
//! A slice moves each row in one transaction: it is counted in one of both apps at any time, never
//! in both. Where both have a row of one series and bucket, their cells are merged as readers merge
//! them. The first slices bring what pages of the last minutes show.

use std::sync::Arc;

use pipeline::Reducer;
use sqlx::SqliteConnection;

use super::{
    app_index::{AppIndex, WaitingApp},
    blocks, merge_chunks, merge_rows,
};
use crate::{
    block::decompress,
    store::{
        aggregates::Aggregates,
        app_merge::{self, Merge},
        file::transaction::transaction,
    },
};

/// Series or events of a slice.
const ROWS_PER_SLICE: i64 = 1_000;
/// Blocks with a body of a slice: a body may have some 100 kB.
const BODIES_PER_SLICE: i64 = 50;
/// Blocks that a slice reads to find those of the app that have no body.
const BLOCKS_SCANNED_PER_SLICE: i64 = 20_000;

/// What is left to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Left {
    /// Nothing.
    Nothing,
    /// More slices.
    Slices,
    /// More slices, once a checkpoint has written every series.
    Checkpoint,
}

/// How far the present merge has come, and what memory has of merged apps.
#[derive(Debug, Default)]
pub(crate) struct Merging {
    /// Apps with cells and events that the file lacks.
    waiting: Vec<WaitingApp>,
    /// Apps whose recent blocks the windows of the other app lack.
    unseen: Vec<WaitingApp>,
    /// The app that is moved, and the last block that was scanned for it.
    scanned: (i64, i64),
}

impl Merging {
    /// Takes up apps that were merged beside this process.
    pub(crate) fn take_up(&mut self, merged: Vec<WaitingApp>) {
        self.unseen.extend(merged.iter().cloned());
        self.waiting.extend(merged);
    }

    /// Whether a checkpoint must write what memory has of merged apps.
    #[must_use]
    pub(crate) const fn is_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Forgets what memory has of merged apps, which a checkpoint has just written.
    pub(crate) fn checkpointed(&mut self, aggregates: &Aggregates) {
        for app in self.waiting.drain(..) {
            let series = aggregates.live.lock().forget(&app.name);
            aggregates.open_cells.lock().forget(&app.name, &series);
        }
    }

    /// Moves the next slice.
    ///
    /// # Errors
    /// When the store can't be written.
    pub(crate) async fn step(
        &mut self,
        db: &mut SqliteConnection,
        aggregates: &Aggregates,
        apps: &AppIndex,
    ) -> Result<Left, sqlx::Error> {
        let merges = app_merge::unfinished(db).await?;
        let Some(merge) = merges.first() else { return Ok(Left::Nothing) };
        // Otherwise the file and memory could each have a series of one key. An app that was
        // renamed or removed a moment ago is known with the next look.
        let Some(name) = apps.name_of(merge.into) else { return Ok(Left::Checkpoint) };
        if self.is_waiting() || !aggregates.live.lock().registry.unwritten().is_empty() {
            return Ok(Left::Checkpoint);
        }
        if self.scanned.0 != merge.from {
            self.scanned = (merge.from, 0);
        }
        merge_chunks::level(db, aggregates, *merge).await?;
        let is_left = merge_rows::adopt_series(db, aggregates, *merge, &name, ROWS_PER_SLICE).await?
            || self.show_recent(db, aggregates, *merge, &name).await?
            || merge_chunks::move_chunks(db, aggregates, *merge).await?
            || merge_rows::merge_series(db, aggregates, *merge).await?
            || move_events(db, *merge).await?
            || move_bodies(db, aggregates, *merge).await?
            || self.move_blocks(db, *merge).await?
            || delete_app(db, *merge).await?;
        Ok(if is_left { Left::Slices } else { Left::Nothing })
    }

    /// Moves recent blocks, and counts them into the windows of the app that gets them.
    async fn show_recent(
        &mut self,
        db: &mut SqliteConnection,
        aggregates: &Aggregates,
        merge: Merge,
        name: &Arc<str>,
    ) -> Result<bool, sqlx::Error> {
        let Some(at) = self.unseen.iter().position(|it| it.id == merge.from) else { return Ok(false) };
        let recent = blocks::recent_of(db, merge.from, self.unseen[at].since_ms, BODIES_PER_SLICE).await?;
        if recent.is_empty() {
            self.unseen.swap_remove(at);
            return Ok(true);
        }
        let ids: Vec<i64> = recent.iter().map(|it| it.id).collect();
        blocks::move_to(db, &aggregates.usage, &ids, merge.into).await?;
        let mut reducer = Reducer::new();
        for mut block in recent {
            let Some(mut body) = decompress(&block.compressed) else { continue };
            pipeline::mask::remask(block.mask_version, &mut body);
            block.metadata.app = Arc::clone(name);
            let delta = reducer.reduce(&body, &block.metadata.origin());
            aggregates.count(&block.metadata, &delta, true);
            reducer.recycle(delta);
        }
        Ok(true)
    }

    /// Moves blocks that have no body. No index finds them by app, so all blocks are scanned once.
    async fn move_blocks(&mut self, db: &mut SqliteConnection, merge: Merge) -> Result<bool, sqlx::Error> {
        let newest: i64 = sqlx::query_scalar("SELECT coalesce(max(id), 0) FROM block").fetch_one(&mut *db).await?;
        let from = self.scanned.1;
        if from >= newest {
            return Ok(false);
        }
        let to = from.saturating_add(BLOCKS_SCANNED_PER_SLICE).min(newest);
        let sql = "UPDATE block SET app_id = ? WHERE id > ? AND id <= ? AND app_id = ?";
        sqlx::query(sql).bind(merge.into).bind(from).bind(to).bind(merge.from).execute(db).await?;
        self.scanned.1 = to;
        Ok(true)
    }
}

async fn move_events(db: &mut SqliteConnection, merge: Merge) -> Result<bool, sqlx::Error> {
    let sql = "UPDATE event SET app_id = ?2 WHERE id IN (SELECT id FROM event WHERE app_id = ?1 LIMIT ?3)";
    let done = sqlx::query(sql).bind(merge.from).bind(merge.into).bind(ROWS_PER_SLICE).execute(db).await?;
    Ok(done.rows_affected() > 0)
}

async fn move_bodies(db: &mut SqliteConnection, aggregates: &Aggregates, merge: Merge) -> Result<bool, sqlx::Error> {
    let sql = "SELECT id FROM block WHERE app_id = ? AND body IS NOT NULL ORDER BY received_ms DESC LIMIT ?";
    let ids = sqlx::query_scalar(sql).bind(merge.from).bind(BODIES_PER_SLICE).fetch_all(&mut *db);
    let ids: Vec<i64> = ids.await?;
    blocks::move_to(db, &aggregates.usage, &ids, merge.into).await?;
    Ok(!ids.is_empty())
}

/// Deletes the app's own row, unless somebody has removed the app that got its data.
async fn delete_app(db: &mut SqliteConnection, merge: Merge) -> Result<bool, sqlx::Error> {
    let deleted = transaction(db, async |db| {
        let sql = "DELETE FROM app WHERE id = ?1 AND merged_into = ?2";
        sqlx::query(sql).bind(merge.from).bind(merge.into).execute(db).await
    });
    Ok(deleted.await?.rows_affected() > 0)
}
