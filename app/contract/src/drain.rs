//! Drains as pages and the API show them: what is stored of a drain, and what has arrived on it.
//! Tokens are not here: one is shown once, where it is made.

use serde::{Deserialize, Serialize};

use crate::as_text::word_in_json;

/// The number of a drain.
pub type DrainId = i64;

/// Whether a token is the present one of its drain, or the one before the last rotation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum TokenAge {
    #[default]
    /// The present one.
    Current,
    /// The one before, which is valid for a while.
    Old,
}

/// What a drain may send. The set is closed: pages say of each whether it has been seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Seen {
    /// Lines of any kind.
    Lines,
    /// Requests of a router, a proxy or a web server.
    Requests,
    /// Memory and load of dynos.
    RuntimeMetrics,
    /// Releases, deploys and changes of the configuration.
    Releases,
    /// Starts, exits and crashes of processes.
    Processes,
    /// Figures of databases and other add-ons.
    Addons,
    /// Measurements and durations that the app itself logs.
    Measurements,
}

impl Seen {
    /// How many there are.
    pub const COUNT: usize = 7;
    /// Each, in the order of pages.
    pub const ALL: [Self; Self::COUNT] = [
        Self::Lines,
        Self::Requests,
        Self::RuntimeMetrics,
        Self::Releases,
        Self::Processes,
        Self::Addons,
        Self::Measurements,
    ];

    /// The name in JSON.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Lines => "lines",
            Self::Requests => "requests",
            Self::RuntimeMetrics => "runtime-metrics",
            Self::Releases => "releases",
            Self::Processes => "processes",
            Self::Addons => "addons",
            Self::Measurements => "measurements",
        }
    }

    /// The name on pages.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Lines => "log lines",
            Self::Requests => "requests",
            Self::RuntimeMetrics => "runtime metrics",
            Self::Releases => "releases and deploys",
            Self::Processes => "process starts and exits",
            Self::Addons => "add-on metrics",
            Self::Measurements => "the app's own measurements",
        }
    }
}

word_in_json!(Seen);

/// When something was last seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SeenAt {
    /// What was seen.
    pub what: Seen,
    /// Unix milliseconds.
    pub at_ms: i64,
}

/// Somebody who sends to a drain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Sender {
    /// Its address.
    pub address: String,
    /// What it calls itself, cut; empty if it says nothing.
    pub agent: String,
    /// Which of the drain's tokens it uses.
    pub token: TokenAge,
    /// When its last batch arrived, unix milliseconds.
    pub last_ms: i64,
    /// How many batches it has sent, as far as is known.
    pub batches: u64,
}

/// What is kept about a drain across restarts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct DrainMemory {
    /// When its first batch arrived, unix milliseconds.
    pub first_ms: Option<i64>,
    /// When its last batch arrived, unix milliseconds.
    pub last_ms: Option<i64>,
    /// The number of the block of that batch.
    pub last_block: Option<i64>,
    /// The apps that it feeds, the latest first; a shared drain may feed more than are kept.
    pub apps: Vec<String>,
    /// Who sends, the latest first; more may send than are kept.
    pub senders: Vec<Sender>,
    /// What it has sent, each kind once.
    pub seen: Vec<SeenAt>,
    /// Lines that arrived while it was paused, and were not kept.
    pub paused_lines: u64,
}

impl DrainMemory {
    /// When something was last seen, unix milliseconds.
    #[must_use]
    pub fn seen_ms(&self, what: Seen) -> Option<i64> {
        self.seen.iter().find(|it| it.what == what).map(|it| it.at_ms)
    }

    /// Who used a token last.
    #[must_use]
    pub fn last_user(&self, token: TokenAge) -> Option<&Sender> {
        self.senders.iter().filter(|it| it.token == token).max_by_key(|it| it.last_ms)
    }
}

/// Lines of the last hour that were lost for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DrainLoss {
    /// A word; a code where the sender itself reports the loss.
    pub reason: String,
    /// A sentence.
    pub means: String,
    /// How many lines.
    pub count: u64,
    /// The beginning of the latest, masked.
    pub sample: Option<String>,
}

/// The last hour of a drain. It is in memory: after a start of the server it begins anew.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DrainHour {
    /// Lines that were kept.
    pub lines: u64,
    /// Size of the bodies that arrived.
    pub bytes: u64,
    /// Lines that gave no measurement and no event.
    pub unmatched: u64,
    /// The beginning of one of them, masked.
    pub unmatched_sample: Option<String>,
    /// What was lost, the most first.
    pub losses: Vec<DrainLoss>,
    /// Batches with a valid token that were refused since the start of the server.
    pub refused_batches: u64,
    /// Why the latest of them was refused, as its sender was told.
    pub refusal: Option<String>,
    /// Lines of each minute, the oldest first.
    pub per_minute: Vec<u64>,
}

impl DrainHour {
    /// How many minutes it has.
    pub const MINUTES: usize = 60;
}

/// A drain.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Drain {
    /// Its number.
    pub id: DrainId,
    /// What people call it; that of its app unless it was renamed.
    pub name: String,
    /// The app that it feeds; `None` when the URL of each batch names one.
    pub app: Option<String>,
    /// Where its lines come from, a word of the table of platforms; empty when nobody said.
    pub platform: String,
    /// When it was created, unix milliseconds.
    pub created_ms: i64,
    /// Since when it is paused, unix milliseconds.
    pub paused_ms: Option<i64>,
    /// When its token was last replaced, unix milliseconds.
    pub rotated_ms: Option<i64>,
    /// Until when the token before is valid, unix milliseconds; `None` when there is none.
    pub old_until_ms: Option<i64>,
    /// What is kept across restarts.
    #[serde(flatten)]
    pub memory: DrainMemory,
    /// The last hour.
    pub hour: DrainHour,
}

impl Drain {
    /// Longest name, bytes.
    pub const NAME_BYTES_MAX: usize = 100;

    /// The apps that it feeds, as far as is known.
    #[must_use]
    pub fn fed(&self) -> Vec<String> {
        self.app.clone().map_or_else(|| self.memory.apps.clone(), |it| vec![it])
    }

    /// Checks a name: one line that is not empty.
    ///
    /// # Errors
    /// A sentence that says what was expected and found.
    pub fn checked_name(text: &str) -> Result<String, String> {
        let name = text.trim();
        if name.is_empty() {
            return Err("expected the name of a drain, found none".to_owned());
        }
        if name.len() > Self::NAME_BYTES_MAX || name.contains(char::is_control) {
            let found = crate::error::excerpt(name);
            return Err(format!(
                "expected a name of at most {} bytes on one line, found {found:?}",
                Self::NAME_BYTES_MAX
            ));
        }
        Ok(name.to_owned())
    }
}

/// A drain that somebody makes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DrainDraft {
    /// The app that it feeds, or the name of a shared drain.
    pub app: String,
    /// Whether the URL of each batch names the app.
    #[serde(default)]
    pub shared: bool,
    /// Where its lines come from.
    #[serde(default)]
    pub platform: String,
}

/// What somebody changes about a drain; what is left out stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DrainChange {
    /// A new name.
    #[serde(default)]
    pub name: Option<String>,
    /// Whether it is paused from now on.
    #[serde(default)]
    pub paused: Option<bool>,
}

/// What became of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Became {
    /// A value of a series.
    Series {
        /// Its metric and labels.
        series: String,
        /// Its value with the unit.
        value: String,
    },
    /// An event.
    Event {
        /// Its kind.
        event: String,
        /// Its text, masked.
        text: String,
    },
    /// It, or a part of it, could not be used.
    Loss {
        /// A word.
        reason: String,
        /// A sentence.
        means: String,
    },
    /// Nothing; the sentence says why.
    Nothing {
        /// A sentence.
        why: String,
    },
}

/// A line of a batch, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct InspectedLine {
    /// Its own time, unix milliseconds; that of the receipt where it has none that counts.
    pub at_ms: i64,
    /// Process that wrote it.
    pub source: String,
    /// Its text, masked and cut.
    pub text: String,
    /// What became of it, in the order of the series of a batch.
    pub became: Vec<Became>,
}

/// The last batch of a drain, line by line.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct InspectedBatch {
    /// The app that it counts for.
    pub app: String,
    /// When it arrived, unix milliseconds.
    pub received_ms: i64,
    /// Size of the body, bytes.
    pub bytes: u64,
    /// How many lines and losses it has.
    pub frames: u64,
    /// The first of them.
    pub lines: Vec<InspectedLine>,
}
