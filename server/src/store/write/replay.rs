//! Counts again what a crash left uncounted, and fills the live windows after every start.
//!
//! The pipeline has no clock, so a block gives the same numbers as when it arrived.

use std::{collections::BTreeMap, sync::Arc};

use pipeline::{Kind, Loss, Reducer, SeriesKey};
use sqlx::SqliteConnection;

use super::{blocks, checkpoint::CheckpointPosition};
use crate::{
    block::decompress,
    live::WINDOW_S,
    store::{
        Store,
        aggregates::Aggregates,
        events,
        file::usage,
        resolution::Resolution,
        rollup::{cells, rows::Columns},
    },
};

/// Blocks read at once. Each body has at most a few MB.
const BLOCKS_AT_ONCE: i64 = 32;

/// Fills the aggregates from the store; returns how far counting has come.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn restore(
    store: &Store,
    aggregates: &Aggregates,
    now_ms: i64,
) -> Result<CheckpointPosition, sqlx::Error> {
    let mut db = store.connect().await?;
    series(&mut db, aggregates, now_ms).await?;
    usage::restore(&mut db, &aggregates.usage).await?;
    let (block_id, lines): (i64, i64) =
        sqlx::query_as("SELECT block_id, lines FROM checkpoint WHERE id = 1").fetch_one(&mut db).await?;
    aggregates.live.lock().lines = u64::try_from(lines).unwrap_or(0);
    let mut replay = Replay { aggregates, reducer: Reducer::new(), position: CheckpointPosition { block_id, lines } };
    replay.recent(&mut db, now_ms - WINDOW_S * 1_000).await?;
    replay.uncounted(&mut db).await?;
    // Whoever reads totals was told of these lines by the process before.
    aggregates.live.lock().totals.clear();
    Ok(replay.position)
}

struct Replay<'a> {
    aggregates: &'a Aggregates,
    reducer: Reducer,
    position: CheckpointPosition,
}

impl Replay<'_> {
    /// Counts recent blocks that the rollup rows include, into the live windows only.
    async fn recent(&mut self, db: &mut SqliteConnection, since_ms: i64) -> Result<(), sqlx::Error> {
        let mut after = 0;
        loop {
            let blocks = blocks::next(db, after, since_ms, BLOCKS_AT_ONCE).await?;
            let Some(newest) = blocks.last().map(|it| it.id) else { return Ok(()) };
            let rolled_up_to = self.position.block_id;
            for block in blocks.iter().filter(|it| it.id <= rolled_up_to) {
                self.count(block, true);
            }
            if newest >= rolled_up_to {
                return Ok(());
            }
            after = newest;
        }
    }

    /// Counts the blocks behind the checkpoint, into everything.
    async fn uncounted(&mut self, db: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        let mut n_blocks = 0;
        loop {
            let blocks = blocks::next(db, self.position.block_id, i64::MIN, BLOCKS_AT_ONCE).await?;
            let Some(newest) = blocks.last().map(|it| it.id) else { break };
            for block in &blocks {
                self.position.lines += i64::try_from(self.count(block, false)).unwrap_or(0);
            }
            n_blocks += blocks.len();
            self.position.block_id = newest;
        }
        if n_blocks > 0 {
            tracing::info!(
                blocks = n_blocks,
                block_id = self.position.block_id,
                "counted again what was behind the checkpoint"
            );
        }
        Ok(())
    }

    fn count(&mut self, block: &blocks::Block, rolled_up: bool) -> u64 {
        let Some(mut body) = decompress(&block.compressed) else {
            tracing::error!(block_id = block.id, "the body of a block is damaged; its lines are not counted");
            return 0;
        };
        pipeline::mask::remask(block.mask_version, &mut body);
        let delta = self.reducer.reduce(&body, &block.metadata.origin());
        self.aggregates.count(&block.metadata, &delta, rolled_up);
        self.aggregates.activity.count(&block.metadata, &delta, body.len() as u64, block.id);
        let lines = delta.lines;
        self.reducer.recycle(delta);
        lines
    }
}

type SeriesRow = (i64, String, String, String, String, String, i64, String, String, String);

/// Reads only apps, series and usage: enough for queries without a server.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn names(store: &Store, aggregates: &Aggregates) -> Result<(), sqlx::Error> {
    let mut db = store.readers.acquire().await?;
    usage::restore(&mut db, &aggregates.usage).await?;
    series(&mut db, aggregates, i64::MAX).await
}

async fn series(db: &mut SqliteConnection, aggregates: &Aggregates, now_ms: i64) -> Result<(), sqlx::Error> {
    let rows: Vec<SeriesRow> = sqlx::query_as(
        "SELECT series.id, app.name, metric, kind, unit, source, status, method, path, code
         FROM series JOIN app ON app.id = series.app_id WHERE app.removed_ms IS NULL ORDER BY series.id",
    )
    .fetch_all(&mut *db)
    .await?;
    let apps: Vec<(String, Option<i64>)> =
        sqlx::query_as("SELECT name, last_line_ms FROM app WHERE removed_ms IS NULL").fetch_all(&mut *db).await?;
    // Rows of removed apps may still use the ids of their series.
    let newest: i64 = sqlx::query_scalar("SELECT coalesce(max(id), 0) FROM series").fetch_one(&mut *db).await?;
    let lost = lost(db, now_ms).await?;
    let events = events::newest(&mut *db).await?;
    let mut live = aggregates.live.lock();
    live.registry.reserve(newest);
    for (app, last_line_ms) in apps {
        live.app(&Arc::from(app)).last_line_ms = last_line_ms;
    }
    for (app, event) in events {
        live.app(&Arc::from(app)).events.add(event);
    }
    for LostLines { app, minute_s, lines } in lost {
        live.app(&Arc::from(app)).add_loss(minute_s, lines as u64);
    }
    for (id, app, metric, kind, unit, source, status, method, path, code) in rows {
        let Some(kind) = Kind::from_word(&kind) else { continue };
        let status = u16::try_from(status).unwrap_or(0);
        let (metric, unit, source, path) = (metric.into(), unit.into(), source.into(), path.into());
        let key = SeriesKey { metric, kind, unit, source, status, method: method.into(), path, code: code.into() };
        live.registry.restore(&Arc::from(app), id, key);
    }
    Ok(())
}

/// Lines of an app that were lost in one minute.
struct LostLines {
    app: String,
    /// Start of the minute, unix seconds.
    minute_s: i64,
    lines: f64,
}

/// The lines lost in the last hour, by app and minute.
async fn lost(db: &mut SqliteConnection, now_ms: i64) -> Result<Vec<LostLines>, sqlx::Error> {
    let sql = "SELECT series.id, app.name, metric, code FROM series JOIN app ON app.id = series.app_id
               WHERE metric IN ('drain.losses', 'drain.lost') AND app.removed_ms IS NULL";
    let all: Vec<(i64, String, String, String)> = sqlx::query_as(sql).fetch_all(&mut *db).await?;
    let is_line =
        |metric: &str, code: &str| metric == "drain.lost" || Loss::from_word(code).is_some_and(Loss::is_whole_frame);
    let apps: BTreeMap<i64, String> =
        all.into_iter().filter(|it| is_line(&it.2, &it.3)).map(|(id, app, ..)| (id, app)).collect();
    let (ids, mut lost): (Vec<i64>, _) = (apps.keys().copied().collect(), vec![]);
    let span = (now_ms.div_euclid(1_000).saturating_sub(3_600), i64::MAX);
    cells::range(db, Resolution::Minute, &ids, span, Columns::Plain, |(id, minute_s), cell| {
        if let Some(app) = apps.get(&id) {
            lost.push(LostLines { app: app.clone(), minute_s, lines: cell.sum });
        }
    })
    .await?;
    Ok(lost)
}
