//! One line, and what its source wrote before and after it.
//!
//! Lines of a source are in the order of their own times, those of the same time in that of their arrival. A line that arrived more than
//! [`LATE_MS`] later than its neighbours may be missing between them.

use std::time::Instant;

use contract::LineId;
use memchr::memmem;
use sqlx::Row;

pub use super::logs::Found;

use super::{
    Store,
    logs::{Body, SCAN_BYTES_MAX, SCAN_MAX},
};

/// Most lines before or after that one answer has.
pub const AROUND_MAX: usize = 200;
/// How long after its time a line is expected, milliseconds.
const LATE_MS: i64 = 10_000;
/// Blocks read at once.
const BLOCKS_AT_ONCE: i64 = 32;

const BEFORE: &str = "SELECT id, received_ms, from_logplex, body FROM block
    WHERE app_id = (SELECT id FROM app WHERE name = ?) AND (received_ms, id) < (?, ?) AND body IS NOT NULL
    ORDER BY received_ms DESC, id DESC LIMIT ?";
const AFTER: &str = "SELECT id, received_ms, from_logplex, body FROM block
    WHERE app_id = (SELECT id FROM app WHERE name = ?) AND (received_ms, id) > (?, ?) AND body IS NOT NULL
    ORDER BY received_ms, id LIMIT ?";

/// Which side of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// What came before.
    Before,
    /// What came after.
    After,
}

/// A line by its place, and when it arrived, unix milliseconds; `None` when it is not kept, or not of this app.
///
/// # Errors
/// When the store can't be read.
pub async fn line(store: &Store, app: &str, id: LineId) -> Result<Option<(Found, i64)>, sqlx::Error> {
    let row = sqlx::query(
        "SELECT id, received_ms, from_logplex, body FROM block
         WHERE id = ? AND app_id = (SELECT id FROM app WHERE name = ?) AND body IS NOT NULL",
    );
    let Some(row) = row.bind(id.block).bind(app).fetch_optional(&store.readers).await? else { return Ok(None) };
    let Some(body) = Body::read(&row)? else { return Ok(None) };
    let found = body.lines().find(|it| it.0 == id.index).map(|(index, at_ms, line)| body.found(index, at_ms, &line));
    Ok(found.map(|it| (it, body.received_ms)))
}

/// At most `limit` lines of its source on one side of a line, the nearest ones, in the order of time.
///
/// # Errors
/// When the store can't be read.
pub async fn beside(
    store: &Store,
    app: &str,
    (line, received_ms): (&Found, i64),
    side: Side,
    limit: usize,
) -> Result<Vec<Found>, sqlx::Error> {
    let (limit, begun) = (limit.min(AROUND_MAX), Instant::now());
    let (mut found, mut scanned_bytes) = (vec![], 0);
    let (sql, mut at) = match side {
        Side::Before => (BEFORE, (received_ms.max(line.at_ms) + LATE_MS, i64::MAX)),
        Side::After => (AFTER, (line.at_ms - LATE_MS, 0)),
    };
    while limit > 0 && scanned_bytes < SCAN_BYTES_MAX && begun.elapsed() < SCAN_MAX {
        let query = sqlx::query(sql).bind(app).bind(at.0).bind(at.1).bind(BLOCKS_AT_ONCE);
        let rows = query.fetch_all(&store.readers).await?;
        let Some(last) = rows.last() else { break };
        at = (last.try_get("received_ms")?, last.try_get("id")?);
        for row in &rows {
            let Some(body) = Body::read(row)? else { continue };
            scanned_bytes += body.bytes.len() as u64;
            add(&body, line, side, &mut found);
        }
        found.sort_by_key(key);
        if side == Side::Before {
            found.drain(..found.len().saturating_sub(limit));
            // What came in before that holds earlier lines only.
            if found.len() == limit && found[0].at_ms >= at.0 {
                break;
            }
        } else {
            found.truncate(limit);
            if found.len() == limit && found[limit - 1].at_ms + LATE_MS < at.0 {
                break;
            }
        }
        tokio::task::yield_now().await;
    }
    Ok(found)
}

const fn key(line: &Found) -> (i64, LineId) {
    (line.at_ms, line.id)
}

/// Adds the lines of the same source that are on that side.
fn add(body: &Body, of: &Found, side: Side, out: &mut Vec<Found>) {
    if memmem::find(&body.bytes, of.source.as_bytes()).is_none() {
        return;
    }
    for (index, at_ms, line) in body.lines() {
        let place = (at_ms, LineId { block: body.block, index });
        let is_there = if side == Side::Before { place < key(of) } else { place > key(of) };
        if is_there && line.proc_id == of.source.as_bytes() && line.app == of.app.as_bytes() {
            out.push(body.found(index, at_ms, &line));
        }
    }
}
