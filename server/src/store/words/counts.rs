//! What a group says of each of its blocks besides tokens: when it arrived, from when to when its
//! lines are, and how many lines of each kind and level it has. Histograms count with it.
//!
//! # Form
//! For each block, LEB128: its number less that of the block before it, and likewise its receipt
//! (both zigzag), the age of its oldest and of its newest line at receipt (zigzag), then the lines
//! of each kind and level. Times are unix milliseconds.

use std::ops::Range;

use contract::{Level, LogKind};
use pipeline::leb128::{put, take};

/// Kinds and levels of lines.
const COUNTS: usize = LogKind::ALL.len() * Level::ALL.len();

/// A block of a group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct BlockCounts {
    /// Its number.
    pub block: i64,
    /// When it arrived, unix milliseconds.
    pub received_ms: i64,
    /// The times of its oldest and its newest line, unix milliseconds.
    pub lines_ms: [i64; 2],
    counts: [u32; COUNTS],
}

impl BlockCounts {
    /// A block without lines.
    #[must_use]
    pub(crate) const fn new(block: i64, received_ms: i64) -> Self {
        Self { block, received_ms, lines_ms: [received_ms; 2], counts: [0; COUNTS] }
    }

    /// Counts a line.
    pub(crate) fn add(&mut self, at_ms: i64, kind: LogKind, level: Level) {
        let [oldest, newest] = self.lines_ms;
        let is_first = self.counts.iter().all(|it| *it == 0);
        self.lines_ms = if is_first { [at_ms; 2] } else { [oldest.min(at_ms), newest.max(at_ms)] };
        let count = &mut self.counts[place(kind, level)];
        *count = count.saturating_add(1);
    }

    /// The lines of a kind and level; of all where none is given.
    #[must_use]
    pub(crate) fn lines(&self, kind: Option<LogKind>, level: Option<Level>) -> u32 {
        let kinds = LogKind::ALL.into_iter().filter(|it| kind.is_none_or(|kind| kind == *it));
        let levels = || Level::ALL.into_iter().filter(|it| level.is_none_or(|level| level == *it));
        kinds.flat_map(|kind| levels().map(move |level| place(kind, level))).map(|it| self.counts[it]).sum()
    }

    /// Whether it may have lines of a span, unix milliseconds.
    pub(super) fn is_in(&self, span_ms: &Range<i64>) -> bool {
        self.received_ms >= span_ms.start && self.lines_ms[0] < span_ms.end
    }
}

fn place(kind: LogKind, level: Level) -> usize {
    kind as usize * Level::ALL.len() + level as usize
}

/// The stored form.
pub(super) fn encode(blocks: &[BlockCounts]) -> Vec<u8> {
    let mut out = Vec::with_capacity(blocks.len() * 24);
    let (mut block, mut received_ms) = (0, 0);
    for it in blocks {
        put(&mut out, zigzag(it.block.wrapping_sub(block)));
        put(&mut out, zigzag(it.received_ms.wrapping_sub(received_ms)));
        it.lines_ms.iter().for_each(|at_ms| put(&mut out, zigzag(it.received_ms.wrapping_sub(*at_ms))));
        it.counts.iter().for_each(|count| put(&mut out, u64::from(*count)));
        (block, received_ms) = (it.block, it.received_ms);
    }
    out
}

/// Reads the stored form; `None` if it is damaged.
pub(super) fn decode(mut stored: &[u8]) -> Option<Vec<BlockCounts>> {
    let (mut blocks, mut block, mut received_ms) = (vec![], 0_i64, 0_i64);
    while !stored.is_empty() {
        block = block.wrapping_add(unzigzag(take(&mut stored)?));
        received_ms = received_ms.wrapping_add(unzigzag(take(&mut stored)?));
        let mut age = || Some(received_ms.wrapping_sub(unzigzag(take(&mut stored)?)));
        let lines_ms = [age()?, age()?];
        let mut counts = [0; COUNTS];
        for count in &mut counts {
            *count = u32::try_from(take(&mut stored)?).ok()?;
        }
        blocks.push(BlockCounts { block, received_ms, lines_ms, counts });
    }
    Some(blocks)
}

const fn zigzag(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)) as u64
}

const fn unzigzag(number: u64) -> i64 {
    (number >> 1) as i64 ^ -((number & 1) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks() -> Vec<BlockCounts> {
        let mut first = BlockCounts::new(7, 1_700_000_000_500);
        first.add(1_700_000_000_100, LogKind::Router, Level::Error);
        first.add(1_700_000_000_400, LogKind::App, Level::Other);
        first.add(1_700_000_000_200, LogKind::App, Level::Error);
        let mut early = BlockCounts::new(5, i64::MIN);
        early.add(i64::MAX, LogKind::Platform, Level::Warning);
        vec![first, BlockCounts::new(9, -3), early]
    }

    #[test]
    fn ok_lines_of_kinds_and_levels() {
        let block = &blocks()[0];
        assert_eq!(block.lines_ms, [1_700_000_000_100, 1_700_000_000_400]);
        assert_eq!(block.lines(None, None), 3);
        assert_eq!(block.lines(None, Some(Level::Error)), 2);
        assert_eq!(block.lines(Some(LogKind::App), None), 2);
        assert_eq!(block.lines(Some(LogKind::Platform), Some(Level::Error)), 0);
    }

    #[test]
    fn ok_the_stored_form_comes_back() {
        let stored = encode(&blocks());
        assert_eq!(decode(&stored), Some(blocks()));
        assert_eq!(decode(&stored[..stored.len() - 1]), None);
        assert_eq!(decode(&[0xFF; 12]), None);
    }

    #[test]
    fn ok_blocks_of_a_span() {
        let block = &blocks()[0];
        let first_ms = 1_700_000_000_100;
        for (from, to, expected) in
            [(0, 400, true), (-100, 0, false), (-100, 1, true), (400, 500, true), (401, 500, false)]
        {
            assert_eq!(block.is_in(&(first_ms + from..first_ms + to)), expected, "{from} {to}");
        }
    }
}
