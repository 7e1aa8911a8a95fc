//! Alerts: rules, incidents, channels and mutes, as pages, the API and commands speak of them.
//!
//! How a rule is judged is decided by the server's `watch`, and what a message looks like by its
//! `outlet`.

/// How urgent an incident is.
mod severity;

/// Which rule: a built-in one, or one of the user's.
mod rule_id;

/// Rules of the user's own.
mod rule;

/// What a rule of one's own measures.
mod signal;

/// When a rule of one's own fires.
mod condition;

/// What is usual for an app.
mod usual;

/// Incidents and their timelines.
mod incident;

/// What changed before an incident.
mod change_link;

/// Where messages go.
mod channel;

/// When messages are held back.
mod mute;

/// The Alerts page and the page of an incident.
mod page;

/// What a person may change.
mod change;

pub use change::{AlertChange, Changed};
pub use change_link::ChangeLink;
pub use channel::{Channel, ChannelDraft, ChannelId, ChannelKind, Delivery};
pub use condition::{Absence, Condition, Direction};
pub use incident::{Cause, Entry, EntryKind, Incident, IncidentId, IncidentMark, IncidentState};
pub use mute::{Mute, MuteDraft, MuteId, Weekdays, Window, WindowDraft};
pub use page::{
    AlertsPage, BuiltInRule, Datagrams, IncidentPage, Occurrence, OwnRule, Preview, PreviewQuery, RemoteWrite,
    ServerHealth, Verdict,
};
pub use rule::{Rule, RuleDraft};
pub use rule_id::{BuiltIn, RuleId};
pub use severity::Severity;
pub use signal::{SearchField, Signal};
pub use usual::{Band, BandPoint, Basis, Figure, FigureBands, Usual};
