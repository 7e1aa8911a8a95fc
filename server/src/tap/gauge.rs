//! Sums of a stretch of time, and the figures that they mean.
//!
//! Knows the names that the pipeline counts under; everything else that it counts is left out.

use std::collections::BTreeMap;

use pipeline::{Cell, Delta};

use super::kinds::Kinds;
use crate::live::role::Role;

/// What came in a stretch of time.
#[derive(Clone, Debug, Default)]
pub struct Sums {
    /// Lines, of any kind.
    pub lines: u64,
    /// Requests by class: 2xx (and 1xx), 3xx, 4xx, 5xx (and none).
    pub requests: [u64; 4],
    /// Their service time, ms.
    pub service: Cell,
    /// Errors by code.
    pub errors: BTreeMap<Box<str>, u64>,
    /// Pieces that could not be read as lines, and lines that senders reported lost.
    pub lost: u64,
    /// Lines that gave no measurement.
    pub kinds: Kinds,
}

impl Sums {
    /// Counts a delta.
    pub fn add(&mut self, delta: &Delta) {
        self.kinds.add(delta);
        for pipeline::DeltaCell { series: index, cell, .. } in &delta.cells {
            let Some(key) = delta.series.get(*index as usize) else { continue };
            let sum = cell.sum as u64;
            match Role::of(key) {
                Role::Requests(class) => self.requests[class] += sum,
                Role::Service => self.service.merge(cell),
                Role::Errors => *self.errors.entry(key.code.clone()).or_default() += sum,
                Role::Lines => self.lines += sum,
                Role::Lost => self.lost += sum,
                _ => {}
            }
        }
    }

    /// Takes in another stretch.
    pub fn merge(&mut self, other: &Self) {
        self.lines += other.lines;
        for (sum, n) in self.requests.iter_mut().zip(other.requests) {
            *sum += n;
        }
        self.service.merge(&other.service);
        for (code, n) in &other.errors {
            *self.errors.entry(code.clone()).or_default() += n;
        }
        self.lost += other.lost;
        self.kinds.merge(&other.kinds);
    }

    /// All requests.
    #[must_use]
    pub fn requests_total(&self) -> u64 {
        self.requests.iter().sum()
    }
}
