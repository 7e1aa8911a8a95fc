//! The page of one endpoint: its charts, its errors by status and code, and what the last release
//! changed.

use serde::{Deserialize, Serialize};

use crate::{AppPage, Kpis, Range};

/// What the page shows, as its address says.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct EndpointQuery {
    /// HTTP method; empty for none.
    pub method: String,
    /// Path with its ids replaced, such as `/orders/:id`.
    pub path: String,
    /// The range of time.
    pub range: Range,
}

/// Failed requests of one status and error code.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct StatusErrors {
    /// HTTP status; 0 for a request without a response.
    pub status: u16,
    /// Error code of the platform, such as `H12`; empty for none.
    pub code: String,
    /// The start of a step, unix seconds, and how many there were in it; in order of time.
    pub points: Vec<(i64, f64)>,
}

impl StatusErrors {
    /// Status and code in words, such as `503 H12`.
    #[must_use]
    pub fn name(&self) -> String {
        let status = if self.status == 0 { "no response".to_owned() } else { self.status.to_string() };
        if self.code.is_empty() { status } else { format!("{status} {}", self.code) }
    }
}

/// The time before a release beside the time after it. Both are equally long.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ReleaseEffect {
    /// When the release was made, unix seconds.
    pub at_s: i64,
    /// What it says of itself.
    pub text: String,
    /// Length of each of the two times, seconds.
    pub length_s: i64,
    /// The endpoint before the release.
    pub before: Kpis,
    /// The endpoint after it.
    pub after: Kpis,
}

/// One endpoint over a range.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct EndpointPage {
    /// The App page with the steps and the headline metrics of this endpoint alone. Of the classes
    /// of status it knows 5xx, and counts all others as 2xx.
    pub page: AppPage,
    /// What was asked for.
    pub query: EndpointQuery,
    /// Errors by status and code, the most first.
    pub errors: Vec<StatusErrors>,
    /// What the last release changed; `None` without a release, or right after one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release: Option<ReleaseEffect>,
}
