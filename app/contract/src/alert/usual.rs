//! What is usual for an app at an hour of the week, from its own history.
//!
//! How it is worked out is decided by the server's `watch`.

use serde::{Deserialize, Serialize};

use crate::as_text::word_in_json;

/// The headline figures whose usual values are known. In JSON one lower-case word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Figure {
    /// Requests a second.
    Requests,
    /// Log lines a second.
    Lines,
    /// Share of requests answered with 5xx, 0 to 1.
    ErrorRate,
    /// Median of service time, milliseconds.
    P50,
    /// 95th percentile of service time, milliseconds.
    P95,
    /// 99th percentile of service time, milliseconds.
    P99,
}

impl Figure {
    /// Every figure.
    pub const ALL: [Self; 6] = [Self::Requests, Self::Lines, Self::ErrorRate, Self::P50, Self::P95, Self::P99];

    /// The figure as one lower-case word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Requests => "requests",
            Self::Lines => "lines",
            Self::ErrorRate => "error-rate",
            Self::P50 => "p50",
            Self::P95 => "p95",
            Self::P99 => "p99",
        }
    }
}

word_in_json!(Figure);

/// What a usual value was worked out from. In JSON one lower-case word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Basis {
    /// The same hour of the week in earlier weeks.
    Weeks,
    /// The same hour of earlier days.
    Days,
    /// The hours before.
    Hours,
}

impl Basis {
    /// Every basis, the best first.
    pub const ALL: [Self; 3] = [Self::Weeks, Self::Days, Self::Hours];

    /// The basis as one lower-case word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Weeks => "weeks",
            Self::Days => "days",
            Self::Hours => "hours",
        }
    }
}

word_in_json!(Basis);

/// The range that a figure is usually in.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Band {
    /// Its lower end.
    pub low: f64,
    /// The value in the middle.
    pub mid: f64,
    /// Its upper end.
    pub high: f64,
}

/// The usual range of a figure during one hour. In JSON `[at_s, low, mid, high]`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(into = "(i64, f64, f64, f64)", from = "(i64, f64, f64, f64)")]
pub struct BandPoint {
    /// Start of the hour, unix seconds.
    pub at_s: i64,
    /// The range.
    pub band: Band,
}

crate::as_text::list_schema!(BandPoint, f64);

impl From<BandPoint> for (i64, f64, f64, f64) {
    fn from(BandPoint { at_s, band: Band { low, mid, high } }: BandPoint) -> Self {
        (at_s, low, mid, high)
    }
}

impl From<(i64, f64, f64, f64)> for BandPoint {
    fn from((at_s, low, mid, high): (i64, f64, f64, f64)) -> Self {
        Self { at_s, band: Band { low, mid, high } }
    }
}

/// The usual ranges of one figure over time, in order of time. In JSON `[figure, points]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(into = "(Figure, Vec<BandPoint>)", from = "(Figure, Vec<BandPoint>)")]
pub struct FigureBands {
    /// The figure.
    pub figure: Figure,
    /// One point an hour or fewer; an hour without a usual range has none.
    pub points: Vec<BandPoint>,
}

crate::as_text::list_schema!(FigureBands, Figure, Vec<Vec<f64>>);

impl From<FigureBands> for (Figure, Vec<BandPoint>) {
    fn from(of: FigureBands) -> Self {
        (of.figure, of.points)
    }
}

impl From<(Figure, Vec<BandPoint>)> for FigureBands {
    fn from((figure, points): (Figure, Vec<BandPoint>)) -> Self {
        Self { figure, points }
    }
}

/// What is usual for an app now. `None` means "not enough history", never zero.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Usual {
    /// What it was worked out from.
    pub basis: Basis,
    /// Requests a second.
    pub requests_per_s: Option<Band>,
    /// Log lines a second.
    pub lines_per_s: Option<Band>,
    /// Share of requests answered with 5xx, 0 to 1.
    pub error_rate: Option<Band>,
    /// Median of service time, milliseconds.
    pub p50_ms: Option<Band>,
    /// 95th percentile of service time, milliseconds.
    pub p95_ms: Option<Band>,
    /// 99th percentile of service time, milliseconds.
    pub p99_ms: Option<Band>,
    /// Longest usual time without lines at this hour, seconds.
    pub gap_s: Option<f64>,
}

impl Usual {
    /// The usual range of a figure.
    #[must_use]
    pub const fn band(&self, figure: Figure) -> Option<Band> {
        match figure {
            Figure::Requests => self.requests_per_s,
            Figure::Lines => self.lines_per_s,
            Figure::ErrorRate => self.error_rate,
            Figure::P50 => self.p50_ms,
            Figure::P95 => self.p95_ms,
            Figure::P99 => self.p99_ms,
        }
    }
}
