//! Deletes and recompresses blocks, in the order in which they arrived.
//!
//! The body of a block goes first; its row stays longer, so that a batch that is sent again is
//! recognised.

use std::time::Duration;

use sqlx::SqliteConnection;

use super::slice::{Slice, millis};
use crate::{
    block::recompress,
    store::file::{
        transaction::transaction,
        usage::{self, SizeChange, Tier},
    },
};

/// Most blocks of one slice whose body is read or deleted.
const BODIES_PER_SLICE: i64 = 500;
/// The least time for which a batch id is known. Senders retry within seconds; a shuttle whose
/// server was away, within hours.
const BATCH_ID_KEPT: Duration = Duration::from_secs(24 * 3_600);
/// Age at which a block is at rest. Younger ones belong to the live windows, which a start reads,
/// and are searched the most, by reading them.
pub(crate) const REST_AFTER: Duration = Duration::from_secs(900);

/// Deletes the bodies of blocks that are past their time, or the oldest ones of too many. Returns
/// how many bodies that were.
///
/// # Errors
/// When the store can't be written.
pub(super) async fn delete_bodies(db: &mut SqliteConnection, slice: Slice<'_>) -> Result<i64, sqlx::Error> {
    let limits = Tier::Logs.limits(slice.retention);
    let held = slice.usage.of(Tier::Logs);
    let next: Vec<(i64, i64, i64)> = sqlx::query_as(
        "SELECT block.id, received_ms, length(body) + ifnull(block_bytes, 0) FROM block
             LEFT JOIN word_block ON block_id = block.id LEFT JOIN word_group ON word_group.id = group_id
             WHERE block.id > ? AND block.id <= ? AND body IS NOT NULL ORDER BY block.id LIMIT ?",
    )
    .bind(held.floor)
    .bind(slice.checkpoint)
    .bind(slice.rows_max.min(BODIES_PER_SLICE))
    .fetch_all(&mut *db)
    .await?;
    let before_ms = slice.now_ms - millis(limits.time);
    let (mut deleted, mut floor) = (SizeChange::default(), held.floor);
    for (id, received_ms, bytes) in next {
        if received_ms >= before_ms && held.bytes - deleted.bytes <= limits.bytes {
            break;
        }
        deleted += SizeChange { rows: 1, bytes: usage::block_bytes(usize::try_from(bytes).unwrap_or(0)) };
        floor = id;
    }
    if floor == held.floor {
        return Ok(0);
    }
    transaction(db, async |db| {
        let query = sqlx::query("UPDATE block SET body = NULL WHERE id > ? AND id <= ? AND body IS NOT NULL");
        query.bind(held.floor).bind(floor).execute(&mut *db).await?;
        usage::write(db, Tier::Logs, -deleted, floor).await
    })
    .await?;
    slice.usage.add(Tier::Logs, -deleted);
    slice.usage.raise(Tier::Logs, floor);
    Ok(deleted.rows)
}

/// Compresses bodies after block `after` more tightly. Returns how many were read, and the last
/// one.
///
/// Blocks are not joined: batches of busy drains are 100 kB long already, and larger ones would
/// compress no better.
///
/// # Errors
/// When the store can't be written.
pub(super) async fn recompress_bodies(
    db: &mut SqliteConnection,
    slice: Slice<'_>,
    after: i64,
) -> Result<Option<Recompressed>, sqlx::Error> {
    let next: Vec<(i64, Vec<u8>)> = sqlx::query_as(
        "SELECT id, body FROM block
             WHERE id > ? AND id <= ? AND received_ms < ? AND body IS NOT NULL ORDER BY id LIMIT ?",
    )
    .bind(after.max(slice.usage.of(Tier::Logs).floor))
    .bind(slice.checkpoint)
    .bind(slice.now_ms - millis(REST_AFTER))
    .bind(slice.rows_max.min(BODIES_PER_SLICE))
    .fetch_all(&mut *db)
    .await?;
    let Some(last) = next.last().map(|it| it.0) else { return Ok(None) };
    let (blocks, mut change) = (next.len() as i64, SizeChange::default());
    let tighter: Vec<(i64, Vec<u8>)> = tokio::task::block_in_place(|| {
        let tightened = |(id, body): (i64, Vec<u8>)| {
            let tight = recompress(&body)?;
            change.bytes += tight.len() as i64 - body.len() as i64;
            Some((id, tight))
        };
        next.into_iter().filter_map(tightened).collect()
    });
    if !tighter.is_empty() {
        transaction(db, async |db| {
            for (id, body) in &tighter {
                sqlx::query("UPDATE block SET body = ? WHERE id = ?").bind(body).bind(id).execute(&mut *db).await?;
            }
            usage::write(db, Tier::Logs, change, 0).await
        })
        .await?;
        slice.usage.add(Tier::Logs, change);
    }
    Ok(Some(Recompressed { blocks, last }))
}

/// What one slice of recompression read.
pub(super) struct Recompressed {
    /// How many blocks.
    pub(super) blocks: i64,
    /// The id of the last one.
    pub(super) last: i64,
}

/// Deletes the rows of blocks without a body whose batch id need not be known any more. Returns how
/// many that were.
///
/// # Errors
/// When the store can't be written.
pub(super) async fn delete_rows(db: &mut SqliteConnection, slice: Slice<'_>) -> Result<i64, sqlx::Error> {
    let kept = BATCH_ID_KEPT.max(slice.retention.retention_logs);
    let query = sqlx::query(
        "DELETE FROM block WHERE id IN
                 (SELECT id FROM block WHERE received_ms < ? AND id <= ? ORDER BY received_ms LIMIT ?) AND body IS NULL",
    );
    let query = query.bind(slice.now_ms - millis(kept)).bind(slice.checkpoint).bind(slice.rows_max);
    Ok(query.execute(db).await?.rows_affected() as i64)
}
