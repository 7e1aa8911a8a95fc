//! The Compare page: each endpoint of an app before and after a release.

use serde::{Deserialize, Serialize};

use crate::{AppHeader, Event, ReleaseComparison, Span};

/// What the page compares, as its address says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CompareQuery {
    /// The moment of a release, unix seconds; of the newest one when `None`.
    pub at_s: Option<i64>,
    /// Length of the span before and of that after, at most, seconds.
    pub length_s: i64,
    /// Two chosen spans, before and after, in the place of those around a release.
    pub spans: Option<(Span, Span)>,
}

impl CompareQuery {
    /// Length of a span unless the address says otherwise, seconds.
    pub const LENGTH_S: i64 = 3_600;
    /// The shortest and the longest span, seconds.
    pub const LENGTH_S_MIN: i64 = 60;
    /// A week.
    pub const LENGTH_S_MAX: i64 = 7 * 86_400;
}

impl Default for CompareQuery {
    fn default() -> Self {
        Self { at_s: None, length_s: Self::LENGTH_S, spans: None }
    }
}

/// The Compare page of an app.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ComparePage {
    /// The state of the app.
    pub head: AppHeader,
    /// What was asked for.
    pub query: CompareQuery,
    /// The releases to choose from, newest first.
    pub releases: Vec<Event>,
    /// Each endpoint before and after, `None` where no release is known; or why there is no answer.
    pub answer: Result<Option<ReleaseComparison>, String>,
}
