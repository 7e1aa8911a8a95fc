//! The state of an app: the row of the Overview and the header of the App page.
//!
//! How health is judged is decided by the server's `watch`.

use serde::{Deserialize, Serialize};

use crate::as_text::word_in_json;
use crate::{Event, OpenIncidents};

/// The state of an app, worst first, so that sorting puts what needs a person at the top.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Health {
    /// Requests fail that should not.
    Failing,
    /// It answers, but worse than it should.
    Degraded,
    /// It answers as it usually does.
    Healthy,
    /// A drain that has sent nothing lately: neither good nor bad news.
    Silent,
}

impl Health {
    /// Every state, worst first.
    pub const ALL: [Self; 4] = [Self::Failing, Self::Degraded, Self::Healthy, Self::Silent];

    /// The state as one lower-case word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Failing => "failing",
            Self::Degraded => "degraded",
            Self::Healthy => "healthy",
            Self::Silent => "silent",
        }
    }

    /// Whether it answers worse than it should.
    #[must_use]
    pub const fn is_bad(self) -> bool {
        matches!(self, Self::Failing | Self::Degraded)
    }
}

word_in_json!(Health);

/// One reason for a state: a sentence with a number and, where known, a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Reason {
    /// The state that this reason alone would cause.
    pub health: Health,
    /// The symptom in a few words: `H12 request timeout`, `p99 30.0 s`.
    pub what: String,
    /// How much and since when: `41 a minute since 14:06`.
    pub detail: String,
}

/// One step of a sparkline.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SparkPoint {
    /// Start of the step, unix seconds, a multiple of [`SparkPoint::STEP_S`].
    pub at_s: i64,
    /// Requests a second, mean over the step; for an app without a router, lines a second.
    pub per_s: f32,
    /// Server errors (5xx) a second, mean over the step.
    pub errors_per_s: f32,
}

impl SparkPoint {
    /// Width of a step, seconds.
    pub const STEP_S: i64 = 5;
    /// Steps in a sparkline: five minutes.
    pub const STEPS: usize = 60;
}

/// One app as the Overview shows it. `None` means "not measured", never zero.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AppSummary {
    /// The app's name.
    pub app: String,
    /// Whether it needs attention.
    pub health: Health,
    /// The reasons for the state, worst first; empty when healthy.
    pub reasons: Vec<Reason>,
    /// When it entered this state, unix milliseconds, where known.
    pub since_ms: Option<i64>,
    /// The numbers of the incidents that fire, the most urgent first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub incidents: Vec<i64>,
    /// Requests a second, mean of the last ten whole seconds.
    pub requests_per_s: Option<f64>,
    /// Median of service time over the last minute, milliseconds.
    pub p50_ms: Option<f64>,
    /// 95th percentile of service time over the last minute, milliseconds.
    pub p95_ms: Option<f64>,
    /// 99th percentile of service time over the last minute, milliseconds.
    pub p99_ms: Option<f64>,
    /// Share of requests answered with 5xx over the last minute, 0 to 1.
    pub error_rate: Option<f64>,
    /// Dynos that have been heard of in the last two minutes.
    pub dynos: Option<u32>,
    /// Lines a second, mean of the last ten whole seconds.
    pub lines_per_s: f64,
    /// Lines known to be lost in the last hour, by us or by a sender.
    pub lost_lines: u64,
    /// Measurements of the last hour that share the series `(other)`, because the app has too many
    /// series.
    #[serde(rename = "folded")]
    pub overflowed: u64,
    /// When the newest line arrived, unix milliseconds.
    pub last_line_ms: Option<i64>,
    /// The newest event; a dyno's start or stop only where there is no other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_event: Option<Event>,
    /// The last five minutes; in a delta only the newest points.
    pub spark: Vec<SparkPoint>,
}

impl AppSummary {
    /// How long an app that fell silent counts as newly silent, milliseconds: a day, within which
    /// somebody should have looked.
    pub const NEWLY_SILENT_MS: i64 = 86_400_000;

    /// Whether the app fell silent against its habit, and not long ago. One that has never sent a
    /// line, or for which the rule is switched off because it is often idle, did not.
    #[must_use]
    pub fn is_newly_silent(&self, at_ms: i64) -> bool {
        let since = self.since_ms.is_none_or(|it| at_ms - it < Self::NEWLY_SILENT_MS);
        self.health == Health::Silent && !self.incidents.is_empty() && since
    }

    /// Whether a person should look.
    #[must_use]
    pub fn needs_attention(&self, at_ms: i64) -> bool {
        self.health.is_bad() || self.is_newly_silent(at_ms)
    }

    /// The place of the app in a list, the most urgent first.
    #[must_use]
    pub fn rank(&self, at_ms: i64) -> u8 {
        match self.health {
            Health::Failing => 0,
            Health::Silent if self.is_newly_silent(at_ms) => 1,
            Health::Degraded => 2,
            Health::Healthy => 3,
            Health::Silent => 4,
        }
    }
}

/// All apps together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Totals {
    /// Requests a second over all apps.
    pub requests_per_s: f64,
    /// 99th percentile of service time over all apps and the last minute, milliseconds.
    pub p99_ms: Option<f64>,
    /// Share of requests answered with 5xx over the last minute, 0 to 1.
    pub error_rate: Option<f64>,
    /// Dynos that have been heard of in the last two minutes.
    pub dynos: u32,
    /// Lines a second over all apps.
    pub lines_per_s: f64,
    /// Lines known to be lost in the last hour.
    pub lost_lines: u64,
    /// Lines taken in since the server's database was made.
    pub lines: u64,
    /// The open incidents.
    #[serde(default)]
    pub open_incidents: OpenIncidents,
}

/// The Overview page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Overview {
    /// The server's clock when this was made, unix milliseconds.
    pub at_ms: i64,
    /// Position in the live stream that this state stands for; a stream resumed from it misses
    /// nothing.
    pub id: u64,
    /// Every app, by [`AppSummary::rank`], then by name.
    pub apps: Vec<AppSummary>,
    /// All apps together.
    pub totals: Totals,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn app(health: Health, since_ms: Option<i64>, incidents: &[i64]) -> AppSummary {
        AppSummary {
            app: "a".to_owned(),
            health,
            reasons: vec![],
            since_ms,
            incidents: incidents.to_vec(),
            requests_per_s: None,
            p50_ms: None,
            p95_ms: None,
            p99_ms: None,
            error_rate: None,
            dynos: None,
            lines_per_s: 0.0,
            lost_lines: 0,
            overflowed: 0,
            last_line_ms: None,
            last_event: None,
            spark: vec![],
        }
    }

    #[test]
    fn ok_the_newly_silent_come_right_after_the_failing() {
        const NOW_MS: i64 = 10 * AppSummary::NEWLY_SILENT_MS;
        let newly = app(Health::Silent, Some(NOW_MS - 3_600_000), &[7]);
        for (app, rank, needs_attention) in [
            (app(Health::Failing, None, &[1]), 0, true),
            (newly, 1, true),
            (app(Health::Degraded, None, &[2]), 2, true),
            (app(Health::Healthy, None, &[]), 3, false),
            // Silent since long ago, and never heard of.
            (app(Health::Silent, Some(NOW_MS - AppSummary::NEWLY_SILENT_MS), &[7]), 4, false),
            (app(Health::Silent, None, &[]), 4, false),
        ] {
            assert_eq!((app.rank(NOW_MS), app.needs_attention(NOW_MS)), (rank, needs_attention), "{app:?}");
        }
    }
}
