//! One incident that is not over: its rules go on, and what follows for the timeline and for
//! channels.

use contract::alert::{Cause, Entry, EntryKind, Incident, IncidentId, IncidentState, RuleId};

use super::{
    context::{Context, Moment},
    message::{self, beyond, entry, line},
    phase::{self, Turn},
};
use crate::{
    store::alert::{
        change::IncidentChange,
        memory::{Memory, Phase, RuleMemory},
        notice::{Notice, NoticeKind},
    },
    watch::judgement::{Judgement, Outcome},
};

/// Most rules and groups of one incident. Further groups of a rule say nothing new.
pub(crate) const RULES_MAX: usize = 200;
/// An open incident's waits are written this often, milliseconds: a crash costs so much of them.
const SAVE_EVERY_MS: i64 = 60_000;

/// An incident that is not over.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Open {
    /// What pages show.
    pub incident: Incident,
    /// How far its rules have come.
    pub memory: Memory,
    /// How long ago it was written, milliseconds.
    pub unsaved_ms: i64,
}

/// What one judging changes, while it is put together.
#[derive(Debug, Default)]
struct Draft {
    entries: Vec<Entry>,
    notices: Vec<Notice>,
    hidden: Vec<i64>,
    must_save: bool,
}

/// What has become of the rules of an incident.
#[derive(Debug, Default)]
struct Turns {
    fired: Vec<usize>,
    over: Vec<RuleMemory>,
    comes_and_goes: bool,
    /// Whether a rule that had fired is not judged any more.
    is_retired: bool,
    has_changed: bool,
}

impl Open {
    /// An incident without rules yet.
    pub(crate) fn new(app: &str, cause: Cause, first: &Judgement, at_ms: i64) -> Self {
        let incident = Incident {
            id: IncidentId(0),
            app: app.to_owned(),
            cause,
            severity: first.severity,
            state: IncidentState::Pending,
            rule: first.rule,
            rule_name: String::new(),
            what: first.what.clone(),
            detail: first.detail.clone(),
            remedy: String::new(),
            began_ms: at_ms,
            fired_ms: None,
            resolved_ms: None,
            worst_ms: at_ms,
            metric: first.metric.clone(),
        };
        Self { incident, memory: Memory::default(), unsaved_ms: 0 }
    }

    /// Goes on to the next judging. `None` when nothing has to be written. Afterwards the incident
    /// is over when [`Self::is_over`] says so.
    pub(crate) fn step(
        &mut self,
        app_id: i64,
        now: Moment,
        judged: &[&Judgement],
        is_frozen: bool,
        context: &impl Context,
    ) -> Option<IncidentChange> {
        let mut draft = Draft::default();
        let had_fired = self.incident.fired_ms.is_some();
        self.unsaved_ms += now.elapsed_ms;
        self.memory.quiet_ms = self.memory.quiet_ms.saturating_add(now.elapsed_ms);
        let turns = self.turn(now, judged, is_frozen, context);
        draft.must_save = turns.has_changed || self.incident.id.0 == 0 || self.unsaved_ms >= SAVE_EVERY_MS;
        if had_fired {
            self.go_on(now, &turns, is_frozen, context, &mut draft);
        } else if !turns.fired.is_empty() {
            self.open(now, &turns, context, &mut draft);
        } else if let Some(first) = self.memory.rules.first() {
            let (rule, began_ms) = (first.rule, first.since_ms);
            self.decide(rule, 0, began_ms, context);
        }
        self.tell_late_or_again(now, context, &mut draft);
        let has_passed = !had_fired && self.memory.rules.is_empty();
        if has_passed && self.incident.id.0 == 0 {
            return None;
        }
        let must_write = draft.must_save || has_passed || !draft.entries.is_empty() || !draft.notices.is_empty();
        must_write.then(|| {
            self.unsaved_ms = 0;
            IncidentChange {
                app_id,
                incident: self.incident.clone(),
                memory: self.memory.clone(),
                has_passed,
                entries: draft.entries,
                notices: draft.notices,
                hidden: draft.hidden,
            }
        })
    }

    /// Whether nothing is left to wait for.
    pub(crate) fn is_over(&self) -> bool {
        self.incident.resolved_ms.is_some() || self.memory.rules.is_empty()
    }

    /// Lets every rule go on, and adds those that are wrong now.
    fn turn(&mut self, now: Moment, judged: &[&Judgement], is_frozen: bool, context: &impl Context) -> Turns {
        let mut turns = Turns::default();
        let mut kept = Vec::with_capacity(self.memory.rules.len());
        for mut rule in std::mem::take(&mut self.memory.rules) {
            if context.about(rule.rule).is_none() {
                turns.has_changed = true;
                turns.is_retired |= rule.phase != Phase::Pending;
                continue;
            }
            // What is unknown without a group is unknown of every group.
            let all = |it: &&&Judgement| it.group.is_empty() && it.outcome == Outcome::Unknown;
            let mut of_rule = judged.iter().filter(|it| it.rule == rule.rule);
            let judgement = of_rule.clone().find(|it| it.group == rule.group).or_else(|| of_rule.find(all));
            let turn = if is_frozen {
                Turn::Same
            } else {
                phase::advance(&mut rule, judgement.copied(), now.elapsed_ms, self.memory.flaps)
            };
            match turn {
                Turn::Over => turns.over.push(rule),
                Turn::Passed => turns.has_changed = true,
                Turn::Same | Turn::Fires | Turn::ComesAndGoes => {
                    if turn == Turn::Fires {
                        turns.fired.push(kept.len());
                    }
                    turns.comes_and_goes |= turn == Turn::ComesAndGoes;
                    kept.push(rule);
                }
            }
        }
        let is_new = |new: &&&Judgement| {
            let is_it = |known: &RuleMemory| known.rule == new.rule && known.group == new.group;
            new.outcome == Outcome::Breach && !kept.iter().any(is_it)
        };
        let new: Vec<&Judgement> = if is_frozen { vec![] } else { judged.iter().filter(is_new).copied().collect() };
        for judgement in new.into_iter().filter(|it| context.about(it.rule).is_some()) {
            if kept.len() >= RULES_MAX {
                break;
            }
            let (rule, turn) = phase::begin(judgement, now.at_ms);
            if turn == Turn::Fires {
                turns.fired.push(kept.len());
            }
            turns.has_changed = true;
            kept.push(rule);
        }
        self.memory.rules = kept;
        if !is_frozen {
            self.note_worst(now.at_ms, judged);
        }
        turns
    }

    /// The incident fires for the first time.
    fn open(&mut self, now: Moment, turns: &Turns, context: &impl Context, draft: &mut Draft) {
        let rules = &self.memory.rules;
        let Some(first) = turns.fired.iter().copied().min_by_key(|it| rules[*it].severity) else { return };
        let began_ms = turns.fired.iter().map(|it| rules[*it].since_ms).min().unwrap_or(now.at_ms);
        self.incident.severity = rules[first].severity;
        self.decide(rules[first].rule, first, began_ms, context);
        self.incident.state = IncidentState::Firing;
        self.incident.fired_ms = Some(now.at_ms);
        self.incident.worst_ms = now.at_ms;
        let first_rule = &self.memory.rules[first];
        let (value, limit, usual) = (first_rule.value, first_rule.limit, first_rule.usual);
        self.memory.worst = beyond(first_rule);
        self.keep_values(value, limit, usual);
        self.enter(draft, now, EntryKind::Opened, first);
        for other in turns.fired.iter().filter(|it| **it != first) {
            self.enter(draft, now, EntryKind::Joined, *other);
        }
    }

    /// An incident that has fired goes on.
    fn go_on(&mut self, now: Moment, turns: &Turns, is_frozen: bool, context: &impl Context, draft: &mut Draft) {
        match (self.incident.state, is_frozen) {
            (IncidentState::Firing, true) => {
                self.incident.state = IncidentState::Unknown;
                let text = "no log lines are coming in: whether it goes on is not known";
                draft.entries.push(line(now, EntryKind::Unknown, None, text));
            }
            (IncidentState::Unknown, false) => {
                self.incident.state = IncidentState::Firing;
                draft.entries.push(line(now, EntryKind::Known, None, "log lines are coming in again"));
            }
            _ => {}
        }
        for index in &turns.fired {
            let severity = self.memory.rules[*index].severity;
            if severity < self.incident.severity {
                self.escalate(*index, now, context, draft);
            } else {
                self.enter(draft, now, EntryKind::Joined, *index);
            }
        }
        self.escalate_risen(now, context, draft);
        let fires = self.memory.rules.iter().any(|it| it.phase != Phase::Pending);
        if !fires {
            return self.resolve(now, turns, draft);
        }
        for rule in &turns.over {
            draft.entries.push(entry(now, EntryKind::Eased, rule));
        }
        if turns.comes_and_goes && !self.memory.is_flapping_told && self.memory.is_told {
            self.memory.is_flapping_told = true;
            let text = "it keeps coming back; the time before it resolves is now longer";
            draft.entries.push(line(now, EntryKind::Flapping, None, text));
            self.tell(draft, now, NoticeKind::Flapping, context);
        }
    }

    /// A rule that fires already may have become more urgent.
    fn escalate_risen(&mut self, now: Moment, context: &impl Context, draft: &mut Draft) {
        let firing = |it: &&RuleMemory| it.phase == Phase::Firing;
        let Some(worst) = self.memory.rules.iter().filter(firing).map(|it| it.severity).min() else { return };
        if worst >= self.incident.severity {
            return;
        }
        let is_it = |it: &RuleMemory| it.phase == Phase::Firing && it.severity == worst;
        let Some(index) = self.memory.rules.iter().position(is_it) else { return };
        self.escalate(index, now, context, draft);
    }

    /// The incident becomes as urgent as one of its rules, and is named after it.
    fn escalate(&mut self, index: usize, now: Moment, context: &impl Context, draft: &mut Draft) {
        let rule = &self.memory.rules[index];
        self.incident.severity = rule.severity;
        let (rule, began_ms) = (rule.rule, self.incident.began_ms);
        self.decide(rule, index, began_ms, context);
        self.enter(draft, now, EntryKind::Escalated, index);
        self.tell(draft, now, NoticeKind::Escalated, context);
    }

    /// Everything that has fired is over. Removing a rule says nothing.
    fn resolve(&mut self, now: Moment, turns: &Turns, draft: &mut Draft) {
        let is_judged = !turns.over.is_empty();
        let text = if is_judged { "back to normal" } else { "its rule no longer applies" };
        self.incident.state = IncidentState::Resolved;
        // A clock that was set back must not end an incident before it began.
        self.incident.resolved_ms = Some(now.at_ms.max(self.incident.fired_ms.unwrap_or(now.at_ms)));
        let rule = turns.over.last();
        draft.entries.push(Entry {
            at_ms: now.at_ms,
            kind: EntryKind::Resolved,
            rule: rule.map(|it| it.rule),
            group: rule.map(|it| it.group.clone()).unwrap_or_default(),
            text: text.to_owned(),
        });
        if is_judged && self.memory.is_told {
            // Whoever heard that it began hears that it is over, muted or not.
            draft.notices.push(message::notice(&self.incident, &self.memory, NoticeKind::Resolved, now, rule));
        }
    }

    /// Says what was held back once nothing holds it any more, and what goes on for long.
    fn tell_late_or_again(&mut self, now: Moment, context: &impl Context, draft: &mut Draft) {
        if self.incident.state != IncidentState::Firing {
            return;
        }
        if !self.memory.is_told {
            return self.tell(draft, now, NoticeKind::Opened, context);
        }
        let firing = self.memory.rules.iter().filter(|it| it.phase == Phase::Firing);
        let Some(remind_s) = firing.filter_map(|it| it.remind_s).min() else { return };
        if self.memory.quiet_ms >= remind_s.saturating_mul(1_000) {
            draft.entries.push(line(now, EntryKind::Reminder, Some(self.incident.rule), "still firing"));
            self.tell(draft, now, NoticeKind::Reminder, context);
        }
    }

    /// Tells channels, or notes what holds the message back.
    fn tell(&mut self, draft: &mut Draft, now: Moment, kind: NoticeKind, context: &impl Context) {
        if kind != NoticeKind::Opened && !self.memory.is_told {
            return;
        }
        self.memory.quiet_ms = 0;
        if let Some(held) = context.held(self.incident.rule, self.incident.id) {
            // An opening is tried again at each judging, but is held back once.
            if kind != NoticeKind::Opened || !self.memory.is_muted {
                self.memory.is_muted = true;
                draft.hidden.extend(held.mute);
                draft.entries.push(line(now, EntryKind::Muted, Some(self.incident.rule), held.what));
            }
            return;
        }
        self.memory.is_told = true;
        draft.notices.push(message::notice(&self.incident, &self.memory, kind, now, None));
    }

    /// Makes a rule the one that the incident is named after.
    fn decide(&mut self, rule: RuleId, index: usize, began_ms: i64, context: &impl Context) {
        let Some(of) = self.memory.rules.get(index) else { return };
        let incident = &mut self.incident;
        (incident.rule, incident.began_ms) = (rule, began_ms);
        incident.what.clone_from(&of.what);
        incident.detail.clone_from(&of.detail);
        incident.metric.clone_from(&of.metric);
        if let Some(about) = context.about(rule) {
            (incident.rule_name, incident.remedy) = (about.name, about.remedy);
        }
    }

    /// Keeps what the deciding rule says when its value is worst.
    fn note_worst(&mut self, at_ms: i64, judged: &[&Judgement]) {
        let rule = self.incident.rule;
        let is_it = |it: &&&Judgement| it.rule == rule && it.outcome == Outcome::Breach;
        if self.incident.fired_ms.is_none() {
            return;
        }
        for judgement in judged.iter().filter(is_it) {
            let is_known = |it: &RuleMemory| it.rule == judgement.rule && it.group == judgement.group;
            let Some(share) = self.memory.rules.iter().find(|it| is_known(it)).and_then(beyond) else { continue };
            if self.memory.worst.is_none_or(|it| share > it) {
                self.memory.worst = Some(share);
                self.keep_values(judgement.value, judgement.limit, judgement.usual);
                self.incident.worst_ms = at_ms;
                self.incident.what.clone_from(&judgement.what);
                self.incident.detail.clone_from(&judgement.detail);
            }
        }
    }

    fn keep_values(&mut self, value: Option<f64>, limit: Option<f64>, usual: Option<f64>) {
        let memory = &mut self.memory;
        (memory.worst_value, memory.worst_limit, memory.worst_usual) = (value, limit, usual);
    }

    fn enter(&self, draft: &mut Draft, now: Moment, kind: EntryKind, index: usize) {
        draft.entries.extend(self.memory.rules.get(index).map(|it| entry(now, kind, it)));
    }
}
