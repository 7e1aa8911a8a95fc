//! What is measured of one app at one moment: everything that the built-in rules look at. Judges
//! nothing, and remembers nothing.

use std::{collections::BTreeMap, sync::Arc};

use contract::{ByStatusClass, ErrorCode, StatusClass};
use pipeline::Cell;

/// What is counted in a range of time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Counts {
    /// Requests by status class.
    pub requests: ByStatusClass<u64>,
    /// Occurrences of each error code.
    pub codes: BTreeMap<ErrorCode, u64>,
    /// Lines received.
    pub lines: u64,
    /// Lines known to be lost.
    pub lost: u64,
}

impl Counts {
    /// Adds what was counted in another range.
    pub fn add(&mut self, other: &Self) {
        self.requests += other.requests;
        self.lines += other.lines;
        self.lost += other.lost;
        for (code, n) in &other.codes {
            *self.codes.entry(*code).or_default() += n;
        }
    }

    /// All requests.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.requests.total()
    }

    /// Requests that failed at the server.
    #[must_use]
    pub fn errors(&self) -> u64 {
        self.requests[StatusClass::ServerError]
    }
}

/// A dyno's crash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crash {
    /// When, unix seconds.
    pub at_s: i64,
    /// The dyno.
    pub dyno: Box<str>,
}

/// The memory of one dyno and where it is going.
#[derive(Clone, Debug, PartialEq)]
pub struct MemoryTrend {
    /// The dyno.
    pub dyno: Box<str>,
    /// Memory in use now, MB.
    pub now_mb: f64,
    /// Growth, MB an hour; `None` where it doesn't grow steadily.
    pub mb_per_h: Option<f64>,
}

impl MemoryTrend {
    /// When it reaches `quota_mb`, seconds from now.
    #[must_use]
    pub fn full_in_s(&self, quota_mb: f64) -> Option<f64> {
        let per_h = self.mb_per_h.filter(|it| *it > 0.0)?;
        Some((quota_mb - self.now_mb).max(0.0) / per_h * 3_600.0)
    }
}

/// What a database last said of its own room.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AddonRoom {
    /// Its name, such as `DATABASE`.
    pub name: Box<str>,
    /// Share of its disk in use, 0 to 1.
    pub disk: Option<f64>,
    /// Connections in use.
    pub connections: Option<f64>,
    /// Share of its connections in use, 0 to 1.
    pub connections_share: Option<f64>,
}

/// What is measured of one app.
#[derive(Clone, Debug, Default)]
pub struct Observed {
    /// The moment, unix seconds.
    pub now_s: i64,
    /// Since when the server has listened to this app without a pause, unix seconds.
    pub listening_s: i64,
    /// When its newest line arrived, unix seconds; `None` if there never was one.
    pub heard_s: Option<i64>,
    /// What was counted in the last minute, 2 min, 5 min, 15 min, hour and 6 h. Each range has up
    /// to ten seconds more than its name says, from 15 min on up to five minutes more.
    pub minute: Counts,
    pub two: Counts,
    pub five: Counts,
    pub quarter: Counts,
    pub hour: Counts,
    pub six: Counts,
    /// Service times of the last minute, of 5 to 6 min, of 15 to 20 min, of the last hour and 6 h.
    /// Those of 15 min are there for quiet apps only; others have enough in 5 min.
    pub service_minute: Arc<Cell>,
    pub service_five: Arc<Cell>,
    pub service_quarter: Arc<Cell>,
    pub service_hour: Arc<Cell>,
    pub service_six: Arc<Cell>,
    /// When the current run of each code began, unix seconds.
    pub code_since_s: BTreeMap<ErrorCode, i64>,
    /// The crashes of the last 15 min, in order of time.
    pub crashes: Vec<Crash>,
    /// The largest memory quota that a dyno reported, MB.
    pub quota_mb: Option<f64>,
    /// The memory of each dyno.
    pub memory: Arc<[MemoryTrend]>,
    /// The databases.
    pub addons: Arc<[AddonRoom]>,
}

impl Observed {
    /// How long no line has come, seconds. The start of the server counts as heard of.
    #[must_use]
    pub fn quiet_s(&self) -> i64 {
        self.now_s - self.heard_s.unwrap_or(i64::MIN).max(self.listening_s)
    }
}
