//! An app's blocks in the order of their receipt, some at once: as many as fit into [`PACKED_BYTES_MAX`], and at least one.
//!
//! How large they are is asked first, which SQLite answers without reading them. They stay packed: unpacked all at once they could be
//! large.

use std::ops::Range;

use sqlx::{Row, sqlite::SqliteRow};

use crate::store::Store;

/// Most bytes of packed blocks at once.
pub const PACKED_BYTES_MAX: i64 = 2 << 20;
/// Most blocks at once.
const BLOCKS_MAX: i64 = 64;

const BACK: &str = "SELECT id, received_ms, length(body) FROM block
    WHERE app_id = (SELECT id FROM app WHERE name = ?1) AND received_ms >= ?2 AND (received_ms, id) < (?3, ?4)
        AND (first_ms IS NULL OR first_ms < ?5) AND body IS NOT NULL ORDER BY received_ms DESC, id DESC LIMIT ?6";
const ON: &str = "SELECT id, received_ms, length(body) FROM block
    WHERE app_id = (SELECT id FROM app WHERE name = ?1) AND received_ms >= ?2 AND (received_ms, id) > (?3, ?4)
        AND (first_ms IS NULL OR first_ms < ?5) AND body IS NOT NULL ORDER BY received_ms, id LIMIT ?6";
const BODIES: &str = "SELECT block.id, received_ms, from_logplex, mask_version, body FROM json_each(?) AS wanted
    CROSS JOIN block ON block.id = wanted.value WHERE body IS NOT NULL";

/// The blocks that may hold lines of a span.
#[derive(Debug)]
pub struct Chunks<'a> {
    store: &'a Store,
    app: &'a str,
    sql: &'static str,
    /// When the last block so far arrived, unix milliseconds, and its number.
    at: (i64, i64),
}

impl<'a> Chunks<'a> {
    /// Those that arrived before a time, unix milliseconds, the newest first.
    #[must_use]
    pub const fn back(store: &'a Store, app: &'a str, before_ms: i64) -> Self {
        Self { store, app, sql: BACK, at: (before_ms, i64::MAX) }
    }

    /// Those that arrived after a time, unix milliseconds, the oldest first.
    #[must_use]
    pub const fn on(store: &'a Store, app: &'a str, after_ms: i64) -> Self {
        Self { store, app, sql: ON, at: (after_ms, 0) }
    }

    /// When the last block so far arrived, unix milliseconds.
    #[must_use]
    pub const fn reached_ms(&self) -> i64 {
        self.at.0
    }

    /// The next of them that may hold lines of a span of unix milliseconds; `None` behind the last.
    ///
    /// # Errors
    /// When the store can't be read.
    pub async fn next(&mut self, span_ms: Range<i64>) -> Result<Option<Vec<SqliteRow>>, sqlx::Error> {
        let sizes = sqlx::query_as(self.sql).bind(self.app).bind(span_ms.start).bind(self.at.0).bind(self.at.1);
        let sizes: Vec<(i64, i64, i64)> =
            sizes.bind(span_ms.end).bind(BLOCKS_MAX).fetch_all(&self.store.readers).await?;
        let (mut wanted, mut bytes) = (vec![], 0);
        for (id, received_ms, length) in sizes {
            bytes += length;
            if bytes > PACKED_BYTES_MAX && !wanted.is_empty() {
                break;
            }
            wanted.push(id);
            self.at = (received_ms, id);
        }
        if wanted.is_empty() {
            return Ok(None);
        }
        let json = serde_json::to_string(&wanted).unwrap_or_default();
        let mut rows = sqlx::query(BODIES).bind(json).fetch_all(&self.store.readers).await?;
        // Put in order here: SQLite would copy every body for it.
        let place = |row: &SqliteRow| {
            let id: i64 = row.try_get(0).unwrap_or_default();
            wanted.iter().position(|it| *it == id)
        };
        rows.sort_by_cached_key(place);
        Ok(Some(rows))
    }
}

/// When a block arrived, unix milliseconds.
///
/// # Errors
/// When the row has other columns.
pub fn received_ms(row: &SqliteRow) -> Result<i64, sqlx::Error> {
    row.try_get("received_ms")
}
