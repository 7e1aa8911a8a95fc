//! An app's blocks behind one that is known: for who watches lines come and was away.

use super::{Store, logs::Body};

/// Blocks read, and unpacked, at once.
const BLOCKS_AT_ONCE: i64 = 4;

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

/// The next blocks behind block `since`; damaged ones are left out.
///
/// # Errors
/// When the store can't be read.
pub async fn next(store: &Store, app: &str, since: i64) -> Result<Vec<Body>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT id, received_ms, from_logplex, body FROM block
         WHERE app_id = (SELECT id FROM app WHERE name = ?) AND id > ? AND body IS NOT NULL ORDER BY id LIMIT ?",
    );
    let rows = rows.bind(app).bind(since).bind(BLOCKS_AT_ONCE).fetch_all(&store.readers).await?;
    rows.iter().filter_map(|it| Body::read(it).transpose()).collect()
}
