//! All lines of one request: those of an app that contain its id.
//!
//! Blocks at rest have a filter of the ids that they hold, so that only those are read which have
//! the id, and one of a hundred others. Blocks of the last quarter of an hour have none yet.
//!
//! # Limits
//! [`LINES_MAX`] lines, and those of a search.

use std::ops::Range;

use contract::RequestId;
use pipeline::{
    find::Find,
    mask::plain,
    request_id::{is_id, tokens},
};

use super::{
    block_lines::{BlockLines, StoredLine},
    id_filter, missed,
    search::SCAN_BYTES_MAX,
};
use crate::store::{Store, search_slots::Cancel};

/// Most lines of a request.
pub(crate) const LINES_MAX: usize = 1_000;
/// Most bytes of a line's text.
const TEXT_BYTES_MAX: usize = 4 << 10;
/// Lines between two checks whether the search is still wanted.
const LINES_PER_CHECK: usize = 256;

const CANDIDATES: &str = "SELECT block.id, filter FROM block LEFT JOIN block_ids ON block_id = block.id
    WHERE app_id = (SELECT id FROM app WHERE name = ?) AND received_ms >= ? AND received_ms < ? AND body IS NOT NULL
    ORDER BY received_ms DESC, block.id DESC";

/// What was found of a request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Found {
    /// Its lines by app, in the order of finding.
    pub lines: Vec<(String, StoredLine)>,
    /// Whether there are more lines, or blocks that were not read in time.
    pub is_cut: bool,
    /// Bytes of lines that were searched.
    pub scanned_bytes: u64,
}

/// Adds the lines of an app that contain an id. `received_ms` is when their blocks arrived.
///
/// # Errors
/// If the store can't be read.
pub(crate) async fn add_lines(
    store: &Store,
    app: &str,
    id: &RequestId,
    received_ms: Range<i64>,
    cancel: &Cancel,
    found: &mut Found,
) -> Result<(), sqlx::Error> {
    let wanted = id.as_str().as_bytes();
    let find = Find::new(wanted, false);
    let candidates = sqlx::query_as(CANDIDATES).bind(app).bind(received_ms.start).bind(received_ms.end);
    let candidates: Vec<(i64, Option<Vec<u8>>)> = candidates.fetch_all(&store.readers).await?;
    // Filters hold what looks like an id, nothing else.
    let may_hold =
        |filter: &Option<Vec<u8>>| filter.as_ref().is_none_or(|it| !is_id(wanted) || id_filter::may_hold(it, wanted));
    for (number, _) in candidates.iter().filter(|it| may_hold(&it.1)) {
        if cancel.is_over() || found.scanned_bytes >= SCAN_BYTES_MAX || found.lines.len() >= LINES_MAX {
            found.is_cut = true;
            return Ok(());
        }
        let Some(block) = missed::block(store, *number).await? else { continue };
        found.scanned_bytes += block.bytes.len() as u64;
        if find.is_in(&block.bytes) {
            add_block(app, &block, wanted, cancel, found);
        }
    }
    Ok(())
}

fn add_block(app: &str, block: &BlockLines, wanted: &[u8], cancel: &Cancel, found: &mut Found) {
    for (n, it) in block.lines().enumerate() {
        if (n % LINES_PER_CHECK == 0 && cancel.is_abandoned()) || found.lines.len() >= LINES_MAX {
            found.is_cut = true;
            return;
        }
        if tokens(&plain(it.line.msg)).any(|token| token.eq_ignore_ascii_case(wanted)) {
            found.lines.push((app.to_owned(), block.copy(&it, TEXT_BYTES_MAX)));
        }
    }
}
