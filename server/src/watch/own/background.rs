//! Works out the values of rules that memory can't answer: windows longer than ten minutes, what is
//! usual, and log lines. One after another, for a part of the time, so that pages and senders don't
//! notice; a rule that has to wait is judged later, and its page says when it was.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use contract::{Span, StepChoice};
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
    store::query::{self, Reader, cells::GroupCells},
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

/// An app and the number of a rule.
pub(crate) type JobId = (Arc<str>, i64);

/// What was worked out for a rule and an app.
#[derive(Debug, Default)]
pub(crate) struct Done {
    /// Its values, or why there are none, where they were looked at.
    pub values: Option<Result<Values, String>>,
    /// What is usual for each group, where that was looked at.
    pub usual: Option<FxHashMap<String, f64>>,
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
    jobs: BTreeMap<JobId, Job>,
    /// The newest that the judge has not taken yet: it takes nothing while the file is away.
    done: BTreeMap<JobId, Done>,
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
    pub(crate) fn take_done(&self) -> BTreeMap<JobId, Done> {
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
            let of = |((app, rule), job): (&JobId, &Job)| (next(job), Arc::clone(app), *rule);
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
        if let Err(error) = &found {
            tracing::warn!(%app, %error, "rules could not look at log lines; they try again");
        }
        let mut found = found.ok();
        let mut shared = self.lock();
        let now = Instant::now();
        for rule in &wanted {
            let due = now + if found.is_some() { rule.every(Source::Lines) } else { AFTER_FAILURE };
            let values = found.as_mut().and_then(|it| it.remove(&rule.id));
            shared.finish(app, rule, Done { values, usual: None }, |job| job.due = due);
        }
    }

    async fn measure(&self, reader: &Reader, app: &Arc<str>, job: &Job) {
        let (now, now_s) = (Instant::now(), now_ms().div_euclid(1_000));
        let mut done = Done::default();
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
        self.lock().finish(app, &job.rule, done, |job| (job.due, job.usual_due) = (due, usual_due));
    }
}

impl Shared {
    /// Keeps what was worked out, in place of older results that the judge has not taken, and says
    /// when the job is due again. A rule that was changed meanwhile begins anew.
    fn finish(&mut self, app: &Arc<str>, rule: &Arc<OwnRule>, new: Done, again: impl FnOnce(&mut Job)) {
        let id = (Arc::clone(app), rule.id);
        let Some(job) = self.jobs.get_mut(&id).filter(|it| Arc::ptr_eq(&it.rule, rule)) else { return };
        again(job);
        let done = self.done.entry(id).or_default();
        done.values = new.values.or(done.values.take());
        done.usual = new.usual.or(done.usual.take());
    }
}

/// The values of a rule over its window, from rollups and what is not written yet.
async fn values(reader: &Reader, app: &str, rule: &OwnRule, now_s: i64) -> Result<Values, query::Error> {
    let window_s = rule.window_s();
    let span = Span::clamped(now_s + 1 - window_s, now_s + 1);
    let Some(query) = rule.cells(app, span, StepChoice::All) else { return Ok(Values::default()) };
    let cells = reader.cells(&query, now_s).await?;
    let beyond = cells.groups.len().saturating_sub(GROUPS_MAX);
    let value = |group: &GroupCells| {
        let mut merged = Cell::default();
        group.steps.values().for_each(|it| merged.merge(it));
        let value = value_of(rule.stat(), &merged, group.kind, window_s);
        GroupValue { group: group_text(&group.labels), value, usual: None }
    };
    let mut groups: Vec<GroupValue> = cells.groups.iter().take(GROUPS_MAX).map(value).collect();
    drop_gone(&mut groups);
    Ok(Values { groups, unit: cells.unit, problem: beyond_text(beyond) })
}

#[cfg(test)]
mod tests {
    use contract::alert::{Condition, Direction, RuleDraft, Severity, Signal};

    use super::*;

    fn rule(limit: f64) -> Arc<OwnRule> {
        let draft = RuleDraft {
            name: "lines".to_owned(),
            app: None,
            signal: Signal::Search { q: "failed".to_owned(), source: String::new(), field: None },
            window_s: 60,
            condition: Condition::Threshold { direction: Direction::Above, limit, clear: None },
            for_s: 0,
            clear_s: 0,
            severity: Severity::Warning,
            remind_s: None,
            remedy: String::new(),
            is_enabled: true,
        };
        Arc::new(OwnRule { id: 1, draft, changed_ms: 0 })
    }

    fn found(usual: f64) -> Done {
        Done { values: Some(Ok(Values::default())), usual: Some([(String::new(), usual)].into_iter().collect()) }
    }

    #[test]
    fn ok_the_newest_result_waits_for_the_judge() {
        let (background, app, rule) = (Background::default(), Arc::from("shop"), rule(1.0));
        background.plan(vec![(Arc::clone(&rule), Arc::clone(&app), Source::Lines)]);
        for usual in [1.0, 2.0] {
            background.lock().finish(&app, &rule, found(usual), |_| {});
        }
        background.lock().finish(&app, &rule, Done::default(), |_| {});
        let done: Vec<Done> = background.take_done().into_values().collect();
        let usual: Vec<f64> = done.iter().filter_map(|it| it.usual.as_ref()?.get("").copied()).collect();
        assert_eq!((done.len(), usual), (1, vec![2.0]));
        assert!(done[0].values.is_some() && background.take_done().is_empty());
    }

    #[test]
    fn ok_a_rule_that_was_changed_meanwhile_begins_anew() {
        let (background, app, old) = (Background::default(), Arc::from("shop"), rule(1.0));
        background.plan(vec![(Arc::clone(&old), Arc::clone(&app), Source::Lines)]);
        background.plan(vec![(rule(2.0), Arc::clone(&app), Source::Lines)]);
        let later = Instant::now() + AFTER_FAILURE;
        background.lock().finish(&app, &old, found(1.0), |job| (job.due, job.usual_due) = (later, later));
        assert!(background.take_done().is_empty());
        assert!(background.lock().jobs.values().all(|it| it.due < later && it.usual_due < later));
    }
}
