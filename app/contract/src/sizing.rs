//! The Sizing page: how many dynos an app needs, and the figures that say so.

use serde::{Deserialize, Serialize};

use crate::{AppHeader, Range, Span};

/// The most requests that a dyno can be said to handle at once.
pub const AT_ONCE_MAX: u32 = 1_000;

/// What the page shows, as its address says.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SizingQuery {
    /// The range of time.
    pub range: Range,
    /// How many requests or jobs a dyno handles at once: its threads. From 1 to [`AT_ONCE_MAX`].
    pub at_once: u32,
}

impl Default for SizingQuery {
    fn default() -> Self {
        Self { range: Range::Week, at_once: 1 }
    }
}

/// What the dynos of a process type work on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Work {
    /// Requests that the router sends.
    Requests,
    /// Jobs of a queue.
    Jobs,
    /// No work that the log has times of.
    #[default]
    Unknown,
}

/// What the advice comes to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = SizingVerdict))]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// There are as many dynos as needed.
    Enough,
    /// Fewer dynos would do.
    Fewer,
    /// More dynos are needed.
    More,
    /// Memory is the limit, and not the work.
    Memory,
    /// Jobs wait for long.
    Waiting,
    /// There is too little data for advice.
    TooLittle,
    /// Nothing was measured that advice could be based on.
    #[default]
    Unknown,
}

impl Verdict {
    /// The verdict in a few words.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Enough => "Enough",
            Self::Fewer => "Fewer would do",
            Self::More => "Add dynos",
            Self::Memory => "Memory is the limit",
            Self::Waiting => "Jobs wait",
            Self::TooLittle => "Too little data",
            Self::Unknown => "Unknown",
        }
    }
}

/// A recommendation for one process type.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Advice {
    /// What it comes to.
    pub verdict: Verdict,
    /// How many dynos are advised; `None` where that cannot be said.
    pub dynos: Option<u32>,
    /// The recommendation as a sentence.
    pub says: String,
}

/// The work of one step, by Little's law: rate × mean time ÷ dynos.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PeakLoad {
    /// Start of the step, unix seconds.
    pub at_s: i64,
    /// Dynos that ran then.
    pub dynos: u32,
    /// Requests or jobs per second.
    pub per_s: f64,
    /// Their mean time, milliseconds.
    pub mean_ms: f64,
    /// Requests or jobs at once a dyno.
    pub at_once: f64,
    /// The arithmetic in words.
    pub says: String,
}

/// What another number of dynos gives at the peak.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DynoChoice {
    /// The number of dynos.
    pub dynos: u32,
    /// Requests or jobs at once a dyno, if they take as long as they did.
    pub at_once: f64,
    /// The same as a share of what a dyno handles at once; 1 is full.
    pub busy: f64,
}

/// The memory of the dyno that used most of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct MemorySizing {
    /// The dyno.
    pub dyno: String,
    /// Most memory in the range, MB.
    pub peak_mb: f64,
    /// The quota, MB; `None` where none was reported.
    pub quota_mb: Option<f64>,
    /// The dyno whose memory is full first, of those that grew steadily over the last day.
    pub growth: Option<MemoryGrowth>,
}

/// The memory of a dyno that grows steadily.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct MemoryGrowth {
    /// The dyno.
    pub dyno: String,
    /// Growth, MB a day.
    pub mb_per_day: f64,
    /// When it reaches the quota, seconds from the end of the span; `None` without a quota.
    pub full_in_s: Option<i64>,
}

/// The load average of the dyno where it was greatest.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct LoadAverage {
    /// The dyno.
    pub dyno: String,
    /// The greatest load average over a minute.
    pub peak: f64,
    /// Its mean over all dynos of the process type.
    pub mean: f64,
}

/// How long requests waited before a dyno took them, at the peak.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RouterWait {
    /// Time to connect to a dyno, 95th percentile, milliseconds.
    pub connect_p95_ms: Option<f64>,
    /// Time in a queue before that, 95th percentile, milliseconds.
    pub queue_p95_ms: Option<f64>,
}

/// The dynos of one process type.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ProcessSizing {
    /// The process type, such as `web`.
    pub process: String,
    /// Dynos that ran at the end of the span.
    pub dynos: u32,
    /// What they work on.
    pub work: Work,
    /// The peak: of the steps with at least nine tenths of the most requests or jobs, the middle
    /// one by their mean time.
    pub peak: Option<PeakLoad>,
    /// The step with the most work a dyno, where that is far above the peak: requests took longer.
    pub slowest: Option<PeakLoad>,
    /// One dyno fewer than now, as many, and one more.
    pub choices: Vec<DynoChoice>,
    /// Memory; `None` without runtime metrics.
    pub memory: Option<MemorySizing>,
    /// Load average; `None` without runtime metrics.
    pub load: Option<LoadAverage>,
    /// Waits before the dynos.
    pub wait: RouterWait,
    /// What is advised.
    pub advice: Advice,
}

/// What a metric says of a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum QueueFigure {
    /// How many jobs wait.
    Depth,
    /// How long jobs wait, milliseconds.
    Wait,
}

/// A metric of a queue over the span.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct QueueSizing {
    /// The metric's name.
    pub metric: String,
    /// Its source; empty for none.
    pub source: String,
    /// What it says.
    pub figure: QueueFigure,
    /// The greatest value: jobs, or milliseconds.
    pub peak: f64,
    /// The newest value.
    pub last: f64,
}

/// How many dynos an app needs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Sizing {
    /// What was asked for.
    pub query: SizingQuery,
    /// The span of all figures. Its ends are whole ten minutes, so that the advice changes at most
    /// that often.
    pub span: Span,
    /// Width of the steps among which the peak was found, seconds: a minute, or an hour where
    /// minutes are too many or no longer kept.
    pub step_s: i64,
    /// Process types, those with requests first.
    pub processes: Vec<ProcessSizing>,
    /// Queues.
    pub queues: Vec<QueueSizing>,
    /// How many more process types there are.
    pub processes_left_out: u32,
    /// How many more queues there are.
    pub queues_left_out: u32,
}

/// The Sizing page of an app.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SizingPage {
    /// The state of the app.
    pub head: AppHeader,
    /// The figures.
    pub sizing: Sizing,
}
