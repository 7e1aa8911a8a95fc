//! The Errors page: an app's error lines in groups.

use serde::{Deserialize, Serialize};

use crate::{AppHeader, Event, LineId, Span};

/// The error lines of a span in groups.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ErrorGroups {
    /// The groups with the most recent lines first.
    pub groups: Vec<ErrorGroup>,
    /// Error lines of further groups, for which there was no room.
    pub others: u64,
    /// Lines from this time on were read, unix milliseconds.
    pub from_ms: i64,
    /// End of the span, unix milliseconds.
    pub to_ms: i64,
    /// Bytes of lines that were searched.
    pub scanned_bytes: u64,
    /// How long that took, milliseconds.
    pub took_ms: u64,
}

/// Error lines that differ in numbers, ids and quoted values at most.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ErrorGroup {
    /// What stays the same in them.
    pub text: String,
    /// Who wrote the newest of them.
    pub source: String,
    /// How many there are.
    pub count: u64,
    /// Time of the first, unix milliseconds.
    pub first_ms: i64,
    /// Time of the last, unix milliseconds.
    pub last_ms: i64,
    /// How many there are in each of equal parts of the span.
    pub counts: Vec<u32>,
    /// The newest of them.
    pub newest: LineId,
    /// A search that finds them.
    pub filter: String,
}

/// The Errors page of an app.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ErrorsPage {
    /// The state of the app.
    pub head: AppHeader,
    /// The span that was searched.
    pub span: Span,
    /// The last release before the end of the span. Groups without earlier lines are new since.
    pub release: Option<Event>,
    /// The groups.
    pub errors: ErrorGroups,
}
