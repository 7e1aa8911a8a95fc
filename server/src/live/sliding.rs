//! Percentiles of the live page over a sliding window that holds enough requests: those of a single
//! second of a quiet app are noise. Sketches are merged here, so that the browser merges none and
//! percentiles stay within 1 %.
//!
//! Seconds are taken in blocks as long as the window. A window is then the end of one block and the
//! beginning of the next, so that each second is merged three times, whatever the window's length.

use contract::{ChartBucket, FEW_REQUESTS};
use pipeline::Cell;

use super::second::{Second, quantiles};

/// The windows that there are, seconds, the shortest first.
const WINDOWS_S: [i64; 3] = [10, 30, 60];
/// Requests that a window should hold: with them, two are beyond the 99th percentile.
const ENOUGH_REQUESTS: i64 = 200;
/// A shorter window is taken only with so many times enough requests, so that the choice does not
/// change to and fro.
const SHORTER_FACTOR: i64 = 2;

/// The window for an app that had so many requests in `span_s` seconds, where `now_s` is the window
/// so far; 0 for none yet.
#[must_use]
pub(crate) fn window_s(requests: u64, span_s: i64, now_s: i64) -> i64 {
    let requests = i64::try_from(requests).unwrap_or(i64::MAX);
    let is_enough = |window_s: i64| {
        let factor = if window_s < now_s { SHORTER_FACTOR } else { 1 };
        requests.saturating_mul(window_s) / span_s.max(1) >= ENOUGH_REQUESTS * factor
    };
    let [.., longest] = WINDOWS_S;
    WINDOWS_S.into_iter().find(|it| is_enough(*it)).unwrap_or(longest)
}

/// The times of requests.
#[derive(Clone, Debug, Default)]
struct Times {
    service: Cell,
    connect: Cell,
    queue: Cell,
}

impl Times {
    fn add(&mut self, second: &Second) {
        self.service.merge(&second.service);
        self.connect.merge(&second.connect);
        self.queue.merge(&second.queue);
    }

    fn merge(&mut self, other: &Self) {
        self.service.merge(&other.service);
        self.connect.merge(&other.connect);
        self.queue.merge(&other.queue);
    }
}

/// The chart buckets of the seconds from `from_s` on (unix seconds). `seconds` are in order of
/// time, and begin a window before that. Of fewer than [`FEW_REQUESTS`] requests in its window, a
/// bucket has the times of its own second, to be drawn as points.
pub(crate) fn buckets<'a>(seconds: impl Iterator<Item = &'a Second>, from_s: i64, window_s: i64) -> Vec<ChartBucket> {
    let mut buckets = vec![];
    // What each second of the block before and those after it in that block hold.
    let mut ends: Vec<(i64, Times)> = vec![];
    let mut block: Vec<&Second> = vec![];
    let mut beginning = Times::default();
    for second in seconds {
        let number = |it: &Second| it.at_s.div_euclid(window_s);
        if let Some(last) = block.last().filter(|it| number(it) != number(second)) {
            ends = if number(last) + 1 == number(second) { ends_of(&block) } else { vec![] };
            (block, beginning) = (vec![], Times::default());
        }
        block.push(second);
        beginning.add(second);
        if second.at_s < from_s {
            continue;
        }
        let mut times = beginning.clone();
        // From the newest down: the first that is too old ends the window.
        if let Some((_, end)) = ends.iter().rev().take_while(|it| it.0 > second.at_s - window_s).last() {
            times.merge(end);
        }
        buckets.push(bucket(second, &times));
    }
    buckets
}

/// For each second of a block, what it and the later ones hold; in order of time.
fn ends_of(block: &[&Second]) -> Vec<(i64, Times)> {
    let mut end = Times::default();
    let newest_first = block.iter().rev().map(|second| {
        end.add(second);
        (second.at_s, end.clone())
    });
    let mut ends: Vec<_> = newest_first.collect();
    ends.reverse();
    ends
}

fn bucket(second: &Second, times: &Times) -> ChartBucket {
    let bucket = second.chart_bucket();
    // Without requests of its own a second says nothing new.
    if bucket.requests_per_s.is_none() {
        return bucket;
    }
    if times.service.count < FEW_REQUESTS {
        return ChartBucket { is_few: true, ..bucket };
    }
    ChartBucket {
        service_ms: quantiles(&times.service),
        connect_ms: times.connect.quantile(0.95),
        queue_ms: times.queue.quantile(0.95),
        ..bucket
    }
}

#[cfg(test)]
mod tests {
    use contract::{ByStatusClass, StatusClass};
    use pipeline::Kind;
    use proptest::prelude::*;

    use super::*;

    /// A second with requests that took so many milliseconds.
    fn second(at_s: i64, service_ms: &[f64]) -> Second {
        let mut second = Second { at_s, requests: ByStatusClass::default(), ..Second::default() };
        for ms in service_ms {
            second.requests[StatusClass::Success] += 1;
            second.service.record(Kind::Distribution, *ms, at_s * 1_000);
        }
        second
    }

    #[test]
    fn ok_windows_hold_enough_requests() {
        for (per_s, before_s, expected) in
            [(0, 0, 60), (1, 0, 60), (6, 0, 60), (7, 0, 30), (19, 0, 30), (20, 0, 10), (9_000, 0, 10)]
        {
            assert_eq!(window_s(per_s * 300, 300, before_s), expected, "{per_s}/s");
        }
        // A shorter one only once it is surely enough.
        for (per_s, before_s, expected) in [(8, 60, 60), (14, 60, 30), (39, 30, 30), (40, 30, 10), (19, 10, 30)] {
            assert_eq!(window_s(per_s * 300, 300, before_s), expected, "{per_s}/s from {before_s} s");
        }
    }

    #[test]
    fn ok_few_requests_stand_for_themselves() {
        let seconds = [second(100, &[10.0]), second(130, &[900.0])];
        let buckets = buckets(seconds.iter(), 0, 60);
        let found: Vec<_> = buckets.iter().map(|bucket| (bucket.is_few, bucket.service_ms.map(|it| it.max))).collect();
        assert_eq!(found, [(true, Some(10.0)), (true, Some(900.0))]);
    }

    /// The value of rank `ceil(q * n)`.
    fn exact(values: &mut [f64], q: f64) -> f64 {
        values.sort_by(f64::total_cmp);
        values[((q * values.len() as f64).ceil() as usize).clamp(1, values.len()) - 1]
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

        /// Percentiles of each window are within 1 % of those of all its requests, sorted.
        #[test]
        fn ok_windows_are_within_one_percent(
            all in proptest::collection::vec((1_i64..9, proptest::collection::vec(0.5_f64..40_000.0, 0..12)), 1..160),
            window in 0_usize..3,
            skipped in 0_i64..200,
        ) {
            let mut at_s = 1_000;
            let seconds: Vec<(Second, Vec<f64>)> = all.into_iter().map(|(gap, values)| {
                at_s += if gap < 7 { 1 } else { gap * 9 };
                (second(at_s, &values), values)
            }).collect();
            let (window_s, from_s) = (WINDOWS_S[window], 1_000 + skipped);
            let found = buckets(seconds.iter().map(|it| &it.0), from_s, window_s);
            prop_assert_eq!(found.len(), seconds.iter().filter(|it| it.0.at_s >= from_s).count());
            for bucket in found {
                let inside = |at_s: i64| at_s > bucket.at_s - window_s && at_s <= bucket.at_s;
                let mut of_window: Vec<f64> =
                    seconds.iter().filter(|it| inside(it.0.at_s)).flat_map(|it| it.1.clone()).collect();
                let own = seconds.iter().find(|it| it.0.at_s == bucket.at_s).is_some_and(|it| !it.1.is_empty());
                prop_assert_eq!(bucket.is_few, own && of_window.len() < FEW_REQUESTS as usize);
                let Some(shown) = bucket.service_ms.filter(|_| own && !bucket.is_few) else { continue };
                for (q, value) in [(0.5, shown.p50), (0.95, shown.p95), (0.99, shown.p99), (1.0, shown.max)] {
                    let wanted = exact(&mut of_window, q);
                    prop_assert!((value - wanted).abs() <= wanted * 0.01, "{} {}: {} {}", bucket.at_s, q, value, wanted);
                }
            }
        }
    }
}
