//! One span, from protobuf or JSON: what a request needs of it. Source: OpenTelemetry's
//! `trace.proto`. Events and links are not read.

use std::borrow::Cow;

use serde::Deserialize;

use super::{
    json::Whole,
    record::ReadError,
    tree::Raw,
    value::{Attributes, hex},
};
use crate::receiver::protobuf::{Fields, Malformed};

/// A span that a server made of a request.
const KIND_SERVER: u64 = 2;

/// A span as its sender states it.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Span<'a> {
    #[serde(borrow)]
    pub trace_id: Cow<'a, str>,
    #[serde(borrow)]
    pub span_id: Cow<'a, str>,
    #[serde(borrow)]
    pub trace_state: Cow<'a, str>,
    pub kind: Whole,
    /// Unix nanoseconds; 0 for unknown.
    pub start_time_unix_nano: Whole,
    pub end_time_unix_nano: Whole,
    #[serde(borrow)]
    pub attributes: Attributes<'a>,
}

impl<'a> Span<'a> {
    /// Reads a span.
    ///
    /// # Errors
    /// A sentence that says what was expected.
    pub(super) fn read(raw: Raw<'a>) -> Result<Self, ReadError> {
        match raw {
            Raw::Wire(message) => Ok(Self::of_wire(message)?),
            Raw::Json(text) => Ok(serde_json::from_str(text)?),
        }
    }

    fn of_wire(message: &'a [u8]) -> Result<Self, Malformed> {
        let mut span = Self::default();
        for field in Fields::of(message) {
            let (number, field) = field?;
            match number {
                1 => span.trace_id = Cow::Owned(hex(field.bytes())),
                2 => span.span_id = Cow::Owned(hex(field.bytes())),
                3 => span.trace_state = Cow::Borrowed(field.text()?),
                6 => span.kind = Whole(field.whole()),
                7 => span.start_time_unix_nano = Whole(field.whole()),
                8 => span.end_time_unix_nano = Whole(field.whole()),
                9 => span.attributes.push_wire(field.bytes())?,
                _ => {}
            }
        }
        Ok(span)
    }

    /// Whether a server made it of a request.
    pub(super) const fn is_server(&self) -> bool {
        self.kind.0 == KIND_SERVER
    }

    /// How long it took, milliseconds; `None` if its times are missing or in the wrong order.
    pub(super) fn duration_ms(&self) -> Option<f64> {
        let (start, end) = (self.start_time_unix_nano.0, self.end_time_unix_nano.0);
        let nanoseconds = end.checked_sub(start).filter(|_| start > 0)?;
        #[expect(clippy::cast_precision_loss, reason = "exact up to 104 days")]
        let nanoseconds = nanoseconds as f64;
        Some(nanoseconds / 1e6)
    }

    /// The share of spans that its sampler keeps, if its trace state says so (`ot=th:…`: the
    /// threshold of rejection, in 2^-56). Source: `tracestate-probability-sampling` of
    /// OpenTelemetry.
    pub(super) fn sampled(&self) -> Option<f64> {
        let member = self.trace_state.split(',').find_map(|it| it.trim().strip_prefix("ot="))?;
        let digits = member.split(';').find_map(|it| it.strip_prefix("th:"))?;
        if !matches!(digits.len(), 1..=14) {
            return None;
        }
        let threshold = u64::from_str_radix(digits, 16).ok()? << (4 * (14 - digits.len()));
        #[expect(clippy::cast_precision_loss, reason = "a threshold has few digits")]
        let rejected = threshold as f64 / 2.0_f64.powi(56);
        (threshold > 0).then_some(1.0 - rejected)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_shares_of_samplers() {
        for (state, expected) in [
            ("ot=th:8", Some(0.5)),
            ("a=1, ot=rv:12;th:c", Some(0.25)),
            ("ot=th:0", None),
            ("ot=th:", None),
            ("ot=th:zz", None),
            ("ot=th:123456789012345", None),
            ("", None),
        ] {
            assert_eq!(Span { trace_state: state.into(), ..Span::default() }.sampled(), expected, "{state}");
        }
    }

    #[test]
    fn ok_durations() {
        for (start, end, expected) in [(1, 1_500_001, Some(1.5)), (2, 1, None), (0, 5, None)] {
            let span = Span { start_time_unix_nano: Whole(start), end_time_unix_nano: Whole(end), ..Span::default() };
            assert_eq!(span.duration_ms(), expected);
        }
    }
}
