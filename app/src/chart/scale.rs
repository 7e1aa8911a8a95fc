//! The value axis: where a value stands on it, and the round number that it ends with.

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scale {
    Linear {
        /// The value at the top.
        max: f64,
    },
    /// Logarithmic, from a power of ten.
    Log {
        /// The value at the bottom, a power of ten.
        min: f64,
        /// The value at the top.
        max: f64,
    },
}

impl Scale {
    /// A linear axis that ends with a round number, with room above `highest`, and not below
    /// `least`. Rounding errors of a sum do not raise it.
    #[must_use]
    pub fn linear(highest: f64, least: f64) -> Self {
        Self::Linear { max: round_up((highest * HEADROOM).max(least) * 0.999_999, &LINEAR_STEPS) }
    }

    /// A logarithmic axis that holds two values, with room above the highest. It begins with a
    /// power of ten and ends with one, two or five times a power of ten.
    #[must_use]
    pub fn log(lowest: f64, highest: f64) -> Self {
        let min = 10_f64.powf(lowest.max(0.1).log10().floor());
        // The more powers of ten there are, the less room a factor makes.
        let headroom = (highest.max(min) / min).powf(LOG_HEADROOM).max(1.2);
        let least = (highest * headroom).max(min * 10.0) * 0.999_999;
        Self::Log { min, max: round_up(least, &[1.0, 2.0, 5.0]) }
    }

    /// The share of the height at which a value stands, 0 at the bottom.
    #[must_use]
    pub fn y(self, value: f64) -> f64 {
        self.heights()(value)
    }

    /// [`Self::y`] for many values: everything that they share is computed once.
    #[inline]
    pub fn heights(self) -> impl Fn(f64) -> f64 {
        let (is_log, min, factor) = match self {
            Self::Linear { max } => (false, 1.0, 1.0 / max),
            Self::Log { min, max } => (true, min, 1.0 / (max / min).ln()),
        };
        move |value: f64| {
            let share = if is_log { (value.max(min) / min).ln() * factor } else { value * factor };
            share.clamp(0.0, 1.0)
        }
    }
}

/// The steps at which linear axes end. Each of them can be divided into a few round parts.
pub const LINEAR_STEPS: [f64; 10] = [1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0];
/// A linear axis is at least this many times as high as the largest value: at the very top it would
/// look cut off.
const HEADROOM: f64 = 1.08;
/// The room above the largest value on a logarithmic axis, as a share of the height below it.
const LOG_HEADROOM: f64 = 0.045;

/// The smallest round number that is not below a positive value: a step, in ascending order from 1
/// to 10, times a power of ten.
#[must_use]
pub fn round_up(value: f64, steps: &[f64]) -> f64 {
    let decade = 10_f64.powf(value.log10().floor());
    steps.iter().copied().find(|it| it * decade >= value).unwrap_or(10.0) * decade
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_round_tops() {
        for (highest, top) in
            [(0.3, 1.0), (1.0, 1.2), (7.0, 8.0), (312.0, 400.0), (401.0, 500.0), (900.0, 1000.0), (1000.0, 1200.0)]
        {
            assert_eq!(Scale::linear(highest, 1.0), Scale::Linear { max: top }, "{highest}");
        }
    }

    #[test]
    fn ok_no_axis_ends_on_its_largest_value() {
        for exponent in 0..60 {
            let highest = 1.7_f64.powi(exponent - 10);
            let linear = Scale::linear(highest, 0.0);
            assert!(linear.y(highest) < 0.93 && linear.y(highest) > 0.4, "{highest}: {linear:?}");
            for lowest in [1.0, highest / 3.0, highest / 1_000.0] {
                let log = Scale::log(lowest, highest);
                assert!(log.y(highest) < 0.96, "{lowest} {highest}: {log:?}");
            }
        }
        // Of a timeout after 30 s it is seen that nothing is cut off.
        assert_eq!(Scale::log(40.0, 30_000.0), Scale::Log { min: 10.0, max: 50_000.0 });
    }

    #[test]
    fn ok_counts_end_with_one_two_or_five() {
        let counts = [1, 3, 20, 50, 51, 1_000, 1_001, 99_999, u32::MAX];
        let tops = counts.map(|it| round_up(f64::from(it), &[1.0, 2.0, 5.0]).round());
        assert_eq!(tops, [1.0, 5.0, 20.0, 50.0, 100.0, 1_000.0, 2_000.0, 100_000.0, 5e9]);
    }

    #[test]
    fn ok_heights() {
        let log = Scale::Log { min: 10.0, max: 1000.0 };
        for (value, height) in [(10.0, 0.0), (100.0, 0.5), (1000.0, 1.0), (5.0, 0.0), (9e9, 1.0)] {
            assert!((log.y(value) - height).abs() < 1e-9, "{value}");
        }
        assert_eq!(Scale::Linear { max: 200.0 }.y(50.0), 0.25);
    }

    #[test]
    fn ok_log_holds_its_values() {
        for (lowest, highest) in [(3.0, 8.0), (40.0, 420.0), (62.0, 30_000.0), (0.0, 0.0), (1.0, 250.0), (20.0, 320.0)]
        {
            let Scale::Log { min, max } = Scale::log(lowest, highest) else { unreachable!() };
            assert!(min <= lowest.max(0.1) && max >= highest && min < max, "{lowest} {highest}: {min} {max}");
        }
    }
}
