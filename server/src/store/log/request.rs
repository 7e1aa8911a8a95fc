//! All lines of one request: those of an app that contain its id.
//!
//! Most blocks at rest have a filter of the ids that they hold, so that only those are read which
//! have the id, and a few others. Blocks of the last quarter of an hour have none yet.
//!
//! # Limits
//! [`LINES_MAX`] lines, and those of a search.

use std::ops::Range;

use contract::RequestId;
use pipeline::{find::Find, mask::plain, request_id::tokens};

use super::{
    block_lines::{BlockLines, StoredLine},
    search::SCAN_BYTES_MAX,
    wanted_blocks::WantedBlocks,
};
use crate::store::{
    Store,
    search_slots::Cancel,
    words::{Wanted, candidates::Question},
};

/// Most lines of a request.
pub(crate) const LINES_MAX: usize = 1_000;
/// Most bytes of a line's text.
const TEXT_BYTES_MAX: usize = 4 << 10;
/// Lines between two checks whether the search is still wanted.
const LINES_PER_CHECK: usize = 256;

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
    let tokens = Wanted::whole(wanted);
    let mut blocks = WantedBlocks::of(store, Question { app, wanted: &tokens, cancel });
    // Lines are not later than their receipt, so the end of the span is compared with that below.
    while let Some(rows) = blocks.next(received_ms.start..i64::MAX).await? {
        if rows.is_empty() && cancel.is_over() {
            found.is_cut = true;
            return Ok(());
        }
        for row in rows {
            if cancel.is_over() || found.scanned_bytes >= SCAN_BYTES_MAX || found.lines.len() >= LINES_MAX {
                found.is_cut = true;
                return Ok(());
            }
            let block = BlockLines::read(&row)?.filter(|it| it.received_ms < received_ms.end);
            let Some(block) = block else { continue };
            found.scanned_bytes += block.bytes.len() as u64;
            if find.is_in(&block.bytes) {
                add_block(app, &block, wanted, cancel, found);
            }
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
