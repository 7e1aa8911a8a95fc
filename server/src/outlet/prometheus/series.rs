//! The series of apps as families. What a scrape chooses is read here from its parameters, and
//! read under one lock; nothing is asked of the store.
//!
//! A gauge is left out once its last value is older than the live windows: Prometheus would go on
//! drawing it for a dyno that is gone.

use std::{collections::BTreeMap, sync::Arc};

use contract::error::excerpt;
use pipeline::{Kind, SeriesKey};

use super::{
    bounds,
    family::{Families, Family, Sample, Type},
    name,
};
use crate::{
    live::{
        AppLive, WINDOW_S,
        registry::{OTHER, Series},
        state::Inner,
        totals::Total,
    },
    outlet::state::Outlet,
};

/// Most apps and metrics that a scrape can name.
pub(crate) const CHOICES_MAX: usize = 100;
/// Most lines of a reply. At about 120 bytes each, that is 6 MB.
pub(crate) const LINES_MAX: usize = 50_000;

/// What a scrape chooses.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Choice {
    /// Names of apps; `*` for all.
    pub apps: Vec<String>,
    /// Names of metrics, or their beginnings with `*`; none for all.
    pub metrics: Vec<String>,
    /// The bounds of all histograms; those of the unit unless given.
    pub bounds: Option<Vec<f64>>,
}

/// Why a scrape has no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("{0}")]
    Invalid(String),
    #[error("there is no app named {0}")]
    NoApp(String),
    #[error(
        "expected at most {LINES_MAX} lines, found more: choose fewer series with app= and metric= (a name, or a \
         beginning such as router.*), or fewer bounds="
    )]
    TooMany,
}

impl Choice {
    /// The choice that parameters describe.
    ///
    /// # Errors
    /// [`Error::Invalid`].
    pub(crate) fn read(pairs: &[(String, String)]) -> Result<Self, Error> {
        let mut choice = Self::default();
        for (name, value) in pairs {
            match &**name {
                "app" => choice.apps.push(value.clone()),
                "metric" => choice.metrics.push(value.clone()),
                "bounds" => choice.bounds = Some(bounds::read(value).map_err(Error::Invalid)?),
                other => {
                    let found = excerpt(other);
                    return Err(Error::Invalid(format!("expected app=, metric= or bounds=, found {found:?}")));
                }
            }
        }
        if choice.apps.len() > CHOICES_MAX || choice.metrics.len() > CHOICES_MAX {
            return Err(Error::Invalid(format!("expected at most {CHOICES_MAX} of app= and of metric=, found more")));
        }
        if choice.apps.is_empty() && (!choice.metrics.is_empty() || choice.bounds.is_some()) {
            return Err(Error::Invalid(
                "expected app= beside metric= and bounds=, found none: app=* is all".to_owned(),
            ));
        }
        Ok(choice)
    }

    fn has(&self, metric: &str) -> bool {
        let is_named = |name: &String| name.strip_suffix('*').map_or(name == metric, |it| metric.starts_with(it));
        self.metrics.is_empty() || self.metrics.iter().any(is_named)
    }
}

/// Adds the chosen series of the apps that `sees` lets through.
///
/// # Errors
/// See [`Error`].
pub(crate) fn add(
    outlet: &Outlet,
    choice: &Choice,
    sees: impl Fn(&str) -> bool,
    families: &mut Families,
    now_ms: i64,
) -> Result<(), Error> {
    let mut live = outlet.reader.aggregates.live.lock();
    let mut apps: Vec<Arc<str>> = vec![];
    for wanted in &choice.apps {
        if wanted == "*" {
            apps.extend(live.apps.keys().filter(|it| sees(it)).cloned());
        } else {
            let found = live.apps.get_key_value(&**wanted).filter(|it| sees(it.0));
            apps.push(found.map(|it| Arc::clone(it.0)).ok_or_else(|| Error::NoApp(excerpt(wanted).to_owned()))?);
        }
    }
    apps.sort_unstable();
    apps.dedup();
    let mut scrape = Scrape { choice, families, lines: 0, now_ms, started_ms: outlet.running.started_ms };
    apps.iter().try_for_each(|it| scrape.app(&mut live, it))
}

struct Scrape<'a> {
    choice: &'a Choice,
    families: &'a mut Families,
    lines: usize,
    now_ms: i64,
    started_ms: i64,
}

impl Scrape<'_> {
    fn app(&mut self, live: &mut Inner, app: &Arc<str>) -> Result<(), Error> {
        let chosen: Vec<Series> = live.registry.of(app).filter(|it| self.choice.has(&it.key.metric)).cloned().collect();
        // Since when the buckets of each metric are kept; `None` where they can't be.
        let mut since: BTreeMap<Box<str>, Option<i64>> = BTreeMap::new();
        for series in &chosen {
            let key = &series.key;
            let sample = match key.kind {
                Kind::Counter => live.totals.of(series.id).map(|it| self.counter(it)),
                Kind::Gauge => live.apps.get(app).and_then(|it| self.gauge(it, series)),
                Kind::Distribution => match live.totals.of(series.id) {
                    Some(total) => {
                        let asked = || live.totals.ask(app, &key.metric, self.now_ms);
                        let since_ms = *since.entry(key.metric.clone()).or_insert_with(asked);
                        Some(self.histogram(live, series, total, since_ms))
                    }
                    None => None,
                },
            };
            if let Some(sample) = sample {
                self.add(app, key, sample)?;
            }
        }
        Ok(())
    }

    const fn counter(&self, total: Total) -> Sample {
        Sample::Counter { total: total.sum, since_ms: self.started_ms }
    }

    fn gauge(&self, app: &AppLive, series: &Series) -> Option<Sample> {
        let last = app.last(series.id).filter(|it| it.at_ms > self.now_ms - WINDOW_S * 1_000)?;
        Some(Sample::Gauge { value: last.value, at_ms: last.at_ms })
    }

    /// A distribution since its metric was asked for, or its count and sum since the start.
    fn histogram(&self, live: &Inner, series: &Series, total: Total, since_ms: Option<i64>) -> Sample {
        let named = name::of(&series.key);
        let bounds = self.bounds(&named.unit);
        let (total, below, since_ms) = match (since_ms, live.totals.histogram(series.id)) {
            (None, _) => (total, vec![], self.started_ms),
            // No value has come since it was asked for.
            (Some(since_ms), None) => (Total::default(), vec![0; bounds.len()], since_ms),
            (Some(since_ms), Some(it)) => {
                let below = it.sketch.as_ref().map(|it| bounds::counts(it, named.factor, bounds));
                (it.total, below.unwrap_or_default(), since_ms)
            }
        };
        let sum = Some(total.sum).filter(|_| !total.has_negative);
        Sample::Histogram { below, count: total.count, sum, since_ms }
    }

    fn bounds(&self, unit: &str) -> &[f64] {
        self.choice.bounds.as_deref().unwrap_or_else(|| bounds::usual(unit))
    }

    fn add(&mut self, app: &str, key: &SeriesKey, mut sample: Sample) -> Result<(), Error> {
        let named = name::of(key);
        let (of, values) = match &mut sample {
            Sample::Counter { total, .. } => (Type::Counter, Some(total)),
            Sample::Gauge { value, .. } => (Type::Gauge, Some(value)),
            Sample::Histogram { sum, .. } => (Type::Histogram, sum.as_mut()),
        };
        if let Some(value) = values {
            *value *= named.factor;
        }
        let bounds = if of == Type::Histogram { self.bounds(&named.unit).to_vec() } else { vec![] };
        let name = self.free_name(named.family, of);
        let help = if &*key.metric == OTHER { "what was too much for series of its own" } else { &key.metric };
        let help = help.replace(|it: char| it.is_control(), " ");
        let family = self.families.entry(name).or_insert_with(|| Family::new(of, help, named.unit, bounds));
        let before = family.lines();
        family.add(name::labels(app, key), sample);
        self.lines += family.lines() - before;
        if self.lines > LINES_MAX { Err(Error::TooMany) } else { Ok(()) }
    }

    /// A name for a family of that type: of two types with one name, all but the first have the
    /// type behind it.
    fn free_name(&self, name: String, of: Type) -> String {
        match self.families.get(&name) {
            Some(family) if family.of != of => format!("{name}_{}", of.word()),
            _ => name,
        }
    }
}
