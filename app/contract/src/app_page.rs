//! The App page: the charts, headline metrics and lists of one app over a range.

use serde::{Deserialize, Serialize};

use crate::{
    Addon, AppSummary, ChartBucket, Endpoint, Event, LossCount, OpenIncidents, Range, Span, Unmatched,
    alert::{Band, BandPoint, Basis, ChangeLink, Figure, FigureBands, IncidentMark},
    heat,
};

/// The headline metrics above the charts, over the whole range. `None` means "not measured", never
/// zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Kpis {
    /// Requests in the range.
    pub requests: u64,
    /// Requests a second, mean over the part of the range that has data.
    pub requests_per_s: Option<f64>,
    /// Median of service time over every request of the range, milliseconds: not a mean of
    /// percentiles.
    pub p50_ms: Option<f64>,
    /// 95th percentile of service time, milliseconds.
    pub p95_ms: Option<f64>,
    /// 99th percentile of service time, milliseconds.
    pub p99_ms: Option<f64>,
    /// Share of requests answered with 5xx, 0 to 1.
    pub error_rate: Option<f64>,
    /// Lines known to be lost.
    pub lost_lines: u64,
}

/// The App page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AppPage {
    /// The server's clock when this was made, unix milliseconds.
    pub at_ms: i64,
    /// Position in the live stream that this state stands for; a stream resumed from it misses
    /// nothing.
    pub id: u64,
    /// The app's present state.
    pub summary: AppSummary,
    /// The range as the address names it.
    pub range: Range,
    /// The range as whole steps: from the start of the first to the end of the last.
    pub span: Span,
    /// Width of a step, seconds.
    pub step_s: i64,
    /// On the live range, how many seconds each percentile is of, so that it is of enough requests;
    /// 0 on other ranges.
    #[serde(default)]
    pub window_s: i64,
    /// The steps that have data, in order of time; a step without data has no bucket.
    #[serde(rename = "columns")]
    pub buckets: Vec<ChartBucket>,
    /// Memory quota of the dynos, MB, where they report one (the largest).
    pub memory_quota_mb: Option<f64>,
    /// Headline metrics over the range.
    pub kpis: Kpis,
    /// The same over a range of equal length, [`Range::earlier_s`] before; `None` where nothing is
    /// known of it.
    #[serde(default)]
    pub previous: Option<Kpis>,
    /// What the usual ranges of the present hour were worked out from; `None` where nothing is
    /// known of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usual_from: Option<Basis>,
    /// What is usual, for the figures that charts or metrics of the page show. The live range has
    /// the next hours too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub usual: Vec<FigureBands>,
    /// Events in the range, in order of time.
    #[serde(default)]
    pub events: Vec<Event>,
    /// Incidents in the range, in order of time.
    #[serde(default)]
    pub incidents: Vec<IncidentMark>,
    /// What changed before the most urgent open incident, in order of time, the incident last.
    /// Empty where nothing did.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<ChangeLink>,
    /// The busiest endpoints, and the slowest ones of the others; in no order.
    #[serde(default)]
    pub endpoints: Vec<Endpoint>,
    /// Whether the endpoints are those of the range; of the last ten minutes otherwise.
    #[serde(default)]
    pub are_endpoints_of_range: bool,
    /// Databases and other add-ons that report their own measurements.
    #[serde(default)]
    pub addons: Vec<Addon>,
    /// Lines lost in the last hour by reason, most first.
    #[serde(default)]
    pub losses: Vec<LossCount>,
    /// Lines of the last hour that gave no metric.
    #[serde(default)]
    pub unmatched: Unmatched,
    /// The open incidents of all apps, for the top bar.
    #[serde(default)]
    pub open_incidents: OpenIncidents,
}

impl AppPage {
    /// The usual ranges of a figure, in order of time.
    #[must_use]
    pub fn bands(&self, figure: Figure) -> &[BandPoint] {
        self.usual.iter().find(|it| it.figure == figure).map_or(&[], |it| &it.points)
    }

    /// The usual range of a figure at the page's time.
    #[must_use]
    pub fn usual_now(&self, figure: Figure) -> Option<Band> {
        let now_s = self.at_ms.div_euclid(1_000);
        let points = self.bands(figure);
        let newest = points[..points.partition_point(|it| it.at_s <= now_s)].last()?;
        (now_s - newest.at_s < 3_600).then_some(newest.band)
    }

    /// Width of a column of the heatmap, seconds: whole steps, and at most [`heat::COLUMNS_MAX`] of
    /// them.
    #[must_use]
    pub const fn heat_step_s(&self) -> i64 {
        Self::heat_step_of(self.span, self.step_s)
    }

    /// The same of any span, by the width of its steps, seconds.
    #[must_use]
    pub const fn heat_step_of(span: Span, step_s: i64) -> i64 {
        let steps = span.length_s() / step_s;
        step_s * ((steps + heat::COLUMNS_MAX - 1) / heat::COLUMNS_MAX)
    }
}
