//! Occurrences of an error code lately, and how many are usual.

use contract::ErrorCode;

use super::{
    entry::Entry,
    expected::Expected,
    observed::Observed,
    words::{grouped, time_of_day},
};
use crate::watch::{
    code,
    judgement::{Judgement, Outcome},
};

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

    /// How many there are, and in how many minutes: the last one, or the last five when it has
    /// none.
    pub(super) const fn newest(&self) -> (u64, u64) {
        if self.minute > 0 { (self.minute, 1) } else { (self.five, 5) }
    }

    /// A breach by this code: its number beside the usual one, and since when it occurs.
    pub(super) fn breach(&self, rule: &Entry, expected: Option<&Expected>) -> Judgement {
        let (n, minutes) = self.newest();
        let n_text = grouped(n);
        let often = if minutes == 1 { format!("{n_text}/min") } else { format!("{n_text} in 5 min") };
        Judgement {
            value: Some(n as f64 / minutes as f64),
            usual: expected.and_then(|it| it.code_per_h(self.code)).map(|it| it / 60.0),
            unit: "/min".to_owned(),
            since_s: Some(self.since_s),
            what: format!("{} {}", self.code, code::plural(self.code)),
            detail: format!("{often} since {}", time_of_day(self.since_s)),
            ..rule.plain(Outcome::Breach)
        }
    }
}

/// How many occurrences of a code are usual in so many seconds.
pub(super) fn expected_in(code: ErrorCode, seconds: i64, expected: Option<&Expected>, unknown_per_h: f64) -> f64 {
    let per_h = expected.and_then(|it| it.code_per_h(code)).map_or(unknown_per_h, |it| it * BURSTS);
    per_h.max(PER_H_MIN) * seconds as f64 / 3_600.0
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]
mod tests {
    use super::*;
    use crate::watch::rule;

    #[test]
    fn ok_values_are_of_one_minute() {
        for (minute, five, value, said) in [
            (4, 20, 4.0, "4/min since 14:12"),
            (0, 20, 4.0, "20 in 5 min since 14:12"),
            (0, 3, 0.6, "3 in 5 min since 14:12"),
        ] {
            let count = CodeCount { code: "H12".parse().unwrap(), minute, five, since_s: 1_790_000_000 - 60 };
            let found = count.breach(rule::entry(contract::alert::BuiltIn::RouterCodes), None);
            assert_eq!((found.value, &*found.unit, &*found.detail), (Some(value), "/min", said));
        }
    }
}
