//! When the writer takes a checkpoint: the more one costs, the longer the next one waits.
//!
//! A checkpoint writes each cell that has changed. The cells of an hour change all the time, so
//! with many series a checkpoint every few seconds would write the same rows hundreds of times.

use std::time::Duration;

use tokio::time::Instant;

use crate::store::{aggregates::Aggregates, rollup::open_cells::DIRTY_CELLS_MAX};

/// Least and longest time between the end of a checkpoint and the next one.
const EVERY_MIN: Duration = Duration::from_secs(5);
const EVERY_MAX: Duration = Duration::from_secs(60);
/// A checkpoint is followed by so many times its own duration without one.
const REST_TIMES: u32 = 40;
/// Lines behind the last checkpoint that trigger one. A start after a crash counts them again.
const BEHIND_LINES_MAX: i64 = 1_000_000;
/// Unwritten events that trigger a checkpoint.
const UNWRITTEN_EVENTS_MAX: usize = 5_000;

/// When the next checkpoint is due.
#[derive(Clone, Copy, Debug)]
pub(super) struct CheckpointSchedule {
    due: Instant,
    /// All lines that the last checkpoint included.
    written_lines: i64,
}

impl CheckpointSchedule {
    /// A first checkpoint at once. The file includes so many lines.
    pub(super) fn new(written_lines: i64) -> Self {
        Self { due: Instant::now(), written_lines }
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

    /// One that began at that time has ended, written or not.
    pub(super) fn ended(&mut self, began: Instant) {
        self.due = Instant::now() + rest(began.elapsed());
    }

    /// One was written, and includes all lines so far.
    pub(super) const fn written(&mut self, lines: i64) {
        self.written_lines = lines;
    }
}

/// How long to wait after a checkpoint that took that long.
fn rest(took: Duration) -> Duration {
    took.saturating_mul(REST_TIMES).clamp(EVERY_MIN, EVERY_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_a_checkpoint_takes_a_small_share_of_the_time() {
        for (took_ms, expected_ms) in
            [(0, 5_000), (100, 5_000), (125, 5_000), (500, 20_000), (1_500, 60_000), (9_000, 60_000)]
        {
            assert_eq!(rest(Duration::from_millis(took_ms)), Duration::from_millis(expected_ms), "{took_ms} ms");
        }
    }
}
