//! The severity and the state of an incident as a shape and a word. The shape repeats what the
//! colour says, for those who do not see it.

use contract::alert::{IncidentState, Severity};
use leptos::prelude::*;

/// The word for a severity.
#[must_use]
pub const fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "Critical",
        Severity::Warning => "Warning",
        Severity::Info => "Info",
    }
}

/// The word for a state.
#[must_use]
pub const fn state_word(state: IncidentState) -> &'static str {
    match state {
        IncidentState::Pending => "Pending",
        IncidentState::Firing => "Firing",
        IncidentState::Unknown => "Unknown",
        IncidentState::Resolved => "Resolved",
    }
}

/// What a state means, for tooltips.
#[must_use]
pub const fn state_meaning(state: IncidentState) -> &'static str {
    match state {
        IncidentState::Pending => "Something is wrong, but it may pass. No messages yet.",
        IncidentState::Firing => "Something is wrong, and messages go to the channels.",
        IncidentState::Unknown => "It was firing when the app's log lines stopped. It may or may not be over.",
        IncidentState::Resolved => "It is over.",
    }
}

/// The class of a time that is shaded on a chart.
#[must_use]
pub const fn shade(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "shade critical",
        Severity::Warning => "shade warning",
        Severity::Info => "shade info",
    }
}

/// The shape for a severity: square, triangle or disc.
#[must_use]
const fn shape(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => {
            "M2.4 1h7.2A1.4 1.4 0 0 1 11 2.4v7.2A1.4 1.4 0 0 1 9.6 11H2.4A1.4 1.4 0 0 1 1 9.6V2.4A1.4 1.4 0 0 1 2.4 1z"
        }
        Severity::Warning => "M6 .8 11.6 11H.4z",
        Severity::Info => "M6 1a5 5 0 1 1 0 10A5 5 0 0 1 6 1z",
    }
}

/// Shape and word of a severity.
pub fn severity_mark(severity: Severity) -> AnyView {
    view! {
        <span class=format!("severity {}", severity.word())>
            <svg class="glyph" viewBox="0 0 12 12" aria-hidden="true"><path d=shape(severity) /></svg>
            {word(severity)}
        </span>
    }
    .into_any()
}

/// The word of a state, in a frame of its own look: dotted while nobody was told, dashed where
/// nobody knows.
pub fn state_mark(state: IncidentState) -> AnyView {
    view! { <span class=format!("stage {}", state.word()) title=state_meaning(state)>{state_word(state)}</span> }
        .into_any()
}
