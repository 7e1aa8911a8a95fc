//! What the Server-Sent Events carry, as JSON in `data:`.
//!
//! Two event names a stream: `snapshot` (an [`crate::Overview`] or [`crate::AppPage`], the whole
//! state) and `delta`. Every event's `id:` is its position; a stream resumed with `Last-Event-ID`
//! gets everything that changed since, as a delta if the server still knows it and else as a
//! snapshot. Buckets and points replace what stands at their time.
//!
//! A stream is never silent for longer than a second: while nothing changes, the event `at` says
//! the server's clock, unix milliseconds.

use serde::{Deserialize, Serialize};

use crate::{AppSummary, ChartBucket, OpenIncidents, Totals, alert::IncidentMark};

/// What changed on the Overview.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OverviewDelta {
    /// The server's clock, unix milliseconds.
    pub at_ms: i64,
    /// Position of this event.
    pub id: u64,
    /// The apps whose state changed; their `spark` holds only new or changed points.
    pub apps: Vec<AppSummary>,
    /// All apps together.
    pub totals: Totals,
}

/// What changed on an App page in live range.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AppDelta {
    /// The server's clock, unix milliseconds.
    pub at_ms: i64,
    /// Position of this event.
    pub id: u64,
    /// The app's present state; `spark` holds only new or changed points.
    pub summary: AppSummary,
    /// How many seconds each percentile is of, as [`crate::AppPage::window_s`]. When it changes,
    /// all buckets follow.
    #[serde(default)]
    pub window_s: i64,
    /// The one-second buckets that are new or changed, in order of time.
    #[serde(rename = "columns")]
    pub buckets: Vec<ChartBucket>,
    /// The incidents of the live range, in order of time, when those that fire have changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incidents: Option<Vec<IncidentMark>>,
    /// The open incidents of all apps, for the top bar.
    #[serde(default)]
    pub open_incidents: OpenIncidents,
}
