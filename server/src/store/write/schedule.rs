//! When the writer takes a checkpoint: the more rows it would write again, the longer it waits.
//!
//! A checkpoint writes each cell that has changed. The cells of an hour change all the time, so
//! with many series a checkpoint every few seconds would write the same rows hundreds of times.

use std::time::Duration;

use tokio::time::Instant;

use crate::store::{aggregates::Aggregates, rollup::open_cells::DIRTY_CELLS_MAX};

/// Least and longest time between the end of a checkpoint and the next one.
const EVERY_MIN: Duration = Duration::from_secs(5);
const EVERY_MAX: Duration = Duration::from_secs(60);
/// Time without a checkpoint for each row of an open bucket that the last one wrote. Those of past
/// buckets are not written again, however soon the next one comes.
const REST_PER_ROW: Duration = Duration::from_micros(400);
/// Lines behind the last checkpoint that trigger one. A start after a crash counts them again.
const BEHIND_LINES_MAX: i64 = 1_000_000;
/// Unwritten events that trigger a checkpoint.
const UNWRITTEN_EVENTS_MAX: usize = 5_000;

/// When the next checkpoint is due.
#[derive(Clone, Copy, Debug)]
pub(super) struct CheckpointSchedule {
    /// When the last one ended.
    ended: Instant,
    due: Instant,
    /// All lines that the last checkpoint included.
    written_lines: i64,
}

impl CheckpointSchedule {
    /// A first checkpoint at once. The file includes so many lines.
    pub(super) fn new(written_lines: i64) -> Self {
        let now = Instant::now();
        Self { ended: now, due: now, written_lines }
    }

    /// When the next one is due.
    pub(super) const fn due(&self) -> Instant {
        self.due
    }

    /// Whether one is needed before that. `lines` are all that were counted.
    pub(super) fn is_overdue(&self, aggregates: &Aggregates, lines: i64) -> bool {
        let n_events = aggregates.live.lock().unwritten_events.len();
        // The number is exact once no cell is pending; before that it is an upper bound.
        let is_dirty = aggregates.open_cells.lock_to_add().dirty() > DIRTY_CELLS_MAX
            && aggregates.open_cells.lock().dirty() > DIRTY_CELLS_MAX;
        is_dirty || n_events > UNWRITTEN_EVENTS_MAX || lines - self.written_lines > BEHIND_LINES_MAX
    }

    /// One has ended, which wrote so many rows of open buckets.
    pub(super) fn ended(&mut self, n_open: usize) {
        self.ended = Instant::now();
        self.due = self.ended + rest(n_open);
    }

    /// Somebody waits for the next one: it rests no longer than it must.
    pub(super) fn hurry(&mut self) {
        self.due = self.due.min(self.ended + EVERY_MIN);
    }

    /// One was written, and includes all lines so far.
    pub(super) const fn written(&mut self, lines: i64) {
        self.written_lines = lines;
    }
}

/// How long to wait after a checkpoint of so many rows of open buckets.
fn rest(n_open: usize) -> Duration {
    REST_PER_ROW.saturating_mul(u32::try_from(n_open).unwrap_or(u32::MAX)).clamp(EVERY_MIN, EVERY_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_many_rows_are_written_more_rarely() {
        for (n_open, expected_s) in
            [(0, 5), (10_000, 5), (12_500, 5), (50_000, 20), (150_000, 60), (200_000, 60), (usize::MAX, 60)]
        {
            assert_eq!(rest(n_open), Duration::from_secs(expected_s), "{n_open} rows");
        }
    }

    #[test]
    fn ok_a_wish_shortens_the_rest_to_its_least() {
        let mut schedule = CheckpointSchedule::new(0);
        schedule.ended(usize::MAX);
        assert_eq!(schedule.due - schedule.ended, EVERY_MAX);
        schedule.hurry();
        assert_eq!(schedule.due - schedule.ended, EVERY_MIN);
    }
}
