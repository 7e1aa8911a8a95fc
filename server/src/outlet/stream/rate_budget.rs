//! How much a tail may read and send: so many lines and bytes per second. What is not used is saved
//! up for one second at most. The caller has the clock.

use std::time::{Duration, Instant};

/// Lines that a tail may send per second.
pub(crate) const TAIL_LINES_PER_S: u32 = 10_000;
/// Bytes that a tail may send per second.
pub(crate) const TAIL_BYTES_PER_S: u32 = 8 << 20;
/// Lines that a tail may read per second to find those that match.
pub(crate) const TAIL_READ_PER_S: u32 = 100_000;

/// What may still be read and sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RateBudget {
    at: Instant,
    lines: f64,
    bytes: f64,
    read: f64,
}

impl RateBudget {
    /// A budget of one second.
    #[must_use]
    pub(crate) fn new(now: Instant) -> Self {
        let (lines, bytes, read) = (TAIL_LINES_PER_S.into(), TAIL_BYTES_PER_S.into(), TAIL_READ_PER_S.into());
        Self { at: now, lines, bytes, read }
    }

    /// Adds the budget for the time since the last call.
    pub(crate) fn fill(&mut self, now: Instant) {
        let passed_s = now.saturating_duration_since(self.at).as_secs_f64();
        self.at = now;
        let filled = |left: f64, per_s: u32| (left + passed_s * f64::from(per_s)).min(per_s.into());
        self.lines = filled(self.lines, TAIL_LINES_PER_S);
        self.bytes = filled(self.bytes, TAIL_BYTES_PER_S);
        self.read = filled(self.read, TAIL_READ_PER_S);
    }

    /// Takes one line to read; false if nothing is left of the budget.
    pub(crate) fn read(&mut self) -> bool {
        let is_left = self.read >= 1.0 && self.lines >= 1.0 && self.bytes >= 1.0;
        if is_left {
            self.read -= 1.0;
        }
        is_left
    }

    /// Takes one line to send. A long line may overdraw the bytes.
    pub(crate) fn send(&mut self, bytes: usize) {
        self.lines -= 1.0;
        self.bytes -= bytes as f64;
    }

    /// How long until there is budget for a tenth of a second.
    #[must_use]
    pub(crate) fn wait(&self) -> Duration {
        let until = |left: f64, per_s: u32| (0.1 - left / f64::from(per_s)).max(0.0);
        let wait_s = until(self.lines, TAIL_LINES_PER_S)
            .max(until(self.bytes, TAIL_BYTES_PER_S))
            .max(until(self.read, TAIL_READ_PER_S));
        Duration::from_secs_f64(wait_s)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_one_second_is_saved_up_at_most() {
        let begin = Instant::now();
        let mut budget = RateBudget::new(begin);
        let mut take = |now: Instant, bytes: usize| {
            budget.fill(now);
            let mut sent = 0;
            while budget.read() {
                budget.send(bytes);
                sent += 1;
            }
            (sent, budget.wait())
        };
        let (sent, wait) = take(begin, 10);
        assert_eq!(sent, TAIL_LINES_PER_S);
        assert!(wait > Duration::from_millis(90) && wait < Duration::from_millis(110), "{wait:?}");
        assert_eq!(take(begin, 10).0, 0);
        let half = begin + Duration::from_millis(500);
        assert_eq!(take(half, 10).0, TAIL_LINES_PER_S / 2);
        // However long the pause, no more than one second is saved up.
        assert_eq!(take(half + Duration::from_secs(60), 10).0, TAIL_LINES_PER_S);
        assert_eq!(take(half + Duration::from_secs(90), 1 << 20).0, TAIL_BYTES_PER_S >> 20);
    }
}
