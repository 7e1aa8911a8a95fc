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

impl FigureChange {
    /// Whether it became worse or better, and that is likely at least: times and errors that grew
    /// or fell. `None` where it did not, and of a rate.
    #[must_use]
    pub fn is_worse(&self) -> Option<bool> {
        let (before, after) = (self.before?, self.after?);
        let differs = self.certainty >= Certainty::Likely && self.figure != ComparedFigure::Rate;
        differs.then_some(after > before)
    }
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

/// What became of an endpoint. Its rate alone makes it neither worse nor better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Slower, or more errors.
    Worse,
    /// Quicker, or fewer errors.
    Better,
    /// It had no requests before.
    New,
    /// It has no requests any more.
    Gone,
    /// As before.
    Same,
    /// Too few requests to tell.
    TooFew,
}

impl Verdict {
    /// Every verdict.
    pub const ALL: [Self; 6] = [Self::Worse, Self::Better, Self::New, Self::Gone, Self::Same, Self::TooFew];

    /// The verdict as it is named in JSON.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Worse => "worse",
            Self::Better => "better",
            Self::New => "new",
            Self::Gone => "gone",
            Self::Same => "same",
            Self::TooFew => "too-few",
        }
    }
}

word_in_json!(Verdict);

/// One figure of one endpoint. `None` is not measured.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
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
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
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
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct EndpointChange {
    /// HTTP method; empty for none.
    pub method: String,
    /// Path with its ids folded to `:id`.
    pub path: String,
    /// How many requests it had.
    pub requests: ComparedRequests,
    /// Its figures, in the order of [`ComparedFigure::ALL`].
    pub figures: Vec<FigureChange>,
    /// What became of it.
    pub verdict: Verdict,
    /// What differs, a sentence each, what got worse first; one sentence where nothing does.
    pub says: Vec<String>,
}

/// An app before and after a release.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
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

impl ReleaseComparison {
    /// The release for people, such as `v142`; `then` for a moment without one.
    #[must_use]
    pub fn since(&self) -> &str {
        self.release.as_ref().and_then(|it| version(&it.text)).unwrap_or("then")
    }
}

/// The version in the text of a release: `v142`.
#[must_use]
pub fn version(text: &str) -> Option<&str> {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
    let mut words = text.split(|it: char| !it.is_ascii_alphanumeric());
    words.find(|word| word.strip_prefix('v').is_some_and(is_number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_versions() {
        for (text, expected) in [
            ("Release v42 created by user [masked]", Some("v42")),
            ("Deploy 3ab5 by x, (v7)", Some("v7")),
            ("Release of v and vx9", None),
        ] {
            assert_eq!(version(text), expected, "{text}");
        }
    }
}
