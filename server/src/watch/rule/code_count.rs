//! Occurrences of an error code lately, and how many are usual.

use contract::ErrorCode;

use super::{expected::Expected, observed::Observed};

/// Codes come in bursts, so that their counts vary more than chance alone makes them; the usual
/// number counts so many times.
const BURSTS: f64 = 3.0;
/// What history can't rule out: this many an hour.
const PER_H_MIN: f64 = 0.01;

/// Occurrences of one code.
#[derive(Clone, Copy, Debug)]
pub(super) struct CodeCount {
    pub code: ErrorCode,
    /// In the last minute, and in the last 5 min.
    pub minute: u64,
    pub five: u64,
    /// When its current run began, unix seconds.
    pub since_s: i64,
}

impl CodeCount {
    /// The codes of the last 5 min that are of a kind.
    pub(super) fn list(observed: &Observed, is_kind: impl Fn(ErrorCode) -> bool) -> Vec<Self> {
        let count = |(code, five): (&ErrorCode, &u64)| Self {
            code: *code,
            minute: observed.minute.codes.get(code).copied().unwrap_or(0),
            five: *five,
            since_s: observed.code_since_s.get(code).copied().unwrap_or(observed.now_s),
        };
        observed.five.codes.iter().filter(|it| is_kind(*it.0)).map(count).collect()
    }
}

/// How many occurrences of a code are usual in so many seconds.
pub(super) fn expected_in(code: ErrorCode, seconds: i64, expected: Option<&Expected>, unknown_per_h: f64) -> f64 {
    let per_h = expected.and_then(|it| it.code_per_h(code)).map_or(unknown_per_h, |it| it * BURSTS);
    per_h.max(PER_H_MIN) * seconds as f64 / 3_600.0
}
