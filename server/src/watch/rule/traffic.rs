//! What the two rules of traffic share: requests of several ranges beside the usual rate, and the
//! chance of such a number when requests come in bursts.

use contract::alert::{Band, Basis};

use super::{expected::Expected, observed::Observed};

/// Requests come in bursts, so that their counts vary more than chance alone makes them: the
/// variance is so many times the mean.
const BURSTS: f64 = 2.0;
/// Earlier days say less than the same hour of earlier weeks: a Saturday has half of a Friday's
/// requests. The range is wider by this factor.
const DAYS_WIDER: f64 = 1.7;

/// Requests of a range.
#[derive(Clone, Copy)]
pub(super) struct Window {
    pub name: &'static str,
    pub length_s: i64,
    pub requests: u64,
}

impl Window {
    /// Requests a second.
    pub(super) fn per_s(self) -> f64 {
        self.requests as f64 / self.length_s as f64
    }

    /// The requests and an expected number of them, as counts that vary by chance alone.
    pub(super) fn by_chance(self, per_s: f64) -> (f64, f64) {
        (self.requests as f64 / BURSTS, per_s * self.length_s as f64 / BURSTS)
    }
}

/// The ranges that the server has listened to without a pause, the shortest first.
pub(super) fn windows(observed: &Observed) -> impl Iterator<Item = Window> {
    let all = [
        Window { name: "1 min", length_s: 60, requests: observed.minute.total() },
        Window { name: "2 min", length_s: 120, requests: observed.two.total() },
        Window { name: "5 min", length_s: 300, requests: observed.five.total() },
        Window { name: "15 min", length_s: 900, requests: observed.quarter.total() },
        Window { name: "1 h", length_s: 3_600, requests: observed.hour.total() },
    ];
    let listened_s = observed.now_s - observed.listening_s;
    all.into_iter().filter(move |it| it.length_s <= listened_s)
}

/// The usual rate. The hours before say nothing about it: nights come every day.
pub(super) fn usual(expected: Option<&Expected>) -> Option<Band> {
    let expected = expected?;
    let band = expected.requests_per_s.filter(|it| it.mid > 0.0)?;
    match expected.basis {
        Basis::Weeks => Some(band),
        Basis::Days => Some(Band { low: band.low / DAYS_WIDER, high: band.high * DAYS_WIDER, ..band }),
        Basis::Hours => None,
    }
}
