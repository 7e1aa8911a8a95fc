//! Works out the values of rules that memory can't answer: windows longer than ten minutes, what is
//! usual, and log lines. One after another, for a part of the time, so that pages and senders don't
//! notice; a rule that has to wait is judged later, and its page says when it was.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use contract::{Span, StepChoice, alert::Signal};
use pipeline::Cell;
use rustc_hash::FxHashMap;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::{
    condition::{GroupValue, group_text, value_of},
    lines::AppLines,
    rule::{OwnRule, Source},
    usual,
    windows::{GROUPS_MAX, Values, beyond_text, drop_gone},
};
use crate::{
    clock::now_ms,
    store::query::{self, Reader, cells::CellsQuery},
};

/// Shortest pause between two rounds.
const PAUSE: Duration = Duration::from_millis(500);
/// The pause is so many times what a round took: a quarter of one core at most.
const PAUSE_TIMES: u32 = 3;
/// The longest that a round takes before it pauses.
const ROUND_MAX: Duration = Duration::from_secs(1);
/// Time between two looks at what is usual.
const USUAL_EVERY: Duration = Duration::from_secs(1_800);
/// Pause of a rule whose values could not be read.
const AFTER_FAILURE: Duration = Duration::from_secs(30);

/// What was worked out for a rule and an app.
#[derive(Debug)]
pub(crate) struct Done {
    /// The number of the rule.
    pub rule: i64,
    /// The app.
    pub app: Arc<str>,
    /// Its values, or why there are none, where they were looked at.
    pub values: Option<Result<Values, String>>,
    /// What is usual for each group, where that was looked at.
    pub usual: Option<Vec<(String, f64)>>,
}

/// A rule and an app whose values are worked out.
#[derive(Clone, Debug)]
struct Job {
    rule: Arc<OwnRule>,
    source: Source,
    due: Instant,
    usual_due: Instant,
}

/// What the judge and the background share.
#[derive(Debug, Default)]
struct Shared {
    jobs: BTreeMap<(Arc<str>, i64), Job>,
    done: Vec<Done>,
}

/// A handle to the background.
#[derive(Clone, Debug, Default)]
pub(crate) struct Background(Arc<Mutex<Shared>>);

impl Background {
    /// Starts without jobs. The work ends with the server, or when every handle is gone.
    pub(crate) fn start(reader: Reader, shutdown: CancellationToken) -> Self {
        let background = Self::default();
        let shared = Arc::downgrade(&background.0);
        tokio::spawn(async move {
            let mut lines: FxHashMap<Arc<str>, AppLines> = FxHashMap::default();
            let mut pause = PAUSE;
            loop {
                tokio::select! {
                    () = shutdown.cancelled() => return,
                    () = sleep(pause) => {}
                }
                let Some(shared) = shared.upgrade() else { return };
                let begun = Instant::now();
                Self(shared).round(&reader, &mut lines).await;
                pause = PAUSE.max(begun.elapsed() * PAUSE_TIMES);
            }
        });
        background
    }

    /// Takes over what is to be worked out. What goes on keeps its time.
    pub(crate) fn plan(&self, jobs: Vec<(Arc<OwnRule>, Arc<str>, Source)>) {
        let now = Instant::now();
        let mut shared = self.lock();
        let mut known = std::mem::take(&mut shared.jobs);
        for (rule, app, source) in jobs {
            let key = (app, rule.id);
            let before = known.remove(&key).filter(|it| it.rule == rule && it.source == source);
            shared.jobs.insert(key, before.unwrap_or(Job { rule, source, due: now, usual_due: now }));
        }
    }

    /// Takes what was worked out since the last time.
    pub(crate) fn take_done(&self) -> Vec<Done> {
        std::mem::take(&mut self.lock().done)
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Works on what is due, the longest due first.
    async fn round(&self, reader: &Reader, lines: &mut FxHashMap<Arc<str>, AppLines>) {
        let begun = Instant::now();
        let mut due: Vec<(Instant, Arc<str>, i64)> = {
            let shared = self.lock();
            lines.retain(|app, _| {
                let of_app = shared.jobs.range((Arc::clone(app), i64::MIN)..=(Arc::clone(app), i64::MAX));
                of_app.into_iter().any(|it| it.1.source == Source::Lines)
            });
            let next = |job: &Job| if job.rule.is_of_usual() { job.due.min(job.usual_due) } else { job.due };
            let of = |((app, rule), job): (&(Arc<str>, i64), &Job)| (next(job), Arc::clone(app), *rule);
            shared.jobs.iter().map(of).filter(|it| it.0 <= begun).collect()
        };
        due.sort_by_key(|it| it.0);
        for (_, app, rule) in due {
            if begun.elapsed() >= ROUND_MAX {
                return;
            }
            let Some(job) = self.lock().jobs.get(&(Arc::clone(&app), rule)).cloned() else { continue };
            match job.source {
                // Looking at an app's lines serves all of its rules.
                Source::Lines if job.due > Instant::now() => {}
                Source::Lines => self.look(reader, &app, lines.entry(Arc::clone(&app)).or_default()).await,
                Source::Rows | Source::Windows => self.measure(reader, &app, &job).await,
            }
        }
    }

    async fn look(&self, reader: &Reader, app: &Arc<str>, lines: &mut AppLines) {
        let of_app = |shared: &Shared| -> Vec<Arc<OwnRule>> {
            let jobs = shared.jobs.range((Arc::clone(app), i64::MIN)..=(Arc::clone(app), i64::MAX));
            jobs.filter(|it| it.1.source == Source::Lines).map(|it| Arc::clone(&it.1.rule)).collect()
        };
        let wanted = of_app(&self.lock());
        let found = lines.look(&reader.store, app, &wanted, now_ms()).await;
        let mut shared = self.lock();
        let now = Instant::now();
        for rule in &wanted {
            if let Some(job) = shared.jobs.get_mut(&(Arc::clone(app), rule.id)) {
                job.due = now + if found.is_ok() { rule.every(Source::Lines) } else { AFTER_FAILURE };
            }
        }
        match found {
            Ok(found) => shared.done.extend(found.into_iter().map(|(rule, values)| Done {
                rule,
                app: Arc::clone(app),
                values: Some(values),
                usual: None,
            })),
            Err(error) => tracing::warn!(%app, %error, "rules could not look at log lines; they try again"),
        }
    }

    async fn measure(&self, reader: &Reader, app: &Arc<str>, job: &Job) {
        let (now, now_s) = (Instant::now(), now_ms().div_euclid(1_000));
        let mut done = Done { rule: job.rule.id, app: Arc::clone(app), values: None, usual: None };
        let (mut due, mut usual_due) = (job.due, job.usual_due);
        if job.rule.is_of_usual() && job.usual_due <= now {
            usual_due = now + USUAL_EVERY;
            match usual::of_rule(reader, app, &job.rule, now_s).await {
                Ok(usual) => done.usual = Some(usual),
                Err(query::Error::NotFound(_)) => usual_due = now + AFTER_FAILURE,
                Err(error) => {
                    tracing::warn!(%app, rule = job.rule.id, %error, "what is usual could not be worked out");
                    usual_due = now + AFTER_FAILURE;
                }
            }
        }
        if job.due <= now {
            due = now + job.rule.every(Source::Rows);
            if job.source == Source::Rows {
                let values = values(reader, app, &job.rule, now_s).await;
                if matches!(values, Err(query::Error::Store(_) | query::Error::TooLong)) {
                    due = now + AFTER_FAILURE;
                }
                done.values = Some(values.map_err(|it| it.to_string()));
            }
        }
        let mut shared = self.lock();
        if let Some(job) = shared.jobs.get_mut(&(Arc::clone(app), job.rule.id)) {
            (job.due, job.usual_due) = (due, usual_due);
        }
        shared.done.push(done);
    }
}

/// The values of a rule over its window, from rollups and what is not written yet.
async fn values(reader: &Reader, app: &str, rule: &OwnRule, now_s: i64) -> Result<Values, query::Error> {
    let Signal::Metric { metric, only, by, .. } = &rule.draft.signal else { return Ok(Values::default()) };
    let window_s = rule.window_s();
    let query = CellsQuery {
        app: app.to_owned(),
        metric: metric.clone(),
        stat: rule.stat(),
        only: only.clone(),
        by: by.clone(),
        span: Span::clamped(now_s + 1 - window_s, now_s + 1),
        step: StepChoice::All,
    };
    let cells = reader.cells(&query, now_s).await?;
    let beyond = cells.groups.len().saturating_sub(GROUPS_MAX);
    let value = |group: &query::cells::GroupCells| {
        let mut merged = Cell::default();
        group.steps.values().for_each(|it| merged.merge(it));
        let value = value_of(rule.stat(), &merged, group.kind, window_s);
        GroupValue { group: group_text(&group.labels), value, usual: None }
    };
    let mut groups: Vec<GroupValue> = cells.groups.iter().take(GROUPS_MAX).map(value).collect();
    drop_gone(&mut groups);
    Ok(Values { groups, unit: cells.unit, problem: beyond_text(beyond) })
}
