//! Waiting with a timeout, and percentiles of measured times. Nothing is measured here.

use std::{
    thread::sleep,
    time::{Duration, Instant},
};

/// The longest wait before a test fails.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Waits until the condition holds, and panics after [`PATIENCE`].
#[track_caller]
pub fn wait_for(what: &str, mut so: impl FnMut() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !so() {
        assert!(Instant::now() < end, "waited too long for {what}");
        sleep(Duration::from_millis(10));
    }
}

/// Sleeps until send `number` is due, at one send every `every` since `begun`.
pub fn sleep_until_turn(begun: Instant, every: Duration, number: u32) {
    sleep((begun + every * number).saturating_duration_since(Instant::now()));
}

/// Measured times in ascending order.
pub struct Waits {
    sorted: Vec<Duration>,
}

impl Waits {
    /// Sorts the measured times.
    pub fn new(mut waits: Vec<Duration>) -> Self {
        waits.sort_unstable();
        Self { sorted: waits }
    }

    /// The number of measured times.
    #[expect(clippy::len_without_is_empty, reason = "it is only ever printed and compared")]
    pub fn len(&self) -> usize {
        self.sorted.len()
    }

    /// The time at a quantile from 0 to 1.
    pub fn at(&self, quantile: f64) -> Duration {
        self.sorted[((self.sorted.len() - 1) as f64 * quantile) as usize]
    }

    /// The time at a quantile from 0 to 1, in milliseconds.
    pub fn ms(&self, quantile: f64) -> f64 {
        self.at(quantile).as_secs_f64() * 1e3
    }
}

#[test]
fn ok_quantiles() {
    let waits = Waits::new((1..=101).rev().map(Duration::from_millis).collect());
    assert_eq!([0.0, 0.5, 0.99, 1.0].map(|it| waits.ms(it)), [1.0, 51.0, 100.0, 101.0]);
}
