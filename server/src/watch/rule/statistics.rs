//! Exact tails of the binomial, the Poisson and the hypergeometric distribution: how likely so many
//! or so few are, if everything is as usual.
//!
//! The logarithm of a single probability is computed after C. Loader, "Fast and Accurate
//! Computation of Binomial Probabilities" (2000), which stays accurate where differences of
//! log-gammas lose their digits; the tail is the sum of its terms. Good for counts up to 1e9.

use std::f64::consts::PI;

/// A term this small beside the sum no longer changes it.
const NEGLIGIBLE: f64 = 1e-17;
/// Most terms of a sum. The longest sums are near the middle of the distribution, where about
/// `10 * sqrt(n)` terms count.
const TERMS_MAX: u64 = 2_000_000;

/// The chance of at least `k` among `n`, where each is one with probability `p`.
#[must_use]
pub fn at_least(k: u64, n: u64, p: f64) -> f64 {
    let p = p.clamp(0.0, 1.0);
    if k == 0 {
        return 1.0;
    }
    if k > n || p <= 0.0 {
        return 0.0;
    }
    if p >= 1.0 {
        return 1.0;
    }
    if (k as f64) <= n as f64 * p {
        return 1.0 - below(k, n, p);
    }
    let odds = p / (1.0 - p);
    sum(binomial(k, n, p), (k..n).map(|it| (n - it) as f64 / (it + 1) as f64 * odds))
}

/// The chance of at most `k` among `n`, where each is one with probability `p`.
#[must_use]
pub fn at_most(k: u64, n: u64, p: f64) -> f64 {
    if k >= n { 1.0 } else { at_least(n - k, n, 1.0 - p.clamp(0.0, 1.0)) }
}

/// The chance of fewer than `k`; `k` is at most the mean.
fn below(k: u64, n: u64, p: f64) -> f64 {
    let odds = (1.0 - p) / p;
    sum(binomial(k - 1, n, p), (1..k).rev().map(|it| it as f64 / (n - it + 1) as f64 * odds))
}

/// The chance of at least `k` where `mean` are expected.
#[must_use]
pub fn poisson_at_least(k: u64, mean: f64) -> f64 {
    if k == 0 {
        return 1.0;
    }
    if mean <= 0.0 {
        return 0.0;
    }
    if (k as f64) <= mean {
        return 1.0 - poisson_at_most(k - 1, mean);
    }
    sum(poisson(k, mean), (k..).map(|it| mean / (it + 1) as f64))
}

/// The chance of at most `k` where `mean` are expected.
#[must_use]
pub fn poisson_at_most(k: u64, mean: f64) -> f64 {
    if mean <= 0.0 {
        return 1.0;
    }
    if (k as f64) > mean {
        return 1.0 - poisson_at_least(k + 1, mean);
    }
    sum(poisson(k, mean), (1..=k).rev().map(|it| it as f64 / mean))
}

/// The chance of at least `k` marked ones among `n` that are drawn from `all`, of which `marked`
/// are marked: Fisher's exact test of two shares.
#[must_use]
pub fn drawn_at_least(k: u64, n: u64, marked: u64, all: u64) -> f64 {
    let (n, marked) = (n.min(all), marked.min(all));
    let (least, most) = ((n + marked).saturating_sub(all), n.min(marked));
    if k <= least {
        return 1.0;
    }
    if k > most {
        return 0.0;
    }
    let exactly = |k: u64| {
        let p = marked as f64 / all as f64;
        // The marked ones split into drawn and not drawn, as two independent throws would.
        if marked == all {
            1.0
        } else {
            binomial(k, n, p) * binomial(marked - k, all - n, p) / binomial(marked, all, p)
        }
    };
    if k as f64 <= n as f64 * marked as f64 / all as f64 {
        let down =
            |it: u64| it as f64 / (n - it + 1) as f64 * ((all + it) - n - marked) as f64 / (marked - it + 1) as f64;
        return 1.0 - sum(exactly(k - 1), (least + 1..k).rev().map(down));
    }
    let up = |it: u64| (n - it) as f64 / (it + 1) as f64 * (marked - it) as f64 / ((all + it + 1) - n - marked) as f64;
    sum(exactly(k), (k..most).map(up))
}

/// The highest share that `k` of `n` leave plausible: the upper end of Wilson's interval with two
/// standard deviations. 1 where `n` is 0.
#[must_use]
pub fn share_at_most(k: u64, n: u64) -> f64 {
    const Z: f64 = 2.0;
    if n == 0 {
        return 1.0;
    }
    let (k, n) = (k.min(n) as f64, n as f64);
    let share = k / n;
    let middle = share + Z * Z / (2.0 * n);
    let half = Z * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
    ((middle + half) / (1.0 + Z * Z / n)).min(1.0)
}

/// Adds terms that begin with `first`, each the one before times a ratio.
fn sum(first: f64, ratios: impl Iterator<Item = f64>) -> f64 {
    let (mut term, mut sum) = (first, first);
    for (ratio, _) in ratios.zip(0..TERMS_MAX) {
        term *= ratio;
        sum += term;
        if term <= sum * NEGLIGIBLE {
            break;
        }
    }
    sum.min(1.0)
}

/// The chance of exactly `k` among `n`.
fn binomial(k: u64, n: u64, p: f64) -> f64 {
    let (kf, nf) = (k as f64, n as f64);
    if k == 0 {
        return (nf * (-p).ln_1p()).exp();
    }
    if k == n {
        return (nf * p.ln()).exp();
    }
    let rest = nf - kf;
    let log = rest_of_stirling(nf)
        - rest_of_stirling(kf)
        - rest_of_stirling(rest)
        - deviance(kf, nf * p)
        - deviance(rest, nf * (1.0 - p));
    log.exp() * (nf / (2.0 * PI * kf * rest)).sqrt()
}

/// The chance of exactly `k` where `mean` are expected.
fn poisson(k: u64, mean: f64) -> f64 {
    if k == 0 {
        return (-mean).exp();
    }
    let k = k as f64;
    (-rest_of_stirling(k) - deviance(k, mean)).exp() / (2.0 * PI * k).sqrt()
}

/// `ln n!` less Stirling's approximation of it.
fn rest_of_stirling(n: f64) -> f64 {
    if n < 16.0 {
        let factorial: f64 = (1..=n as u64).map(|it| it as f64).product();
        return factorial.ln() - ((n + 0.5) * n.ln() - n + 0.5 * (2.0 * PI).ln());
    }
    let square = n * n;
    (1.0 / 12.0 - (1.0 / 360.0 - (1.0 / 1_260.0 - 1.0 / 1_680.0 / square) / square) / square) / n
}

/// `x ln(x / mean) + mean - x`, without the loss of digits where the two are close.
fn deviance(x: f64, mean: f64) -> f64 {
    let difference = x - mean;
    if difference.abs() >= 0.1 * (x + mean) {
        return x * (x / mean).ln() - difference;
    }
    let v = difference / (x + mean);
    let (mut total, mut term) = (difference * v, 2.0 * x * v);
    for at in 1..100 {
        term *= v * v;
        let next = total + term / f64::from(2 * at + 1);
        if next == total {
            break;
        }
        total = next;
    }
    total
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The tail as a sum of products: slow, and without any logarithm.
    fn naive_at_least(k: u64, n: u64, p: f64) -> f64 {
        let exactly = |k: u64| -> f64 {
            let (mut chance, mut fails) = (1.0, n - k);
            for at in 0..k {
                chance *= (n - at) as f64 / (k - at) as f64 * p;
                while chance > 1.0 && fails > 0 {
                    (chance, fails) = (chance * (1.0 - p), fails - 1);
                }
            }
            chance * (1.0 - p).powi(fails as i32)
        };
        (k..=n).map(exactly).sum()
    }

    fn naive_poisson_at_most(k: u64, mean: f64) -> f64 {
        let mut term = (-mean).exp();
        let mut sum = term;
        for at in 1..=k {
            term *= mean / at as f64;
            sum += term;
        }
        sum
    }

    #[track_caller]
    fn check(found: f64, expected: f64) {
        let close = (found - expected).abs() <= expected.abs() * 1e-9 + 1e-300;
        assert!(close, "found {found:e}, expected {expected:e}");
    }

    #[test]
    fn ok_known_tails() {
        check(at_least(1, 3, 0.01), 1.0 - 0.99_f64.powi(3));
        check(at_least(2, 2, 0.5), 0.25);
        check(at_least(0, 10, 0.5), 1.0);
        check(at_least(11, 10, 0.5), 0.0);
        check(at_least(3, 10, 0.0), 0.0);
        check(at_least(3, 10, 1.0), 1.0);
        check(at_most(0, 10, 0.1), 0.9_f64.powi(10));
        check(at_most(10, 10, 0.1), 1.0);
        check(poisson_at_most(0, 15.0), (-15.0_f64).exp());
        check(poisson_at_least(1, 0.001), 1.0 - (-0.001_f64).exp());
        check(poisson_at_most(3, 0.0), 1.0);
    }

    #[test]
    fn ok_a_billion() {
        // Half of an even number of throws: 1/2 and half the chance of a draw.
        let n = 1_000_000_000;
        let draw = (2.0 / (PI * n as f64)).sqrt();
        assert!((at_least(n / 2, n, 0.5) - 0.5 - draw / 2.0).abs() < 1e-9);
        // Six standard deviations: the normal distribution's 9.87e-10, within its own error.
        let sd = (n as f64 * 0.01 * 0.99).sqrt();
        let chance = at_least((n as f64 * 0.01 + 6.0 * sd) as u64, n, 0.01);
        assert!((9.0e-10..1.2e-9).contains(&chance), "{chance:e}");
        assert!(at_least(n, n, 0.5).abs() < 1e-300);
    }

    #[test]
    fn ok_plausible_shares() {
        assert!((share_at_most(0, 0) - 1.0).abs() < 1e-12);
        assert!((0.0003..0.0005).contains(&share_at_most(0, 10_000)), "{}", share_at_most(0, 10_000));
        assert!((0.0100..0.0103).contains(&share_at_most(10_000, 1_000_000)));
        assert!(share_at_most(5, 5) <= 1.0);
    }

    /// The share of all ways to draw that have at least `k` marked ones, by Pascal's rule.
    fn naive_drawn_at_least(k: u64, n: u64, marked: u64, all: u64) -> f64 {
        let ways =
            |n: u64, k: u64| -> f64 { (0..k.min(n)).map(|at| (n - at) as f64 / (k.min(n) - at) as f64).product() };
        let of = |k: u64| {
            if k > marked || n - k > all - marked { 0.0 } else { ways(marked, k) * ways(all - marked, n - k) }
        };
        (k..=n).map(of).sum::<f64>() / ways(all, n)
    }

    #[test]
    fn ok_draws() {
        // Fisher's tea: all four of eight cups.
        check(drawn_at_least(4, 4, 4, 8), 1.0 / 70.0);
        check(drawn_at_least(3, 4, 4, 8), 17.0 / 70.0);
        check(drawn_at_least(0, 4, 4, 8), 1.0);
        check(drawn_at_least(2, 4, 8, 8), 1.0);
        check(drawn_at_least(5, 4, 4, 8), 0.0);
        let half = drawn_at_least(500_000, 1_000_000, 1_000_000, 2_000_000);
        assert!((0.5..0.501).contains(&half), "{half}");
    }

    proptest! {
        #[test]
        fn ok_draws_equal_ways(all in 1_u64..120, n in 0.0..=1.0_f64, marked in 0.0..=1.0_f64, k in 0_u64..120) {
            let [n, marked] = [n, marked].map(|it| (it * all as f64) as u64);
            let expected = naive_drawn_at_least(k, n, marked, all);
            let found = drawn_at_least(k, n, marked, all);
            prop_assert!((found - expected).abs() <= expected * 1e-8 + 1e-12, "{found:e} {expected:e}");
        }

        #[test]
        fn ok_tails_equal_sums(n in 1_u64..300, part in 0.0..1.0_f64, p in 0.0001..0.9999_f64) {
            let k = (part * n as f64) as u64;
            let expected = naive_at_least(k, n, p);
            prop_assert!((at_least(k, n, p) - expected).abs() <= expected * 1e-8 + 1e-14);
            let both = at_least(k, n, p) + if k == 0 { 0.0 } else { at_most(k - 1, n, p) };
            prop_assert!((both - 1.0).abs() < 1e-9);
        }

        #[test]
        fn ok_poisson_tails_equal_sums(k in 0_u64..200, mean in 0.001..200.0_f64) {
            let expected = naive_poisson_at_most(k, mean);
            prop_assert!((poisson_at_most(k, mean) - expected).abs() <= expected * 1e-8 + 1e-13);
            prop_assert!((poisson_at_most(k, mean) + poisson_at_least(k + 1, mean) - 1.0).abs() < 1e-9);
        }
    }
}
