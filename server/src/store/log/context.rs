//! Reads one line, and the lines that its source wrote before and after it.
//!
//! Lines of a source are in the order of their own times; lines of the same time in the order of
//! arrival. A line that arrived more than [`LATE_MS`] later than its neighbours may be missing
//! between them.

use contract::LineId;
use memchr::memmem;

use super::{
    block_lines::{BlockLines, StoredLine},
    block_reader::{BlockReader, received_ms},
    search::{SCAN_BYTES_MAX, TEXT_BYTES_MAX},
};
use crate::store::{Store, search_slots::Cancel};

/// Most lines on one side of a line in one answer.
pub(crate) const CONTEXT_LINES_MAX: usize = 200;
/// How long after its own time a line may arrive, milliseconds.
pub(super) const LATE_MS: i64 = 10_000;
/// Lines between two checks whether the search is still wanted.
const LINES_PER_CHECK: usize = 256;

/// A line, and when its block arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Anchor {
    /// The line.
    pub line: StoredLine,
    /// When its block arrived, unix milliseconds.
    pub received_ms: i64,
}

/// The lines on one side of a line that are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Neighbours {
    /// On which side.
    pub side: Side,
    /// How many at most; no more than [`CONTEXT_LINES_MAX`] are read.
    pub limit: usize,
}

/// A side of a line, in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// Earlier lines.
    Before,
    /// Later lines.
    After,
}

/// A line by its id, with at most `text_bytes_max` bytes of its text; `None` if it is not stored,
/// or not of this app.
///
/// # Errors
/// If the store can't be read.
pub(crate) async fn line(
    store: &Store,
    app: &str,
    id: LineId,
    text_bytes_max: usize,
) -> Result<Option<Anchor>, sqlx::Error> {
    let row = sqlx::query(
        "SELECT id, received_ms, from_logplex, mask_version, body FROM block
         WHERE id = ? AND app_id = (SELECT id FROM app WHERE name = ?) AND body IS NOT NULL",
    );
    let Some(row) = row.bind(id.block).bind(app).fetch_optional(&store.readers).await? else { return Ok(None) };
    let Some(block) = BlockLines::read(&row)? else { return Ok(None) };
    let line = block.lines().find(|it| it.index == id.index).map(|it| block.copy(&it, text_bytes_max));
    Ok(line.map(|line| Anchor { line, received_ms: block.received_ms }))
}

/// The nearest lines of the same source on one side of a line, in the order of time. There may be
/// fewer than wanted if the search was cancelled.
///
/// # Errors
/// If the store can't be read.
pub(crate) async fn neighbours(
    store: &Store,
    app: &str,
    anchor: &Anchor,
    Neighbours { side, limit }: Neighbours,
    cancel: &Cancel,
) -> Result<Vec<StoredLine>, sqlx::Error> {
    let limit = limit.min(CONTEXT_LINES_MAX);
    let at_ms = anchor.line.at_ms;
    let mut blocks = match side {
        Side::Before => BlockReader::newest_first(store, app, anchor.received_ms.max(at_ms) + LATE_MS),
        Side::After => BlockReader::oldest_first(store, app, at_ms - LATE_MS),
    };
    let mut nearest = Nearest { of: &anchor.line, side, limit, lines: vec![] };
    let mut scanned_bytes = 0;
    while limit > 0
        && let Some(rows) = blocks.next(i64::MIN..i64::MAX).await?
    {
        let mut reached_ms = blocks.reached_ms();
        for row in rows {
            if cancel.is_over() || scanned_bytes >= SCAN_BYTES_MAX {
                return Ok(nearest.lines);
            }
            reached_ms = received_ms(&row)?;
            let block = BlockLines::read(&row)?;
            drop(row);
            let Some(block) = block else { continue };
            scanned_bytes += block.bytes.len() as u64;
            nearest.add(&block, cancel);
            nearest.trim();
        }
        if nearest.is_complete(reached_ms) {
            break;
        }
    }
    Ok(nearest.lines)
}

/// The nearest lines so far on one side of a line.
struct Nearest<'a> {
    of: &'a StoredLine,
    side: Side,
    limit: usize,
    lines: Vec<StoredLine>,
}

impl Nearest<'_> {
    /// Adds the lines of a block that are of the same source and on that side.
    fn add(&mut self, block: &BlockLines, cancel: &Cancel) {
        let of = self.of;
        if memmem::find(&block.bytes, of.source.as_bytes()).is_none() {
            return;
        }
        for (n, it) in block.lines().enumerate() {
            if n % LINES_PER_CHECK == 0 && cancel.is_abandoned() {
                return;
            }
            let (place, own) = ((it.at_ms, block.id(it.index)), (of.at_ms, of.id));
            let is_on_side = if self.side == Side::Before { place < own } else { place > own };
            if is_on_side && it.line.proc_id == of.source.as_bytes() && it.line.app == of.app.as_bytes() {
                self.lines.push(block.copy(&it, TEXT_BYTES_MAX));
                if self.lines.len() >= 4 * self.limit {
                    self.trim();
                }
            }
        }
    }

    /// Sorts the lines, and drops all but the nearest.
    fn trim(&mut self) {
        self.lines.sort_by_key(|it| (it.at_ms, it.id));
        match self.side {
            Side::Before => drop(self.lines.drain(..self.lines.len().saturating_sub(self.limit))),
            Side::After => self.lines.truncate(self.limit),
        }
    }

    /// Whether no block beyond the last one read, received at that time (unix milliseconds), can
    /// hold a nearer line.
    fn is_complete(&self, reached_ms: i64) -> bool {
        self.lines.len() == self.limit
            && match self.side {
                // Earlier blocks hold earlier lines only.
                Side::Before => self.lines[0].at_ms >= reached_ms,
                Side::After => self.lines[self.limit - 1].at_ms + LATE_MS < reached_ms,
            }
    }
}
