//! Mutes and maintenance windows: when messages are held back.
//!
//! Incidents are judged and recorded all the same.

use serde::{Deserialize, Serialize};

use super::{IncidentId, RuleId, rule::line};

/// The number of a mute or of a maintenance window.
pub type MuteId = i64;

/// A mute as a person writes it. What is `None` is not looked at: a mute without app, rule and
/// incident holds everything back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
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

impl MuteDraft {
    /// Longest mute, milliseconds: a year.
    pub const LENGTH_MAX_MS: i64 = 366 * 86_400_000;

    /// Checks every part but the names, which the server knows.
    ///
    /// # Errors
    /// A sentence that names the part, what was expected and what was found.
    pub fn checked(mut self, now_ms: i64) -> Result<Self, String> {
        self.reason = self.reason.trim().to_owned();
        line("reason", &self.reason)?;
        if self.until_ms <= now_ms {
            return Err(format!("expected until_ms to be later than now ({now_ms}), found {}", self.until_ms));
        }
        if self.until_ms.saturating_sub(now_ms) > Self::LENGTH_MAX_MS {
            return Err(format!("expected until_ms within a year of now ({now_ms}), found {}", self.until_ms));
        }
        Ok(self)
    }
}

/// A mute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
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
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
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
    #[cfg_attr(feature = "schema", schema(value_type = Vec<bool>))]
    pub weekdays: Weekdays,
    /// When it begins on each of them, minutes after midnight.
    pub start_min: u16,
    /// How long it lasts, minutes.
    pub length_min: u16,
}

impl WindowDraft {
    /// Longest window, minutes: a day.
    pub const LENGTH_MAX_MIN: u16 = 1_440;

    /// Checks every part but the names of app and zone, which the server knows.
    ///
    /// # Errors
    /// A sentence that names the part, what was expected and what was found.
    pub fn checked(mut self) -> Result<Self, String> {
        self.name = self.name.trim().to_owned();
        line("name", &self.name)?;
        if self.name.is_empty() {
            return Err("expected a name, found none".to_owned());
        }
        if !self.weekdays.contains(&true) {
            return Err("expected weekdays with at least one day, found none".to_owned());
        }
        if self.start_min >= Self::LENGTH_MAX_MIN {
            return Err(format!("expected start_min from 0 to 1439 minutes after midnight, found {}", self.start_min));
        }
        if !(1..=Self::LENGTH_MAX_MIN).contains(&self.length_min) {
            return Err(format!("expected length_min from 1 to 1440 minutes, found {}", self.length_min));
        }
        Ok(self)
    }
}

/// A maintenance window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
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

#[cfg(test)]
mod tests {
    use super::*;

    const NOW_MS: i64 = 1_790_000_000_000;

    #[test]
    fn ok_mutes() {
        for (until_ms, reason) in [(NOW_MS + 1, ""), (NOW_MS + MuteDraft::LENGTH_MAX_MS, " a deploy 🚀 ")] {
            let draft = MuteDraft { app: None, rule: None, incident: None, until_ms, reason: reason.to_owned() };
            assert_eq!(draft.checked(NOW_MS).map(|it| it.reason).as_deref(), Ok(reason.trim()));
        }
    }

    #[test]
    fn err_mutes() {
        let long = "🚀".repeat(2_500);
        let year = NOW_MS + MuteDraft::LENGTH_MAX_MS;
        for (until_ms, reason, said) in [
            (NOW_MS, "", "later than now"),
            (i64::MIN, "", "later than now"),
            (year + 1, "", "within a year"),
            (i64::MAX, "", "within a year"),
            (NOW_MS + 1, &*long, "found 10000"),
            (NOW_MS + 1, "a\nb", "one line"),
        ] {
            let draft = MuteDraft { app: None, rule: None, incident: None, until_ms, reason: reason.to_owned() };
            assert!(draft.checked(NOW_MS).is_err_and(|it| it.contains(said)), "{until_ms} {said}");
        }
    }

    #[test]
    fn err_windows() {
        let fine = WindowDraft {
            name: "Backup".to_owned(),
            app: None,
            zone: "UTC".to_owned(),
            weekdays: [true; 7],
            start_min: 1_439,
            length_min: 1_440,
        };
        assert_eq!(fine.clone().checked().as_ref(), Ok(&fine));
        let wrong = [
            (WindowDraft { name: " ".to_owned(), ..fine.clone() }, "a name"),
            (WindowDraft { name: "🕰".repeat(2_500), ..fine.clone() }, "10000"),
            (WindowDraft { weekdays: [false; 7], ..fine.clone() }, "weekdays"),
            (WindowDraft { start_min: 1_440, ..fine.clone() }, "1440"),
            (WindowDraft { length_min: 0, ..fine.clone() }, "found 0"),
            (WindowDraft { length_min: 1_441, ..fine }, "1441"),
        ];
        for (draft, said) in wrong {
            assert!(draft.checked().is_err_and(|it| it.contains(said)), "{said}");
        }
    }
}
