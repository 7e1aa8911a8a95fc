//! The figures that pages show of one app, second by second, kept ready so that a page costs no search.
//!
//! A second remembers the position in the live stream at which it last changed: that is how a stream is resumed.

use std::collections::BTreeMap;

use contract::{ByStatusClass, ChartBucket, CodeCount, ErrorCode, HeatCounts, Quantiles, SourceValue, heat};
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
    /// Requests by class of status.
    pub requests: ByStatusClass<u64>,
    /// Service time.
    pub service: Cell,
    /// Time to connect.
    pub connect: Cell,
    /// Time in a queue.
    pub queue: Cell,
    /// Errors by code.
    pub errors: BTreeMap<ErrorCode, u64>,
    /// Memory by dyno, MB, with the time of the sample in milliseconds.
    pub memory: BTreeMap<Box<str>, (i64, f64)>,
    /// Load by dyno, with the time of the sample in milliseconds.
    pub load: BTreeMap<Box<str>, (i64, f64)>,
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
            Role::Connect => self.connect.merge(cell),
            Role::Queue => self.queue.merge(cell),
            Role::Errors(code) => {
                if let Some(count) = self.errors.get_mut(&code) {
                    *count += whole(cell.sum);
                } else if self.errors.len() < LABELS_MAX {
                    self.errors.insert(code, whole(cell.sum));
                }
            }
            Role::Memory => sample(&mut self.memory, key, (cell.last_ms, megabytes(cell.last, &key.unit))),
            Role::Load => sample(&mut self.load, key, (cell.last_ms, cell.last)),
            Role::Lines => self.lines += whole(cell.sum),
            Role::Loss => self.lost += whole(cell.sum),
            Role::Quota | Role::Endpoint | Role::Other => {}
        }
    }

    /// All requests.
    #[must_use]
    pub fn requests_total(&self) -> u64 {
        self.requests.total()
    }

    /// The second as a page draws it.
    #[must_use]
    pub fn bucket(&self) -> ChartBucket {
        ChartBucket {
            at_s: self.at_s,
            requests_per_s: (self.requests_total() > 0).then(|| self.requests.map(|it| it as f64)),
            service_ms: quantiles(&self.service),
            errors: self.errors.iter().map(|(code, count)| CodeCount { code: *code, count: *count as f64 }).collect(),
            memory_mb: source_values(&self.memory),
            load: source_values(&self.load),
            queue_ms: self.queue.quantile(0.95),
            connect_ms: self.connect.quantile(0.95),
            heat: heat_counts(&self.service),
            lines: self.lines,
            lost: self.lost,
        }
    }
}

fn source_values(samples: &BTreeMap<Box<str>, (i64, f64)>) -> Vec<SourceValue> {
    samples.iter().map(|(dyno, (_, value))| SourceValue { source: dyno.to_string(), value: *value }).collect()
}

/// Keeps the newer of two samples of a dyno.
fn sample(samples: &mut BTreeMap<Box<str>, (i64, f64)>, key: &SeriesKey, new: (i64, f64)) {
    if let Some(known) = samples.get_mut(&key.source) {
        *known = if new.0 >= known.0 { new } else { *known };
    } else if samples.len() < LABELS_MAX {
        samples.insert(key.source.clone(), new);
    }
}

/// How many service times fall into each row of the heatmap; `None` without measurements. A value within a hundredth of an
/// edge may be counted beside it, as the sketch keeps it.
#[must_use]
pub fn heat_counts(cell: &Cell) -> Option<HeatCounts> {
    let mut counts = [0_u32; heat::ROWS];
    for (ms, n) in cell.sketch.as_ref()?.bins() {
        let count = &mut counts[heat::row(ms)];
        *count = count.saturating_add(u32::try_from(n).unwrap_or(u32::MAX));
    }
    let first = counts.iter().position(|it| *it > 0)?;
    let end = counts.iter().rposition(|it| *it > 0)? + 1;
    Some(HeatCounts { first_row: u8::try_from(first).unwrap_or(0), counts: counts[first..end].to_vec() })
}

/// The quantiles of a cell's values; `None` without measurements.
#[must_use]
pub fn quantiles(cell: &Cell) -> Option<Quantiles> {
    let at = |q| cell.quantile(q);
    Some(Quantiles { p50: at(0.5)?, p95: at(0.95)?, p99: at(0.99)?, max: cell.max })
}

/// A counter's sum as a whole number; counters of the pages only ever add whole numbers.
fn whole(sum: f64) -> u64 {
    if sum.is_finite() && sum > 0.0 { sum.round() as u64 } else { 0 }
}
