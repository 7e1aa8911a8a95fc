//! The figures that pages show of one app, second by second, kept ready so that a page costs no search.
//!
//! A second remembers the position in the live stream at which it last changed: that is how a stream is resumed.

use std::collections::BTreeMap;

use contract::Column;
use pipeline::{Cell, SeriesKey};

use super::role::{Role, megabytes};

/// Most error codes, and most dynos, of one second; further ones are left out of the page, not of the series.
const LABELS_MAX: usize = 200;

/// One second of one app.
#[derive(Clone, Debug, Default)]
pub struct Second {
    /// Start, unix seconds.
    pub at_s: i64,
    /// Position in the live stream at which it last changed.
    pub changed: u64,
    /// Requests by class.
    pub requests: [u64; 4],
    /// Service time.
    pub service: Cell,
    /// Errors by code.
    pub errors: BTreeMap<Box<str>, u64>,
    /// Memory by dyno, MB, with the time of the sample in milliseconds.
    pub memory: BTreeMap<Box<str>, (i64, f64)>,
    /// Lines.
    pub lines: u64,
    /// Lines known to be lost.
    pub lost: u64,
}

impl Second {
    /// Adds what one series measured.
    pub fn add(&mut self, role: Role, key: &SeriesKey, cell: &Cell) {
        match role {
            Role::Requests(class) => self.requests[class] += whole(cell.sum),
            Role::Service => self.service.merge(cell),
            Role::Errors => {
                if let Some(count) = self.errors.get_mut(&key.code) {
                    *count += whole(cell.sum);
                } else if self.errors.len() < LABELS_MAX {
                    self.errors.insert(key.code.clone(), whole(cell.sum));
                }
            }
            Role::Memory => {
                let sample = (cell.last_ms, megabytes(cell.last, &key.unit));
                if let Some(known) = self.memory.get_mut(&key.source) {
                    *known = if sample.0 >= known.0 { sample } else { *known };
                } else if self.memory.len() < LABELS_MAX {
                    self.memory.insert(key.source.clone(), sample);
                }
            }
            Role::Lines => self.lines += whole(cell.sum),
            Role::Lost => self.lost += whole(cell.sum),
            Role::Quota | Role::Endpoint | Role::Other => {}
        }
    }

    /// All requests.
    #[must_use]
    pub fn requests_total(&self) -> u64 {
        self.requests.iter().sum()
    }

    /// The second as a page draws it.
    #[must_use]
    pub fn column(&self) -> Column {
        Column {
            at_s: self.at_s,
            requests_per_s: (self.requests_total() > 0).then(|| self.requests.map(|it| it as f64)),
            service_ms: quantiles(&self.service),
            errors: self.errors.iter().map(|(code, count)| (code.to_string(), *count as f64)).collect(),
            memory_mb: self.memory.iter().map(|(dyno, (_, mb))| (dyno.to_string(), *mb)).collect(),
            lines: self.lines,
            lost: self.lost,
        }
    }
}

/// p50, p95, p99 and maximum; `None` without measurements.
#[must_use]
pub fn quantiles(cell: &Cell) -> Option<[f64; 4]> {
    Some([cell.quantile(0.5)?, cell.quantile(0.95)?, cell.quantile(0.99)?, cell.max])
}

/// A counter's sum as a whole number; counters of the pages only ever add whole numbers.
fn whole(sum: f64) -> u64 {
    if sum.is_finite() && sum > 0.0 { sum.round() as u64 } else { 0 }
}
