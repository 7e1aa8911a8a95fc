//! Seeded random numbers: splitmix64 and distributions on top of it. Not for secrets.
//!
//! The same seed gives the same numbers on every machine: only operations that IEEE 754 defines
//! exactly are used, and series instead of the library's `ln`, `exp` and `cos`, whose last bits
//! differ between systems.

/// A source of random numbers.
#[derive(Clone, Debug)]
pub(crate) struct Random {
    state: u64,
}

impl Random {
    /// The source for a seed and a purpose, such as an app and a second.
    #[must_use]
    pub(crate) fn of(seed: u64, parts: &[u64]) -> Self {
        let mut random = Self { state: seed };
        for part in parts {
            random.state = random.bits() ^ part.wrapping_mul(0xd6e8_feb8_6659_fd93);
        }
        random.bits();
        random
    }

    /// The next 64 random bits.
    pub(crate) const fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number in [0, 1).
    pub(crate) fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// An integer in [0, end); `end` is at least 1.
    pub(crate) const fn below(&mut self, end: u64) -> u64 {
        // The bias of the remainder is one in 2^44 for the values of `end` that occur here.
        self.bits() % end
    }

    /// A number in [low, high).
    pub(crate) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// True with this probability.
    pub(crate) fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// A normally distributed number with mean 0 and standard deviation 1: the sum of twelve
    /// uniform numbers, so the tails end at 6.
    pub(crate) fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }

    /// A log-normally distributed number around a median. `spread` is the standard deviation of the
    /// binary logarithm.
    pub(crate) fn log_normal(&mut self, median: f64, spread: f64) -> f64 {
        median * exp2(self.normal() * spread)
    }

    /// A Poisson-distributed number: exact for a mean below 30, a rounded normal number above.
    pub(crate) fn poisson(&mut self, mean: f64) -> u64 {
        if mean > 30.0 {
            return (mean + mean.sqrt() * self.normal()).round().max(0.0) as u64;
        }
        let limit = exp2(-mean * std::f64::consts::LOG2_E);
        let mut product = self.unit();
        let mut events = 0;
        while product > limit {
            product *= self.unit();
            events += 1;
        }
        events
    }

    /// One of `of`, each with a probability proportional to its weight. Weights are positive.
    pub(crate) fn pick<'a, T>(&mut self, of: &'a [T], weight: impl Fn(&T) -> f64) -> &'a T {
        let mut rest = self.unit() * of.iter().map(&weight).sum::<f64>();
        let last = of.len() - 1;
        let found = of[..last].iter().find(|candidate| {
            rest -= weight(candidate);
            rest < 0.0
        });
        found.unwrap_or(&of[last])
    }

    /// A UUID of version 4.
    pub(crate) fn uuid(&mut self) -> String {
        let (high, low) = (self.bits(), self.bits());
        format!(
            "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            high >> 32,
            high >> 16 & 0xffff,
            high & 0xfff,
            low >> 48 & 0x3fff | 0x8000,
            low & 0xffff_ffff_ffff
        )
    }
}

/// Two to the power of `x`, with a relative error of 1e-9. `x` is within the range of an `f64`'s
/// exponent.
fn exp2(x: f64) -> f64 {
    let whole = x.floor();
    let rest = (x - whole) * std::f64::consts::LN_2;
    let mut term = 1.0;
    let mut sum = 1.0;
    for n in 1..14 {
        term *= rest / f64::from(n);
        sum += term;
    }
    // Anything below `2^-1000` counts as 0.
    let exponent = whole.clamp(-1_000.0, 1_000.0) as i64 + 1_023;
    sum * f64::from_bits(u64::try_from(exponent).unwrap_or(0) << 52)
}

/// A periodic wave: 0 at whole turns, 1 at a quarter turn. Made of parabolas, which are close
/// enough to a sine for the shape of a day.
#[must_use]
pub(crate) fn wave(turns: f64) -> f64 {
    let within = (turns - turns.floor()) * 2.0;
    let (sign, half) = if within < 1.0 { (1.0, within) } else { (-1.0, within - 1.0) };
    sign * 4.0 * half * (1.0 - half)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_mean(n: u32, expected: f64, tolerance: f64, mut draw: impl FnMut(&mut Random) -> f64) {
        let mut random = Random::of(1, &[2]);
        let mean = (0..n).map(|_| draw(&mut random)).sum::<f64>() / f64::from(n);
        assert!((mean - expected).abs() < tolerance, "expected a mean of {expected}, found {mean}");
    }

    #[test]
    fn ok_same_seed_same_numbers() {
        let draw = |seed, part| Random::of(seed, &[part, 7]).bits();
        assert_eq!(draw(1, 1), draw(1, 1));
        assert_ne!(draw(1, 1), draw(1, 2));
        assert_ne!(draw(1, 1), draw(2, 1));
        assert_eq!(Random { state: 0 }.bits(), 0xe220_a839_7b1d_cdaf, "the published first number of splitmix64");
    }

    #[test]
    fn ok_means() {
        check_mean(50_000, 0.5, 0.01, Random::unit);
        check_mean(50_000, 0.0, 0.02, Random::normal);
        check_mean(50_000, 1.0, 0.02, |it| it.normal().powi(2));
        check_mean(50_000, 3.0, 0.05, |it| it.poisson(3.0) as f64);
        check_mean(50_000, 200.0, 0.5, |it| it.poisson(200.0) as f64);
        check_mean(50_000, 0.5, 0.01, |it| if it.log_normal(80.0, 1.0) < 80.0 { 1.0 } else { 0.0 });
        check_mean(50_000, 0.75, 0.01, |it| *it.pick(&[0.0, 1.0], |x| 1.0 + 2.0 * x));
    }

    #[test]
    fn ok_exp2_is_the_librarys() {
        for step in -400..400 {
            let x = f64::from(step) / 13.0;
            assert!((exp2(x) / x.exp2() - 1.0).abs() < 1e-9, "{x}");
        }
    }

    #[test]
    fn ok_uuid_shape() {
        let uuid = Random::of(3, &[]).uuid();
        let shape: String = uuid.chars().map(|it| if it.is_ascii_hexdigit() { 'x' } else { it }).collect();
        assert_eq!((shape.as_str(), &uuid[14..15]), ("xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx", "4"));
    }

    #[test]
    fn ok_wave() {
        for (turns, expected) in [(0.0, 0.0), (0.25, 1.0), (0.5, 0.0), (0.75, -1.0), (1.25, 1.0), (-0.75, 1.0)] {
            assert!((wave(turns) - expected).abs() < 1e-12, "{turns}");
        }
    }
}
