//! One judging of everything: judgements of each app, the machine, and one write.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use contract::alert::{BuiltIn, IncidentId, RuleId};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    parts::Parts,
    refresh::Refreshed,
    verdicts::{AppVerdict, Verdicts},
};
use crate::{
    clock::now_ms,
    store::alert::{change::IncidentChange, session::Session},
    watch::{
        built_in::BuiltInRules,
        incident::{About, AppIncidents, Context, Moment, app::FLAP_MS},
        judgement::{Judgement, Outcome},
        mute::{Held, Mutes},
        own::OwnRules,
    },
};

/// Most changes of one transaction, so that senders don't wait for a long one.
const CHANGES_MAX: usize = 200;
/// After a start silence is not believed for this long: senders try again with growing pauses.
const SILENCE_GRACE: Duration = Duration::from_secs(180);
/// Time between two deletions of old incidents.
const DELETE_EVERY: Duration = Duration::from_secs(600);
/// Wall clock and monotonic clock that differ by more than this since the last deletion delete
/// nothing, milliseconds.
const STEP_MAX_MS: i64 = 60_000;

/// What the judge remembers.
pub(crate) struct Inner {
    verdicts: Verdicts,
    built_in: BuiltInRules,
    own: OwnRules,
    apps: BTreeMap<i64, AppIncidents>,
    /// Time that apps whose changes could not be written have waited meanwhile, milliseconds.
    owed_ms: FxHashMap<i64, i64>,
    /// The changes of apps and rules that were taken over: see [`Refreshed::changes`].
    seen: u64,
    began: Instant,
    judged: Option<Instant>,
    deleted: (Instant, i64),
}

/// What the machine asks, for one app.
struct Around<'a> {
    app: &'a str,
    app_id: i64,
    now_ms: i64,
    refreshed: &'a Refreshed,
    own: &'a OwnRules,
    mutes: &'a Mutes,
}

impl Context for Around<'_> {
    fn about(&self, rule: RuleId) -> Option<About> {
        match rule {
            RuleId::BuiltIn(rule) => {
                (!self.refreshed.off.contains(&(self.app_id, rule))).then(|| BuiltInRules::about(rule))
            }
            RuleId::Own(number) => self.own.about(number, self.app),
        }
    }

    fn held(&self, rule: RuleId, incident: IncidentId) -> Option<Held> {
        self.mutes.holding(self.app, rule, incident, self.now_ms)
    }

    fn is_heard_in_silence(&self, rule: RuleId) -> bool {
        matches!(rule, RuleId::Own(number) if self.own.is_of_absence(number))
    }
}

/// The next state of an app, and what has to be written before it is true.
struct Next {
    app_id: i64,
    state: AppIncidents,
    changes: Vec<IncidentChange>,
}

impl Inner {
    /// Takes up what the file has.
    ///
    /// # Errors
    /// When the store can't be read.
    pub(crate) async fn restore(parts: &Parts, verdicts: Verdicts, session: &mut Session) -> Result<Self, sqlx::Error> {
        let now_ms = now_ms();
        let mut apps: BTreeMap<i64, AppIncidents> = BTreeMap::new();
        for stored in session.incidents(now_ms - FLAP_MS).await? {
            let ago_ms = stored.incident.resolved_ms.map(|it| now_ms - it);
            apps.entry(stored.app_id).or_default().restore(stored.incident, stored.memory, ago_ms);
        }
        let open: usize = apps.values().map(|it| it.open().count()).sum();
        if open > 0 {
            tracing::info!(incidents = open, "open incidents are judged anew");
        }
        let began = Instant::now();
        let own = OwnRules::start(&parts.reader, parts.shutdown.clone());
        let built_in = BuiltInRules::start(&parts.reader, parts.usual.clone(), now_ms, parts.shutdown.clone());
        let (owed_ms, deleted) = (FxHashMap::default(), (began, now_ms));
        Ok(Self { verdicts, built_in, own, apps, owed_ms, seen: 0, began, judged: None, deleted })
    }

    /// Judges everything once and writes what follows; returns how many messages that gave.
    ///
    /// # Errors
    /// When the store can't be written; then the memory of the apps concerned is as before.
    pub(crate) async fn step(
        &mut self,
        parts: &Parts,
        refreshed: &Refreshed,
        session: &mut Session,
    ) -> Result<usize, sqlx::Error> {
        let (began, at_ms) = (Instant::now(), now_ms());
        let elapsed = self.judged.map_or(Duration::ZERO, |it| began.saturating_duration_since(it));
        self.judged = Some(began);
        let now = Moment { at_ms, elapsed_ms: i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX) };
        let next = tokio::task::block_in_place(|| self.judge(parts, now, refreshed));
        let written = self.write(parts, now, session, next).await;
        self.publish(refreshed, now, began.elapsed());
        let messages = written?;
        self.delete_old(parts, now, session).await?;
        Ok(messages)
    }

    fn judge(&mut self, parts: &Parts, now: Moment, refreshed: &Refreshed) -> Vec<Next> {
        let live = &parts.reader.aggregates.live;
        let up = self.began.elapsed();
        if self.seen != refreshed.changes {
            self.seen = refreshed.changes;
            let ids: FxHashSet<i64> = refreshed.apps.values().copied().collect();
            self.apps.retain(|id, _| ids.contains(id));
            self.owed_ms.retain(|id, _| ids.contains(id));
            self.own.sync(&refreshed.rules, &refreshed.apps);
        }
        self.own.evaluate(live, now.at_ms, up);
        self.built_in.keep(|name| refreshed.apps.contains_key(name));
        let mut next = vec![];
        for (name, app_id) in &refreshed.apps {
            let Some(mut built_in) = self.built_in.judge(live, name, now.at_ms) else { continue };
            if up < SILENCE_GRACE {
                built_in.iter_mut().filter(|it| it.rule == RuleId::BuiltIn(BuiltIn::Silence)).for_each(doubt);
            }
            built_in.retain(|it| !matches!(it.rule, RuleId::BuiltIn(rule) if refreshed.off.contains(&(*app_id, rule))));
            let judged: Vec<&Judgement> = built_in.iter().chain(self.own.judgements(name)).collect();
            let known = self.apps.get(app_id);
            let is_quiet = judged.iter().all(|it| it.outcome != Outcome::Breach);
            if is_quiet && known.is_none_or(AppIncidents::is_idle) {
                continue;
            }
            let around = Around {
                app: name,
                app_id: *app_id,
                now_ms: now.at_ms,
                refreshed,
                own: &self.own,
                mutes: &parts.mutes,
            };
            let owed_ms = self.owed_ms.get(app_id).copied().unwrap_or(0);
            let moment = Moment { elapsed_ms: now.elapsed_ms.saturating_add(owed_ms), ..now };
            let mut state = known.cloned().unwrap_or_default();
            state.rename(name);
            let changes = state.step((*app_id, name), moment, &judged, &around);
            next.push(Next { app_id: *app_id, state, changes });
        }
        next
    }

    /// Writes the changes, and makes the states true whose changes are written.
    async fn write(
        &mut self,
        parts: &Parts,
        now: Moment,
        session: &mut Session,
        next: Vec<Next>,
    ) -> Result<usize, sqlx::Error> {
        let (unchanged, changed): (Vec<Next>, Vec<Next>) = next.into_iter().partition(|it| it.changes.is_empty());
        unchanged.into_iter().for_each(|it| self.accept(it));
        let (mut messages, mut failed) = (0, None);
        let mut rest = changed.into_iter().peekable();
        while rest.peek().is_some() {
            let mut group: Vec<Next> = vec![];
            let mut size = 0;
            while size < CHANGES_MAX
                && let Some(next) = rest.next()
            {
                size += next.changes.len();
                group.push(next);
            }
            match write_group(parts, now, session, &mut group).await {
                Ok(()) => {
                    let of = |it: &Next| it.changes.iter().map(|change| change.notices.len()).sum::<usize>();
                    messages += group.iter().map(of).sum::<usize>();
                    group.into_iter().for_each(|it| self.accept(it));
                }
                Err(error) => {
                    for next in group {
                        let owed_ms = self.owed_ms.entry(next.app_id).or_default();
                        *owed_ms = owed_ms.saturating_add(now.elapsed_ms);
                    }
                    failed = Some(error);
                }
            }
        }
        failed.map_or(Ok(messages), Err)
    }

    fn accept(&mut self, next: Next) {
        let Next { app_id, mut state, changes } = next;
        state.number(&changes);
        self.owed_ms.remove(&app_id);
        self.apps.insert(app_id, state);
    }

    fn publish(&mut self, refreshed: &Refreshed, now: Moment, took: Duration) {
        let verdict =
            |(name, id): (&Arc<str>, &i64)| Some((Arc::clone(name), AppVerdict::of(self.apps.get(id)?.open())?));
        let apps = refreshed.apps.iter().filter_map(verdict).collect();
        let open: Vec<_> = self.apps.values().flat_map(AppIncidents::open).collect();
        let own = self.own.verdicts(&open);
        let mut found = self.verdicts.lock();
        found.apps = apps;
        if let Some(own) = own {
            found.own = own;
        }
        found.judged_ms = Some(now.at_ms);
        found.judging_ms = took.as_secs_f64() * 1_000.0;
    }

    /// Deletes incidents that are older than the oldest rollups, unless somebody has set the clock.
    async fn delete_old(&mut self, parts: &Parts, now: Moment, session: &mut Session) -> Result<(), sqlx::Error> {
        let (then, then_ms) = self.deleted;
        let since = then.elapsed();
        if since < DELETE_EVERY {
            return Ok(());
        }
        self.deleted = (Instant::now(), now.at_ms);
        let drift_ms = now.at_ms - then_ms - i64::try_from(since.as_millis()).unwrap_or(i64::MAX);
        if drift_ms.abs() > STEP_MAX_MS {
            return Ok(());
        }
        let kept_ms = i64::try_from(parts.reader.retention.retention_1h.as_millis()).unwrap_or(i64::MAX);
        session.delete_before(now.at_ms.saturating_sub(kept_ms)).await.map(drop)
    }
}

/// A judgement that is not believed.
fn doubt(judgement: &mut Judgement) {
    if judgement.outcome == Outcome::Breach {
        judgement.outcome = Outcome::Unknown;
    }
}

/// Writes the changes of several apps as one transaction, unless the file is away.
async fn write_group(parts: &Parts, now: Moment, session: &mut Session, group: &mut [Next]) -> Result<(), sqlx::Error> {
    if !parts.presence.check() {
        return Err(sqlx::Error::Io(std::io::Error::other("the database file is away")));
    }
    let counts: Vec<usize> = group.iter().map(|it| it.changes.len()).collect();
    let mut changes: Vec<IncidentChange> = group.iter_mut().flat_map(|it| std::mem::take(&mut it.changes)).collect();
    session.apply(&mut changes, now.at_ms).await?;
    let mut changes = changes.into_iter();
    for (next, count) in group.iter_mut().zip(counts) {
        next.changes.extend(changes.by_ref().take(count));
    }
    Ok(())
}
