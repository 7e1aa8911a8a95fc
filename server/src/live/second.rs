//! One second of one app as pages show it, kept up to date so that a page needs no search.
//!
//! A second records the position in the live stream at which it last changed, so that a stream can
//! be resumed.

use std::collections::BTreeMap;

use contract::{ByStatusClass, ChartBucket, CodeCount, ErrorCode, HeatCounts, Quantiles, SourceValue, heat};
use pipeline::{Cell, SeriesKey};

use super::series_role::{SeriesRole, megabytes};

/// Most error codes, and most dynos, of one second. Further ones are missing on the page, not in
/// the series.
const LABELS_MAX: usize = 200;

/// The newest sample of a dyno in a second.
#[derive(Clone, Copy, Debug)]
pub struct DynoSample {
    /// When it was taken, unix milliseconds.
    pub at_ms: i64,
    pub value: f64,
}

/// One second of one app.
#[derive(Clone, Debug, Default)]
pub struct Second {
    /// Start, unix seconds.
    pub at_s: i64,
    /// Position in the live stream at which it last changed.
    pub changed: u64,
    /// Requests by status class.
    pub requests: ByStatusClass<u64>,
    /// Service time, ms.
    pub service: Cell,
    /// Time to connect to a dyno, ms.
    pub connect: Cell,
    /// Time in the router's queue, ms.
    pub queue: Cell,
    pub errors: BTreeMap<ErrorCode, u64>,
    /// Memory of each dyno, MB.
    pub memory: BTreeMap<Box<str>, DynoSample>,
    /// Load of each dyno.
    pub load: BTreeMap<Box<str>, DynoSample>,
    pub lines: u64,
    /// Lines known to be lost.
    pub lost: u64,
}

impl Second {
    /// Adds measurements of one series.
    pub fn add(&mut self, role: SeriesRole, key: &SeriesKey, cell: &Cell) {
        match role {
            SeriesRole::Requests(class) => self.requests[class] += whole(cell.sum),
            SeriesRole::Service => self.service.merge(cell),
            SeriesRole::Connect => self.connect.merge(cell),
            SeriesRole::Queue => self.queue.merge(cell),
            SeriesRole::Errors(code) => {
                if let Some(count) = self.errors.get_mut(&code) {
                    *count += whole(cell.sum);
                } else if self.errors.len() < LABELS_MAX {
                    self.errors.insert(code, whole(cell.sum));
                }
            }
            SeriesRole::Memory => {
                let value = megabytes(cell.last, &key.unit);
                sample(&mut self.memory, key, DynoSample { at_ms: cell.last_ms, value });
            }
            SeriesRole::Load => sample(&mut self.load, key, DynoSample { at_ms: cell.last_ms, value: cell.last }),
            SeriesRole::Lines => self.lines += whole(cell.sum),
            SeriesRole::Lost => self.lost += whole(cell.sum),
            SeriesRole::Quota | SeriesRole::Endpoint | SeriesRole::EndpointErrors | SeriesRole::Other => {}
        }
    }

    /// All requests of the second.
    #[must_use]
    pub fn requests_total(&self) -> u64 {
        self.requests.total()
    }

    /// Converts the second for a chart.
    #[must_use]
    pub fn chart_bucket(&self) -> ChartBucket {
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

fn source_values(samples: &BTreeMap<Box<str>, DynoSample>) -> Vec<SourceValue> {
    samples.iter().map(|(dyno, sample)| SourceValue { source: dyno.to_string(), value: sample.value }).collect()
}

/// Keeps the newer of two samples of a dyno.
fn sample(samples: &mut BTreeMap<Box<str>, DynoSample>, key: &SeriesKey, new: DynoSample) {
    if let Some(known) = samples.get_mut(&key.source) {
        *known = if new.at_ms >= known.at_ms { new } else { *known };
    } else if samples.len() < LABELS_MAX {
        samples.insert(key.source.clone(), new);
    }
}

/// Counts the service times in each row of the heatmap; `None` without measurements. A value within
/// 1 % of a row's edge may be counted in the row beside it, which is the sketch's precision.
#[must_use]
pub(crate) fn heat_counts(cell: &Cell) -> Option<HeatCounts> {
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
pub(crate) fn quantiles(cell: &Cell) -> Option<Quantiles> {
    let at = |q| cell.quantile(q);
    Some(Quantiles { p50: at(0.5)?, p95: at(0.95)?, p99: at(0.99)?, max: cell.max })
}

/// A counter's sum as a whole number. The counters on the pages only ever add whole numbers.
fn whole(sum: f64) -> u64 {
    if sum.is_finite() && sum > 0.0 { sum.round() as u64 } else { 0 }
}
