//! Plays a simulated app through the real rules, and counts what was found, how soon, and what was
//! said for nothing.

use std::collections::BTreeMap;

use contract::alert::Incident as Said;
use server::watch::{
    incident::replay::Replay,
    judgement::Outcome,
    rule::{self, expected::Expected, history::History, observed::Crash},
};

use super::{
    app::{App, QUOTA_MB, STEP_S, Step},
    fixed::Fixed,
    incident::{Incident, Kind, plan},
    usual::Hours,
};

const DAY_S: i64 = 86_400;
/// The server looks at crashes for this long, seconds.
const CRASHES_S: i64 = 900;
/// While nothing is wrong the rules judge this often, seconds, which saves most of the time: they
/// look at a minute and more.
const CALM_STEP_S: i64 = 30;
/// The first incident comes when there is some history, seconds.
const CALM_S: i64 = 15 * DAY_S;
/// Incidents a year.
const INCIDENTS: i64 = 60;
/// What is said so long after an incident still belongs to it, seconds.
const AFTER_S: i64 = 3_600;

/// What became of one year.
pub struct Year {
    pub incidents: Vec<Incident>,
    /// The first message of each incident, seconds after it began.
    pub found_after_s: Vec<Option<i64>>,
    /// First messages that belong to no incident.
    pub false_alarms: Vec<Said>,
    pub days: i64,
}

/// What is played.
#[derive(Clone, Copy)]
pub struct Play {
    pub seed: u64,
    /// Requests a second in the mean.
    pub per_s: f64,
    pub days: i64,
    /// Short incidents last so many times as long.
    pub stretch: f64,
}

/// Plays an app: what the built-in rules said, and what fixed thresholds did.
pub fn play(Play { seed, per_s, days, stretch }: Play) -> [Year; 2] {
    let to_s = days * DAY_S;
    let n = (INCIDENTS * days / 365).max(Kind::ALL.len() as i64) as usize;
    let mut app = App::new(seed, per_s, |chance| plan(chance, n, CALM_S..to_s, stretch));
    let (mut history, mut hours, mut fixed) = (History::default(), Hours::default(), Fixed::default());
    let (mut ours, mut theirs) = (Replay::default(), Replay::default());
    let (mut said, mut said_by_fixed) = (vec![], vec![]);
    let (mut expected, mut heard_s, mut crashes): (Option<Expected>, _, Vec<_>) = (None, None, vec![]);
    let mut is_calm = true;
    for at_s in (0..to_s).step_by(STEP_S as usize) {
        if at_s % 3_600 == 0 {
            expected = hours.usual(at_s).as_ref().map(Expected::from);
        }
        let mut step = app.step(at_s);
        let jitter = app.chance.share();
        hours.add(at_s, &step.counts, &step.service);
        // The server judges when the ten seconds are over.
        let now_s = at_s + STEP_S;
        if step.counts.lines > 0 {
            heard_s = Some(at_s + (jitter * STEP_S as f64) as i64);
        }
        crashes.append(&mut step.crashes);
        crashes.retain(|it: &Crash| it.at_s > now_s - CRASHES_S);
        put(&mut history, &step);
        said_by_fixed.extend(theirs.take(now_s, &fixed.take(&step)));
        if is_calm && now_s % CALM_STEP_S != 0 && !app.incidents().iter().any(|it| belongs(it, now_s)) {
            continue;
        }
        let mut observed = history.observe(now_s);
        (observed.heard_s, observed.quota_mb) = (heard_s, Some(QUOTA_MB));
        observed.crashes.clone_from(&crashes);
        let judgements = rule::judge(&observed, expected.as_ref());
        is_calm = judgements.iter().all(|it| it.outcome != Outcome::Breach);
        said.extend(ours.take(now_s, &judgements));
    }
    [said, said_by_fixed].map(|it| outcome(app.incidents(), it, days))
}

fn put(history: &mut History, step: &Step) {
    if step.counts.lines > 0 {
        history.put(step.at_s, step.counts.clone(), &step.service);
        for (dyno, mb) in ["web.1", "web.2"].into_iter().zip(step.memory_mb) {
            history.memory.add(dyno, step.at_s, mb);
        }
    }
}

/// Whether what is said at a moment belongs to an incident.
fn belongs(incident: &Incident, at_s: i64) -> bool {
    (incident.from_s..incident.to_s + AFTER_S).contains(&at_s)
}

fn outcome(incidents: &[Incident], said: Vec<Said>, days: i64) -> Year {
    let first = |incident: &Incident| {
        let range = incident.from_s..incident.to_s + 300;
        let is_its = |it: &&Said| incident.kind.causes().contains(&it.cause) && range.contains(&said_s(it));
        said.iter().find(is_its).map(|it| said_s(it) - incident.from_s)
    };
    let found_after_s = incidents.iter().map(first).collect();
    let is_false = |said: &Said| !incidents.iter().any(|it| belongs(it, said_s(said)));
    let false_alarms = said.into_iter().filter(is_false).collect();
    Year { incidents: incidents.to_vec(), found_after_s, false_alarms, days }
}

/// When the first message of an incident was sent, unix seconds.
pub fn said_s(said: &Said) -> i64 {
    said.fired_ms.unwrap_or(said.began_ms) / 1_000
}

impl Year {
    /// Incidents found, of all.
    pub fn found(&self) -> (usize, usize) {
        (self.found_after_s.iter().flatten().count(), self.incidents.len())
    }

    /// Of each kind: found, of all, and the times to the first message in order.
    pub fn by_kind(&self) -> BTreeMap<Kind, (usize, usize, Vec<i64>)> {
        let mut kinds: BTreeMap<Kind, (usize, usize, Vec<i64>)> = BTreeMap::new();
        for (incident, after_s) in self.incidents.iter().zip(&self.found_after_s) {
            let row = kinds.entry(incident.kind).or_default();
            row.1 += 1;
            if let Some(after_s) = after_s {
                row.0 += 1;
                row.2.push(*after_s);
            }
        }
        kinds.values_mut().for_each(|it| it.2.sort_unstable());
        kinds
    }

    /// Grave incidents that were told within two minutes, of all.
    pub fn grave_in_time(&self) -> (usize, usize) {
        let grave = || self.incidents.iter().zip(&self.found_after_s).filter(|it| it.0.kind.is_grave());
        let in_time = grave().filter(|found| found.1.is_some_and(|it| it <= 120)).count();
        (in_time, grave().count())
    }

    /// False alarms by rule.
    pub fn false_by_rule(&self) -> BTreeMap<String, usize> {
        let mut rules = BTreeMap::new();
        for said in &self.false_alarms {
            *rules.entry(said.rule.to_string()).or_default() += 1;
        }
        rules
    }
}
