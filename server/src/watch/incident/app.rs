//! The incidents of one app: one for each cause. When the app is silent, nobody knows how the
//! others go on.

use std::collections::BTreeMap;

use contract::alert::{Cause, Incident, IncidentId, IncidentState};

use super::{
    context::{Context, Moment},
    open::Open,
};
use crate::{
    store::alert::{
        change::IncidentChange,
        memory::{Memory, Phase},
    },
    watch::judgement::{Judgement, Outcome},
};

/// An incident of the same cause within this time after the last was over counts as flapping,
/// milliseconds.
pub(crate) const FLAP_MS: i64 = 3_600_000;

/// What is remembered of an incident that is over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Past {
    /// How long it has been over, milliseconds.
    pub ago_ms: i64,
    /// How often the same had come back before it.
    pub flaps: u32,
    /// Whether channels were told that it comes and goes.
    pub is_flapping_told: bool,
}

/// The incidents of one app.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct AppIncidents {
    open: BTreeMap<Cause, Open>,
    past: BTreeMap<Cause, Past>,
}

impl AppIncidents {
    /// Takes up an incident that the store has: an open one, or one that was over `ago_ms` ago.
    pub(crate) fn restore(&mut self, incident: Incident, memory: Memory, ago_ms: Option<i64>) {
        let cause = incident.cause;
        if let Some(ago_ms) = ago_ms.map(|it| it.max(0)) {
            let past = Past { ago_ms, flaps: memory.flaps, is_flapping_told: memory.is_flapping_told };
            if ago_ms <= FLAP_MS && self.past.get(&cause).is_none_or(|it| it.ago_ms > ago_ms) {
                self.past.insert(cause, past);
            }
            return;
        }
        self.open.insert(cause, Open { incident, memory, unsaved_ms: 0 });
    }

    /// The incidents that are not over.
    pub(crate) fn open(&self) -> impl Iterator<Item = &Open> {
        self.open.values()
    }

    /// What is remembered of incidents that were over within the last hour.
    #[cfg(test)]
    pub(crate) fn past(&self) -> impl Iterator<Item = (&Cause, &Past)> {
        self.past.iter()
    }

    /// Whether there is nothing to go on with.
    pub(crate) fn is_idle(&self) -> bool {
        self.open.is_empty() && self.past.is_empty()
    }

    /// Whether the app is known to be silent.
    pub(crate) fn is_silent(&self) -> bool {
        let silence = self.open.get(&Cause::Silence);
        silence.is_some_and(|it| it.memory.rules.iter().any(|rule| rule.phase == Phase::Firing))
    }

    /// The names of an app that was renamed.
    pub(crate) fn rename(&mut self, name: &str) {
        for open in self.open.values_mut().filter(|it| it.incident.app != name) {
            open.incident.app = name.to_owned();
        }
    }

    /// Goes on to the next judging. Returns what has to be written; until it is, the caller keeps
    /// the state before. Then it calls [`Self::number`] with what was written.
    pub(crate) fn step(
        &mut self,
        app: (i64, &str),
        now: Moment,
        judged: &[&Judgement],
        context: &impl Context,
    ) -> Vec<IncidentChange> {
        for past in self.past.values_mut() {
            past.ago_ms = past.ago_ms.saturating_add(now.elapsed_ms);
        }
        self.past.retain(|_, past| past.ago_ms <= FLAP_MS);
        let mut changes = vec![];
        let mut by_cause: BTreeMap<Cause, Vec<&Judgement>> = self.open.keys().map(|it| (*it, vec![])).collect();
        for judgement in judged {
            by_cause.entry(judgement.cause).or_default().push(judgement);
        }
        let of_silence = by_cause.remove(&Cause::Silence).unwrap_or_default();
        self.step_cause(Cause::Silence, app, now, &of_silence, false, context, &mut changes);
        let is_silent = self.is_silent();
        for (cause, of_cause) in by_cause {
            let is_frozen = is_silent && !of_cause.iter().any(|it| context.is_heard_in_silence(it.rule));
            self.step_cause(cause, app, now, &of_cause, is_frozen, context, &mut changes);
        }
        changes
    }

    /// Gives incidents the numbers with which they were written.
    pub(crate) fn number(&mut self, written: &[IncidentChange]) {
        for change in written {
            if let Some(open) = self.open.get_mut(&change.incident.cause)
                && open.incident.id == IncidentId(0)
            {
                open.incident.id = change.incident.id;
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "one call, split off for its length")]
    fn step_cause(
        &mut self,
        cause: Cause,
        (app_id, app): (i64, &str),
        now: Moment,
        of_cause: &[&Judgement],
        is_frozen: bool,
        context: &impl Context,
        changes: &mut Vec<IncidentChange>,
    ) {
        let mut open = match self.open.remove(&cause) {
            Some(open) => open,
            None if is_frozen => return,
            None => {
                let breach = of_cause.iter().find(|it| it.outcome == Outcome::Breach);
                let Some(first) = breach.filter(|it| context.about(it.rule).is_some()) else { return };
                let mut open = Open::new(app, cause, first, now.at_ms);
                if let Some(past) = self.past.get(&cause) {
                    open.memory.flaps = past.flaps.saturating_add(1);
                    open.memory.is_flapping_told = past.is_flapping_told;
                }
                open
            }
        };
        changes.extend(open.step(app_id, now, of_cause, is_frozen, context));
        if !open.is_over() {
            self.open.insert(cause, open);
        } else if open.incident.state == IncidentState::Resolved {
            let (flaps, is_flapping_told) = (open.memory.flaps, open.memory.is_flapping_told);
            self.past.insert(cause, Past { ago_ms: 0, flaps, is_flapping_told });
        }
    }
}
