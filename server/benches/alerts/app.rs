//! A simulated app: what it would log in each ten seconds of a year, good days and bad.
//!
//! Good days have night lows, weekends, growth, holidays, late nights, bursts of visitors and of
//! clients' errors, releases with short blips, slow spells of the database, and single crashes.

use contract::{ErrorCode, StatusClass};
use pipeline::{Cell, Kind as CellKind};
use server::watch::rule::observed::{Counts, Crash};

use super::{
    dice::{Chance, Drift},
    incident::{Effect, Incident},
};

/// Length of a step, seconds.
pub const STEP_S: i64 = 10;
const HOUR_S: i64 = 3_600;
const DAY_S: i64 = 86_400;
/// Most service times of a step that are sampled: the rest would look the same, and a judgement of
/// fewer is harder.
const TIMES_MAX: u64 = 24;
/// The dynos' memory quota, MB.
pub const QUOTA_MB: f64 = 512.0;

/// What happened in one step.
pub struct Step {
    pub at_s: i64,
    pub counts: Counts,
    pub service: Cell,
    pub memory_mb: [f64; 2],
    pub crashes: Vec<Crash>,
}

/// Something that is part of a normal day.
#[derive(Clone, Copy, PartialEq)]
enum Habit {
    /// More visitors, as a factor.
    Burst(f64),
    /// A share of clients' errors.
    ClientErrors(f64),
    /// A release: a share of server errors, while the dynos change.
    Release(f64),
    /// The database does something else: a factor of latency.
    SlowSpell(f64),
}

/// A habit and when it lasts.
struct Phase {
    from_s: i64,
    to_s: i64,
    habit: Habit,
}

/// The simulated app.
pub struct App {
    pub chance: Chance,
    per_s: f64,
    heartbeat: bool,
    traffic: Drift,
    latency: Drift,
    errors: Drift,
    day: Day,
    phases: Vec<Phase>,
    started_s: i64,
    incidents: Vec<Incident>,
}

/// What is peculiar to a day.
#[derive(Default)]
struct Day {
    number: i64,
    factor: f64,
    late_h: f64,
}

impl App {
    pub fn new(seed: u64, per_s: f64, plan: impl FnOnce(&mut Chance) -> Vec<Incident>) -> Self {
        let mut chance = Chance::new(seed);
        let incidents = plan(&mut chance);
        Self {
            traffic: Drift::new(&mut chance, STEP_S, 900.0),
            latency: Drift::new(&mut chance, STEP_S, 1_800.0),
            errors: Drift::new(&mut chance, STEP_S, 1_800.0),
            day: Day { number: -1, ..Day::default() },
            phases: vec![],
            started_s: 0,
            // A quiet app says nothing between its requests.
            heartbeat: per_s > 1.0,
            chance,
            per_s,
            incidents,
        }
    }

    pub fn incidents(&self) -> &[Incident] {
        &self.incidents
    }

    /// The step that begins at `at_s`.
    pub fn step(&mut self, at_s: i64) -> Step {
        self.begin_day(at_s);
        let mut effect = Effect::default();
        self.incidents.iter().for_each(|it| it.add_to(&mut effect, at_s));
        let (traffic_noise, latency_noise) = (self.traffic.next(&mut self.chance), self.latency.next(&mut self.chance));
        let error_noise = self.errors.next(&mut self.chance);
        let load = self.load(at_s);
        let mut level = self.per_s * load * (0.12 * traffic_noise).exp();
        let mut errors = 0.002 * (0.4 * error_noise).exp();
        let mut slow = (0.07 * latency_noise).exp() * (0.9 + 0.15 * load);
        let (mut client_errors, mut is_releasing) = (0.03, false);
        self.phases.retain(|it| it.to_s > at_s);
        for phase in self.phases.iter().filter(|it| it.from_s <= at_s) {
            match phase.habit {
                Habit::Burst(factor) => level *= factor,
                Habit::ClientErrors(share) => client_errors = share,
                Habit::SlowSpell(factor) => slow *= factor,
                Habit::Release(share) => {
                    (errors, slow, is_releasing) = (errors + share, slow * 1.8, true);
                }
            }
        }
        if is_releasing {
            self.started_s = at_s;
        }
        let memory_mb = self.memory(at_s, effect.leak);
        let mut step = Step { at_s, counts: Counts::default(), service: Cell::default(), memory_mb, crashes: vec![] };
        if effect.is_silent {
            return step;
        }
        self.requests(&mut step, level * effect.traffic, (errors + effect.errors).min(1.0), client_errors);
        self.codes(&mut step, &effect, is_releasing);
        self.times(&mut step, slow * effect.latency);
        self.crashes(&mut step, &effect);
        step
    }

    /// Draws what is peculiar to a day, and its phases.
    fn begin_day(&mut self, at_s: i64) {
        let number = at_s.div_euclid(DAY_S);
        if self.day.number == number {
            return;
        }
        let chance = &mut self.chance;
        let is_holiday = chance.share() < 6.0 / 365.0;
        let late_h = if chance.share() < 2.0 / 30.0 { chance.within(1.5, 3.0) } else { 0.0 };
        let holiday = if is_holiday { 0.65 } else { 1.0 };
        self.day = Day { number, factor: holiday * (0.08 * chance.normal()).exp(), late_h };
        let midnight_s = number * DAY_S;
        let mut add = |chance: &mut Chance, hours: (f64, f64), seconds: (f64, f64), habit: Habit| {
            let from_s = midnight_s + (chance.within(hours.0, hours.1) * 3_600.0) as i64;
            self.phases.push(Phase { from_s, to_s: from_s + chance.within(seconds.0, seconds.1) as i64, habit });
        };
        if chance.share() < 2.0 / 7.0 {
            let factor = chance.within(1.5, 2.3);
            add(chance, (7.0, 23.0), (300.0, 2_400.0), Habit::Burst(factor));
        }
        if chance.share() < 3.0 / 7.0 {
            let share = chance.within(0.2, 0.5);
            add(chance, (0.0, 24.0), (600.0, 1_800.0), Habit::ClientErrors(share));
        }
        if chance.share() < 3.0 / 7.0 {
            let factor = chance.within(1.2, 1.5);
            add(chance, (0.0, 24.0), (300.0, 1_200.0), Habit::SlowSpell(factor));
        }
        let is_workday = number.rem_euclid(7) < 5;
        let releases = if is_workday { chance.poisson(1.5) } else { 0 };
        for _ in 0..releases {
            let share = chance.within(0.01, 0.1);
            add(chance, (9.0, 18.0), (20.0, 50.0), Habit::Release(share));
        }
        // The daily restart of the dynos.
        add(chance, (0.0, 24.0), (10.0, 20.0), Habit::Release(0.005));
    }

    /// The load at a moment, 1 in the mean.
    fn load(&self, at_s: i64) -> f64 {
        let hour = at_s.rem_euclid(DAY_S) as f64 / HOUR_S as f64;
        let weekday = at_s.div_euclid(DAY_S).rem_euclid(7);
        let weekend = if weekday >= 5 { 0.6 } else { 1.15 };
        let growth = (at_s as f64 / (7.0 * DAY_S as f64) * 0.012).exp();
        let shifted = if hour > 18.0 { hour - self.day.late_h * (hour - 18.0) / 6.0 } else { hour };
        let daily = 1.0 + 0.75 * ((shifted - 9.5) / 24.0 * std::f64::consts::TAU).sin();
        daily * weekend * growth * self.day.factor
    }

    fn requests(&mut self, step: &mut Step, level: f64, errors: f64, client_errors: f64) {
        let chance = &mut self.chance;
        let n = chance.poisson(level * STEP_S as f64);
        let failed = chance.binomial(n, errors);
        let refused = chance.binomial(n - failed, client_errors);
        step.counts.requests[StatusClass::ServerError] = failed;
        step.counts.requests[StatusClass::ClientError] = refused;
        step.counts.requests[StatusClass::Success] = n - failed - refused;
        let beats = if self.heartbeat { step.at_s / 10 % 2 } else { 0 };
        step.counts.lines = n * 2 + chance.poisson(level * STEP_S as f64) + beats as u64;
    }

    fn codes(&mut self, step: &mut Step, effect: &Effect, is_releasing: bool) {
        let n = step.counts.total();
        let mut add = |code: &str, times: u64| {
            if let Some(code) = ErrorCode::from_bytes(code.as_bytes()).filter(|_| times > 0) {
                *step.counts.codes.entry(code).or_default() += times;
            }
        };
        let chance = &mut self.chance;
        let few = if is_releasing { 0.003 } else { 0.000_02 };
        for (code, share) in [("H12", 0.000_1), ("H13", few), ("H18", 0.000_05), ("H27", 0.001)] {
            add(code, chance.binomial(n, share));
        }
        if let Some((code, share)) = effect.router {
            let times = chance.binomial(n, share);
            add(code, times);
            let moved = times.min(step.counts.requests[StatusClass::Success]);
            step.counts.requests[StatusClass::Success] -= moved;
            step.counts.requests[StatusClass::ServerError] += moved;
        }
        if let Some(code) = effect.dyno
            && let Some(code) = ErrorCode::from_bytes(code.as_bytes()).filter(|_| step.at_s % 20 == 0)
        {
            *step.counts.codes.entry(code).or_default() += 1;
        }
    }

    fn times(&mut self, step: &mut Step, slow: f64) {
        for _ in 0..step.counts.total().min(TIMES_MAX) {
            step.service.record(CellKind::Distribution, 40.0 * slow * self.chance.factor(), step.at_s * 1_000);
        }
    }

    /// Memory grows for an hour after a start, and stays there.
    fn memory(&mut self, at_s: i64, leak: f64) -> [f64; 2] {
        let age_h = (at_s - self.started_s) as f64 / 3_600.0;
        let usual = 0.35 + 0.2 * (1.0 - (-age_h * 2.0).exp());
        [0.0, 0.02].map(|more| (usual + more + leak + 0.004 * self.chance.normal()) * QUOTA_MB)
    }

    fn crashes(&mut self, step: &mut Step, effect: &Effect) {
        let rare = STEP_S as f64 / (30.0 * DAY_S as f64);
        if self.chance.share() < rare + effect.crashes_per_s * STEP_S as f64 {
            let dyno = if self.chance.share() < 0.9 { "web.1" } else { "web.2" };
            step.crashes.push(Crash { at_s: step.at_s, dyno: dyno.into() });
        }
    }
}
