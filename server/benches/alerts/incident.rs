//! What goes wrong in the simulated year: twelve kinds of incidents, drawn with their strength, and
//! what each does to the app.

use std::ops::Range;

use contract::alert::Cause;

use super::dice::Chance;

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    ErrorBurst,
    Outage,
    SlowErrors,
    LatencyCreep,
    SuddenLatency,
    TrafficDrop,
    TrafficSurge,
    RouterCodes,
    DynoCodes,
    CrashLoop,
    MemoryLeak,
    Silence,
}

impl Kind {
    pub const ALL: [Self; 12] = [
        Self::ErrorBurst,
        Self::Outage,
        Self::SlowErrors,
        Self::LatencyCreep,
        Self::SuddenLatency,
        Self::TrafficDrop,
        Self::TrafficSurge,
        Self::RouterCodes,
        Self::DynoCodes,
        Self::CrashLoop,
        Self::MemoryLeak,
        Self::Silence,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::ErrorBurst => "error burst",
            Self::Outage => "outage",
            Self::SlowErrors => "slow rise of errors",
            Self::LatencyCreep => "slow rise of latency",
            Self::SuddenLatency => "sudden latency",
            Self::TrafficDrop => "traffic drop",
            Self::TrafficSurge => "traffic surge",
            Self::RouterCodes => "H10, H12, H14",
            Self::DynoCodes => "R14, R15",
            Self::CrashLoop => "crash loop",
            Self::MemoryLeak => "memory leak",
            Self::Silence => "silence",
        }
    }

    /// Whether somebody should get up.
    pub const fn is_grave(self) -> bool {
        matches!(
            self,
            Self::ErrorBurst | Self::Outage | Self::TrafficDrop | Self::RouterCodes | Self::CrashLoop | Self::Silence
        )
    }

    /// The incidents that count as this one being found.
    pub const fn causes(self) -> &'static [Cause] {
        match self {
            // Requests of a quiet app that no longer come are its silence.
            Self::TrafficDrop => &[Cause::Traffic, Cause::Silence],
            Self::TrafficSurge => &[Cause::Traffic],
            Self::DynoCodes | Self::MemoryLeak => &[Cause::Memory],
            Self::CrashLoop => &[Cause::Processes],
            Self::Silence => &[Cause::Silence],
            _ => &[Cause::Requests],
        }
    }
}

/// One incident.
#[derive(Clone, Debug)]
pub struct Incident {
    pub kind: Kind,
    pub from_s: i64,
    pub to_s: i64,
    /// How bad it is; what that means depends on the kind.
    pub strength: f64,
    /// The router's or the dyno's code.
    pub code: &'static str,
}

/// What is wrong at a moment.
#[derive(Clone, Debug)]
pub struct Effect {
    pub errors: f64,
    pub latency: f64,
    pub traffic: f64,
    /// A router's code and its share of the requests.
    pub router: Option<(&'static str, f64)>,
    /// A dyno's code; it comes every 20 s.
    pub dyno: Option<&'static str>,
    /// The chance of a crash in a second.
    pub crashes_per_s: f64,
    /// Memory beyond the usual, as a share of the quota.
    pub leak: f64,
    pub is_silent: bool,
}

impl Default for Effect {
    fn default() -> Self {
        Self {
            errors: 0.0,
            latency: 1.0,
            traffic: 1.0,
            router: None,
            dyno: None,
            crashes_per_s: 0.0,
            leak: 0.0,
            is_silent: false,
        }
    }
}

const MINUTE_S: f64 = 60.0;

impl Incident {
    /// Draws an incident. Short ones last `longer` times as long.
    pub fn draw(chance: &mut Chance, kind: Kind, from_s: i64, longer: f64) -> Self {
        let (minutes, strength) = match kind {
            Kind::ErrorBurst => (chance.within(10.0, 30.0) * longer, chance.within(0.15, 0.6)),
            Kind::Outage => (chance.within(5.0, 30.0) * longer, 1.0),
            Kind::SlowErrors => (chance.within(480.0, 720.0), chance.within(0.04, 0.1)),
            Kind::LatencyCreep => (chance.within(480.0, 720.0), chance.within(3.0, 6.0)),
            Kind::SuddenLatency => (chance.within(20.0, 60.0) * longer, chance.within(3.5, 8.0)),
            Kind::TrafficDrop => (chance.within(20.0, 60.0) * longer, chance.within(0.0, 0.1)),
            Kind::TrafficSurge => (chance.within(20.0, 60.0) * longer, chance.within(5.0, 10.0)),
            Kind::RouterCodes => (chance.within(10.0, 40.0) * longer, chance.within(0.1, 0.8)),
            Kind::DynoCodes => (chance.within(15.0, 60.0), 1.0),
            Kind::CrashLoop => (chance.within(15.0, 60.0), chance.within(1.0 / 50.0, 1.0 / 25.0)),
            Kind::MemoryLeak => (chance.within(240.0, 600.0), chance.within(0.55, 0.7)),
            Kind::Silence => (chance.within(10.0, 60.0) * longer, 1.0),
        };
        let codes = if kind == Kind::DynoCodes { &["R14", "R15"][..] } else { &["H10", "H12", "H14"][..] };
        let code = codes[(chance.share() * codes.len() as f64) as usize];
        Self { kind, from_s, to_s: from_s + (minutes * MINUTE_S) as i64, strength, code }
    }

    /// What it does at a moment; nothing before and after.
    pub fn add_to(&self, effect: &mut Effect, at_s: i64) {
        if !(self.from_s..self.to_s).contains(&at_s) {
            return;
        }
        let through = (at_s - self.from_s) as f64 / (self.to_s - self.from_s) as f64;
        match self.kind {
            Kind::ErrorBurst | Kind::Outage => effect.errors = self.strength,
            Kind::SlowErrors => effect.errors = self.strength * (through * 1.5).min(1.0),
            Kind::LatencyCreep => effect.latency = 1.0 + (self.strength - 1.0) * (through * 1.5).min(1.0),
            Kind::SuddenLatency => effect.latency = self.strength,
            Kind::TrafficDrop | Kind::TrafficSurge => effect.traffic = self.strength,
            Kind::RouterCodes => effect.router = Some((self.code, self.strength)),
            Kind::DynoCodes => effect.dyno = Some(self.code),
            Kind::CrashLoop => effect.crashes_per_s = self.strength,
            Kind::MemoryLeak => effect.leak = self.strength * through,
            Kind::Silence => effect.is_silent = true,
        }
    }
}

/// Spreads `n` incidents over a range, unix seconds, each kind in turn, with a day between two.
pub fn plan(chance: &mut Chance, n: usize, range: Range<i64>, longer: f64) -> Vec<Incident> {
    let room_s = (range.end - range.start) / n.max(1) as i64;
    let mut kinds: Vec<Kind> = Kind::ALL.into_iter().cycle().take(n).collect();
    for at in (1..kinds.len()).rev() {
        kinds.swap(at, (chance.share() * (at + 1) as f64) as usize);
    }
    let start = |(at, kind): (usize, Kind)| {
        let shift_s = (chance.share() * (room_s as f64 - 15.0 * 3_600.0).max(1.0)) as i64;
        Incident::draw(chance, kind, range.start + at as i64 * room_s + shift_s, longer)
    };
    kinds.into_iter().enumerate().map(start).collect()
}
