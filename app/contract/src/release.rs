//! Before against after a release: each endpoint's figures of two spans, and how sure the
//! differences are.
//!
//! Data only. What is a difference is decided by the server.

use serde::{Deserialize, Serialize};

use crate::{Event, Span, as_text::word_in_json};

/// What is compared of an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ComparedFigure {
    /// The median of service time, milliseconds.
    P50,
    /// Its 95th percentile, milliseconds.
    P95,
    /// Its 99th percentile, milliseconds.
    P99,
    /// Share of requests that the server failed, 0 to 1.
    Errors,
    /// Requests a second.
    Rate,
}

impl ComparedFigure {
    /// Every figure, in the order in which they are shown.
    pub const ALL: [Self; 5] = [Self::P50, Self::P95, Self::P99, Self::Errors, Self::Rate];

    /// The figure as it is named in JSON.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::P50 => "p50",
            Self::P95 => "p95",
            Self::P99 => "p99",
            Self::Errors => "errors",
            Self::Rate => "rate",
        }
    }
}

word_in_json!(ComparedFigure);

/// How sure it is that a figure differs. In order: the surest last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// Too few requests to tell.
    TooFew,
    /// No difference, or one that chance explains, or one that doesn't matter.
    Same,
    /// One in a hundred such differences is chance.
    Likely,
    /// One in ten thousand is.
    Sure,
}

impl Certainty {
    /// Every certainty.
    pub const ALL: [Self; 4] = [Self::TooFew, Self::Same, Self::Likely, Self::Sure];

    /// The certainty as it is named in JSON.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::TooFew => "too-few",
            Self::Same => "same",
            Self::Likely => "likely",
            Self::Sure => "sure",
        }
    }
}

word_in_json!(Certainty);

/// One figure of one endpoint. `None` is not measured.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct FigureChange {
    /// Which figure.
    pub figure: ComparedFigure,
    /// Its value before.
    pub before: Option<f64>,
    /// Its value after.
    pub after: Option<f64>,
    /// How sure it is that these two differ.
    pub certainty: Certainty,
    /// Its value in the span after, a week earlier.
    pub last_week: Option<f64>,
    /// How sure it is that the value after differs from that.
    pub certainty_of_week: Certainty,
}

/// Requests of an endpoint in each of the spans.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComparedRequests {
    /// Before.
    pub before: u64,
    /// After.
    pub after: u64,
    /// In the span after, a week earlier.
    pub last_week: u64,
}

/// One endpoint, before and after.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EndpointChange {
    /// HTTP method; empty for none.
    pub method: String,
    /// Path with its ids folded to `:id`.
    pub path: String,
    /// How many requests it had.
    pub requests: ComparedRequests,
    /// Its figures, in the order of [`ComparedFigure::ALL`].
    pub figures: Vec<FigureChange>,
    /// What differs, a sentence each; one sentence where nothing does.
    pub says: Vec<String>,
}

/// An app before and after a release.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReleaseComparison {
    /// The release; `None` where a moment or spans were asked for that belong to none.
    pub release: Option<Event>,
    /// The span before.
    pub before: Span,
    /// The span after. It begins when the dynos have changed over.
    pub after: Span,
    /// The span after, a week earlier.
    pub last_week: Span,
    /// The endpoints: those that got worse first, then by requests.
    pub endpoints: Vec<EndpointChange>,
    /// How many more there are.
    pub left_out: usize,
}
