//! The Alerts page, the page of an incident, and the preview of a rule.

use serde::{Deserialize, Serialize};

use super::{
    BandPoint, BuiltIn, ChangeLink, Channel, Delivery, Entry, Incident, IncidentState, Mute, RuleDraft, Severity,
    Window,
};
use crate::{Event, LogLine, OpenIncidents, Span, series::QueryAnswer};

/// Everything that the Alerts page shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AlertsPage {
    /// The server's clock when this was made, unix milliseconds.
    pub at_ms: i64,
    /// Every app, by name.
    pub apps: Vec<String>,
    /// Incidents that are not over, the most urgent first.
    pub open: Vec<Incident>,
    /// Incidents that are over, the newest first.
    pub history: Vec<Incident>,
    /// The rules that every app has.
    pub built_in: Vec<BuiltInRule>,
    /// The user's own rules.
    pub rules: Vec<OwnRule>,
    /// Where messages go.
    pub channels: Vec<Channel>,
    /// Messages that are not delivered, the newest first.
    pub undelivered: Vec<Delivery>,
    /// Mutes that are not over.
    pub mutes: Vec<Mute>,
    /// Maintenance windows.
    pub windows: Vec<Window>,
    /// How the server itself is.
    pub server: ServerHealth,
    /// The open incidents of all apps, for the top bar.
    #[serde(default)]
    pub open_incidents: OpenIncidents,
}

/// A rule that every app has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct BuiltInRule {
    /// Which rule.
    pub rule: BuiltIn,
    /// Its name.
    pub name: String,
    /// When it fires, in a sentence.
    pub sentence: String,
    /// What to do about it, in a sentence.
    pub remedy: String,
    /// How urgent it is at most.
    pub severity: Severity,
    /// The apps for which it is switched off.
    pub off: Vec<String>,
}

/// A rule of the user's own, and how it was last judged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OwnRule {
    /// Its number.
    pub id: i64,
    /// The rule.
    pub rule: RuleDraft,
    /// When it was created, unix milliseconds.
    pub created_ms: i64,
    /// The unit of its values, such as `ms`; empty where it is not known.
    #[serde(default)]
    pub unit: String,
    /// How each app and group was last judged, the worst first; at most [`Self::VERDICTS_MAX`].
    pub verdicts: Vec<Verdict>,
    /// Why it can't be judged, where it can't: `checkout has no metric named db.query`.
    pub problem: Option<String>,
}

impl OwnRule {
    /// Most verdicts of one rule in an answer.
    pub const VERDICTS_MAX: usize = 100;
}

/// How a rule was last judged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = RuleVerdict))]
pub struct Verdict {
    /// The app.
    pub app: String,
    /// The group, such as `path=/orders`; empty without grouping.
    pub group: String,
    /// When it was judged, unix milliseconds.
    pub at_ms: i64,
    /// The value; `None` where nothing was measured.
    pub value: Option<f64>,
    /// The limit that it was compared with.
    pub limit: Option<f64>,
    /// What is usual, where that was looked at.
    pub usual: Option<f64>,
    /// The state; `None` while nothing is wrong.
    pub state: Option<IncidentState>,
}

/// How the server itself is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ServerHealth {
    /// When rules were last judged, unix milliseconds.
    pub judged_ms: Option<i64>,
    /// How long that took, milliseconds.
    pub judging_ms: f64,
    /// How long the last commit of batches took, milliseconds.
    pub commit_ms: Option<f64>,
    /// Batches that wait to be committed.
    pub queue: u32,
    /// Messages that wait to be delivered.
    pub outbox: u32,
    /// Messages that were given up.
    pub given_up: u32,
    /// Free bytes of the file system that holds the database.
    pub disk_free_bytes: Option<u64>,
    /// When the heartbeat was last accepted, unix milliseconds; `None` without one.
    pub heartbeat_ms: Option<i64>,
    /// Whether a heartbeat is configured.
    pub has_heartbeat: bool,
    /// Datagrams of syslog and statsd since the start; `None` while none came.
    pub datagrams: Option<Datagrams>,
    /// When the TLS certificate ends, unix seconds; `None` without one.
    pub certificate_until_s: Option<i64>,
    /// Sending to a Prometheus-compatible store; `None` without one.
    pub remote_write: Option<RemoteWrite>,
}

/// How sending to a Prometheus-compatible store goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RemoteWrite {
    /// End of the last minute that was accepted whole, unix seconds; `None` before the first.
    pub sent_to_s: Option<i64>,
    /// Samples that the store refused for good, since the start.
    pub refused: u64,
    /// Whether the store takes nothing now, or refused some of the last minute.
    pub is_failing: bool,
}

/// What became of datagrams.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Datagrams {
    /// Those with a drain's token.
    pub taken: u64,
    /// Those without one, which were dropped.
    pub refused: u64,
    /// Those that the kernel dropped, or that could not be stored.
    pub lost: u64,
    /// When some were last lost, unix milliseconds.
    pub lost_ms: Option<i64>,
}

/// Everything that the page of an incident shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IncidentPage {
    /// The server's clock when this was made, unix milliseconds.
    pub at_ms: i64,
    /// The incident.
    pub incident: Incident,
    /// Its timeline, in order of time.
    pub entries: Vec<Entry>,
    /// The release or change before it, where there is one.
    pub release: Option<Event>,
    /// What changed before it, in order of time, the incident last; empty where nothing did.
    #[serde(default)]
    pub changes: Vec<ChangeLink>,
    /// The range of its chart.
    pub span: Span,
    /// Events in the range, in order of time.
    pub events: Vec<Event>,
    /// The points of its metric, or why there are none.
    pub chart: Result<QueryAnswer, String>,
    /// What is usual in the range.
    pub usual: Vec<BandPoint>,
    /// The limit that decided, in the unit of the chart.
    pub limit: Option<f64>,
    /// Log lines of its worst moment.
    pub lines: Vec<LogLine>,
    /// The query of the Logs page that shows more of them, as its address has it.
    pub logs_query: String,
    /// The messages about it, in order of time.
    pub messages: Vec<Delivery>,
    /// Mutes that hold its messages back.
    pub mutes: Vec<Mute>,
    /// The open incidents of all apps, for the top bar.
    #[serde(default)]
    pub open_incidents: OpenIncidents,
}

/// A rule to be tried on the past before it may tell anybody.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PreviewQuery {
    /// The app whose past is looked at; the rule's own where it has one.
    pub app: String,
    /// The rule.
    pub rule: RuleDraft,
}

/// What a rule would have done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Preview {
    /// The range that was looked at: the last seven days, or as far back as there is data.
    pub span: Span,
    /// When it would have fired, in order of time, flaps joined; at most [`Self::OCCURRENCES_MAX`].
    pub occurrences: Vec<Occurrence>,
    /// The result in a sentence: `In the last 7 days it would have fired 3 times.`
    pub sentence: String,
    /// The values that were judged.
    pub chart: QueryAnswer,
    /// The limit in each step where it changes with what is usual; one point otherwise.
    pub limits: Vec<(i64, f64)>,
    /// How it would be judged now.
    pub now: Vec<Verdict>,
}

impl Preview {
    /// Most occurrences of an answer.
    pub const OCCURRENCES_MAX: usize = 200;
}

/// A time at which a rule would have fired.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Occurrence {
    /// When it would have fired, and until when.
    pub span: Span,
    /// The group, such as `path=/orders`; empty without grouping.
    pub group: String,
    /// The worst value.
    pub value: f64,
}
