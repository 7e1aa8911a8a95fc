//! The usual share of failed requests, and the usual occurrences of platform error codes.

use std::collections::BTreeMap;

use contract::{
    ErrorCode,
    alert::{Band, Basis},
};

use super::{
    history::{HOUR_S, History},
    rate::SIGMAS,
    robust::{median, spread},
    sample::Sample,
};

/// Most codes of an app: the most frequent ones. Heroku has about forty.
pub(super) const CODES_MAX: usize = 32;

/// The usual share of requests answered with 5xx. Each comparable hour counts with the hours before
/// and after it, and with more of them where requests are few.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    /// Failed requests of the hours that were kept.
    pub errors: f64,
    /// All requests of those hours.
    pub requests: f64,
    /// The usual range of the share over a whole hour, 0 to 1.
    pub band: Band,
    /// How much the shares of the hours differ beyond chance, as a standard deviation.
    pub spread: f64,
}

/// How often a platform error code usually occurs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CodeShare {
    /// The code.
    pub code: ErrorCode,
    /// Its occurrences in the hours that were kept.
    pub count: f64,
    /// Requests of those hours.
    pub requests: f64,
    /// How many hours were kept.
    pub hours: f64,
}

/// What was counted in an hour and its neighbours: `k` of `n`.
#[derive(Clone, Copy, Debug)]
struct Part {
    k: f64,
    n: f64,
}

/// The hours that each hour of a sample is counted with. The hours before one another would be
/// counted thrice.
const fn offsets(sample: &Sample) -> &'static [i64] {
    match sample.basis {
        Basis::Hours => &[0],
        Basis::Weeks | Basis::Days => &[-HOUR_S, 0, HOUR_S],
    }
}

/// The hours before and after that count too: as few as have enough requests.
const REACHES_H: [i64; 4] = [1, 3, 6, 12];
/// Enough requests: two errors of a thousand are then known within a factor of two.
const REQUESTS_MIN: f64 = 3_000.0;

/// The hours that each hour of a sample is counted with for the share of failed requests. A quiet
/// app's own hour has too few to tell one in a hundred from one in a thousand.
fn offsets_of_share(history: &History, sample: &Sample) -> Vec<i64> {
    if sample.basis == Basis::Hours {
        return vec![0];
    }
    let around = |reach_h: i64| (-reach_h..=reach_h).map(|it| it * HOUR_S).collect::<Vec<i64>>();
    let is_enough = |offsets: &Vec<i64>| {
        let of = |at_s: i64| offsets.iter().map(move |it| history.requests.of(at_s + it)).sum::<f64>();
        sample.hours.iter().map(|it| of(it.0)).sum::<f64>() >= REQUESTS_MIN
    };
    REACHES_H.into_iter().map(around).find(is_enough).unwrap_or_else(|| around(REACHES_H[REACHES_H.len() - 1]))
}

/// The usual share of failed requests; `None` without requests. Hours with an incident are left
/// out: those whose share is above the middle by more than the hours differ, and by more than
/// chance.
pub(super) fn share(history: &History, sample: &Sample) -> Option<Share> {
    let of_hour = |(at_s, _): &(i64, f64)| offsets(sample).iter().map(|it| history.requests.of(at_s + it)).sum::<f64>();
    if sample.hours.iter().map(of_hour).sum::<f64>() == 0.0 {
        return None;
    }
    let offsets = offsets_of_share(history, sample);
    let part = |(at_s, _): &(i64, f64)| {
        let n: f64 = offsets.iter().map(|it| history.requests.of(at_s + it)).sum();
        let k: f64 = offsets.iter().map(|it| history.errors.of(at_s + it)).sum();
        Part { k: k.min(n), n }
    };
    let parts: Vec<Part> = sample.hours.iter().map(part).filter(|it| it.n > 0.0).collect();
    let shares: Vec<f64> = parts.iter().map(|it| it.k / it.n).collect();
    let (middle, differ) = (median(&shares)?, spread(&shares));
    let is_kept = |part: &&Part| {
        let by_chance = (middle.max(1.0 / part.n) / part.n).sqrt();
        part.k / part.n <= middle + SIGMAS * differ.max(by_chance)
    };
    let kept: Vec<&Part> = parts.iter().filter(is_kept).collect();
    let (errors, requests) = (kept.iter().map(|it| it.k).sum::<f64>(), kept.iter().map(|it| it.n).sum::<f64>());
    let mid = errors / requests;
    let hour_requests = (requests / (offsets.len() * kept.len()) as f64).max(1.0);
    // Never quite none and never quite all: nothing in a hundred requests may be one in a thousand.
    let probable = (errors + 0.5) / (requests + 1.0);
    let by_chance = (probable * (1.0 - probable) / hour_requests).sqrt();
    let half = SIGMAS * differ.hypot(by_chance);
    let band = Band { low: (mid - half).max(0.0), mid, high: (mid + half).min(1.0) };
    let of_part = (probable * (1.0 - probable) / (requests / kept.len() as f64)).sqrt();
    let spread = (differ * differ - of_part * of_part).max(0.0).sqrt();
    Some(Share { errors, requests, band, spread })
}

/// The usual occurrences of each code, without the hours that have far more than the middle one.
pub(super) fn codes(history: &History, sample: &Sample) -> Vec<CodeShare> {
    let offsets = offsets(sample);
    let of_code = |(code, by_hour): (&ErrorCode, &BTreeMap<i64, f64>)| {
        let part = |(at_s, _): &(i64, f64)| Part {
            k: offsets.iter().filter_map(|it| by_hour.get(&(at_s + it))).sum(),
            n: offsets.iter().map(|it| history.requests.of(at_s + it)).sum(),
        };
        let parts: Vec<Part> = sample.hours.iter().map(part).collect();
        let counts: Vec<f64> = parts.iter().map(|it| it.k).collect();
        let middle = median(&counts)?;
        let most = middle + SIGMAS * spread(&counts).max(middle.max(1.0).sqrt());
        let kept: Vec<&Part> = parts.iter().filter(|it| it.k <= most).collect();
        let count = kept.iter().map(|it| it.k).sum();
        let requests = kept.iter().map(|it| it.n).sum();
        (count > 0.0).then_some(CodeShare { code: *code, count, requests, hours: (offsets.len() * kept.len()) as f64 })
    };
    let mut codes: Vec<CodeShare> = history.codes.iter().filter_map(of_code).collect();
    codes.sort_by(|a, b| b.count.total_cmp(&a.count));
    codes.truncate(CODES_MAX);
    codes
}
