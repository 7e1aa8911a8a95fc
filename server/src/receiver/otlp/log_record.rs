//! One log record, from protobuf or JSON. Source: OpenTelemetry's `logs.proto`.

use std::borrow::Cow;

use serde::Deserialize;

use super::{
    json::Whole,
    record::ReadError,
    tree::Raw,
    value::{Attributes, Value, hex},
};
use crate::receiver::protobuf::{Fields, Malformed};

/// A record as its sender states it.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct LogRecord<'a> {
    /// When it happened, unix nanoseconds; 0 for unknown.
    pub time_unix_nano: Whole,
    /// When it was first seen, unix nanoseconds; 0 for unknown.
    pub observed_time_unix_nano: Whole,
    /// 1 (trace) to 24 (fatal); 0 for none.
    pub severity_number: u8,
    #[serde(borrow)]
    pub severity_text: Cow<'a, str>,
    #[serde(borrow)]
    pub body: Value<'a>,
    #[serde(borrow)]
    pub attributes: Attributes<'a>,
    /// Hexadecimal; empty for none.
    #[serde(borrow)]
    pub trace_id: Cow<'a, str>,
    #[serde(borrow)]
    pub span_id: Cow<'a, str>,
    #[serde(borrow)]
    pub event_name: Cow<'a, str>,
}

impl<'a> LogRecord<'a> {
    /// Reads a record.
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
        let mut record = Self::default();
        for field in Fields::of(message) {
            let (number, field) = field?;
            match number {
                1 => record.time_unix_nano = Whole(field.whole()),
                2 => record.severity_number = u8::try_from(field.whole()).unwrap_or(0),
                3 => record.severity_text = Cow::Borrowed(field.text()?),
                5 => record.body = Value::of_wire(field.bytes())?,
                6 => record.attributes.push_wire(field.bytes())?,
                9 => record.trace_id = Cow::Owned(hex(field.bytes())),
                10 => record.span_id = Cow::Owned(hex(field.bytes())),
                11 => record.observed_time_unix_nano = Whole(field.whole()),
                12 => record.event_name = Cow::Borrowed(field.text()?),
                _ => {}
            }
        }
        Ok(record)
    }

    /// When it happened or was seen, unix milliseconds.
    pub(super) fn at_ms(&self) -> Option<i64> {
        [self.time_unix_nano, self.observed_time_unix_nano].into_iter().find_map(super::record::at_ms)
    }

    /// Severity of syslog, 0 to 7.
    pub(super) const fn severity(&self) -> u8 {
        match self.severity_number {
            1..=8 => 7,
            13..=16 => 4,
            17..=20 => 3,
            21..=24 => 2,
            _ => 6,
        }
    }
}
