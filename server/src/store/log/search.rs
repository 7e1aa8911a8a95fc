//! Searches an app's stored lines, newest first.
//!
//! Blocks that may hold lines of the span are read backwards and decompressed. Each is searched as
//! a whole for the longest required text of the filter before any line of it is parsed: most blocks
//! do not contain it. Blocks at rest whose filter of words rules them out are not read at all.
//!
//! # Limits
//! [`LogLimit::MAX`] lines and [`FOUND_BYTES_MAX`] bytes in a result, [`SCAN_BYTES_MAX`] bytes
//! searched, [`SCAN_MAX`] of time. If one of them ends the search, the result says where to go on.

use std::time::Duration;

use contract::LogLimit;

use super::{
    block_lines::{BlockLines, StoredLine},
    block_reader::received_ms,
    compiled_query::CompiledQuery,
    wanted_blocks::WantedBlocks,
};
use crate::store::{Store, search_slots::Cancel};

/// Most bytes of lines that one search reads.
pub(crate) const SCAN_BYTES_MAX: u64 = 8 << 30;
/// Longest time that one search takes.
pub(crate) const SCAN_MAX: Duration = Duration::from_secs(10);
/// Most bytes of text that the lines found so far hold during a search.
pub(crate) const FOUND_BYTES_MAX: usize = 4 << 20;
/// Most bytes of a line's text in a result; the whole text is read by the line's id.
pub(crate) const TEXT_BYTES_MAX: usize = 16 << 10;
/// Lines between two checks whether the search is still wanted.
const LINES_PER_CHECK: usize = 256;

/// What a search found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SearchResult {
    /// The lines, newest first.
    pub lines: Vec<StoredLine>,
    /// Bytes of lines that were searched.
    pub scanned_bytes: u64,
    /// Where to go on, unix milliseconds: lines before this have not been searched. `None` if all
    /// were.
    pub before_ms: Option<i64>,
}

///
/// # Errors
/// If the store can't be read.
pub(crate) async fn newest_block(store: &Store) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT coalesce(max(id), 0) FROM block").fetch_one(&store.readers).await
}

/// Searches the lines of an app until it is cancelled. The result of a cancelled search is of no
/// use.
///
/// # Errors
/// If the store can't be read.
pub(crate) async fn search(
    store: &Store,
    app: &str,
    query: &CompiledQuery,
    cancel: &Cancel,
) -> Result<SearchResult, sqlx::Error> {
    let mut newest = Newest::new(query);
    let (mut scanned_bytes, mut before_ms) = (0, None);
    let mut blocks = WantedBlocks::new(store, app, query, cancel);
    let mut reached_ms = i64::MAX;
    'all: while let Some(rows) = blocks.next(newest.from_ms..query.span_ms.end).await? {
        if rows.is_empty() && cancel.is_over() {
            before_ms = Some(blocks.reached_ms().min(reached_ms).min(query.span_ms.end));
            break;
        }
        for row in rows {
            if cancel.is_over() || scanned_bytes >= SCAN_BYTES_MAX {
                before_ms = Some(reached_ms.min(query.span_ms.end));
                break 'all;
            }
            reached_ms = received_ms(&row)?;
            let block = BlockLines::read(&row)?;
            drop(row);
            let Some(block) = block else { continue };
            scanned_bytes += block.bytes.len() as u64;
            newest.add(&block, query, cancel);
        }
        // No line of an earlier block is later than the receipt of that block.
        if newest.is_full_from(reached_ms) {
            before_ms = Some(reached_ms);
            break;
        }
    }
    let NewestLines { lines, cut_ms } = newest.finish();
    Ok(SearchResult { lines, scanned_bytes, before_ms: cut_ms.or(before_ms) })
}

/// The newest lines so far: not many more than are wanted, and not many more bytes than
/// [`FOUND_BYTES_MAX`].
struct Newest {
    lines: Vec<StoredLine>,
    bytes: usize,
    limit: usize,
    /// Lines before this time are not needed any more, because newer ones fill the result; unix
    /// milliseconds.
    from_ms: i64,
    is_cut: bool,
    /// The oldest lines are dropped once there are so many lines or bytes.
    lines_max: usize,
    bytes_max: usize,
}

/// The lines of a result, and where they were cut off, unix milliseconds.
struct NewestLines {
    lines: Vec<StoredLine>,
    cut_ms: Option<i64>,
}

impl Newest {
    fn new(query: &CompiledQuery) -> Self {
        Self {
            lines: vec![],
            bytes: 0,
            limit: query.limit,
            from_ms: query.span_ms.start,
            is_cut: false,
            lines_max: 4 * query.limit,
            bytes_max: FOUND_BYTES_MAX,
        }
    }

    fn add(&mut self, block: &BlockLines, query: &CompiledQuery, cancel: &Cancel) {
        if !query.may_match(block) {
            return;
        }
        for (n, it) in block.lines().enumerate() {
            if n % LINES_PER_CHECK == 0 && cancel.is_abandoned() {
                return;
            }
            if (self.from_ms..query.span_ms.end).contains(&it.at_ms) && query.matches(&it.line) {
                let found = block.copy(&it, TEXT_BYTES_MAX);
                self.bytes += found.held_bytes();
                self.lines.push(found);
                if self.lines.len() >= self.lines_max || self.bytes >= self.bytes_max {
                    self.trim();
                }
            }
        }
    }

    /// Drops the oldest lines. If those that are wanted are too long together, fewer are kept.
    fn trim(&mut self) {
        if self.lines.len() <= self.limit && self.bytes >= FOUND_BYTES_MAX {
            self.limit = (self.lines.len() / 2).max(1);
        }
        self.is_cut |= self.lines.len() > self.limit;
        keep_newest(&mut self.lines, self.limit);
        self.bytes = self.lines.iter().map(StoredLine::held_bytes).sum();
        // Many lines of the same time can't be dropped. The limits grow with them, so that they are
        // not sorted for each new line.
        self.lines_max = 2 * self.lines.len().max(2 * self.limit);
        self.bytes_max = FOUND_BYTES_MAX.max(2 * self.bytes);
        self.from_ms = self.lines.iter().map(|it| it.at_ms).min().map_or(self.from_ms, |it| it.max(self.from_ms));
    }

    /// Whether there are enough lines from a time on, unix milliseconds.
    fn is_full_from(&self, before_ms: i64) -> bool {
        self.lines.len() >= self.limit && self.lines.iter().filter(|it| it.at_ms >= before_ms).count() >= self.limit
    }

    fn finish(mut self) -> NewestLines {
        self.is_cut |= self.lines.len() > self.limit;
        keep_newest(&mut self.lines, self.limit);
        let cut_ms = self.lines.last().filter(|_| self.is_cut).map(|it| it.at_ms);
        NewestLines { lines: self.lines, cut_ms }
    }
}

/// Keeps the newest lines and those of the same time as the last of them, so that the next page can
/// begin before it.
fn keep_newest(lines: &mut Vec<StoredLine>, limit: usize) {
    lines.sort_by_key(|it| std::cmp::Reverse((it.at_ms, it.id)));
    let Some(last_ms) = lines.get(limit - 1).map(|it| it.at_ms) else { return };
    let ties = lines[limit..].iter().take_while(|it| it.at_ms == last_ms).count();
    lines.truncate(limit + ties.min(LogLimit::MAX.into()));
}
