//! Which spans before and after a release are compared. Pure.

use contract::{CompareQuery, Span};

/// Length of a span unless asked otherwise, and at most, seconds.
pub(crate) const LENGTH_S: i64 = CompareQuery::LENGTH_S;
pub(crate) const LENGTH_MAX_S: i64 = CompareQuery::LENGTH_S_MAX;
/// Dynos change over for so long after a release; this time is in neither span, seconds.
pub(crate) const SETTLE_S: i64 = 120;
/// Requests by endpoint are counted by the minute, seconds.
pub(crate) const WIDTH_MIN_S: i64 = CompareQuery::LENGTH_S_MIN;

/// A release, and what limits the spans around it. Times are unix seconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Around {
    pub at_s: i64,
    /// The releases before and after it: what belongs to those is not compared.
    pub previous_s: Option<i64>,
    pub next_s: Option<i64>,
    pub now_s: i64,
    /// How long a span is at most, seconds.
    pub length_s: i64,
    /// Width of the buckets that are kept of that time, seconds.
    pub width_s: i64,
}

impl Around {
    /// The span before and the span after, of whole buckets; at least one each, though it may not
    /// be over yet.
    pub(crate) fn spans(&self) -> (Span, Span) {
        let floor = |at_s: i64| at_s - at_s.rem_euclid(self.width_s);
        let ceil = |at_s: i64| at_s + (-at_s).rem_euclid(self.width_s);
        let to_s = floor(self.at_s);
        let since_s = self.previous_s.map_or(i64::MIN, |it| ceil(it + SETTLE_S));
        let from_s = floor(self.at_s - self.length_s).max(since_s).min(to_s - self.width_s);
        let before = Span::clamped(from_s, to_s);
        let from_s = ceil(self.at_s + SETTLE_S);
        let until_s = floor(self.next_s.unwrap_or(i64::MAX - self.width_s).min(self.now_s));
        let to_s = (from_s + floor(self.length_s)).min(until_s).max(from_s + self.width_s);
        (before, Span::clamped(from_s, to_s))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const AT_S: i64 = 1_790_000_045;
    const MINUTE_S: i64 = AT_S - AT_S % 60;

    #[track_caller]
    fn check(around: Around, before: (i64, i64), after: (i64, i64)) {
        let (found_before, found_after) = around.spans();
        let shifted = |it: Span| (it.from_s() - MINUTE_S, it.to_s() - MINUTE_S);
        assert_eq!((shifted(found_before), shifted(found_after)), (before, after));
    }

    #[test]
    fn ok_spans() {
        let hour =
            Around { at_s: AT_S, previous_s: None, next_s: None, now_s: AT_S + 86_400, length_s: 3_600, width_s: 60 };
        // AT_S is 5 s after its minute.
        check(hour, (-3_600, 0), (180, 3_780));
        check(Around { now_s: AT_S + 700, ..hour }, (-3_600, 0), (180, 660));
        check(Around { now_s: AT_S + 10, ..hour }, (-3_600, 0), (180, 240));
        check(Around { previous_s: Some(AT_S - 600), ..hour }, (-420, 0), (180, 3_780));
        check(Around { previous_s: Some(AT_S - 30), next_s: Some(AT_S + 1_200), ..hour }, (-60, 0), (180, 1_200));
    }

    proptest! {
        #[test]
        fn ok_spans_never_overlap(
            at_s in 0_i64..4_000_000_000, length_s in 60_i64..LENGTH_MAX_S, now_s in 0_i64..4_100_000_000,
            is_hour: bool, others in (0_i64..100_000, 0_i64..100_000),
        ) {
            let width_s = if is_hour { 3_600 } else { 60 };
            let (previous_s, next_s) = (Some(at_s - others.0), Some(at_s + others.1));
            let (before, after) = Around { at_s, previous_s, next_s, now_s, length_s, width_s }.spans();
            prop_assert!(before.to_s() <= at_s.max(1) && after.from_s() >= at_s, "{before:?} {after:?}");
        }
    }
}
