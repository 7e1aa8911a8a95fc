//! The header of every page of an app: its state, how new its lines are, and what was lost.

use serde::{Deserialize, Serialize};

use crate::{AppSummary, Event, OpenIncidents, OutOfRange, Span};

/// Lines that are known to be lost, for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct LossCount {
    /// A word such as `frame`, or a code such as `L10`.
    pub reason: String,
    /// The reason in words.
    pub means: String,
    /// How many lines in the last hour.
    pub count: u64,
}

/// Lines of the last hour that gave no metric. They are kept and are no loss.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Unmatched {
    /// How many lines gave no metric.
    pub lines: u64,
    /// How many lines came in all.
    pub of: u64,
    /// One line of each kind, the newest first, masked.
    pub samples: Vec<String>,
}

/// A span in which lines are known to be missing. In JSON `{from_s, to_s, lines}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Flat", try_from = "Flat")]
pub struct LossInterval {
    /// When lines are missing.
    pub span: Span,
    /// How many lines.
    pub lines: u64,
}

/// The JSON form of [`LossInterval`], which scripts read.
#[derive(Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
struct Flat {
    from_s: i64,
    to_s: i64,
    lines: u64,
}

crate::as_text::schema!(LossInterval, Flat);

impl From<LossInterval> for Flat {
    fn from(LossInterval { span, lines }: LossInterval) -> Self {
        Self { from_s: span.from_s(), to_s: span.to_s(), lines }
    }
}

impl TryFrom<Flat> for LossInterval {
    type Error = OutOfRange;

    fn try_from(Flat { from_s, to_s, lines }: Flat) -> Result<Self, OutOfRange> {
        Ok(Self { span: Span::new(from_s, to_s)?, lines })
    }
}

impl LossInterval {
    /// Joins steps of a width, seconds, in order of time, each with its start and how many lines it
    /// lost. Losses with at most one step between them become one interval.
    pub fn join(steps: impl Iterator<Item = (i64, u64)>, step_s: i64) -> Vec<Self> {
        let mut intervals: Vec<Self> = vec![];
        for (at_s, lines) in steps.filter(|it| it.1 > 0) {
            let span = Span::clamped(at_s, at_s + step_s);
            match intervals.last_mut().filter(|it| at_s - it.span.to_s() <= step_s) {
                Some(known) => {
                    *known = Self { span: Span::clamped(known.span.from_s(), span.to_s()), lines: known.lines + lines }
                }
                None => intervals.push(Self { span, lines }),
            }
        }
        intervals
    }
}

/// The header of a page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AppHeader {
    /// The server's clock when this was made, unix milliseconds.
    pub at_ms: i64,
    /// The app's present state.
    pub summary: AppSummary,
    /// Lines lost in the last hour by reason, most first.
    pub losses: Vec<LossCount>,
    /// Events of the last minutes, oldest first.
    pub events: Vec<Event>,
    /// The open incidents of all apps, for the top bar.
    #[serde(default)]
    pub open_incidents: OpenIncidents,
}
