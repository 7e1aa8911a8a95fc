//! How many dynos an app needs: stored figures of a span, and what they come to.
//!
//! The law behind it is Little's: rate × mean time is how many requests or jobs are in work at
//! once. How many of them a dyno can handle at once is not measured; whoever asks says so. Nothing
//! is said about the size of a dyno.

/// From typed figures to a recommendation.
pub(crate) mod advice;

/// Which metrics describe a queue.
mod queue;

/// Which series are of which process type.
pub(crate) mod process;

/// Which step is the peak.
mod peak;

/// Memory and load of dynos.
mod dyno;

/// The figures of a span, from rollups.
pub(crate) mod reading;

use contract::{Range, Span};

/// Spans end with a multiple of this, seconds, so that the advice stays the same in between.
const ALIGNED_S: i64 = 600;
/// The youngest lines may still be on their way; a span ends this long before now, seconds.
const UNDERWAY_S: i64 = 60;

/// The span of a range: whole ten minutes.
#[must_use]
pub(crate) fn aligned(range: Range, now_s: i64) -> Span {
    let (from_s, to_s) = match range.span_s() {
        Some(span) => span.ends(),
        None => (now_s - UNDERWAY_S - range.length_s(), now_s - UNDERWAY_S),
    };
    let to_s = to_s.min(now_s - UNDERWAY_S).div_euclid(ALIGNED_S) * ALIGNED_S;
    let from_s = from_s.div_euclid(ALIGNED_S) * ALIGNED_S;
    Span::clamped(from_s.min(to_s - ALIGNED_S), to_s)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_a_span_stays_the_same_for_ten_minutes() {
        const START_S: i64 = 1_790_000_400;
        for range in [Range::Hour, Range::Day, Range::Week, Range::Month] {
            let spans: Vec<Span> = (0..1_800).map(|it| aligned(range, START_S + UNDERWAY_S + it)).collect();
            let mut distinct = spans.clone();
            distinct.dedup();
            assert_eq!(distinct.len(), 3, "{range:?}");
            assert!(spans[..600].iter().all(|it| it.to_s() == START_S && it.length_s() == range.length_s()));
        }
    }

    #[test]
    fn ok_a_chosen_span_is_widened_and_ends_before_now() {
        let now_s = 1_790_000_700;
        let chosen = aligned(Range::between(now_s - 5_000, now_s - 1_000), now_s);
        assert_eq!(chosen.ends(), (1_789_995_600, 1_789_999_200));
        let future = aligned(Range::between(now_s - 5_000, now_s + 90_000), now_s);
        assert_eq!(future.to_s(), 1_790_000_400);
        let none_yet = aligned(Range::between(now_s + 1_000, now_s + 90_000), now_s);
        assert_eq!(none_yet.ends(), (1_789_999_800, 1_790_000_400));
    }
}
