//! When the writer takes a checkpoint: the more chunks it would write, the longer it waits.
//!
//! A checkpoint writes a chunk for each app, which will be joined with others later.

use std::time::Duration;

use tokio::time::Instant;

use crate::store::{aggregates::Aggregates, rollup::open_cells::OPEN_CELLS_MAX};

/// Least and longest time between the end of a checkpoint and the next one.
const EVERY_MIN: Duration = Duration::from_secs(5);
const EVERY_MAX: Duration = Duration::from_secs(60);
/// Time without a checkpoint for each chunk that the last one wrote.
const REST_PER_CHUNK: Duration = Duration::from_millis(10);
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
        let n_cells = aggregates.open_cells.lock().len();
        n_cells > OPEN_CELLS_MAX || n_events > UNWRITTEN_EVENTS_MAX || lines - self.written_lines > BEHIND_LINES_MAX
    }

    /// One has ended, which wrote so many chunks.
    pub(super) fn ended(&mut self, chunks: usize) {
        self.ended = Instant::now();
        self.due = self.ended + rest(chunks);
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

/// How long to wait after a checkpoint of so many chunks.
fn rest(chunks: usize) -> Duration {
    REST_PER_CHUNK.saturating_mul(u32::try_from(chunks).unwrap_or(u32::MAX)).clamp(EVERY_MIN, EVERY_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_many_chunks_are_written_more_rarely() {
        for (chunks, expected_s) in [(0, 5), (500, 5), (1_000, 10), (6_000, 60), (10_000, 60), (usize::MAX, 60)] {
            assert_eq!(rest(chunks), Duration::from_secs(expected_s), "{chunks} chunks");
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
