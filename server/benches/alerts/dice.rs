//! Seeded samples of the distributions that a simulated app is made of.

use testing::random::Dice;

/// A seeded source of samples.
pub struct Chance {
    dice: Dice,
    /// Lognormal factors with a sigma of one, to take turns: drawing each anew would take most of
    /// the time.
    factors: Vec<f64>,
    at: usize,
}

const FACTORS: usize = 1 << 16;

impl Chance {
    pub fn new(seed: u64) -> Self {
        let mut chance = Self { dice: Dice(seed), factors: vec![], at: 0 };
        chance.factors = (0..FACTORS).map(|_| chance.normal().exp()).collect();
        chance
    }

    /// A number from 0 up to 1.
    pub fn share(&mut self) -> f64 {
        self.dice.roll(1 << 53) as f64 / (1_u64 << 53) as f64
    }

    /// A number in a range.
    pub fn within(&mut self, from: f64, to: f64) -> f64 {
        from + self.share() * (to - from)
    }

    /// A number of the standard normal distribution.
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.share()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.share()).cos()
    }

    /// How many, where `mean` are expected.
    pub fn poisson(&mut self, mean: f64) -> u64 {
        if mean <= 0.0 {
            return 0;
        }
        if mean > 40.0 {
            return (mean + mean.sqrt() * self.normal()).round().max(0.0) as u64;
        }
        let (limit, mut product, mut n) = ((-mean).exp(), self.share(), 0);
        while product > limit {
            product *= self.share();
            n += 1;
        }
        n
    }

    /// How many of `n`, each with probability `p`.
    pub fn binomial(&mut self, n: u64, p: f64) -> u64 {
        if n <= 40 {
            return (0..n).filter(|_| self.share() < p).count() as u64;
        }
        let mean = n as f64 * p;
        if mean > 40.0 && n as f64 - mean > 40.0 {
            return (mean + (mean * (1.0 - p)).sqrt() * self.normal()).round().clamp(0.0, n as f64) as u64;
        }
        if p > 0.5 { n - self.binomial(n, 1.0 - p) } else { self.poisson(mean).min(n) }
    }

    /// A lognormal factor: a few times `start`, one of many.
    pub fn factor(&mut self) -> f64 {
        self.at = (self.at + 1) % FACTORS;
        if self.at == 0 {
            self.at = self.dice.roll(FACTORS as u64) as usize;
        }
        self.factors[self.at]
    }
}

/// Noise that changes slowly: of the standard normal distribution at each moment, forgotten within
/// `forget_s`.
pub struct Drift {
    value: f64,
    keep: f64,
}

impl Drift {
    pub fn new(chance: &mut Chance, step_s: i64, forget_s: f64) -> Self {
        Self { value: chance.normal(), keep: (-(step_s as f64) / forget_s).exp() }
    }

    pub fn next(&mut self, chance: &mut Chance) -> f64 {
        self.value = self.value * self.keep + (1.0 - self.keep * self.keep).sqrt() * chance.normal();
        self.value
    }
}
