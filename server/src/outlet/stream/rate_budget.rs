//! How much a tail is sent: so many lines and bytes a second, saved up for one second at most. Pure; its caller has the clock.

use std::time::{Duration, Instant};

/// Lines that a tail is sent a second.
pub const TAIL_LINES_PER_S: u32 = 10_000;
/// Bytes that a tail is sent a second.
pub const TAIL_BYTES_PER_S: u32 = 8 << 20;
/// Lines that a tail looks at a second, to find those that are wanted.
pub const TAIL_READ_PER_S: u32 = 100_000;

/// What is left.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    at: Instant,
    lines: f64,
    bytes: f64,
    read: f64,
}

impl Budget {
    /// A second's worth.
    #[must_use]
    pub fn new(now: Instant) -> Self {
        let (lines, bytes, read) = (TAIL_LINES_PER_S.into(), TAIL_BYTES_PER_S.into(), TAIL_READ_PER_S.into());
        Self { at: now, lines, bytes, read }
    }

    /// Adds what came since it was last added to.
    pub fn fill(&mut self, now: Instant) {
        let passed_s = now.saturating_duration_since(self.at).as_secs_f64();
        self.at = now;
        let filled = |left: f64, a_second: u32| (left + passed_s * f64::from(a_second)).min(a_second.into());
        self.lines = filled(self.lines, TAIL_LINES_PER_S);
        self.bytes = filled(self.bytes, TAIL_BYTES_PER_S);
        self.read = filled(self.read, TAIL_READ_PER_S);
    }

    /// Takes one line to look at; false when there is nothing left.
    pub fn read(&mut self) -> bool {
        let is_left = self.read >= 1.0 && self.lines >= 1.0 && self.bytes >= 1.0;
        if is_left {
            self.read -= 1.0;
        }
        is_left
    }

    /// Takes one line to send. The bytes of one may be owed.
    pub fn send(&mut self, bytes: usize) {
        self.lines -= 1.0;
        self.bytes -= bytes as f64;
    }

    /// How long until a tenth of a second's worth is there.
    #[must_use]
    pub fn wait(&self) -> Duration {
        let until = |left: f64, a_second: u32| (0.1 - left / f64::from(a_second)).max(0.0);
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
    fn ok_a_second_s_worth_and_what_comes_after() {
        let begin = Instant::now();
        let mut budget = Budget::new(begin);
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
        // However long nothing came, there is no more than a second's worth.
        assert_eq!(take(half + Duration::from_secs(60), 10).0, TAIL_LINES_PER_S);
        assert_eq!(take(half + Duration::from_secs(90), 1 << 20).0, TAIL_BYTES_PER_S >> 20);
    }
}
