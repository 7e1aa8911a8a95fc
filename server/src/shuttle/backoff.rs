//! The wait before the next attempt: 100 ms, doubling up to 5 s, minus a random part of up to half.
//!
//! The random part (jitter) keeps many shuttles from retrying at the same moment. `Retry-After` is
//! honoured up to a limit.

use std::time::Duration;

const FIRST_MS: u64 = 100;
const LONGEST_MS: u64 = 5_000;
/// The longest `Retry-After` that is honoured.
pub(crate) const RETRY_AFTER_MAX: Duration = Duration::from_secs(60);

/// The wait after attempt number `attempt` (the first is 1). `chance` is any random number.
#[must_use]
pub(crate) fn wait(attempt: u32, chance: u32, retry_after: Option<Duration>) -> Duration {
    let doublings = attempt.saturating_sub(1).min(16);
    let full_ms = (FIRST_MS << doublings).min(LONGEST_MS);
    let spared_ms = full_ms * u64::from(chance) / (2 * u64::from(u32::MAX));
    let own = Duration::from_millis(full_ms - spared_ms);
    retry_after.map_or(own, |requested| requested.min(RETRY_AFTER_MAX).max(own))
}

/// Parses `Retry-After` in seconds; dates are not supported.
#[must_use]
pub(crate) fn retry_after(header: &str) -> Option<Duration> {
    header.trim().parse().ok().map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(attempt: u32, chance: u32, retry_after_s: Option<u64>, expected_ms: u128) {
        assert_eq!(wait(attempt, chance, retry_after_s.map(Duration::from_secs)).as_millis(), expected_ms);
    }

    #[test]
    fn ok_doubles_up_to_a_limit() {
        check(1, 0, None, 100);
        check(1, u32::MAX, None, 50);
        check(2, 0, None, 200);
        check(6, 0, None, 3_200);
        check(7, 0, None, 5_000);
        check(u32::MAX, u32::MAX, None, 2_500);
    }

    #[test]
    fn ok_retry_after_is_kept_to() {
        check(1, 0, Some(0), 100);
        check(1, 0, Some(2), 2_000);
        check(1, 0, Some(86_400), 60_000);
        assert_eq!(retry_after(" 2 "), Some(Duration::from_secs(2)));
        assert_eq!(retry_after("Mon, 23 Nov 2026 20:00:00 GMT"), None);
    }
}
