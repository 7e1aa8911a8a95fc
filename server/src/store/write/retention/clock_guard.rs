//! Guards deletion against a wrong wall clock: data is deleted by its age, so a clock that is far
//! ahead would delete everything.

use std::time::{Duration, Instant};

use super::slice::millis;

/// A clock that steps ahead by more than this is not trusted to delete at once...
const STEP_MAX: Duration = Duration::from_secs(600);
/// ...but only after this long, in which somebody may correct it.
const DISTRUST: Duration = Duration::from_secs(3_600);

/// Compares the wall clock with the monotonic clock from call to call.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ClockGuard {
    seen: Option<(i64, Instant)>,
    distrusted_until: Option<Instant>,
}

impl ClockGuard {
    /// Whether data may be deleted by this wall-clock time, unix milliseconds.
    pub(super) fn is_trusted(&mut self, now_ms: i64, now: Instant) -> bool {
        if let Some((seen_ms, seen)) = self.seen {
            let ahead_ms = now_ms - seen_ms - millis(now.saturating_duration_since(seen));
            if ahead_ms > millis(STEP_MAX) {
                tracing::warn!(ahead_s = ahead_ms / 1_000, "the clock stepped ahead: nothing is deleted for an hour");
                self.distrusted_until = Some(now + DISTRUST);
            } else if ahead_ms < -millis(STEP_MAX) {
                self.distrusted_until = None;
            }
        }
        self.seen = Some((now_ms, now));
        self.distrusted_until.is_none_or(|it| now >= it)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_a_clock_that_steps_ahead_deletes_nothing_for_a_while() {
        let (mut clock, begun, now_ms) = (ClockGuard::default(), Instant::now(), 1_790_000_000_000);
        let year_ms = 365 * 86_400_000;
        assert!(clock.is_trusted(now_ms, begun));
        assert!(clock.is_trusted(now_ms + 1_000, begun + Duration::from_secs(1)));
        assert!(!clock.is_trusted(now_ms + year_ms, begun + Duration::from_secs(2)));
        assert!(!clock.is_trusted(now_ms + year_ms + 60_000, begun + Duration::from_secs(62)));
        // Somebody corrected the clock...
        assert!(clock.is_trusted(now_ms + 63_000, begun + Duration::from_secs(63)));
        // ...or the new time is right.
        assert!(!clock.is_trusted(now_ms + year_ms, begun + Duration::from_secs(64)));
        let later = Duration::from_secs(64) + DISTRUST;
        assert!(clock.is_trusted(now_ms + year_ms + millis(DISTRUST), begun + later));
    }
}
