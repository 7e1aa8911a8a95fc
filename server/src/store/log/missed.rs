//! An app's blocks behind one that is known: for who watches lines come and was away. Which they are is told first; each is read when it
//! is its turn.

use super::search::Body;
use crate::store::Store;

/// Blocks that are told at once.
const BLOCKS_AT_ONCE: i64 = 64;

/// A block that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Its number.
    pub block: i64,
    /// When it arrived, unix milliseconds.
    pub received_ms: i64,
    /// How many lines it has.
    pub lines: u64,
}

/// Blocks that nobody will read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Passed {
    /// The last of them.
    pub through: i64,
    /// How many lines they have.
    pub lines: u64,
    /// When the first of them arrived, unix milliseconds.
    pub from_ms: i64,
    /// When the last of them arrived, unix milliseconds.
    pub to_ms: i64,
}

/// All but the newest `keep` blocks behind block `since`; `None` when there are no more than that.
///
/// # Errors
/// When the store can't be read.
pub async fn too_far(store: &Store, app: &str, since: i64, keep: i64) -> Result<Option<Passed>, sqlx::Error> {
    let through: Option<i64> = sqlx::query_scalar(
        "SELECT id FROM block WHERE app_id = (SELECT id FROM app WHERE name = ?) AND id > ? ORDER BY id DESC LIMIT 1 OFFSET ?",
    )
    .bind(app)
    .bind(since)
    .bind(keep)
    .fetch_optional(&store.readers)
    .await?;
    let Some(through) = through else { return Ok(None) };
    let (lines, from_ms, to_ms): (i64, i64, i64) = sqlx::query_as(
        "SELECT coalesce(sum(lines), 0), coalesce(min(received_ms), 0), coalesce(max(received_ms), 0) FROM block
         WHERE app_id = (SELECT id FROM app WHERE name = ?) AND id > ? AND id <= ?",
    )
    .bind(app)
    .bind(since)
    .bind(through)
    .fetch_one(&store.readers)
    .await?;
    Ok(Some(Passed { through, lines: u64::try_from(lines).unwrap_or(0), from_ms, to_ms }))
}

/// The next blocks behind block `since`, in order.
///
/// # Errors
/// When the store can't be read.
pub async fn next(store: &Store, app: &str, since: i64) -> Result<Vec<Head>, sqlx::Error> {
    let rows = sqlx::query_as(
        "SELECT id, received_ms, lines FROM block
         WHERE app_id = (SELECT id FROM app WHERE name = ?) AND id > ? AND body IS NOT NULL ORDER BY id LIMIT ?",
    );
    let rows: Vec<(i64, i64, i64)> = rows.bind(app).bind(since).bind(BLOCKS_AT_ONCE).fetch_all(&store.readers).await?;
    let head = |(block, received_ms, lines)| Head { block, received_ms, lines: u64::try_from(lines).unwrap_or(0) };
    Ok(rows.into_iter().map(head).collect())
}

/// A block by its number; `None` when it is damaged, or not kept any more.
///
/// # Errors
/// When the store can't be read.
pub async fn body(store: &Store, block: i64) -> Result<Option<Body>, sqlx::Error> {
    let row = sqlx::query(
        "SELECT id, received_ms, from_logplex, mask_version, body FROM block WHERE id = ? AND body IS NOT NULL",
    );
    row.bind(block).fetch_optional(&store.readers).await?.map_or(Ok(None), |it| Body::read(&it))
}
