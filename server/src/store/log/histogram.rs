//! Counts the lines that match in each step of a span, newest first for as long as there is time.
//!
//! Blocks at rest whose lines all belong to one step are counted without being read, where only
//! kind and level are asked for, and are left out where their filter of words rules them out. Every
//! other block of the span is decompressed, and parsed if it may hold lines that match: a million
//! lines take about half a second.

use contract::Level;
use pipeline::level;

use super::{
    block_lines::BlockLines, block_reader::received_ms, compiled_query::CompiledQuery, measure, search::SCAN_BYTES_MAX,
    wanted_blocks::WantedBlocks,
};
use crate::store::{Store, search_slots::Cancel, words::BlockCounts};

/// Lines between two checks whether the count is still wanted.
const LINES_PER_CHECK: usize = 1_024;

/// Counts of lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Histogram {
    /// Lines in each step.
    pub all: Vec<u32>,
    /// Errors among them.
    pub errors: Vec<u32>,
    /// Lines from this time on are counted, unix milliseconds.
    pub counted_from_ms: i64,
    /// Bytes of lines that were searched.
    pub scanned_bytes: u64,
}

/// Counts the lines that match in steps of `step_ms` from the start of the query's span on, until
/// it is cancelled.
///
/// # Errors
/// If the store can't be read.
pub(crate) async fn count(
    store: &Store,
    app: &str,
    query: &CompiledQuery,
    step_ms: i64,
    cancel: &Cancel,
) -> Result<Histogram, sqlx::Error> {
    let span_ms = &query.span_ms;
    let length_ms = (span_ms.end - span_ms.start).max(1);
    let steps = usize::try_from((length_ms + step_ms - 1) / step_ms).unwrap_or(1);
    let mut histogram =
        Histogram { all: vec![0; steps], errors: vec![0; steps], counted_from_ms: span_ms.start, scanned_bytes: 0 };
    // A group stays until its last block is deleted, and counts those that are gone.
    let stored_from_ms = measure::oldest_ms(store, app).await?.unwrap_or(i64::MAX);
    let mut blocks = WantedBlocks::new(store, app, query, cancel);
    let mut reached_ms = i64::MAX;
    'all: loop {
        let taken =
            &mut |block: &BlockCounts| block.received_ms >= stored_from_ms && histogram.take(block, query, step_ms);
        let Some(rows) = blocks.next_but(span_ms.clone(), taken).await? else { break };
        if rows.is_empty() && cancel.is_over() {
            histogram.counted_from_ms = blocks.reached_ms().min(reached_ms).clamp(span_ms.start, span_ms.end);
            break;
        }
        for row in rows {
            if cancel.is_over() || histogram.scanned_bytes >= SCAN_BYTES_MAX {
                // Earlier blocks hold earlier lines only.
                histogram.counted_from_ms = reached_ms.clamp(span_ms.start, span_ms.end);
                break 'all;
            }
            reached_ms = received_ms(&row)?;
            let block = BlockLines::read(&row)?;
            drop(row);
            let Some(block) = block else { continue };
            histogram.scanned_bytes += block.bytes.len() as u64;
            histogram.add(&block, query, step_ms, cancel);
        }
    }
    Ok(histogram)
}

impl Histogram {
    /// Counts a block by what its group says of it; false if it must be read.
    fn take(&mut self, block: &BlockCounts, query: &CompiledQuery, step_ms: i64) -> bool {
        let [oldest_ms, newest_ms] = block.lines_ms;
        if !query.span_ms.contains(&oldest_ms) || !query.span_ms.contains(&newest_ms) {
            return false;
        }
        let step = |at_ms: i64| (at_ms - query.span_ms.start) / step_ms;
        let is_known = step(oldest_ms) == step(newest_ms) && block.block <= query.through;
        let counts = is_known.then(|| query.counted(block, None).zip(query.counted(block, Some(Level::Error))));
        let Some(Some((lines, errors))) = counts else { return false };
        let step = usize::try_from(step(oldest_ms)).unwrap_or(usize::MAX);
        let (Some(all), Some(of_errors)) = (self.all.get_mut(step), self.errors.get_mut(step)) else { return false };
        *all = all.saturating_add(lines);
        *of_errors = of_errors.saturating_add(errors);
        true
    }

    fn add(&mut self, block: &BlockLines, query: &CompiledQuery, step_ms: i64, cancel: &Cancel) {
        if !query.may_match(block) {
            return;
        }
        for (n, it) in block.lines().enumerate() {
            if n % LINES_PER_CHECK == 0 && cancel.is_abandoned() {
                return;
            }
            if !query.span_ms.contains(&it.at_ms) || !query.matches(&it.line) {
                continue;
            }
            let step = usize::try_from((it.at_ms - query.span_ms.start) / step_ms).unwrap_or(usize::MAX);
            let (Some(all), Some(errors)) = (self.all.get_mut(step), self.errors.get_mut(step)) else { continue };
            *all = all.saturating_add(1);
            *errors = errors.saturating_add(u32::from(level::of(&it.line) == Level::Error));
        }
    }
}
