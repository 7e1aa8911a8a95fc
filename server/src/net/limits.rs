//! How many connections the process can afford. Each takes a file descriptor, and a process without
//! free descriptors can't even answer a probe.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Most HTTP connections at once. A drain keeps one open, a page two to six. Each takes up to 60
/// kB, so all of them take 120 MB.
pub(crate) const HTTP_CONNECTIONS_MAX: usize = 2_048;
/// Most authenticated syslog connections at once.
pub(crate) const SYSLOG_CONNECTIONS_MAX: usize = 500;
/// Most syslog connections at once that are not authenticated yet.
pub(crate) const SYSLOG_UNAUTHENTICATED_MAX: usize = 128;
/// Descriptors for everything else: the database's files once per connection to it, listeners, the
/// log, the runtime.
const DESCRIPTORS_RESERVED: usize = 96;

/// Most connections at once, by kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limits {
    pub http: usize,
    /// Syslog connections that have sent a valid token.
    pub syslog: usize,
    /// Syslog connections that are not authenticated yet.
    pub syslog_unauthenticated: usize,
}

impl Limits {
    /// The limits that fit this process's descriptors. Raises the soft limit of descriptors to the
    /// hard limit first.
    #[must_use]
    pub(crate) fn of_process() -> Self {
        let limit = getrlimit(Resource::Nofile);
        let raised = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum });
        if let Err(error) = raised {
            tracing::warn!(%error, "the limit of open files could not be raised to its maximum");
        }
        let descriptors =
            getrlimit(Resource::Nofile).current.map_or(usize::MAX, |it| it.try_into().unwrap_or(usize::MAX));
        let limits = Self::of(descriptors);
        if limits.http < HTTP_CONNECTIONS_MAX {
            tracing::warn!(
                descriptors,
                connections = limits.http,
                "fewer connections are allowed than usual because the limit of open files is low; raise it with ulimit -n"
            );
        }
        limits
    }

    /// The limits that fit `descriptors`: three quarters for HTTP, an eighth for each kind of
    /// syslog connection.
    #[must_use]
    pub(crate) fn of(descriptors: usize) -> Self {
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
