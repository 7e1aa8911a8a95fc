//! What the judge has found, for pages, the API and health.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use contract::{
    Health, Reason,
    alert::{Cause, Severity},
};
use rustc_hash::FxHashMap;

use crate::{
    store::alert::memory::Phase,
    watch::{incident::open::Open, own::OwnVerdicts},
};

/// What health says about an app.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct AppVerdict {
    /// Its state.
    pub health: Health,
    /// The rules that fire, the worst first.
    pub reasons: Vec<Reason>,
    /// When the oldest incident of this state began, unix milliseconds.
    pub since_ms: Option<i64>,
    /// The numbers of the incidents that fire, the most urgent first.
    pub incidents: Vec<i64>,
}

/// What the judge has found. Clones share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Verdicts(Arc<Mutex<Found>>);

/// What is shared.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// The apps in which something fires.
    pub apps: BTreeMap<Arc<str>, AppVerdict>,
    /// The user's own rules, by number.
    pub own: FxHashMap<i64, OwnVerdicts>,
    /// When rules were last judged, unix milliseconds.
    pub judged_ms: Option<i64>,
    /// How long that took, milliseconds.
    pub judging_ms: f64,
}

impl Verdicts {
    /// Takes the lock, to copy something or to replace it.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Found> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What fires in an app; `None` while nothing does.
    #[must_use]
    pub(crate) fn app(&self, name: &str) -> Option<AppVerdict> {
        self.lock().apps.get(name).cloned()
    }
}

impl AppVerdict {
    /// What the incidents of an app say about its health; `None` while nothing fires.
    #[must_use]
    pub(crate) fn of<'a>(open: impl Iterator<Item = &'a Open>) -> Option<Self> {
        let mut firing: Vec<&Open> = open.filter(|it| it.incident.fired_ms.is_some()).collect();
        firing.sort_by_key(|it| (it.incident.severity, it.incident.began_ms));
        let mut reasons: Vec<Reason> = vec![];
        for open in &firing {
            let rules = open.memory.rules.iter().filter(|it| it.phase != Phase::Pending);
            reasons.extend(rules.filter_map(|rule| {
                let health = health(open, rule.severity)?;
                Some(Reason { health, what: rule.what.clone(), detail: rule.detail.clone() })
            }));
        }
        let is_silent = reasons.iter().any(|it| it.health == Health::Silent);
        reasons.retain(|it| !is_silent || it.health == Health::Silent);
        reasons.sort_by_key(|it| it.health);
        let worst = reasons.first()?.health;
        let is_of_worst = |it: &&&Open| it.memory.rules.iter().any(|rule| health(it, rule.severity) == Some(worst));
        Some(Self {
            health: worst,
            reasons,
            since_ms: firing.iter().filter(is_of_worst).map(|it| it.incident.began_ms).min(),
            incidents: firing.iter().map(|it| it.incident.id.0).collect(),
        })
    }
}

/// The state that a firing rule alone would cause; none for what is part of a normal day.
fn health(open: &Open, severity: Severity) -> Option<Health> {
    if open.incident.cause == Cause::Silence {
        return Some(Health::Silent);
    }
    match severity {
        Severity::Critical => Some(Health::Failing),
        Severity::Warning => Some(Health::Degraded),
        Severity::Info => None,
    }
}
