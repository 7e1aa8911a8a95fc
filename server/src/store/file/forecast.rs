//! When a tier will begin to lose its oldest data, if it goes on to grow as it did.

use super::usage::{TierLimits, TierUsage};

/// The least span that a rate of growth is taken from, seconds.
const SPAN_MIN_S: i64 = 600;

/// The limit that a tier reaches first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LimitKind {
    /// The limit of time.
    Time,
    /// The limit of size.
    Size,
}

/// When a tier is full, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Forecast {
    /// When its oldest data begins to be deleted, unix seconds; in the past when it is already.
    pub full_s: i64,
    /// The limit that is reached then.
    pub limit: LimitKind,
}

/// Predicts when a tier is full from its growth since `oldest_s`. `None` while there is too little
/// data to tell.
#[must_use]
pub(crate) fn forecast(usage: TierUsage, oldest_s: Option<i64>, limits: TierLimits, now_s: i64) -> Option<Forecast> {
    let oldest_s = oldest_s?;
    let by_time_s = oldest_s.saturating_add(i64::try_from(limits.time.as_secs()).unwrap_or(i64::MAX));
    let span_s = now_s - oldest_s;
    if span_s < SPAN_MIN_S || usage.bytes <= 0 {
        return None;
    }
    let left_s = (limits.bytes - usage.bytes) as f64 / usage.bytes as f64 * span_s as f64;
    let by_size_s = now_s.saturating_add(left_s as i64);
    Some(if by_size_s < by_time_s {
        Forecast { full_s: by_size_s, limit: LimitKind::Size }
    } else {
        Forecast { full_s: by_time_s, limit: LimitKind::Time }
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const DAY_S: i64 = 86_400;
    const GB: i64 = 1_000_000_000;

    #[track_caller]
    fn check(bytes: i64, oldest_days: Option<i64>, keeps_days: u64, limit: i64, expected: Option<(i64, LimitKind)>) {
        let usage = TierUsage { rows: 1, bytes, floor: 0 };
        let now_s = 1_000 * DAY_S;
        let found = forecast(
            usage,
            oldest_days.map(|it| now_s - it * DAY_S),
            TierLimits { time: Duration::from_secs(keeps_days * 86_400), bytes: limit },
            now_s,
        );
        assert_eq!(found.map(|it| ((it.full_s - now_s) / DAY_S, it.limit)), expected);
    }

    #[test]
    fn ok_whichever_comes_first() {
        check(GB, Some(10), 30, 100 * GB, Some((20, LimitKind::Time)));
        check(GB, Some(10), 30, 2 * GB, Some((10, LimitKind::Size)));
        check(2 * GB, Some(10), 30, 2 * GB, Some((0, LimitKind::Size)));
        check(GB, Some(31), 30, 100 * GB, Some((-1, LimitKind::Time)));
        check(0, None, 30, GB, None);
        check(GB, Some(0), 30, 2 * GB, None);
    }
}
