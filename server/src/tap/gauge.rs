//! Sums of a stretch of time, and the figures that they mean.
//!
//! Knows the names that the pipeline counts under; everything else that it counts is left out.

use std::collections::BTreeMap;

use contract::{ByStatusClass, ErrorCode};
use pipeline::{Cell, Delta};

use super::kinds::Kinds;
use crate::live::role::Role;

/// What came in a stretch of time.
#[derive(Clone, Debug, Default)]
pub struct Sums {
    /// Lines, of any kind.
    pub lines: u64,
    /// Requests by class of status.
    pub requests: ByStatusClass<u64>,
    /// Their service time, ms.
    pub service: Cell,
    /// Errors by code.
    pub errors: BTreeMap<ErrorCode, u64>,
    /// Pieces that could not be read as lines, and lines that senders reported lost.
    pub lost: u64,
    /// Lines that gave no measurement.
    pub kinds: Kinds,
}

impl Sums {
    /// Counts a delta.
    pub fn add(&mut self, delta: &Delta) {
        self.kinds.add(delta);
        for (index, _, cell) in &delta.cells {
            let Some(key) = delta.series.get(*index as usize) else { continue };
            let sum = cell.sum as u64;
            match Role::of(key) {
                Role::Requests(class) => self.requests[class] += sum,
                Role::Service => self.service.merge(cell),
                Role::Errors(code) => *self.errors.entry(code).or_default() += sum,
                Role::Lines => self.lines += sum,
                Role::Loss => self.lost += sum,
                _ => {}
            }
        }
    }

    /// Takes in another stretch.
    pub fn merge(&mut self, other: &Self) {
        self.lines += other.lines;
        self.requests += other.requests;
        self.service.merge(&other.service);
        for (code, n) in &other.errors {
            *self.errors.entry(*code).or_default() += n;
        }
        self.lost += other.lost;
        self.kinds.merge(&other.kinds);
    }

    /// All requests.
    #[must_use]
    pub fn requests_total(&self) -> u64 {
        self.requests.total()
    }
}
