//! Which series are of the dynos of a process type, by metric and source.
//!
//! A source such as `web.1` is a dyno of the process type `web`. Sources of another form, such as
//! those of web servers without a router, have no process type and are left out.

use contract::sizing::Work;
use pipeline::{Kind, SeriesKey};

/// Process types of dynos that run once, for a command or a schedule: they are not scaled.
const ONE_OFF: [&str; 3] = ["run", "release", "scheduler"];

/// What a series measures of a dyno.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Measure {
    /// Service times of requests, milliseconds.
    Service,
    /// Times of jobs, milliseconds.
    Jobs,
    /// Memory in use.
    Memory,
    /// The memory quota.
    Quota,
    /// Load average over a minute.
    Load,
    /// Time to connect, milliseconds.
    Connect,
    /// Time in the router's queue, milliseconds.
    Queue,
}

impl Measure {
    /// What a series measures; `None` for series that say nothing about dynos.
    pub(super) fn of(key: &SeriesKey) -> Option<Self> {
        Some(match (&*key.metric, key.kind) {
            ("router.service", Kind::Distribution) => Self::Service,
            ("job.duration", Kind::Distribution) => Self::Jobs,
            ("memory_total", Kind::Gauge) => Self::Memory,
            ("memory_quota", Kind::Gauge) => Self::Quota,
            ("load_avg_1m", Kind::Gauge) => Self::Load,
            ("router.connect", Kind::Distribution) => Self::Connect,
            ("router.queue", Kind::Distribution) => Self::Queue,
            _ => return None,
        })
    }

    /// The work whose times it measures.
    pub(super) const fn work(self) -> Option<Work> {
        match self {
            Self::Service => Some(Work::Requests),
            Self::Jobs => Some(Work::Jobs),
            _ => None,
        }
    }

    /// Whether a value of it shows that a dyno runs.
    pub(super) const fn is_sign_of_life(self) -> bool {
        matches!(self, Self::Service | Self::Jobs | Self::Memory)
    }
}

/// Whether a source is a dyno that runs once, such as `run.4711`.
pub(crate) fn is_one_off(source: &str) -> bool {
    source.split_once('.').is_some_and(|it| ONE_OFF.contains(&it.0))
}

/// The process type of a source: `web` of `web.1`; `None` for dynos that run once.
pub(super) fn process(source: &str) -> Option<&str> {
    let (process, number) = source.rsplit_once('.')?;
    let is_dyno = !process.is_empty() && !number.is_empty() && number.bytes().all(|it| it.is_ascii_digit());
    (is_dyno && !is_one_off(source)).then_some(process)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_process_types() {
        for (source, expected) in [
            ("web.1", Some("web")),
            ("worker_low.12", Some("worker_low")),
            ("a.b.3", Some("a.b")),
            ("run.4711", None),
            ("scheduler.12", None),
            ("release.1", None),
            ("web", None),
            ("web.", None),
            (".1", None),
            ("web.x", None),
            ("", None),
            ("DATABASE", None),
        ] {
            assert_eq!(process(source), expected, "{source}");
        }
    }
}
