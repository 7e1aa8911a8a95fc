//! Scenarios: what goes wrong with each app, and when. Each scenario repeats. Generates no lines.
//!
//! Times count from the origin, the moment at which a simulation goes live. At the origin one app
//! is failing (requests have timed out since a release), one is degraded (a dyno is over its memory
//! quota), and one has recovered from a crash. The fourth scenario is a job, which is silent most
//! of the time.

/// One second, by both clocks of a simulation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    /// Unix seconds.
    pub unix_s: i64,
    /// Seconds from the origin.
    pub at_s: i64,
}

/// What goes wrong with an app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scenario {
    /// A release makes requests time out (H12) until it is rolled back.
    Timeouts,
    /// A dyno leaks memory until it is over its quota (R14) and is restarted.
    Leak,
    /// A release crashes at once (H10); the next one works.
    Crash,
    /// No requests, only a job every hour.
    Job,
}

/// A release or restart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Restart {
    /// When it starts, seconds from the origin.
    pub at_s: i64,
    /// Increases with each restart of the app.
    pub number: i64,
    /// The index of the dyno that restarts; `None` for all.
    pub dyno: Option<usize>,
    /// Why the dynos restart.
    pub reason: RestartReason,
}

/// What causes a restart, and so what the log says about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RestartReason {
    Deploy,
    /// A release that crashes at its start.
    BadDeploy,
    /// A return to the previous release.
    Rollback,
    /// A restart by the dyno manager or by a person.
    Restart,
}

/// What requests meet at one moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Conditions {
    /// Factor by which the database is slower than usual.
    pub database: f64,
    /// Share of requests that time out.
    pub timeouts: f64,
    /// Whether all dynos are down.
    pub is_down: bool,
    /// Whether the app writes any lines.
    pub is_awake: bool,
}

const MINUTE_S: i64 = 60;
/// When requests time out, seconds after the bad release.
const TIMEOUTS_S: std::ops::Range<i64> = 2 * MINUTE_S..32 * MINUTE_S;
/// Share of requests that time out once the incident has fully developed.
const TIMEOUTS_SHARE: f64 = 0.04;
/// When the app is down, seconds after the bad release.
const CRASH_S: std::ops::Range<i64> = 12..58;
/// The index of the dyno that leaks.
pub(crate) const LEAKY_DYNO: usize = 1;
/// How long the leak lasts before the dyno is restarted.
const LEAK_S: i64 = 150 * MINUTE_S;
/// How long the job runs at the beginning of each hour.
const JOB_S: i64 = 6 * MINUTE_S;

/// The repetition of a scenario.
struct Cycle {
    length_s: i64,
    /// How far into it the origin is, seconds.
    origin_s: i64,
}

/// A restart in a cycle.
#[derive(Clone, Copy)]
struct CycleRestart {
    /// When it starts, seconds from the beginning of the cycle.
    at_s: i64,
    dyno: Option<usize>,
    reason: RestartReason,
}

impl CycleRestart {
    const fn all(at_s: i64, reason: RestartReason) -> Self {
        Self { at_s, dyno: None, reason }
    }

    const fn one(at_s: i64, dyno: usize, reason: RestartReason) -> Self {
        Self { at_s, dyno: Some(dyno), reason }
    }
}

const CALM: Conditions = Conditions { database: 1.0, timeouts: 0.0, is_down: false, is_awake: true };

impl Scenario {
    /// The scenario of the app with number `index`: the four in turn.
    #[must_use]
    pub(crate) const fn of(index: usize) -> Self {
        match index % 4 {
            0 => Self::Timeouts,
            1 => Self::Leak,
            2 => Self::Crash,
            _ => Self::Job,
        }
    }

    const fn cycle(self) -> Cycle {
        match self {
            Self::Timeouts => Cycle { length_s: 90 * MINUTE_S, origin_s: 8 * MINUTE_S },
            Self::Leak => Cycle { length_s: 180 * MINUTE_S, origin_s: 70 * MINUTE_S },
            Self::Crash => Cycle { length_s: 120 * MINUTE_S, origin_s: 38 * MINUTE_S },
            Self::Job => Cycle { length_s: 60 * MINUTE_S, origin_s: 45 * MINUTE_S },
        }
    }

    /// The restarts of one repetition, in order of time.
    const fn restarts(self) -> &'static [CycleRestart] {
        use RestartReason::{BadDeploy, Deploy, Restart, Rollback};
        match self {
            Self::Timeouts => &const { [CycleRestart::all(0, Deploy), CycleRestart::all(TIMEOUTS_S.end, Rollback)] },
            Self::Leak => &const { [CycleRestart::all(0, Deploy), CycleRestart::one(LEAK_S, LEAKY_DYNO, Restart)] },
            Self::Crash => &const { [CycleRestart::all(0, BadDeploy), CycleRestart::all(CRASH_S.end - 8, Restart)] },
            Self::Job => &const { [CycleRestart::all(0, Restart)] },
        }
    }

    /// Seconds since the scenario last started over.
    const fn phase_s(self, at_s: i64) -> i64 {
        let Cycle { length_s, origin_s } = self.cycle();
        (at_s + origin_s).rem_euclid(length_s)
    }

    /// The restarts in the `window_s` seconds up to and including `at_s`, newest first.
    pub(crate) fn restarts_within(self, at_s: i64, window_s: i64) -> impl Iterator<Item = Restart> {
        let Cycle { length_s, origin_s } = self.cycle();
        let restarts = self.restarts();
        let newest = (at_s + origin_s).div_euclid(length_s);
        let cycles = (0..=window_s / length_s + 1).map(move |back| newest - back);
        let all = cycles.flat_map(move |cycle| {
            let restart = move |(index, of_cycle): (usize, &CycleRestart)| Restart {
                at_s: cycle * length_s - origin_s + of_cycle.at_s,
                number: cycle * restarts.len() as i64 + index as i64,
                dyno: of_cycle.dyno,
                reason: of_cycle.reason,
            };
            restarts.iter().enumerate().rev().map(restart)
        });
        all.filter(move |it| it.at_s <= at_s && it.at_s > at_s - window_s)
    }

    /// The restart after which a dyno has been running since.
    #[must_use]
    pub(crate) fn running_since(self, dyno: usize, at_s: i64) -> Restart {
        let Cycle { length_s, .. } = self.cycle();
        let mut own =
            self.restarts_within(at_s, 2 * length_s).filter(|restart| restart.dyno.is_none_or(|it| it == dyno));
        own.next().unwrap_or(Restart {
            at_s: at_s - 2 * length_s,
            number: 0,
            dyno: None,
            reason: RestartReason::Restart,
        })
    }

    /// The conditions at `at_s`.
    #[must_use]
    pub(crate) fn conditions(self, at_s: i64) -> Conditions {
        let phase_s = self.phase_s(at_s);
        match self {
            Self::Timeouts if TIMEOUTS_S.contains(&phase_s) => {
                // Develops over three minutes, as a backlog does.
                let grown = ((phase_s - TIMEOUTS_S.start) as f64 / 180.0).min(1.0);
                Conditions { database: 1.0 + 5.0 * grown, timeouts: TIMEOUTS_SHARE * grown, ..CALM }
            }
            Self::Crash => Conditions { is_down: CRASH_S.contains(&phase_s), ..CALM },
            Self::Job => Conditions { is_awake: phase_s < JOB_S, ..CALM },
            Self::Timeouts | Self::Leak => CALM,
        }
    }

    /// Memory that a dyno has leaked at `at_s`, MB.
    #[must_use]
    pub(crate) fn leaked_mb(self, dyno: usize, at_s: i64) -> f64 {
        let up_s = (at_s - self.running_since(dyno, at_s).at_s) as f64;
        match self {
            // Reaches the quota about ten minutes before the origin.
            Self::Leak if dyno == LEAKY_DYNO => up_s * 0.057,
            // A runtime that has warmed up doesn't grow any more.
            _ => 45.0 * (up_s / (up_s + 900.0)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_conditions(part: Scenario, at_s: i64, database: f64, timeouts: f64, is_down: bool) {
        assert_eq!(part.conditions(at_s), Conditions { database, timeouts, is_down, ..CALM });
    }

    #[test]
    fn ok_the_origin_has_one_of_each() {
        check_conditions(Scenario::Timeouts, 0, 6.0, TIMEOUTS_SHARE, false);
        check_conditions(Scenario::Timeouts, -7 * MINUTE_S, 1.0, 0.0, false);
        check_conditions(Scenario::Timeouts, 23 * MINUTE_S, 6.0, TIMEOUTS_SHARE, false);
        check_conditions(Scenario::Timeouts, 25 * MINUTE_S, 1.0, 0.0, false);
        check_conditions(Scenario::Leak, 0, 1.0, 0.0, false);
        check_conditions(Scenario::Crash, 0, 1.0, 0.0, false);
        check_conditions(Scenario::Crash, -38 * MINUTE_S + 20, 1.0, 0.0, true);
        assert!(!Scenario::Job.conditions(0).is_awake);
        assert!(Scenario::Job.conditions(16 * MINUTE_S).is_awake);
    }

    #[test]
    fn ok_restarts_come_newest_first() {
        let found: Vec<_> = Scenario::Timeouts.restarts_within(30 * MINUTE_S, 120 * MINUTE_S).collect();
        let expected = [(24, RestartReason::Rollback), (-8, RestartReason::Deploy), (-66, RestartReason::Rollback)];
        assert_eq!(found.iter().map(|it| (it.at_s / MINUTE_S, it.reason)).collect::<Vec<_>>(), expected);
        assert!(found.is_sorted_by(|a, b| a.number == b.number + 1));
        assert_eq!(Scenario::Timeouts.restarts_within(0, 8 * MINUTE_S).count(), 0);
        assert_eq!(Scenario::Timeouts.restarts_within(-8 * MINUTE_S, 1).count(), 1);
    }

    #[test]
    fn ok_only_the_leaky_dyno_is_restarted_alone() {
        let at_s = 85 * MINUTE_S;
        assert_eq!(Scenario::Leak.running_since(LEAKY_DYNO, at_s).at_s, 80 * MINUTE_S);
        assert_eq!(Scenario::Leak.running_since(0, at_s).at_s, -70 * MINUTE_S);
        assert!(Scenario::Leak.leaked_mb(LEAKY_DYNO, 0) > 200.0);
        assert!(Scenario::Leak.leaked_mb(0, 0) < 45.0);
    }
}
