//! One line, and what its source wrote before and after it.
//!
//! Lines of a source are in the order of their own times, those of the same time in that of their arrival. A line that arrived more than
//! [`LATE_MS`] later than its neighbours may be missing between them.

use contract::LineId;
use memchr::memmem;

pub use super::search::Found;

use super::{
    block_reader::{Chunks, received_ms},
    search::{Body, SCAN_BYTES_MAX, TEXT_BYTES_MAX},
};
use crate::store::{Store, search_slots::Stop};

/// Most lines before or after that one answer has.
pub const AROUND_MAX: usize = 200;
/// How long after its time a line is expected, milliseconds.
const LATE_MS: i64 = 10_000;
/// Lines between two looks at whether anybody still waits.
const LINES_A_LOOK: usize = 256;

/// Which side of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// What came before.
    Before,
    /// What came after.
    After,
}

/// A line by its place with at most so many bytes of its text, and when it arrived, unix milliseconds; `None` when it is not kept, or not of
/// this app.
///
/// # Errors
/// When the store can't be read.
pub async fn line(
    store: &Store,
    app: &str,
    id: LineId,
    text_bytes_max: usize,
) -> Result<Option<(Found, i64)>, sqlx::Error> {
    let row = sqlx::query(
        "SELECT id, received_ms, from_logplex, mask_version, body FROM block
         WHERE id = ? AND app_id = (SELECT id FROM app WHERE name = ?) AND body IS NOT NULL",
    );
    let Some(row) = row.bind(id.block).bind(app).fetch_optional(&store.readers).await? else { return Ok(None) };
    let Some(body) = Body::read(&row)? else { return Ok(None) };
    let line = body.lines().find(|it| it.0 == id.index);
    let found = line.map(|(index, at_ms, line)| body.found(index, at_ms, &line, text_bytes_max));
    Ok(found.map(|it| (it, body.received_ms)))
}

/// At most `limit` lines of its source on one side of a line, the nearest ones, in the order of time; fewer where it had to stop.
///
/// # Errors
/// When the store can't be read.
pub async fn beside(
    store: &Store,
    app: &str,
    (line, line_received_ms): (&Found, i64),
    (side, limit): (Side, usize),
    stop: &Stop,
) -> Result<Vec<Found>, sqlx::Error> {
    let limit = limit.min(AROUND_MAX);
    let (mut found, mut scanned_bytes) = (vec![], 0);
    let mut blocks = match side {
        Side::Before => Chunks::back(store, app, line_received_ms.max(line.at_ms) + LATE_MS),
        Side::After => Chunks::on(store, app, line.at_ms - LATE_MS),
    };
    while limit > 0
        && let Some(rows) = blocks.next(i64::MIN..i64::MAX).await?
    {
        let mut reached_ms = blocks.reached_ms();
        for row in rows {
            if stop.is_over() || scanned_bytes >= SCAN_BYTES_MAX {
                return Ok(found);
            }
            reached_ms = received_ms(&row)?;
            let read = Body::read(&row)?;
            drop(row);
            let Some(body) = read else { continue };
            scanned_bytes += body.bytes.len() as u64;
            add(&body, line, (side, limit), &mut found, stop);
            nearest(&mut found, side, limit);
        }
        let is_whole = found.len() == limit
            && match side {
                // What came in before that holds earlier lines only.
                Side::Before => found[0].at_ms >= reached_ms,
                Side::After => found[limit - 1].at_ms + LATE_MS < reached_ms,
            };
        if is_whole {
            break;
        }
    }
    Ok(found)
}

/// Leaves all but the nearest out.
fn nearest(found: &mut Vec<Found>, side: Side, limit: usize) {
    found.sort_by_key(|it| (it.at_ms, it.id));
    match side {
        Side::Before => drop(found.drain(..found.len().saturating_sub(limit))),
        Side::After => found.truncate(limit),
    }
}

/// Adds the lines of the same source that are on that side.
fn add(body: &Body, of: &Found, (side, limit): (Side, usize), out: &mut Vec<Found>, stop: &Stop) {
    if memmem::find(&body.bytes, of.source.as_bytes()).is_none() {
        return;
    }
    for (n, (index, at_ms, line)) in body.lines().enumerate() {
        if n % LINES_A_LOOK == 0 && stop.is_left() {
            return;
        }
        let (place, own) = ((at_ms, LineId { block: body.block, index }), (of.at_ms, of.id));
        let is_there = if side == Side::Before { place < own } else { place > own };
        if is_there && line.proc_id == of.source.as_bytes() && line.app == of.app.as_bytes() {
            out.push(body.found(index, at_ms, &line, TEXT_BYTES_MAX));
            if out.len() >= 4 * limit {
                nearest(out, side, limit);
            }
        }
    }
}
