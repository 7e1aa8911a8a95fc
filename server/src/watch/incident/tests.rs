//! Whole lives of incidents, and properties that hold for any sequence of judgements.
#![expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]

use std::collections::BTreeMap;

use contract::alert::{BuiltIn, Cause, EntryKind, IncidentId, IncidentState, RuleId, Severity};
use proptest::prelude::*;

use super::{About, AppIncidents, Context, Moment, app::Past};
use crate::{
    store::alert::{change::IncidentChange, memory::Memory, notice::NoticeKind},
    watch::{
        judgement::{Judgement, Outcome, Timing},
        mute::Held,
    },
};

/// Time between two judgings.
const STEP_MS: i64 = 2_000;
const START_MS: i64 = 1_790_000_000_000;

/// What the machine is told, and what it has written.
struct World {
    now_ms: i64,
    app: AppIncidents,
    /// Every change, in order, with numbers as the store gives them.
    written: Vec<IncidentChange>,
    newest: i64,
    is_muted: bool,
    removed: Option<RuleId>,
}

impl Context for World {
    fn about(&self, rule: RuleId) -> Option<About> {
        (self.removed != Some(rule)).then(|| About { name: rule.to_string(), remedy: String::new() })
    }

    fn held(&self, _rule: RuleId, _incident: IncidentId) -> Option<Held> {
        self.is_muted.then(|| Held { what: "muted".to_owned(), mute: Some(7) })
    }

    fn is_heard_in_silence(&self, _rule: RuleId) -> bool {
        false
    }
}

impl World {
    fn new() -> Self {
        let app = AppIncidents::default();
        Self { now_ms: START_MS, app, written: vec![], newest: 0, is_muted: false, removed: None }
    }

    fn step(&mut self, judged: &[Judgement]) {
        self.now_ms += STEP_MS;
        let now = Moment { at_ms: self.now_ms, elapsed_ms: STEP_MS };
        let judged: Vec<&Judgement> = judged.iter().collect();
        let mut app = std::mem::take(&mut self.app);
        let mut changes = app.step((1, "app"), now, &judged, &*self);
        for change in &mut changes {
            if change.incident.id == IncidentId(0) {
                self.newest += 1;
                change.incident.id = IncidentId(self.newest);
            }
        }
        app.number(&changes);
        self.app = app;
        self.written.extend(changes);
    }

    /// Repeats judgements for a time, seconds.
    fn last(&mut self, seconds: i64, judged: &[Judgement]) {
        (0..seconds * 1_000 / STEP_MS).for_each(|_| self.step(judged));
    }

    /// What channels were told, with the numbers of incidents.
    fn told(&self) -> Vec<(i64, NoticeKind)> {
        let of = |it: &IncidentChange| it.notices.iter().map(|n| (it.incident.id.0, n.kind)).collect::<Vec<_>>();
        self.written.iter().flat_map(of).collect()
    }

    fn entries(&self) -> Vec<EntryKind> {
        self.written.iter().flat_map(|it| &it.entries).map(|it| it.kind).collect()
    }

    /// Stops and starts again with what the store has.
    fn restart(&mut self) {
        let mut rows = BTreeMap::new();
        for change in &self.written {
            rows.insert(change.incident.id, change.clone());
        }
        let mut app = AppIncidents::default();
        for change in rows.into_values().filter(|it| !it.has_passed) {
            let ago_ms = change.incident.resolved_ms.map(|it| self.now_ms - it);
            app.restore(change.incident, change.memory, ago_ms);
        }
        self.app = app;
    }
}

fn judged(rule: BuiltIn, outcome: Outcome) -> Judgement {
    let cause = match rule {
        BuiltIn::Errors | BuiltIn::Latency => Cause::Requests,
        BuiltIn::Silence => Cause::Silence,
        _ => Cause::Memory,
    };
    Judgement {
        rule: RuleId::BuiltIn(rule),
        group: String::new(),
        cause,
        outcome,
        severity: Severity::Warning,
        timing: Timing { for_s: 10, clear_s: 20, remind_s: None },
        value: Some(2.0),
        limit: Some(1.0),
        usual: None,
        unit: String::new(),
        since_s: None,
        what: rule.word().to_owned(),
        detail: String::new(),
        metric: None,
    }
}

fn errors(outcome: Outcome) -> [Judgement; 1] {
    [judged(BuiltIn::Errors, outcome)]
}

use NoticeKind::{Escalated, Flapping, Opened, Reminder, Resolved};

#[test]
fn ok_opens_after_for_and_resolves_after_clear() {
    let mut world = World::new();
    world.last(10, &errors(Outcome::Breach));
    assert_eq!((world.told(), world.written.len()), (vec![], 1), "it is pending, and in the store");
    world.last(2, &errors(Outcome::Breach));
    assert_eq!(world.told(), [(1, Opened)]);
    let opened = world.written.last().unwrap().incident.clone();
    assert_eq!((opened.began_ms, opened.fired_ms), (START_MS + STEP_MS, Some(world.now_ms)));
    world.last(20, &errors(Outcome::Clear));
    world.last(2, &errors(Outcome::Between));
    world.last(20, &errors(Outcome::Clear));
    world.last(60, &errors(Outcome::Unknown));
    assert_eq!(world.told().len(), 1);
    world.last(2, &errors(Outcome::Clear));
    assert_eq!(world.told(), [(1, Opened), (1, Resolved)]);
    assert_eq!(world.written.last().unwrap().incident.state, IncidentState::Resolved);
}

#[test]
fn ok_what_passes_is_never_told() {
    let mut world = World::new();
    for _ in 0..10 {
        world.last(8, &errors(Outcome::Breach));
        world.last(2, &errors(Outcome::Clear));
    }
    assert_eq!((world.told(), world.entries()), (vec![], vec![]));
    assert!(world.written.last().unwrap().has_passed);
}

#[test]
fn ok_rules_of_one_cause_join() {
    let mut world = World::new();
    world.last(12, &errors(Outcome::Breach));
    let mut slow = judged(BuiltIn::Latency, Outcome::Breach);
    let both = |slow: &Judgement| [errors(Outcome::Breach)[0].clone(), slow.clone()];
    world.last(12, &both(&slow));
    assert_eq!((world.told(), world.entries()), (vec![(1, Opened)], vec![EntryKind::Opened, EntryKind::Joined]));
    slow.severity = Severity::Critical;
    world.last(12, &both(&slow));
    assert_eq!(world.told(), [(1, Opened), (1, Escalated)]);
    world.last(30, &[slow]);
    assert_eq!(world.entries().last(), Some(&EntryKind::Eased));
    world.last(5 * 3_600, &[judged(BuiltIn::Latency, Outcome::Between)]);
    assert_eq!(world.told(), [(1, Opened), (1, Escalated), (1, Reminder)]);
    world.last(30, &[]);
    assert_eq!(world.told().last(), Some(&(1, Resolved)));
}

#[test]
fn ok_silence_keeps_what_fires() {
    let mut world = World::new();
    world.last(12, &errors(Outcome::Breach));
    let with_silence = |outcome| [errors(Outcome::Clear)[0].clone(), judged(BuiltIn::Silence, outcome)];
    world.last(3_600, &with_silence(Outcome::Breach));
    // The errors were right for ten seconds before the silence was sure.
    assert_eq!(world.told(), [(1, Opened), (2, Opened)]);
    assert_eq!(
        world.app.open().map(|it| it.incident.state).collect::<Vec<_>>(),
        [IncidentState::Unknown, IncidentState::Firing]
    );
    world.last(60, &with_silence(Outcome::Clear));
    let told = world.told();
    assert_eq!(told.len(), 4);
    assert!(told[2..].contains(&(1, Resolved)) && told[2..].contains(&(2, Resolved)));
    assert!(world.entries().contains(&EntryKind::Unknown) && world.entries().contains(&EntryKind::Known));
}

#[test]
fn ok_a_flapping_night_is_a_handful_of_messages() {
    for (bad_s, good_s) in [(60, 60), (20, 300), (300, 900), (600, 1_800)] {
        let mut world = World::new();
        for _ in 0..8 * 3_600 / (bad_s + good_s) {
            world.last(bad_s, &errors(Outcome::Breach));
            world.last(good_s, &errors(Outcome::Clear));
        }
        world.last(2 * 3_600, &errors(Outcome::Clear));
        let told = world.told();
        assert!(told.len() <= 9, "{bad_s} {good_s}: {told:?}");
        assert!(told.iter().filter(|it| it.1 == Flapping).count() == 1, "{told:?}");
        assert_eq!(told.last().unwrap().1, Resolved);
    }
}

#[test]
fn ok_a_mute_holds_back_and_its_end_tells() {
    let mut world = World::new();
    world.is_muted = true;
    world.last(60, &errors(Outcome::Breach));
    assert_eq!((world.told(), world.entries()), (vec![], vec![EntryKind::Opened, EntryKind::Muted]));
    assert_eq!(world.written.iter().flat_map(|it| &it.hidden).count(), 1);
    world.is_muted = false;
    world.last(10, &errors(Outcome::Breach));
    world.is_muted = true;
    world.last(60, &errors(Outcome::Clear));
    assert_eq!(world.told(), [(1, Opened), (1, Resolved)]);
    world.last(4_000, &errors(Outcome::Clear));
    world.last(60, &errors(Outcome::Breach));
    world.last(60, &errors(Outcome::Clear));
    assert_eq!(world.told().len(), 2, "what nobody heard of is not over for them either");
}

#[test]
fn ok_a_removed_rule_resolves_without_a_message() {
    let mut world = World::new();
    world.last(60, &errors(Outcome::Breach));
    world.removed = Some(RuleId::BuiltIn(BuiltIn::Errors));
    world.last(10, &errors(Outcome::Breach));
    assert_eq!((world.told(), world.entries()), (vec![(1, Opened)], vec![EntryKind::Opened, EntryKind::Resolved]));
}

#[test]
fn ok_a_clock_that_steps_changes_nothing() {
    for by_ms in [-6 * 3_600_000, 6 * 3_600_000] {
        let mut world = World::new();
        world.last(12, &errors(Outcome::Breach));
        world.last(10, &errors(Outcome::Clear));
        world.now_ms += by_ms;
        world.last(10, &errors(Outcome::Clear));
        assert_eq!(world.told(), [(1, Opened)]);
        world.last(10, &errors(Outcome::Clear));
        assert_eq!(world.told(), [(1, Opened), (1, Resolved)]);
        let over = &world.written.last().unwrap().incident;
        assert!(over.resolved_ms >= over.fired_ms);
    }
}

/// One step of a random life: the outcomes of four rules, whether the second is critical, whether
/// everything is muted, and how many times the step is repeated.
type Step = ([u8; 4], bool, bool, u8);

fn judgements((outcomes, is_critical, ..): &Step) -> Vec<Judgement> {
    let rules = [BuiltIn::Errors, BuiltIn::Latency, BuiltIn::Memory, BuiltIn::Silence];
    let of = |(rule, outcome): (BuiltIn, &u8)| {
        let outcome = [Outcome::Breach, Outcome::Between, Outcome::Clear, Outcome::Unknown][usize::from(*outcome)];
        let mut judgement = judged(rule, outcome);
        if rule == BuiltIn::Latency && *is_critical {
            judgement.severity = Severity::Critical;
        }
        judgement
    };
    rules.into_iter().zip(outcomes).map(of).collect()
}

fn live(world: &mut World, step: &Step) {
    world.is_muted = step.2;
    let judged = judgements(step);
    (0..step.3).for_each(|_| world.step(&judged));
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec((prop::array::uniform4(0_u8..4), any::<bool>(), prop::bool::weighted(0.2), 1_u8..30), 1..60)
}

proptest! {
    #[test]
    fn ok_messages_have_an_order(life in steps()) {
        let mut world = World::new();
        life.iter().for_each(|it| live(&mut world, it));
        let mut told: BTreeMap<i64, Vec<NoticeKind>> = BTreeMap::new();
        for (id, kind) in world.told() {
            told.entry(id).or_default().push(kind);
        }
        for (id, kinds) in told {
            prop_assert_eq!(kinds[0], Opened, "{}", id);
            let between = &kinds[1..kinds.len().max(2) - 1];
            prop_assert!(between.iter().all(|it| !matches!(it, Opened | Resolved)), "{:?}", kinds);
            prop_assert!(kinds.iter().filter(|it| **it == Opened).count() == 1);
        }
        // Every timeline has one beginning, and nothing after its end.
        let mut ends = BTreeMap::new();
        for change in &world.written {
            for entry in &change.entries {
                let is_first = !ends.contains_key(&change.incident.id);
                prop_assert_eq!(entry.kind == EntryKind::Opened, is_first);
                let was_over = ends.insert(change.incident.id, entry.kind == EntryKind::Resolved);
                prop_assert_ne!(was_over, Some(true));
            }
        }
    }

    /// With every step written, a server that stops anywhere goes on as if it had not.
    #[test]
    fn ok_goes_on_where_it_was(life in steps(), stop in 0_usize..60) {
        let (mut whole, mut stopped) = (World::new(), World::new());
        for (n, step) in life.iter().enumerate() {
            live(&mut whole, step);
            live(&mut stopped, step);
            if n == stop {
                save(&mut stopped);
            }
        }
        prop_assert_eq!(whole.told(), stopped.told());
        prop_assert_eq!(whole.entries(), stopped.entries());
    }

    /// With what is really written, a server that stops anywhere says nothing twice, and nothing of
    /// what did not happen.
    #[test]
    fn ok_a_crash_says_nothing_twice(life in steps(), stop in 0_usize..60) {
        let mut world = World::new();
        for (n, step) in life.iter().enumerate() {
            live(&mut world, step);
            if n == stop {
                world.restart();
            }
        }
        let told = world.told();
        for (id, kind) in told.iter().filter(|it| matches!(it.1, Opened | Resolved)) {
            prop_assert_eq!(told.iter().filter(|it| *it == &(*id, *kind)).count(), 1);
            prop_assert!(told.contains(&(*id, Opened)));
        }
    }
}

/// Stops and starts with everything that the store holds of an incident.
fn save(world: &mut World) {
    let mut app = AppIncidents::default();
    for open in world.app.open() {
        app.restore(open.incident.clone(), open.memory.clone(), None);
    }
    for (cause, Past { ago_ms, flaps, is_flapping_told }) in world.app.past() {
        let memory = Memory { flaps: *flaps, is_flapping_told: *is_flapping_told, ..Memory::default() };
        let mut incident = world.written.iter().rev().find(|it| it.incident.cause == *cause).unwrap().incident.clone();
        incident.cause = *cause;
        app.restore(incident, memory, Some(*ago_ms));
    }
    world.app = app;
}
