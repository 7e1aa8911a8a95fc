//! Seeded random numbers. Two generators, because recorded results of benches belong to the bytes
//! that the one makes, and seeds of tests to the other.

/// Chooses in tests: splitmix64, good from any seed on.
pub struct Dice(pub u64);

impl Dice {
    /// A number from 0 to `sides` less one.
    pub fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % sides
    }
}

/// Makes the traffic of benches: xorshift64*, whose seed must not be 0.
pub struct Random(pub u64);

impl Random {
    /// All 64 bits.
    #[expect(clippy::should_implement_trait, reason = "a generator without an end is no iterator")]
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// A number from 0 to `end` less one.
    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// From 0 to 1, without 1.
    pub fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Pareto from `least` on: a heavy tail, as latencies have.
    pub fn heavy(&mut self, least: f64) -> f64 {
        (least * (1.0 - self.share()).powf(-1.0 / 1.3)).min(3.0e7)
    }
}
