//! Seeded random numbers. There are two generators because recorded bench results depend on the
//! bytes of one, and seeds of tests on the other. Neither is for cryptography.

/// The generator for tests: splitmix64, which accepts any seed.
pub struct Dice(pub u64);

impl Dice {
    /// A number in `0..sides`.
    pub fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % sides
    }
}

/// The generator for benches: xorshift64*, whose seed must not be 0.
pub struct Random(pub u64);

impl Random {
    /// The next 64 random bits.
    #[expect(clippy::should_implement_trait, reason = "a generator without an end is no iterator")]
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// A number in `0..end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// A number in `0.0..1.0`.
    pub fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// A Pareto number of at least `least`: its heavy tail resembles latencies.
    pub fn heavy(&mut self, least: f64) -> f64 {
        (least * (1.0 - self.share()).powf(-1.0 / 1.3)).min(3.0e7)
    }
}
