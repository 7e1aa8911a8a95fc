//! Reads every line of an app that matches, oldest first and a block at a time, for a file that
//! somebody downloads.
//!
//! Lines are in the order of their own times; those of the same time in the order of arrival. A
//! line that arrived more than [`LATE_MS`] later than its neighbours stands where it arrived. So do
//! lines while more than [`HELD_BYTES_MAX`] would have to be held to sort them. How long the file
//! may become is for the caller to say.

use std::{collections::BTreeMap, mem, vec};

use contract::LineId;
use sqlx::sqlite::SqliteRow;

use super::{
    block_lines::{BlockLines, StoredLine},
    block_reader::{BlockReader, received_ms},
    compiled_query::CompiledQuery,
    context::LATE_MS,
};
use crate::store::{Store, search_slots::Cancel};

/// Most bytes of lines that are held to be sorted, beside those of one block.
const HELD_BYTES_MAX: usize = 4 << 20;
/// Lines between two checks whether the export is still wanted.
const LINES_PER_CHECK: usize = 256;

/// The lines of an app that match, on their way.
pub(crate) struct Export<'a> {
    query: &'a CompiledQuery,
    blocks: BlockReader<'a>,
    rows: vec::IntoIter<SqliteRow>,
    held: Held,
    /// Bytes of lines that were searched.
    pub scanned_bytes: u64,
    /// Lines before this time were given, unix milliseconds.
    pub reached_ms: i64,
}

impl<'a> Export<'a> {
    /// Begins with the oldest line of the query's span. Its number of lines is not limited.
    #[must_use]
    pub(crate) fn new(store: &'a Store, app: &'a str, query: &'a CompiledQuery) -> Self {
        Self {
            query,
            blocks: BlockReader::oldest_first(store, app, i64::MIN),
            rows: vec![].into_iter(),
            held: Held::default(),
            scanned_bytes: 0,
            reached_ms: query.span_ms.start,
        }
    }

    /// The next lines, maybe none; `None` after the last. Once it is cancelled, lines may be
    /// missing.
    ///
    /// # Errors
    /// If the store can't be read.
    pub(crate) async fn next(&mut self, cancel: &Cancel) -> Result<Option<Vec<StoredLine>>, sqlx::Error> {
        let Some(row) = self.rows.next() else {
            let Some(rows) = self.blocks.next(self.query.span_ms.clone()).await? else {
                self.reached_ms = self.query.span_ms.end;
                return Ok(self.held.rest());
            };
            self.rows = rows.into_iter();
            return Ok(Some(vec![]));
        };
        let settled_ms = received_ms(&row)?.saturating_sub(LATE_MS);
        let block = BlockLines::read(&row)?;
        drop(row);
        if let Some(block) = block {
            self.scanned_bytes += block.bytes.len() as u64;
            self.add(&block, cancel);
        }
        let lines = self.held.before(settled_ms);
        let last_ms = lines.last().map_or(settled_ms, |it| it.at_ms.max(settled_ms));
        self.reached_ms = self.reached_ms.max(last_ms.min(self.query.span_ms.end));
        Ok(Some(lines))
    }

    fn add(&mut self, block: &BlockLines, cancel: &Cancel) {
        if !self.query.may_match(block) {
            return;
        }
        for (n, it) in block.lines().enumerate() {
            if n % LINES_PER_CHECK == 0 && cancel.is_abandoned() {
                return;
            }
            if self.query.span_ms.contains(&it.at_ms) && self.query.matches(&it.line) {
                self.held.add(block.copy(&it, usize::MAX));
            }
        }
    }
}

/// Lines that wait until no earlier one is expected.
#[derive(Default)]
struct Held {
    lines: BTreeMap<(i64, LineId), StoredLine>,
    bytes: usize,
}

impl Held {
    fn add(&mut self, line: StoredLine) {
        self.bytes += line.held_bytes();
        self.lines.insert((line.at_ms, line.id), line);
    }

    /// Takes the lines before a time out, unix milliseconds, and as many others as are too many.
    fn before(&mut self, at_ms: i64) -> Vec<StoredLine> {
        let later = self.lines.split_off(&(at_ms, LineId { block: i64::MIN, index: 0 }));
        let mut lines: Vec<_> = mem::replace(&mut self.lines, later).into_values().collect();
        self.bytes -= lines.iter().map(StoredLine::held_bytes).sum::<usize>();
        while self.bytes > HELD_BYTES_MAX
            && let Some((_, line)) = self.lines.pop_first()
        {
            self.bytes -= line.held_bytes();
            lines.push(line);
        }
        lines
    }

    /// All lines; `None` without any.
    fn rest(&mut self) -> Option<Vec<StoredLine>> {
        self.bytes = 0;
        let lines: Vec<_> = mem::take(&mut self.lines).into_values().collect();
        (!lines.is_empty()).then_some(lines)
    }
}

#[cfg(test)]
mod tests {
    use contract::Level;

    use super::*;

    fn line(at_ms: i64, block: i64, bytes: usize) -> StoredLine {
        StoredLine {
            id: LineId { block, index: 0 },
            at_ms,
            app: String::new(),
            source: String::new(),
            severity: 6,
            level: Level::Other,
            text: vec![b'x'; bytes],
            bytes: bytes as u64,
        }
    }

    fn times(lines: &[StoredLine]) -> Vec<(i64, i64)> {
        lines.iter().map(|it| (it.at_ms, it.id.block)).collect()
    }

    #[test]
    fn ok_lines_are_given_in_order_once_no_earlier_one_is_expected() {
        let mut held = Held::default();
        for (at_ms, block) in [(30, 1), (10, 2), (20, 3), (10, 1)] {
            held.add(line(at_ms, block, 10));
        }
        assert_eq!(times(&held.before(20)), [(10, 1), (10, 2)]);
        held.add(line(25, 4, 10));
        assert_eq!((times(&held.before(20)), held.bytes), (vec![], 30));
        assert_eq!(held.rest().map(|it| times(&it)), Some(vec![(20, 3), (25, 4), (30, 1)]));
        assert_eq!((held.rest(), held.bytes), (None, 0));
    }

    #[test]
    fn ok_not_much_is_held() {
        let mut held = Held::default();
        for n in 0..10 {
            held.add(line(n, n, HELD_BYTES_MAX / 4));
        }
        let given = held.before(0);
        assert_eq!(times(&given), [(0, 0), (1, 1), (2, 2), (3, 3), (4, 4), (5, 5)]);
        assert!(held.bytes <= HELD_BYTES_MAX);
    }
}
