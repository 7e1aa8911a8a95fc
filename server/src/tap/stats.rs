//! The statistics of a period of time: requests, latencies, errors and losses. Recognizes series by
//! their role; ignores all other metrics.

use std::collections::BTreeMap;

use pipeline::{Cell, Delta};

use super::unmatched::UnmatchedLines;
use crate::live::series_role::SeriesRole;

/// What arrived in a period.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stats {
    /// Lines of any kind.
    pub lines: u64,
    /// Requests by status class: 2xx (and 1xx), 3xx, 4xx, 5xx (and none).
    pub requests: [u64; 4],
    /// Service time of the requests, ms.
    pub service: Cell,
    pub errors: BTreeMap<Box<str>, u64>,
    /// Damaged frames, and lines that senders reported as lost.
    pub lost: u64,
    /// Lines in no known format.
    pub unmatched: UnmatchedLines,
}

impl Stats {
    /// Counts the lines of a delta.
    pub(crate) fn add(&mut self, delta: &Delta) {
        self.unmatched.add(delta);
        for pipeline::DeltaCell { series: index, cell, .. } in &delta.cells {
            let Some(key) = delta.series.get(*index as usize) else { continue };
            let sum = cell.sum as u64;
            match SeriesRole::of(key) {
                SeriesRole::Requests(class) => self.requests[class] += sum,
                SeriesRole::Service => self.service.merge(cell),
                SeriesRole::Errors => *self.errors.entry(key.code.clone()).or_default() += sum,
                SeriesRole::Lines => self.lines += sum,
                SeriesRole::Lost => self.lost += sum,
                _ => {}
            }
        }
    }

    /// Adds the statistics of another period.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.lines += other.lines;
        for (sum, n) in self.requests.iter_mut().zip(other.requests) {
            *sum += n;
        }
        self.service.merge(&other.service);
        for (code, n) in &other.errors {
            *self.errors.entry(code.clone()).or_default() += n;
        }
        self.lost += other.lost;
        self.unmatched.merge(&other.unmatched);
    }

    #[must_use]
    pub(crate) fn requests_total(&self) -> u64 {
        self.requests.iter().sum()
    }
}
