//! The current state of every app, computed twice a second and shared by all pages and streams.
//! Decides nothing about health: the judge's incidents do.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use contract::{AppSummary, Health, OpenIncidents, Overview, Reason, StatusClass, Totals};
use pipeline::Cell;
use tokio::{
    sync::watch,
    time::{MissedTickBehavior, interval},
};
use tokio_util::sync::CancellationToken;

use super::{
    judge::{Judge, verdicts::AppVerdict},
    vitals::Vitals,
};
use crate::{clock::now_ms, live::Live};

/// Time between two states: short enough for a line to become visible within a second.
pub(crate) const INTERVAL: Duration = Duration::from_millis(500);

/// A handle to read the current state and to wait for the next.
#[derive(Clone, Debug)]
pub struct HealthTable {
    state: watch::Receiver<Arc<Overview>>,
}

/// When an app was last seen to change its state.
#[derive(Clone, Copy, Debug)]
struct Seen {
    health: Health,
    since_ms: Option<i64>,
}

/// Computes each state from the live windows and from what was judged.
#[derive(Debug)]
struct Watcher {
    live: Live,
    judge: Judge,
    seen: BTreeMap<Arc<str>, Seen>,
}

impl HealthTable {
    /// Starts the computation, which ends when `shutdown` is cancelled.
    #[must_use]
    pub fn start(live: Live, judge: Judge, shutdown: CancellationToken) -> Self {
        let mut watcher = Watcher { live, judge, seen: BTreeMap::new() };
        let (sender, state) = watch::channel(Arc::new(watcher.compute(now_ms())));
        tokio::spawn(async move {
            let mut ticks = interval(INTERVAL);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                tokio::select! {
                    () = shutdown.cancelled() => return,
                    _ = ticks.tick() => sender.send_replace(Arc::new(watcher.compute(now_ms()))),
                };
            }
        });
        Self { state }
    }

    /// The current state of all apps.
    #[must_use]
    pub fn overview(&self) -> Arc<Overview> {
        Arc::clone(&self.state.borrow())
    }

    /// The incidents that fire.
    #[must_use]
    pub fn open_incidents(&self) -> OpenIncidents {
        self.state.borrow().totals.open_incidents
    }

    /// The current state of one app.
    #[must_use]
    pub fn app(&self, name: &str) -> Option<AppSummary> {
        self.overview().apps.iter().find(|it| it.app == name).cloned()
    }

    /// The current state of one app. Waits for the next state when the app's first line has only
    /// just arrived.
    pub async fn app_or_next(&self, live: &Live, name: &str) -> Option<AppSummary> {
        if let Some(summary) = self.app(name) {
            return Some(summary);
        }
        let mut state = self.state.clone();
        state.mark_unchanged();
        if !live.lock().apps.contains_key(name) {
            return None;
        }
        state.changed().await.ok()?;
        self.app(name)
    }

    /// A receiver that is notified of each new state.
    #[must_use]
    pub fn subscribe(&self) -> watch::Receiver<Arc<Overview>> {
        self.state.clone()
    }
}

impl Watcher {
    fn compute(&mut self, now_ms: i64) -> Overview {
        let now_s = now_ms.div_euclid(1_000);
        let (id, lines, names) = {
            let mut live = self.live.lock();
            (live.next_position(now_ms), live.lines, live.apps.keys().cloned().collect::<Vec<_>>())
        };
        self.seen.retain(|it, _| names.binary_search(it).is_ok());
        let mut apps = Vec::with_capacity(names.len());
        let mut sums = Sums::default();
        for name in names {
            let Some(vitals) = vitals(&self.live, &name, now_s) else { continue };
            let summary = self.summary(&name, &vitals, now_ms);
            sums.add(&vitals, &summary);
            apps.push(summary);
        }
        let totals = Totals { lines, ..sums.totals(&apps) };
        apps.sort_by(|a, b| (a.rank(now_ms), &a.app).cmp(&(b.rank(now_ms), &b.app)));
        Overview { at_ms: now_ms, id, apps, totals }
    }

    /// What was judged of an app. While nothing fires it is healthy, since it was first seen to be.
    fn verdict(&mut self, name: &Arc<str>, vitals: &Vitals, now_ms: i64) -> AppVerdict {
        let verdict = self.judge.verdicts.app(name).unwrap_or_else(|| match vitals.last_line_ms {
            Some(_) => AppVerdict { health: Health::Healthy, reasons: vec![], since_ms: None, incidents: vec![] },
            None => {
                let what = "no log lines yet".to_owned();
                let reasons = vec![Reason { health: Health::Silent, what, detail: String::new() }];
                AppVerdict { health: Health::Silent, reasons, since_ms: None, incidents: vec![] }
            }
        });
        let health = verdict.health;
        let seen = self.seen.entry(Arc::clone(name)).or_insert(Seen { health, since_ms: None });
        if seen.health != health {
            *seen = Seen { health, since_ms: Some(now_ms) };
        }
        AppVerdict { since_ms: verdict.since_ms.or(seen.since_ms), ..verdict }
    }

    fn summary(&mut self, name: &Arc<str>, vitals: &Vitals, now_ms: i64) -> AppSummary {
        let AppVerdict { health, reasons, since_ms, incidents } = self.verdict(name, vitals, now_ms);
        AppSummary {
            app: name.to_string(),
            health,
            reasons,
            since_ms,
            incidents,
            requests_per_s: vitals.routed.then_some(vitals.requests_per_s),
            p50_ms: vitals.service.quantile(0.5),
            p95_ms: vitals.service.quantile(0.95),
            p99_ms: vitals.service.quantile(0.99),
            error_rate: vitals.error_rate(),
            dynos: (vitals.dynos > 0).then(|| u32::try_from(vitals.dynos).unwrap_or(u32::MAX)),
            lines_per_s: vitals.lines_per_s,
            lost_lines: vitals.lost_lately,
            overflowed: vitals.overflowed_lately,
            last_line_ms: vitals.last_line_ms,
            last_event: vitals.last_event.clone(),
            spark: vitals.spark.clone(),
        }
    }
}

/// What is added up over apps.
#[derive(Default)]
struct Sums {
    totals: Totals,
    service: Cell,
    requests: u64,
    errors: u64,
}

impl Sums {
    fn add(&mut self, vitals: &Vitals, summary: &AppSummary) {
        self.service.merge(&vitals.service);
        self.requests += vitals.requests_total();
        self.errors += vitals.requests[StatusClass::ServerError];
        self.totals.requests_per_s += summary.requests_per_s.unwrap_or(0.0);
        self.totals.lines_per_s += summary.lines_per_s;
        self.totals.dynos += summary.dynos.unwrap_or(0);
        self.totals.lost_lines += vitals.lost_lately;
    }

    fn totals(self, apps: &[AppSummary]) -> Totals {
        Totals {
            open_incidents: open_incidents(apps),
            p99_ms: self.service.quantile(0.99),
            error_rate: (self.requests > 0).then(|| self.errors as f64 / self.requests as f64),
            ..self.totals
        }
    }
}

/// A state of some of its apps alone. How many lines the server has taken in is not known of them.
pub(crate) fn of_apps(live: &Live, all: &Overview, is_chosen: impl Fn(&str) -> bool) -> Overview {
    let apps: Vec<AppSummary> = all.apps.iter().filter(|it| is_chosen(&it.app)).cloned().collect();
    let mut sums = Sums::default();
    for summary in &apps {
        if let Some(vitals) = vitals(live, &summary.app, all.at_ms.div_euclid(1_000)) {
            sums.add(&vitals, summary);
        }
    }
    Overview { at_ms: all.at_ms, id: all.id, totals: sums.totals(&apps), apps }
}

/// Takes the lock for each app separately, so that counting never waits for all of them.
fn vitals(live: &Live, name: &str, now_s: i64) -> Option<Vitals> {
    live.lock().apps.get(name).map(|it| Vitals::read(it, now_s))
}

/// The incidents of all apps that fire.
fn open_incidents(apps: &[AppSummary]) -> OpenIncidents {
    let count = apps.iter().map(|it| it.incidents.len()).sum::<usize>();
    OpenIncidents {
        count: u32::try_from(count).unwrap_or(u32::MAX),
        is_critical: apps.iter().any(|it| it.health == Health::Failing),
    }
}
