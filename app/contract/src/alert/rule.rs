//! A rule of the user's own, and the checks that make a draft a rule.

use serde::{Deserialize, Serialize};

use super::{Condition, Severity, Signal};
use crate::{LogFilter, Stat, error::quoted};

/// A rule as a person writes it. [`RuleDraft::checked`] makes it a [`Rule`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RuleDraft {
    /// What messages call it: one line.
    pub name: String,
    /// The app that it judges; each app by itself where it is `None`.
    #[serde(default)]
    pub app: Option<String>,
    /// What is measured.
    pub signal: Signal,
    /// The range of each value, seconds; it ends now.
    #[serde(default = "default_window_s")]
    pub window_s: i64,
    /// When the value is wrong.
    pub condition: Condition,
    /// How long it must be wrong before anybody is told, seconds.
    #[serde(default)]
    pub for_s: i64,
    /// How long it must be right before the incident is resolved, seconds.
    #[serde(default = "default_clear_s")]
    pub clear_s: i64,
    /// How urgent it is.
    #[serde(default = "default_severity")]
    pub severity: Severity,
    /// How often a firing incident is said again, seconds; `None` for never.
    #[serde(default)]
    pub remind_s: Option<i64>,
    /// What to do about it, in one sentence; may be empty.
    #[serde(default)]
    pub remedy: String,
    /// Whether it is judged.
    #[serde(default = "yes")]
    pub is_enabled: bool,
}

const fn default_window_s() -> i64 {
    RuleDraft::WINDOW_S
}

const fn default_clear_s() -> i64 {
    RuleDraft::CLEAR_S
}

const fn default_severity() -> Severity {
    Severity::Warning
}

const fn yes() -> bool {
    true
}

/// A rule whose parts make sense together; only [`RuleDraft::checked`] makes one.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule(RuleDraft);

impl Rule {
    /// Longest name and remedy, bytes.
    pub const TEXT_BYTES_MAX: usize = 200;
    /// Shortest window, seconds.
    pub const WINDOW_MIN_S: i64 = 10;
    /// Longest window, seconds: a day.
    pub const WINDOW_MAX_S: i64 = 86_400;
    /// Longest `for`, `clear` and absence, seconds: a week.
    pub const WAIT_MAX_S: i64 = 604_800;
    /// Shortest time between reminders, seconds.
    pub const REMIND_MIN_S: i64 = 600;
    /// Bounds of `times`.
    pub const TIMES: (f64, f64) = (1.1, 100.0);

    /// The parts of the rule.
    #[must_use]
    pub const fn get(&self) -> &RuleDraft {
        &self.0
    }
}

impl RuleDraft {
    /// The window of a rule that names none, seconds.
    pub const WINDOW_S: i64 = 300;
    /// The time after which a rule that names none clears, seconds.
    pub const CLEAR_S: i64 = 120;

    /// Checks every part.
    ///
    /// # Errors
    /// A sentence that names the part, what was expected and what was found.
    pub fn checked(mut self) -> Result<Rule, String> {
        self.name = self.name.trim().to_owned();
        line("name", &self.name)?;
        if self.name.is_empty() {
            return Err("expected a name, found none".to_owned());
        }
        line("remedy", &self.remedy)?;
        within("window_s", self.window_s, Rule::WINDOW_MIN_S, Rule::WINDOW_MAX_S)?;
        within("for_s", self.for_s, 0, Rule::WAIT_MAX_S)?;
        within("clear_s", self.clear_s, 0, Rule::WAIT_MAX_S)?;
        if let Some(remind_s) = self.remind_s {
            within("remind_s", remind_s, Rule::REMIND_MIN_S, Rule::WAIT_MAX_S)?;
        }
        self.check_signal()?;
        self.check_condition()?;
        Ok(Rule(self))
    }

    fn check_signal(&self) -> Result<(), String> {
        match &self.signal {
            Signal::Metric { metric, only, .. } => {
                line("metric", metric)?;
                if metric.is_empty() {
                    return Err("expected a metric, found none".to_owned());
                }
                only.values().try_for_each(|it| line("where", it))
            }
            Signal::Search { q, source, field } => {
                line("source", source)?;
                if q.len() > 4 * Rule::TEXT_BYTES_MAX {
                    return Err(format!("expected q of at most {} bytes, found {}", 4 * Rule::TEXT_BYTES_MAX, q.len()));
                }
                LogFilter::parse(q).map_err(|it| it.to_string())?;
                match field {
                    Some(field) if field.name.is_empty() => Err("expected the name of a field, found none".to_owned()),
                    Some(field) if field.stat == Stat::Last => {
                        Err("expected a statistic of a field other than last, found last".to_owned())
                    }
                    Some(field) => line("field", &field.name),
                    None => Ok(()),
                }
            }
        }
    }

    fn check_condition(&self) -> Result<(), String> {
        match self.condition {
            Condition::Threshold { direction, limit, clear } => {
                if !limit.is_finite() || clear.is_some_and(|it| !it.is_finite()) {
                    return Err("expected limits that are numbers".to_owned());
                }
                if clear.is_some_and(|it| direction.is_beyond(it, limit)) {
                    let side = if direction.is_beyond(1.0, 0.0) { "at most" } else { "at least" };
                    return Err(format!("expected clear to be {side} the limit {limit}"));
                }
                Ok(())
            }
            Condition::Usual { times, .. } => {
                if matches!(self.signal, Signal::Search { .. }) {
                    return Err("expected a metric: what is usual is not known of a search".to_owned());
                }
                let (least, most) = Rule::TIMES;
                if (least..=most).contains(&times) {
                    return Ok(());
                }
                Err(format!("expected times from {least} to {most}, found {times}"))
            }
            Condition::Absence(absence) => within("absence for_s", absence.for_s, Rule::WINDOW_MIN_S, Rule::WAIT_MAX_S),
        }
    }
}

fn within(name: &str, found: i64, least: i64, most: i64) -> Result<(), String> {
    if (least..=most).contains(&found) {
        return Ok(());
    }
    Err(format!("expected {name} from {least} to {most} seconds, found {found}"))
}

/// Accepts a short text on one line.
pub(super) fn line(name: &str, text: &str) -> Result<(), String> {
    if text.len() > Rule::TEXT_BYTES_MAX {
        return Err(format!("expected {name} of at most {} bytes, found {}", Rule::TEXT_BYTES_MAX, text.len()));
    }
    if text.contains(char::is_control) {
        return Err(format!("expected {name} on one line, found {}", quoted(text)));
    }
    Ok(())
}
