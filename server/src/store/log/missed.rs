//! The blocks of an app after a known one, for a tail that was interrupted. They are listed first,
//! and each is read when the tail gets to it.

use super::block_lines::BlockLines;
use crate::store::Store;

/// Most blocks that are listed at once.
const BLOCKS_AT_ONCE: i64 = 64;

/// A block that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BlockHead {
    /// Its number.
    pub block: i64,
    /// When it arrived, unix milliseconds.
    pub received_ms: i64,
    /// How many lines it has.
    pub lines: u64,
}

/// Blocks that a tail skips.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct SkippedBlocks {
    /// Number of the last of them.
    pub through: i64,
    /// How many lines they have.
    pub lines: u64,
    /// When the first of them arrived, unix milliseconds.
    pub from_ms: i64,
    /// When the last of them arrived, unix milliseconds.
    pub to_ms: i64,
}

impl SkippedBlocks {
    /// These blocks and later ones together.
    #[must_use]
    pub(crate) const fn then(self, later: Self) -> Self {
        let from_ms = if self.lines > 0 { self.from_ms } else { later.from_ms };
        Self { lines: self.lines + later.lines, from_ms, ..later }
    }
}

/// The blocks after block `since`, apart from the newest `kept`; `None` if there are no more than
/// that.
///
/// # Errors
/// If the store can't be read.
pub(crate) async fn too_many(
    store: &Store,
    app: &str,
    since: i64,
    kept: i64,
) -> Result<Option<SkippedBlocks>, sqlx::Error> {
    let through: Option<i64> = sqlx::query_scalar(
        "SELECT id FROM block WHERE app_id = (SELECT id FROM app WHERE name = ?) AND id > ? ORDER BY id DESC LIMIT 1 OFFSET ?",
    )
    .bind(app)
    .bind(since)
    .bind(kept)
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
    Ok(Some(SkippedBlocks { through, lines: u64::try_from(lines).unwrap_or(0), from_ms, to_ms }))
}

/// The next blocks after block `since`, in order.
///
/// # Errors
/// If the store can't be read.
pub(crate) async fn next(store: &Store, app: &str, since: i64) -> Result<Vec<BlockHead>, sqlx::Error> {
    let rows = sqlx::query_as(
        "SELECT id, received_ms, lines FROM block
         WHERE app_id = (SELECT id FROM app WHERE name = ?) AND id > ? AND body IS NOT NULL ORDER BY id LIMIT ?",
    );
    let rows: Vec<(i64, i64, i64)> = rows.bind(app).bind(since).bind(BLOCKS_AT_ONCE).fetch_all(&store.readers).await?;
    let head = |(block, received_ms, lines)| BlockHead { block, received_ms, lines: u64::try_from(lines).unwrap_or(0) };
    Ok(rows.into_iter().map(head).collect())
}

/// A block by its number; `None` if it is damaged, or not stored any more.
///
/// # Errors
/// If the store can't be read.
pub(crate) async fn block(store: &Store, number: i64) -> Result<Option<BlockLines>, sqlx::Error> {
    let row = sqlx::query(
        "SELECT id, received_ms, from_logplex, mask_version, body FROM block WHERE id = ? AND body IS NOT NULL",
    );
    row.bind(number).fetch_optional(&store.readers).await?.map_or(Ok(None), |it| BlockLines::read(&it))
}
