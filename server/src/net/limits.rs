//! How many connections the process can afford: each takes a descriptor, and a process without one can't even answer a probe.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Most HTTP connections at once. A drain keeps one open, a page two to six; each takes up to 60 kB, so all of them 120 MB.
pub const HTTP_CONNECTIONS_MAX: usize = 2_048;
/// Most syslog connections at once that have proved themselves.
pub const SYSLOG_CONNECTIONS_MAX: usize = 500;
/// Most syslog connections at once that have not.
pub const SYSLOG_UNAUTHENTICATED_MAX: usize = 128;
/// Descriptors for everything else: the database's files once a connection to it, listeners, the log, the runtime.
const DESCRIPTORS_RESERVED: usize = 96;

/// How many connections there may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Over HTTP.
    pub http: usize,
    /// Over syslog, proven.
    pub syslog: usize,
    /// Over syslog, not yet proven.
    pub syslog_unauthenticated: usize,
}

impl Limits {
    /// As many as the system lets the process have: raises the soft limit of descriptors to the hard one first.
    #[must_use]
    pub fn of_process() -> Self {
        let limit = getrlimit(Resource::Nofile);
        let raised = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum });
        if let Err(error) = raised {
            tracing::warn!(%error, "the limit of open files could not be raised");
        }
        let descriptors =
            getrlimit(Resource::Nofile).current.map_or(usize::MAX, |it| it.try_into().unwrap_or(usize::MAX));
        let limits = Self::of(descriptors);
        if limits.http < HTTP_CONNECTIONS_MAX {
            tracing::warn!(descriptors, connections = limits.http, "few open files are allowed; ulimit -n raises that");
        }
        limits
    }

    /// As many as fit so many descriptors: three quarters for HTTP, the rest for syslog.
    #[must_use]
    pub fn of(descriptors: usize) -> Self {
        let free = descriptors.saturating_sub(DESCRIPTORS_RESERVED);
        let part = |eighths: usize, most: usize| (free / 8 * eighths).clamp(1, most);
        Self {
            http: part(6, HTTP_CONNECTIONS_MAX),
            syslog: part(1, SYSLOG_CONNECTIONS_MAX),
            syslog_unauthenticated: part(1, SYSLOG_UNAUTHENTICATED_MAX),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_never_more_than_there_are_descriptors() {
        let all = Limits {
            http: HTTP_CONNECTIONS_MAX,
            syslog: SYSLOG_CONNECTIONS_MAX,
            syslog_unauthenticated: SYSLOG_UNAUTHENTICATED_MAX,
        };
        assert_eq!((Limits::of(20_000), Limits::of(usize::MAX)), (all, all));
        assert_eq!(Limits::of(256), Limits { http: 120, syslog: 20, syslog_unauthenticated: 20 });
        for descriptors in 0..20_000 {
            let Limits { http, syslog, syslog_unauthenticated } = Limits::of(descriptors);
            assert!(http >= 1 && syslog >= 1 && syslog_unauthenticated >= 1);
            assert!(http + syslog + syslog_unauthenticated <= descriptors.saturating_sub(DESCRIPTORS_RESERVED).max(3));
        }
    }
}
