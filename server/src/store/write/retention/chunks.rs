//! Deletes chunks of rollups that are past their time, or the oldest ones of a tier that takes too
//! much.
//!
//! A chunk goes as a whole, when its last bucket is too old. What minutes and hours are still to be
//! made of stays.

use sqlx::SqliteConnection;

use super::slice::{LOW_WATER, Slice, millis};
use crate::store::{
    file::{
        transaction::transaction,
        usage::{self, SizeChange, Tier},
    },
    resolution::Resolution,
    rollup::chunks::{self, CHUNK_SQL},
};

/// Most chunks of one slice.
const CHUNKS_PER_SLICE: i64 = 500;

/// Deletes the next slice of a resolution; returns how many chunks that were.
///
/// # Errors
/// When the store can't be written.
pub(super) async fn delete(
    db: &mut SqliteConnection,
    resolution: Resolution,
    slice: Slice<'_>,
) -> Result<i64, sqlx::Error> {
    let tier = Tier::Rollup(resolution);
    let (limits, held) = (tier.limits(slice.retention), slice.usage.of(tier));
    let before_s = (slice.now_ms - millis(limits.time)).div_euclid(1_000);
    let is_over = held.bytes > limits.bytes;
    let bytes_max = if is_over { (limits.bytes as f64 * LOW_WATER) as i64 } else { i64::MAX };
    let sql = format!(
        "SELECT id, last_s, cells, {CHUNK_SQL} FROM rollup_chunk
         WHERE width_s = ?1 AND last_s < ?2 AND last_s <
             (SELECT CASE ?1 WHEN 10 THEN minute_to_s ELSE hour_to_s END FROM rollup_mark
              WHERE rollup_mark.app_id = rollup_chunk.app_id)
         ORDER BY last_s LIMIT ?3"
    );
    let oldest: Vec<(i64, i64, i64, i64)> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(resolution.width_s())
        .bind(if is_over { i64::MAX } else { before_s })
        .bind(slice.rows_max.min(CHUNKS_PER_SLICE))
        .fetch_all(&mut *db)
        .await?;
    let (mut deleted, mut ids, mut floor_s) = (SizeChange::default(), vec![], 0);
    for (id, last_s, rows, bytes) in oldest {
        if last_s >= before_s {
            if held.bytes - deleted.bytes <= bytes_max {
                break;
            }
            floor_s = last_s + resolution.width_s();
        }
        deleted += SizeChange { rows, bytes };
        ids.push(id);
    }
    if ids.is_empty() {
        return Ok(0);
    }
    transaction(db, async |db| {
        chunks::delete(db, &ids).await?;
        usage::write(db, tier, -deleted, floor_s).await
    })
    .await?;
    slice.usage.add(tier, -deleted);
    slice.usage.raise(tier, floor_s);
    Ok(ids.len() as i64)
}
