//! Moves series and their rollup rows from an app to the one that it is merged into.
//!
//! The caller has made sure that the file has every series that memory knows.

use std::sync::Arc;

use pipeline::{Cell, Kind, SeriesKey};
use sqlx::{AssertSqlSafe, SqliteConnection};

use crate::{
    live::SeriesId,
    store::{
        aggregates::Aggregates,
        app_merge::Merge,
        file::{
            transaction::transaction,
            usage::{self, SizeChange, Tier},
        },
        resolution::Resolution,
        rollup::{
            open_cells::Key,
            rows::{self, StoredCell},
        },
    },
};

/// Rollup rows of a slice.
const ROWS_PER_SLICE: i64 = 500;

/// That a series `own` of the app that ends has the same key as the series `other`.
pub(super) const SAME_KEY: &str = "other.metric = own.metric AND other.kind = own.kind AND other.unit = own.unit
    AND other.source = own.source AND other.status = own.status AND other.method = own.method
    AND other.path = own.path AND other.code = own.code";

type SeriesRow = (i64, String, String, String, String, i64, String, String, String);

/// Gives series to the other app that it has none like; true when there was one.
///
/// # Errors
/// When the store can't be written.
pub(super) async fn adopt_series(
    db: &mut SqliteConnection,
    aggregates: &Aggregates,
    merge: Merge,
    name: &Arc<str>,
    limit: i64,
) -> Result<bool, sqlx::Error> {
    let sql = format!(
        "UPDATE series SET app_id = ?2 WHERE id IN (SELECT own.id FROM series AS own WHERE own.app_id = ?1
             AND NOT EXISTS (SELECT 1 FROM series AS other WHERE other.app_id = ?2 AND {SAME_KEY}) LIMIT ?3)
         RETURNING id, metric, kind, unit, source, status, method, path, code"
    );
    let moved = sqlx::query_as(AssertSqlSafe(sql)).bind(merge.from).bind(merge.into).bind(limit);
    let moved: Vec<SeriesRow> = moved.fetch_all(db).await?;
    let is_any = !moved.is_empty();
    let mut live = aggregates.live.lock();
    for (id, metric, kind, unit, source, status, method, path, code) in moved {
        let Some(kind) = Kind::from_word(&kind) else { continue };
        let status = u16::try_from(status).unwrap_or(0);
        let (metric, unit, source, path) = (metric.into(), unit.into(), source.into(), path.into());
        let key = SeriesKey { metric, kind, unit, source, status, method: method.into(), path, code: code.into() };
        live.registry.restore(name, id, key);
    }
    Ok(is_any)
}

/// Moves a slice of the rows of a series that the other app has as well, and deletes the series
/// once it has no rows; false without such a series.
///
/// # Errors
/// When the store can't be written.
pub(super) async fn merge_series(
    db: &mut SqliteConnection,
    aggregates: &Aggregates,
    merge: Merge,
) -> Result<bool, sqlx::Error> {
    let sql = format!(
        "SELECT own.id, other.id FROM series AS own JOIN series AS other ON other.app_id = ?2 AND {SAME_KEY}
         WHERE own.app_id = ?1 LIMIT 1"
    );
    let pair = sqlx::query_as(AssertSqlSafe(sql)).bind(merge.from).bind(merge.into);
    let Some((from, into)) = pair.fetch_optional(&mut *db).await? else { return Ok(false) };
    for resolution in Resolution::ALL {
        let sql = format!(
            "SELECT bucket_s FROM {} WHERE series_id = ? ORDER BY bucket_s DESC LIMIT {ROWS_PER_SLICE}",
            resolution.table()
        );
        let buckets: Vec<i64> = sqlx::query_scalar(AssertSqlSafe(sql)).bind(from).fetch_all(&mut *db).await?;
        if !buckets.is_empty() {
            let slice = Slice { resolution, from, into, buckets };
            move_rows(db, aggregates, &slice).await?;
            return Ok(true);
        }
    }
    sqlx::query("DELETE FROM series WHERE id = ?").bind(from).execute(db).await?;
    Ok(true)
}

/// The rows of one slice.
struct Slice {
    resolution: Resolution,
    /// The series that has them.
    from: SeriesId,
    /// The series that gets them.
    into: SeriesId,
    /// The starts of their buckets, unix seconds.
    buckets: Vec<i64>,
}

/// Moves rows as one commit.
async fn move_rows(db: &mut SqliteConnection, aggregates: &Aggregates, slice: &Slice) -> Result<(), sqlx::Error> {
    let change = transaction(db, async |db| move_all(db, slice).await).await?;
    aggregates.usage.add(Tier::Rollup(slice.resolution), change);
    Ok(())
}

async fn move_all(db: &mut SqliteConnection, slice: &Slice) -> Result<SizeChange, sqlx::Error> {
    let Slice { resolution, from, into, ref buckets } = *slice;
    let keys: Vec<Key> = buckets.iter().map(|it| (from, *it)).collect();
    let mut change = SizeChange::default();
    let mut cells: Vec<(Key, Cell)> = Vec::with_capacity(keys.len());
    for ((_, bucket_s), StoredCell { cell, row_bytes }) in rows::fetch(db, resolution, &keys).await? {
        change += SizeChange { rows: -1, bytes: -row_bytes };
        cells.push(((into, bucket_s), cell));
    }
    change += rows::add(db, resolution, cells).await?;
    let sql = format!(
        "DELETE FROM {} WHERE series_id = ?1 AND bucket_s IN (SELECT value FROM json_each(?2))",
        resolution.table()
    );
    let buckets = serde_json::to_string(buckets).unwrap_or_default();
    sqlx::query(AssertSqlSafe(sql)).bind(from).bind(buckets).execute(&mut *db).await?;
    usage::write(db, Tier::Rollup(resolution), change, 0).await?;
    Ok(change)
}
