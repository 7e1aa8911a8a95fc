//! Whether a figure of one span differs from that of another: by Fisher's exact test, and by enough
//! to matter. Pure; knows no endpoint and no sentence.

use contract::release::Certainty;
use pipeline::Cell;

use crate::watch::rule::statistics::{at_least, at_most, drawn_at_least};

/// Differences with less than these chances are likely and sure. A page of fifty endpoints has some
/// hundred figures: one of a thousand would be wrong on every tenth page.
const LIKELY: f64 = 0.01;
const SURE: f64 = 1e-4;
/// Requests come in bursts, so that counts vary more than chance alone makes them: they count as so
/// many times fewer.
const BURSTS: u64 = 2;
/// Fewest requests of a span, and fewest beyond a quantile in the smaller one: 50 for p95.
const REQUESTS_MIN: u64 = 20;
const BEYOND_MIN: f64 = 2.5;
/// The least difference of a service time that matters: as a factor, and in milliseconds.
const TIMES: f64 = 1.1;
const MORE_MS: f64 = 5.0;
/// Of an error share, from 0 to 1, and as a factor.
const MORE_SHARE: f64 = 0.001;
const TIMES_SHARE: f64 = 1.5;
/// Of a rate, as a factor.
const TIMES_RATE: f64 = 1.25;

/// Whether a quantile of service time differs. The test asks how many of each span's requests are
/// beyond the quantile of both together, so that it needs no assumption about the distribution.
pub(super) fn of_quantile(one: &Cell, other: &Cell, q: f64) -> Certainty {
    let fewest = one.count.min(other.count);
    if fewest < REQUESTS_MIN || (fewest as f64) * (1.0 - q) < BEYOND_MIN {
        return Certainty::TooFew;
    }
    let mut both = one.clone();
    both.merge(other);
    let (Some(limit), Some(a), Some(b)) = (both.quantile(q), one.quantile(q), other.quantile(q)) else {
        return Certainty::TooFew;
    };
    if a.max(b) < a.min(b) * TIMES || (a - b).abs() < MORE_MS {
        return Certainty::Same;
    }
    certainty((beyond(one, limit), one.count), (beyond(other, limit), other.count))
}

/// Whether the share of `k` in `n` differs.
pub(super) fn of_share(one: (u64, u64), other: (u64, u64)) -> Certainty {
    if one.1.min(other.1) < REQUESTS_MIN {
        return Certainty::TooFew;
    }
    let [a, b] = [one, other].map(|(k, n)| k as f64 / n as f64);
    if (a - b).abs() < MORE_SHARE || a.max(b) < a.min(b) * TIMES_SHARE {
        return Certainty::Same;
    }
    certainty(one, other)
}

/// Whether the rate of `n` requests in so many seconds differs. Of all requests together each span
/// should have its part of the time.
pub(super) fn of_rate(one: (u64, i64), other: (u64, i64)) -> Certainty {
    let ((n1, s1), (n2, s2)) = (one, other);
    if n1 + n2 < REQUESTS_MIN || s1 <= 0 || s2 <= 0 {
        return Certainty::TooFew;
    }
    let [a, b] = [n1 as f64 / s1 as f64, n2 as f64 / s2 as f64];
    if a.max(b) < a.min(b) * TIMES_RATE {
        return Certainty::Same;
    }
    let (k, n, part) = (n1 / BURSTS, n1 / BURSTS + n2 / BURSTS, s1 as f64 / (s1 + s2) as f64);
    of_chance(binomial_two_sided(k, n, part))
}

fn certainty(one: (u64, u64), other: (u64, u64)) -> Certainty {
    let [(k1, n1), (k2, n2)] = [one, other].map(|(k, n)| (k.min(n) / BURSTS, n / BURSTS));
    let (marked, all) = (k1 + k2, n1 + n2);
    let more = drawn_at_least(k1, n1, marked, all);
    // At most so many are at least so many of the other span.
    let fewer = drawn_at_least(k2, n2, marked, all);
    of_chance(2.0 * more.min(fewer))
}

fn binomial_two_sided(k: u64, n: u64, p: f64) -> f64 {
    2.0 * at_least(k, n, p).min(at_most(k, n, p))
}

fn of_chance(chance: f64) -> Certainty {
    match chance {
        it if it < SURE => Certainty::Sure,
        it if it < LIKELY => Certainty::Likely,
        _ => Certainty::Same,
    }
}

fn beyond(cell: &Cell, limit: f64) -> u64 {
    let Some(sketch) = &cell.sketch else { return 0 };
    sketch.bins().filter(|it| it.0 > limit).map(|it| it.1).sum()
}

#[cfg(test)]
mod tests {
    use pipeline::Kind;
    use proptest::prelude::*;

    use super::*;

    /// Times spread evenly from so many to twice as many milliseconds, one of `slow` of them twenty
    /// times as long.
    fn cell(n: u64, ms: f64, slow: u64) -> Cell {
        let mut cell = Cell::default();
        for at in 0..n {
            let is_slow = slow > 0 && at % slow == 0;
            let value = ms * (1.0 + at as f64 / n as f64) * if is_slow { 20.0 } else { 1.0 };
            cell.record(Kind::Distribution, value, 0);
        }
        cell
    }

    #[test]
    fn ok_quantiles() {
        let check = |one: &Cell, other: &Cell, q, expected| {
            assert_eq!([of_quantile(one, other, q), of_quantile(other, one, q)], [expected; 2], "{q}");
        };
        let (calm, slow) = (cell(2_000, 100.0, 0), cell(2_000, 100.0, 7));
        check(&calm, &calm, 0.95, Certainty::Same);
        check(&calm, &slow, 0.95, Certainty::Sure);
        check(&calm, &slow, 0.5, Certainty::Same);
        check(&calm, &cell(2_000, 104.0, 0), 0.5, Certainty::Same);
        check(&cell(2_000, 4.0, 0), &cell(2_000, 6.0, 0), 0.5, Certainty::Same);
        check(&calm, &cell(19, 900.0, 0), 0.5, Certainty::TooFew);
        check(&calm, &cell(49, 900.0, 0), 0.95, Certainty::TooFew);
        check(&calm, &cell(30, 300.0, 0), 0.5, Certainty::Sure);
        check(&calm, &cell(240, 300.0, 0), 0.99, Certainty::TooFew);
        check(&calm, &Cell::default(), 0.5, Certainty::TooFew);
    }

    #[test]
    fn ok_shares() {
        let check = |one, other, expected| assert_eq!([of_share(one, other), of_share(other, one)], [expected; 2]);
        check((4, 2_000), (160, 2_000), Certainty::Sure);
        check((4, 2_000), (6, 2_000), Certainty::Same);
        check((0, 200), (18, 200), Certainty::Likely);
        check((0, 19), (19, 19), Certainty::TooFew);
        check((0, 0), (0, 0), Certainty::TooFew);
        // A difference that is sure and matters to nobody.
        check((20_000, 100_000_000), (40_000, 100_000_000), Certainty::Same);
    }

    #[test]
    fn ok_rates() {
        let check = |one, other, expected| assert_eq!([of_rate(one, other), of_rate(other, one)], [expected; 2]);
        check((1_000, 3_600), (1_000, 3_600), Certainty::Same);
        check((1_000, 3_600), (500, 1_800), Certainty::Same);
        check((1_000, 3_600), (100, 3_600), Certainty::Sure);
        check((10, 3_600), (9, 3_600), Certainty::TooFew);
        check((0, 3_600), (2_000, 3_600), Certainty::Sure);
    }

    proptest! {
        /// Requests that are dealt out by chance are sure to differ in one of ten thousand cases.
        #[test]
        fn ok_chance_makes_no_difference(values in prop::collection::vec(1.0..1_000.0_f64, 200..600)) {
            let mut cells = [Cell::default(), Cell::default()];
            for (at, value) in values.iter().enumerate() {
                cells[at % 2].record(Kind::Distribution, *value, 0);
            }
            for q in [0.5, 0.95] {
                prop_assert_ne!(of_quantile(&cells[0], &cells[1], q), Certainty::Sure);
            }
        }

        /// The same difference with more requests is never less sure.
        #[test]
        fn ok_more_requests_are_surer(k in 0_u64..40, more in 0_u64..40) {
            let of = |times: u64| of_share((k * times, 100 * times), (((k + more).min(100)) * times, 100 * times));
            prop_assert!(of(2) <= of(20));
        }
    }
}
