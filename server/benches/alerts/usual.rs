//! What is usual of the simulated app, from its own hours: the same hour of up to six weeks, or of up
//! to seven days, or the hours before.

use std::collections::BTreeMap;

use contract::{
    ErrorCode,
    alert::{Band, Basis},
};
use pipeline::Cell;
use server::watch::rule::{
    expected::{Expected, Part},
    observed::Counts,
};

use super::app::Step;

const HOUR_S: i64 = 3_600;
const WEEKS: i64 = 6;
const DAYS: i64 = 7;

/// One hour of the app.
#[derive(Default)]
struct Hour {
    counts: Counts,
    service: Cell,
    gap_s: f64,
}

/// The hours of the app.
#[derive(Default)]
pub struct Hours {
    hours: BTreeMap<i64, Hour>,
    heard_s: Option<f64>,
}

impl Hours {
    /// Adds a step.
    pub fn add(&mut self, step: &Step, jitter: f64) {
        let hour = self.hours.entry(step.at_s.div_euclid(HOUR_S)).or_default();
        hour.counts.add(&step.counts);
        hour.service.merge(&step.service);
        if step.counts.lines > 0 {
            let at_s = step.at_s as f64 + jitter * 10.0;
            hour.gap_s = hour.gap_s.max(self.heard_s.map_or(0.0, |it| at_s - it));
            self.heard_s = Some(at_s);
        }
        let oldest = step.at_s.div_euclid(HOUR_S) - WEEKS * 168 - 1;
        while self.hours.first_key_value().is_some_and(|it| *it.0 < oldest) {
            self.hours.pop_first();
        }
    }

    /// What is usual in the hour that begins at `at_s`.
    pub fn expected(&self, at_s: i64) -> Option<Expected> {
        let now = at_s.div_euclid(HOUR_S);
        let same = |step: i64, n: i64| -> Vec<&Hour> {
            (1..=n).filter_map(|it| self.hours.get(&(now - it * step))).collect()
        };
        let (weeks, days, hours) = (same(168, WEEKS), same(24, DAYS), same(1, 6));
        let (basis, of) = if weeks.len() >= 3 {
            (Basis::Weeks, weeks)
        } else if days.len() >= 3 {
            (Basis::Days, days)
        } else if hours.len() >= 3 {
            (Basis::Hours, hours)
        } else {
            return None;
        };
        let rates = of.iter().map(|it| it.counts.total() as f64 / HOUR_S as f64).collect();
        let quantile = |q| band(of.iter().filter_map(|it| it.service.quantile(q)).collect(), 0.1);
        let gaps = of.iter().map(|it| it.gap_s).fold(0.0, f64::max);
        Some(Expected {
            basis,
            requests_per_s: band(rates, 0.15),
            errors: Some(errors(&of)),
            error_rate: None,
            p50_ms: quantile(0.5),
            p95_ms: quantile(0.95),
            p99_ms: quantile(0.99),
            codes_per_h: Some(codes(&of)),
            gap_s: (gaps > 0.0).then_some(gaps),
        })
    }
}

/// Errors and requests of all hours but the worst, which may have had an incident.
fn errors(of: &[&Hour]) -> Part {
    let mut parts: Vec<Part> = of.iter().map(|it| Part { k: it.counts.errors(), n: it.counts.total() }).collect();
    parts.sort_by(|a, b| (a.k as f64 / a.n.max(1) as f64).total_cmp(&(b.k as f64 / b.n.max(1) as f64)));
    parts.pop();
    parts.iter().fold(Part::default(), |sum, it| Part { k: sum.k + it.k, n: sum.n + it.n })
}

/// Codes an hour, of all hours but the worst.
fn codes(of: &[&Hour]) -> BTreeMap<ErrorCode, f64> {
    let names: Vec<ErrorCode> = of.iter().flat_map(|it| it.counts.codes.keys().copied()).collect();
    let per_h = |code: ErrorCode| {
        let mut counts: Vec<u64> = of.iter().map(|it| it.counts.codes.get(&code).copied().unwrap_or(0)).collect();
        counts.sort_unstable();
        counts.pop();
        (code, counts.iter().sum::<u64>() as f64 / counts.len().max(1) as f64)
    };
    names.into_iter().map(per_h).collect()
}

/// The median, and a robust spread to both sides of it.
fn band(mut values: Vec<f64>, least: f64) -> Option<Band> {
    let mid = median(&mut values)?;
    let mut off: Vec<f64> = values.iter().map(|it| (it - mid).abs()).collect();
    let spread = (median(&mut off)? * 1.4826 * 2.0).max(mid * least);
    Some(Band { low: (mid - spread).max(0.0), mid, high: mid + spread })
}

fn median(values: &mut [f64]) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let n = values.len();
    (n > 0).then(|| (values[(n - 1) / 2] + values[n / 2]) / 2.0)
}
