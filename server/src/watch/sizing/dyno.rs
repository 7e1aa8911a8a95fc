//! Memory and load of the dynos of a process type, from their cells over a span. Pure.

use std::collections::BTreeMap;

use contract::sizing::{LoadAverage, MemoryGrowth, MemorySizing};
use pipeline::{Cell, SeriesKey};

use super::process::{Measure, process};
use crate::live::series_role::megabytes;

/// The series of a dyno that have one measure and unit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct DynoSeries {
    pub(super) measure: Measure,
    pub(super) process: Box<str>,
    pub(super) dyno: Box<str>,
    pub(super) unit: Box<str>,
}

/// Memory that falls below this share of what it was is that of a dyno that has restarted.
const RESTARTED: f64 = 0.75;

/// The cells of a span, one for each series of a dyno.
pub(super) type Totals = BTreeMap<DynoSeries, Cell>;

impl DynoSeries {
    /// What a series is of a dyno; `None` for all other series.
    pub(super) fn of(key: &SeriesKey) -> Option<Self> {
        let measure = Measure::of(key)?;
        let process = process(&key.source)?.into();
        Some(Self { measure, process, dyno: key.source.clone(), unit: key.unit.clone() })
    }
}

/// The samples of memory (unix seconds, MB) since the last restart, which most dynos have every
/// day: their memory falls then.
pub(super) fn since_restart(samples: &[(i64, f64)]) -> &[(i64, f64)] {
    let fell = samples.windows(2).rposition(|it| it[1].1 < RESTARTED * it[0].1);
    &samples[fell.map_or(0, |at| at + 1)..]
}

/// The memory of the dyno of a process type that used most.
pub(super) fn memory(name: &str, totals: &Totals, growth: &BTreeMap<Box<str>, (f64, f64)>) -> Option<MemorySizing> {
    let of = |measure: Measure| {
        let of = move |it: &(&DynoSeries, &Cell)| it.0.measure == measure && *it.0.process == *name;
        totals.iter().filter(of).map(|(series, cell)| (&*series.dyno, megabytes(cell.max, &series.unit)))
    };
    let (dyno, peak_mb) = of(Measure::Memory).max_by(|a, b| a.1.total_cmp(&b.1))?;
    let quota_mb = of(Measure::Quota).map(|it| it.1).reduce(f64::max);
    let full_in_s = |(growth, last_mb): (f64, f64)| Some(((quota_mb? - last_mb).max(0.0) / growth * 3_600.0) as i64);
    let grown = of(Measure::Memory).filter_map(|it| Some((it.0, *growth.get(it.0)?))).filter(|it| it.1.0 > 0.0);
    let soonest = grown.min_by_key(|it| full_in_s(it.1).unwrap_or(i64::MAX));
    let growth = soonest.map(|(dyno, growth)| MemoryGrowth {
        dyno: dyno.to_owned(),
        mb_per_day: growth.0 * 24.0,
        full_in_s: full_in_s(growth),
    });
    Some(MemorySizing { dyno: dyno.to_owned(), peak_mb, quota_mb, growth })
}

/// The load average of the dyno of a process type where it was greatest.
pub(super) fn load(name: &str, totals: &Totals) -> Option<LoadAverage> {
    let loads = || totals.iter().filter(|it| it.0.measure == Measure::Load && *it.0.process == *name);
    let (series, greatest) = loads().max_by(|a, b| a.1.max.total_cmp(&b.1.max))?;
    let (sum, count) = loads().fold((0.0, 0), |(sum, count), (_, cell)| (sum + cell.sum, count + cell.count));
    Some(LoadAverage { dyno: series.dyno.to_string(), peak: greatest.max, mean: sum / count.max(1) as f64 })
}

#[cfg(test)]
mod tests {
    use pipeline::Kind;

    use super::*;

    fn totals() -> Totals {
        let of = |measure, dyno: &str, unit: &str, values: &[f64]| {
            let mut cell = Cell::default();
            values.iter().for_each(|it| cell.record(Kind::Gauge, *it, 0));
            let process = process(dyno).unwrap_or_default().into();
            (DynoSeries { measure, process, dyno: dyno.into(), unit: unit.into() }, cell)
        };
        Totals::from([
            of(Measure::Memory, "web.1", "MB", &[300.0, 410.0, 290.0]),
            of(Measure::Memory, "web.2", "GB", &[0.25]),
            of(Measure::Quota, "web.1", "MB", &[512.0]),
            of(Measure::Quota, "web.2", "MB", &[1_024.0]),
            of(Measure::Load, "web.1", "", &[0.5, 0.7]),
            of(Measure::Load, "web.2", "", &[2.4]),
            of(Measure::Memory, "worker.1", "MB", &[900.0]),
        ])
    }

    #[test]
    fn ok_memory() {
        let growth = BTreeMap::from([("web.2".into(), (2.0, 256.0)), ("worker.1".into(), (1.0, 900.0))]);
        let web = memory("web", &totals(), &growth);
        let full_in_s = Some(384 * 3_600);
        let growth_of =
            |dyno: &str, mb_per_day, full_in_s| Some(MemoryGrowth { dyno: dyno.into(), mb_per_day, full_in_s });
        let growing = growth_of("web.2", 48.0, full_in_s);
        let expected = MemorySizing { dyno: "web.1".into(), peak_mb: 410.0, quota_mb: Some(1_024.0), growth: growing };
        assert_eq!(web, Some(expected));
        let growing = growth_of("worker.1", 24.0, None);
        let expected = MemorySizing { dyno: "worker.1".into(), peak_mb: 900.0, quota_mb: None, growth: growing };
        assert_eq!(memory("worker", &totals(), &growth), Some(expected));
        assert_eq!(memory("clock", &totals(), &growth), None);
    }

    #[test]
    fn ok_samples_since_a_restart() {
        let samples = [(0, 400.0), (600, 450.0), (1_200, 220.0), (1_800, 260.0), (2_400, 250.0)];
        assert_eq!(since_restart(&samples), &samples[2..]);
        assert_eq!(since_restart(&samples[2..]), &samples[2..]);
        assert_eq!(since_restart(&[]), &[]);
    }

    #[test]
    fn ok_load() {
        let expected = LoadAverage { dyno: "web.2".into(), peak: 2.4, mean: 1.2 };
        let found = load("web", &totals()).map(|it| LoadAverage { mean: (it.mean * 1_000.0).round() / 1_000.0, ..it });
        assert_eq!(found, Some(expected));
        assert_eq!(load("worker", &totals()), None);
    }
}
