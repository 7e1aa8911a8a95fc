//! Mutes and maintenance windows: when messages are held back.
//!
//! Incidents are judged and recorded all the same.

use serde::{Deserialize, Serialize};

use super::{IncidentId, RuleId};

/// The number of a mute or of a maintenance window.
pub type MuteId = i64;

/// A mute as a person writes it. What is `None` is not looked at: a mute without app, rule and
/// incident holds everything back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MuteDraft {
    /// Only of this app.
    #[serde(default)]
    pub app: Option<String>,
    /// Only of this rule.
    #[serde(default)]
    pub rule: Option<RuleId>,
    /// Only of this incident.
    #[serde(default)]
    pub incident: Option<IncidentId>,
    /// When it ends, unix milliseconds.
    pub until_ms: i64,
    /// Why; may be empty.
    #[serde(default)]
    pub reason: String,
}

/// A mute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mute {
    /// Its number.
    pub id: MuteId,
    /// What it holds back, and until when.
    #[serde(flatten)]
    pub draft: MuteDraft,
    /// When it began, unix milliseconds.
    pub created_ms: i64,
    /// Who made it: `alice`, `link in Slack`.
    pub by: String,
    /// How many messages it has held back.
    pub hidden: u32,
}

/// The days of the week on which a window begins, Monday first. In JSON an array of seven booleans.
pub type Weekdays = [bool; 7];

/// A maintenance window as a person writes it: by the wall clock of a zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WindowDraft {
    /// What people call it.
    pub name: String,
    /// Only of this app; of every app where it is `None`.
    #[serde(default)]
    pub app: Option<String>,
    /// The zone of its clock, such as `Europe/Berlin`.
    pub zone: String,
    /// The days on which it begins.
    pub weekdays: Weekdays,
    /// When it begins on each of them, minutes after midnight.
    pub start_min: u16,
    /// How long it lasts, minutes.
    pub length_min: u16,
}

impl WindowDraft {
    /// Longest window, minutes: a day.
    pub const LENGTH_MAX_MIN: u16 = 1_440;
}

/// A maintenance window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// Its number.
    pub id: MuteId,
    /// When it holds messages back, and of what.
    #[serde(flatten)]
    pub draft: WindowDraft,
    /// The next five times that it begins and ends, unix seconds.
    pub next: Vec<(i64, i64)>,
    /// Who made it.
    pub by: String,
}
