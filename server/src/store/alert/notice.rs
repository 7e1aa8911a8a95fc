//! What a message is about, as it waits in the outbox. How it is worded is decided by each channel.

use contract::alert::{Incident, Severity};
use serde::{Deserialize, Serialize};

/// Why a message is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum NoticeKind {
    /// An incident fires.
    Opened,
    /// It has become more urgent.
    Escalated,
    /// It is still firing.
    Reminder,
    /// It comes and goes; the next messages wait longer.
    Flapping,
    /// It is over.
    Resolved,
    /// Somebody tries the channel.
    Test,
}

/// What a message is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Notice {
    /// Why it is sent.
    pub kind: NoticeKind,
    /// The incident as it was then; `None` for a test.
    pub incident: Option<Incident>,
    /// When that was, unix milliseconds.
    pub at_ms: i64,
    /// The value that decided, its limit and what is usual, in `unit`. Of a resolved incident, the
    /// worst value.
    pub value: Option<f64>,
    pub limit: Option<f64>,
    pub usual: Option<f64>,
    /// The unit: `%`, `ms`, `MB`, `/s`; empty for a count.
    pub unit: String,
    /// What other rules of the incident say.
    pub others: Vec<String>,
}

impl Notice {
    /// What it says, in one line: `Critical: checkout: H12 request timeouts 41/min`.
    #[must_use]
    pub(crate) fn line(&self) -> String {
        let Some(incident) = &self.incident else {
            return "Test: Streamgauge can send messages here".to_owned();
        };
        let severity = match incident.severity {
            Severity::Critical => "Critical",
            Severity::Warning => "Warning",
            Severity::Info => "Info",
        };
        let begin = match self.kind {
            NoticeKind::Opened | NoticeKind::Test => severity.to_owned(),
            NoticeKind::Escalated => format!("Now {}", severity.to_lowercase()),
            NoticeKind::Reminder => format!("Still {}", severity.to_lowercase()),
            NoticeKind::Flapping => "Comes and goes".to_owned(),
            NoticeKind::Resolved => "Resolved".to_owned(),
        };
        format!("{begin}: {}: {}", incident.app, incident.what)
    }
}
