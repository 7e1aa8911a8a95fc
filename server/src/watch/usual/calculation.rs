//! What is usual for an app at an hour, worked out from its history. Pure.
//!
//! The band of an hour holds those of the hours before and after it: the first minutes of an hour
//! on a steep morning are like the hour before, and where clocks change, the hour before or after
//! is the one that people mean. The middle is the hour's own.

use std::collections::BTreeMap;

use contract::alert::{Basis, Usual};

use super::{
    app_usual::AppUsual,
    gap::{usual_gap_s, usual_silence_s},
    history::{HOUR_S, History},
    latency::{Latency, latency},
    rate::{Rate, rate, union},
    sample::{Sample, sample},
    share::{codes, share},
};

/// What one hour alone says.
struct Single {
    sample: Sample,
    requests: Option<Rate>,
    lines: Option<Rate>,
    latency: Option<Latency>,
}

/// What is usual at each of these hours (starts of hours, unix seconds); one without enough history
/// is left out.
pub fn at_hours(history: &History, hours: &[i64]) -> Vec<AppUsual> {
    let mut singles: BTreeMap<i64, Option<Single>> = BTreeMap::new();
    let mut found = vec![];
    for hour_s in hours {
        for at_s in [hour_s - HOUR_S, *hour_s, hour_s + HOUR_S] {
            singles.entry(at_s).or_insert_with(|| single(history, at_s));
        }
        // Hours are in order of time, so those behind are not needed again.
        singles = singles.split_off(&(hour_s - HOUR_S));
        let of = |at_s: i64| singles.get(&at_s).and_then(Option::as_ref);
        if let Some(own) = of(*hour_s) {
            let beside = [hour_s - HOUR_S, hour_s + HOUR_S].map(of);
            found.push(with_neighbours(history, *hour_s, own, beside));
        }
    }
    found
}

fn single(history: &History, hour_s: i64) -> Option<Single> {
    let of_requests = sample(&history.requests, hour_s);
    let of_lines = sample(&history.lines, hour_s);
    Some(Single {
        requests: of_requests.as_ref().and_then(|it| rate(&history.requests, it, hour_s)),
        latency: of_requests.as_ref().and_then(|it| latency(&history.service, it)),
        lines: of_lines.as_ref().and_then(|it| rate(&history.lines, it, hour_s)),
        sample: of_requests.or(of_lines)?,
    })
}

fn with_neighbours(history: &History, hour_s: i64, own: &Single, beside: [Option<&Single>; 2]) -> AppUsual {
    // Where there is nothing better than the hours before, those are the sample themselves.
    let is_better = |it: &&Single| it.sample.basis != Basis::Hours && own.sample.basis != Basis::Hours;
    let beside = beside.into_iter().flatten().filter(is_better);
    let (mut requests, mut lines, mut latency) = (own.requests, own.lines, own.latency.clone());
    for other in beside {
        for (mine, theirs) in [(&mut requests, other.requests), (&mut lines, other.lines)] {
            if let (Some(mine), Some(theirs)) = (mine, theirs) {
                mine.band = union(mine.band, theirs.band);
            }
        }
        if let (Some(mine), Some(theirs)) = (&mut latency, &other.latency) {
            for (mine, theirs) in mine.bands.iter_mut().zip(theirs.bands) {
                *mine = union(*mine, theirs);
            }
        }
    }
    let errors = if history.requests.is_any() { share(history, &own.sample) } else { None };
    let band = |place: usize| latency.as_ref().map(|it| it.bands[place]);
    let usual = Usual {
        basis: own.sample.basis,
        requests_per_s: requests.map(|it| it.band),
        lines_per_s: lines.map(|it| it.band),
        error_rate: errors.map(|it| it.band),
        p50_ms: band(0),
        p95_ms: band(1),
        p99_ms: band(2),
        gap_s: usual_gap(history, hour_s, own),
    };
    let (hours, codes) = (own.sample.hours.len(), codes(history, &own.sample));
    AppUsual { hour_s, usual, hours, requests, lines, errors, codes, latency }
}

/// How long there are usually no lines: at this hour of the last days; else, for a young app, at
/// any hour; and by hours for an app that speaks so rarely that its minutes of a week say nothing.
fn usual_gap(history: &History, hour_s: i64, own: &Single) -> Option<f64> {
    let minutes = history.minutes.as_ref()?;
    // A few minutes of an app do not tell how often it speaks.
    let lines = own.lines?;
    usual_silence_s(minutes, hour_s, lines.mid_per_s == 0.0)
        .or_else(|| usual_gap_s(minutes))
        .or_else(|| usual_gap_s(&history.lines.marks()))
}
