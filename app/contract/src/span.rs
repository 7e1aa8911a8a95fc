//! Times and spans from outside, checked once: whoever holds one of them can add and subtract
//! without overflow.
//!
//! No clock here: what `-1h` means is the server's business.

use serde::{Deserialize, Serialize};

use crate::{
    Step,
    out_of_range::{FIRST_S, LAST_S, OutOfRange, between},
};

/// A span of time between two moments, unix seconds; its end is after its start, and not in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "(i64, i64)", try_from = "(i64, i64)")]
pub struct Span {
    from_s: i64,
    to_s: i64,
}

crate::as_text::list_schema!(Span, i64);

impl Span {
    /// The earliest moment: 1970-01-01, unix seconds.
    pub const FIRST_S: i64 = FIRST_S;
    /// The latest moment: 2100-01-01, unix seconds.
    pub const LAST_S: i64 = LAST_S;

    /// A span of moments that are in bounds and in order.
    ///
    /// # Errors
    /// [`OutOfRange`], which says what was expected and found.
    pub const fn new(from_s: i64, to_s: i64) -> Result<Self, OutOfRange> {
        match (Self::moment(from_s), Self::moment(to_s)) {
            (Err(error), _) | (_, Err(error)) => Err(error),
            _ if to_s <= from_s => Err(OutOfRange::Order(from_s, to_s)),
            _ => Ok(Self { from_s, to_s }),
        }
    }

    /// The nearest span that there can be: for pages, which show something rather than nothing.
    #[must_use]
    pub const fn clamped(from_s: i64, to_s: i64) -> Self {
        let from_s = between(from_s, Self::FIRST_S, Self::LAST_S - 1);
        Self { from_s, to_s: between(to_s, from_s + 1, Self::LAST_S) }
    }

    /// A moment that is in bounds, unix seconds.
    ///
    /// # Errors
    /// [`OutOfRange::Moment`].
    pub const fn moment(at_s: i64) -> Result<i64, OutOfRange> {
        if at_s < Self::FIRST_S || at_s > Self::LAST_S { Err(OutOfRange::Moment(at_s)) } else { Ok(at_s) }
    }

    /// Its start, unix seconds.
    #[must_use]
    pub const fn from_s(self) -> i64 {
        self.from_s
    }

    /// Its end, unix seconds, exclusive.
    #[must_use]
    pub const fn to_s(self) -> i64 {
        self.to_s
    }

    /// Its start and its end, unix seconds.
    #[must_use]
    pub const fn ends(self) -> (i64, i64) {
        (self.from_s, self.to_s)
    }

    /// The same span in milliseconds.
    #[must_use]
    pub const fn ms(self) -> SpanMs {
        SpanMs { from_ms: self.from_s * 1_000, to_ms: self.to_s * 1_000 }
    }

    /// Its length, seconds; at least one.
    #[must_use]
    pub const fn length_s(self) -> i64 {
        self.to_s - self.from_s
    }

    /// Whether a moment is in it, unix seconds.
    #[must_use]
    pub const fn contains(self, at_s: i64) -> bool {
        self.from_s <= at_s && at_s < self.to_s
    }

    /// How far into the span a moment is: 0 at its start, 1 at its end, beyond them outside of it.
    #[must_use]
    pub fn share(self, at_s: i64) -> f64 {
        (at_s - self.from_s) as f64 / self.length_s() as f64
    }

    /// The span widened to whole steps, counted from 1970; cut off at [`Self::LAST_S`].
    #[must_use]
    pub const fn widened(self, step: Step) -> Self {
        let step_s = step.seconds();
        let from_s = self.from_s - self.from_s.rem_euclid(step_s);
        Self::clamped(from_s, self.to_s + (-self.to_s).rem_euclid(step_s))
    }

    /// The same span so many seconds earlier; `None` where that would begin before
    /// [`Self::FIRST_S`].
    #[must_use]
    pub fn earlier(self, by_s: i64) -> Option<Self> {
        Self::new(self.from_s.checked_sub(by_s)?, self.to_s.checked_sub(by_s)?).ok()
    }
}

/// A span in unix milliseconds, its end not in it. Unchecked, since its ends are times of lines and
/// events as they were sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpanMs {
    /// Its start, unix milliseconds.
    pub from_ms: i64,
    /// Its end, unix milliseconds, exclusive.
    pub to_ms: i64,
}

impl SpanMs {
    /// Whether a moment is in it, unix milliseconds.
    #[must_use]
    pub const fn contains(self, at_ms: i64) -> bool {
        self.from_ms <= at_ms && at_ms < self.to_ms
    }

    /// The moment of the span that is nearest to another one, unix milliseconds; the end counts.
    #[must_use]
    pub const fn nearest(self, at_ms: i64) -> i64 {
        between(at_ms, self.from_ms, self.to_ms)
    }
}

impl From<Span> for (i64, i64) {
    fn from(span: Span) -> Self {
        span.ends()
    }
}

impl TryFrom<(i64, i64)> for Span {
    type Error = OutOfRange;

    fn try_from((from_s, to_s): (i64, i64)) -> Result<Self, OutOfRange> {
        Self::new(from_s, to_s)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXTREMES: [i64; 7] = [i64::MIN, -1, 0, 1, Span::LAST_S, Span::LAST_S + 1, i64::MAX];

    #[test]
    fn ok_every_pair_of_numbers_gives_a_span_or_says_why_not() {
        for from_s in EXTREMES {
            for to_s in EXTREMES {
                let clamped = Span::clamped(from_s, to_s);
                assert_eq!(Span::new(clamped.from_s(), clamped.to_s()), Ok(clamped), "{from_s} {to_s}");
                match Span::new(from_s, to_s) {
                    Ok(span) => assert_eq!(span, clamped, "{from_s} {to_s}"),
                    Err(error) => assert!(error.to_string().contains("found"), "{error}"),
                }
                for by_s in EXTREMES {
                    assert!(clamped.earlier(by_s).is_none_or(|it| it.length_s() == clamped.length_s()));
                }
            }
        }
    }

    #[test]
    fn err_moments_and_orders() {
        assert_eq!(Span::new(-1, 5), Err(OutOfRange::Moment(-1)));
        assert_eq!(Span::new(5, i64::MAX), Err(OutOfRange::Moment(i64::MAX)));
        assert_eq!(Span::new(5, 5), Err(OutOfRange::Order(5, 5)));
    }

    #[test]
    fn ok_whole_steps() {
        let span = Span { from_s: 65, to_s: 121 };
        assert_eq!(span.widened(Step::clamped(60)), Span { from_s: 60, to_s: 180 });
        assert_eq!((span.contains(65), span.contains(121), span.share(93)), (true, false, 0.5));
        let last = Span::clamped(Span::LAST_S - 1, Span::LAST_S).widened(Step::clamped(7));
        assert!(last.from_s() < Span::LAST_S && last.to_s() == Span::LAST_S);
    }
}
