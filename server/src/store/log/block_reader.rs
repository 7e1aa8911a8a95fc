//! Reads an app's blocks in the order of their receipt, a group at a time: as many as fit into
//! [`COMPRESSED_BYTES_MAX`], and at least one.
//!
//! The sizes are queried first, which SQLite answers without reading the blocks. Blocks stay
//! compressed here: decompressed all at once they could be large.

use std::ops::Range;

use sqlx::{Row, sqlite::SqliteRow};

use crate::store::Store;

/// Most bytes of compressed blocks in one group.
pub(crate) const COMPRESSED_BYTES_MAX: i64 = 2 << 20;
/// Most blocks in one group.
pub(super) const BLOCKS_MAX: i64 = 64;

const NEWEST_FIRST: &str = "SELECT id, received_ms, length(body) FROM block
    WHERE app_id = (SELECT id FROM app WHERE name = ?1) AND received_ms >= ?2 AND (received_ms, id) < (?3, ?4)
        AND (first_ms IS NULL OR first_ms < ?5) AND body IS NOT NULL ORDER BY received_ms DESC, id DESC LIMIT ?6";
const OLDEST_FIRST: &str = "SELECT id, received_ms, length(body) FROM block
    WHERE app_id = (SELECT id FROM app WHERE name = ?1) AND received_ms >= ?2 AND (received_ms, id) > (?3, ?4)
        AND (first_ms IS NULL OR first_ms < ?5) AND body IS NOT NULL ORDER BY received_ms, id LIMIT ?6";
const BODIES: &str = "SELECT block.id, received_ms, from_logplex, mask_version, body FROM json_each(?2) AS wanted
    CROSS JOIN block ON block.id = wanted.value
    WHERE app_id = (SELECT id FROM app WHERE name = ?1) AND body IS NOT NULL";

/// A position among an app's blocks, and the direction in which they are read.
#[derive(Debug)]
pub(crate) struct BlockReader<'a> {
    store: &'a Store,
    app: &'a str,
    sql: &'static str,
    last: Position,
}

/// A block's place in the order of receipt.
#[derive(Clone, Copy, Debug)]
struct Position {
    received_ms: i64,
    block: i64,
}

impl<'a> BlockReader<'a> {
    /// Reads the blocks that arrived before a time, unix milliseconds, newest first.
    #[must_use]
    pub(crate) const fn newest_first(store: &'a Store, app: &'a str, before_ms: i64) -> Self {
        let last = Position { received_ms: before_ms, block: i64::MAX };
        Self { store, app, sql: NEWEST_FIRST, last }
    }

    /// Reads the blocks that arrived after a time, unix milliseconds, oldest first.
    #[must_use]
    pub(crate) const fn oldest_first(store: &'a Store, app: &'a str, after_ms: i64) -> Self {
        Self { store, app, sql: OLDEST_FIRST, last: Position { received_ms: after_ms, block: 0 } }
    }

    /// When the last block that was read arrived, unix milliseconds.
    #[must_use]
    pub(crate) const fn reached_ms(&self) -> i64 {
        self.last.received_ms
    }

    /// The next group of blocks that may hold lines of a span of unix milliseconds; `None` after
    /// the last.
    ///
    /// # Errors
    /// If the store can't be read.
    pub(crate) async fn next(&mut self, span_ms: Range<i64>) -> Result<Option<Vec<SqliteRow>>, sqlx::Error> {
        let sizes = sqlx::query_as(self.sql)
            .bind(self.app)
            .bind(span_ms.start)
            .bind(self.last.received_ms)
            .bind(self.last.block)
            .bind(span_ms.end)
            .bind(BLOCKS_MAX);
        let sizes: Vec<(i64, i64, i64)> = sizes.fetch_all(&self.store.readers).await?;
        let (mut ids, mut bytes) = (vec![], 0);
        for (block, received_ms, length) in sizes {
            bytes += length;
            if bytes > COMPRESSED_BYTES_MAX && !ids.is_empty() {
                break;
            }
            ids.push(block);
            self.last = Position { received_ms, block };
        }
        if ids.is_empty() {
            return Ok(None);
        }
        bodies(self.store, self.app, &ids).await.map(Some)
    }
}

/// Blocks of an app with their bodies, in the order of their numbers here. Those that are not
/// stored any more are left out.
///
/// # Errors
/// If the store can't be read.
pub(super) async fn bodies(store: &Store, app: &str, ids: &[i64]) -> Result<Vec<SqliteRow>, sqlx::Error> {
    let json = serde_json::to_string(ids).unwrap_or_default();
    let mut rows = sqlx::query(BODIES).bind(app).bind(json).fetch_all(&store.readers).await?;
    // Sorted here, because SQLite would copy every body to sort them.
    let place = |row: &SqliteRow| {
        let block: i64 = row.try_get(0).unwrap_or_default();
        ids.iter().position(|it| *it == block)
    };
    rows.sort_by_cached_key(place);
    Ok(rows)
}

/// When a block arrived, unix milliseconds.
///
/// # Errors
/// If the row has other columns.
pub(crate) fn received_ms(row: &SqliteRow) -> Result<i64, sqlx::Error> {
    row.try_get("received_ms")
}
