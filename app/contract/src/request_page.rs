//! The page of a request: all its lines, over all apps. What a router says of a request is in
//! [`crate::RequestParts`].

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::as_text::text_in_json;
use crate::{LogLine, error::quoted};

/// The id of a request, as a router or an app chose it: letters, digits, `-` and `_`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct RequestId(String);

impl RequestId {
    /// Most bytes of an id: what Heroku takes over from a client's header.
    pub const BYTES_MAX: usize = 200;

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl FromStr for RequestId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let is_part = |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_');
        if (1..=Self::BYTES_MAX).contains(&text.len()) && text.bytes().all(is_part) {
            return Ok(Self(text.to_owned()));
        }
        Err(format!("expected a request's id of at most 200 letters, digits, - and _, found {}", quoted(text)))
    }
}

text_in_json!(RequestId);

/// All lines of a request.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RequestPage {
    /// Its id.
    pub id: RequestId,
    /// Its lines, oldest first.
    pub lines: Vec<RequestLine>,
    /// Whether there may be more lines.
    pub is_cut: bool,
    /// Bytes of lines that were searched.
    pub scanned_bytes: u64,
    /// How long the search took, milliseconds.
    pub took_ms: u64,
}

/// A line of a request.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RequestLine {
    /// Name of the app whose log it is in.
    pub of: String,
    /// The line.
    pub line: LogLine,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_ids() {
        for (text, expected) in
            [("8601b555-6a83", true), ("a_1", true), ("", false), ("a b", false), ("é", false), ("a/b", false)]
        {
            assert_eq!(text.parse::<RequestId>().is_ok(), expected, "{text}");
        }
        assert!("1".repeat(RequestId::BYTES_MAX + 1).parse::<RequestId>().is_err());
    }
}
