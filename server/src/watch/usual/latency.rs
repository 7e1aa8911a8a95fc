//! The usual quantiles of service time at an hour, from the distributions of comparable hours.

use std::{collections::BTreeMap, sync::Arc};

use contract::alert::Band;
use pipeline::Cell;

use super::{
    rate::SIGMAS,
    robust::{median, spread},
    sample::Sample,
};

/// The quantiles of the figures p50, p95 and p99.
pub(super) const QUANTILES: [f64; 3] = [0.5, 0.95, 0.99];
/// Fewest hours with a distribution.
const HOURS_MIN: usize = 3;
/// Differences of logarithms below this are of no interest: 3 %, and three times that to an end of
/// the band.
const SPREAD_MIN: f64 = 0.03;
/// An hour is left out of the merged distribution only beyond this factor from the middle.
const FACTOR_MIN: f64 = 1.25;

/// The usual service time.
#[derive(Clone, Debug, PartialEq)]
pub struct Latency {
    /// All requests of the comparable hours that were kept.
    pub cell: Arc<Cell>,
    /// How many hours those are.
    pub hours: usize,
    /// How much p50, p95 and p99 differ between the comparable hours: a standard deviation of their
    /// natural logarithms.
    pub spreads: [f64; 3],
    /// The usual ranges of p50, p95 and p99 over a whole hour, milliseconds, with those of the
    /// hours before and after.
    pub bands: [Band; 3],
}

/// The service time of one hour. Its neighbours are not in the bands yet. `None` where fewer than
/// three comparable hours had requests.
///
/// The middle comes from the merged sketch. An end of a band is the farther of two: what the
/// quantiles of the hours differ by, and what a quantile of as few requests as one hour has differs
/// by chance.
pub(super) fn latency(service: &BTreeMap<i64, Cell>, sample: &Sample) -> Option<Latency> {
    let measured = |(at_s, _): &(i64, f64)| {
        let cell = service.get(at_s)?;
        let mut logs = [0.0; 3];
        for (log, quantile) in logs.iter_mut().zip(QUANTILES) {
            *log = cell.quantile(quantile)?.max(f64::MIN_POSITIVE).ln();
        }
        Some((cell, logs))
    };
    let hours: Vec<(&Cell, [f64; 3])> = sample.hours.iter().filter_map(measured).collect();
    if hours.len() < HOURS_MIN {
        return None;
    }
    let logs_of = |place: usize| hours.iter().map(|it| it.1[place]).collect::<Vec<f64>>();
    let logs = [0, 1, 2].map(logs_of);
    let spreads = [0, 1, 2].map(|it| spread(&logs[it]).max(SPREAD_MIN));
    let is_usual = |of: &[f64; 3], place: usize| {
        let distance = (of[place] - median(&logs[place]).unwrap_or(0.0)).abs();
        distance <= (SIGMAS * spreads[place]).max(FACTOR_MIN.ln())
    };
    let mut cell = Cell::default();
    let mut kept = 0;
    for (of_hour, logs) in &hours {
        // p99 of few requests is any of them, so it decides nothing.
        if is_usual(logs, 0) && is_usual(logs, 1) {
            cell.merge(of_hour);
            kept += 1;
        }
    }
    let hour_count = cell.count as f64 / f64::from(kept.max(1));
    let mut bands = [Band { low: 0.0, mid: 0.0, high: 0.0 }; 3];
    for (place, band) in bands.iter_mut().enumerate() {
        let (quantile, factor) = (QUANTILES[place], (SIGMAS * spreads[place]).exp());
        let mid = cell.quantile(quantile)?;
        let by_chance = SIGMAS * (quantile * (1.0 - quantile) / hour_count.max(1.0)).sqrt();
        *band = Band {
            low: (mid / factor).min(cell.quantile(quantile - by_chance)?),
            mid,
            high: (mid * factor).max(cell.quantile(quantile + by_chance)?),
        };
    }
    Some(Latency { cell: Arc::new(cell), hours: kept as usize, spreads, bands })
}
