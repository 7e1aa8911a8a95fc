//! Error codes of the platform: `H12`, `R14`, `L10`.
//!
//! What a code means, and how bad it is, the server knows; codes of databases and SQL states have
//! other forms.

use std::{fmt, str::FromStr};

use crate::as_text::text_in_json;
use crate::error::quoted;

/// An error code: `H` (HTTP), `R` (runtime) or `L` (logging), and two digits. In JSON a string.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ErrorCode([u8; 3]);

impl ErrorCode {
    /// The code that bytes spell, in capitals; `None` for anything else.
    #[must_use]
    pub const fn from_bytes(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [letter @ (b'H' | b'R' | b'L'), tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => {
                Some(Self([*letter, *tens, *ones]))
            }
            _ => None,
        }
    }

    /// The code as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Three ASCII characters, as `from_bytes` checked.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Whether it is a code of the router or of a web dyno's HTTP, `H10` to `H99`.
    #[must_use]
    pub const fn is_http(self) -> bool {
        self.0[0] == b'H'
    }
}

impl FromStr for ErrorCode {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::from_bytes(text.as_bytes())
            .ok_or_else(|| format!("expected an error code such as H12, R14 or L10, found {}", quoted(text)))
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

text_in_json!(ErrorCode);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_codes_come_back() {
        for text in ["H12", "R14", "L10", "H99"] {
            assert_eq!(text.parse::<ErrorCode>().map(|it| it.to_string()), Ok(text.to_owned()));
        }
        assert!(ErrorCode::from_bytes(b"H12").is_some_and(ErrorCode::is_http));
    }

    #[test]
    fn err_other_texts() {
        for text in ["", "H1", "H123", "h12", "X12", "H1a", "22012", "(other)"] {
            assert!(text.parse::<ErrorCode>().is_err(), "{text}");
        }
    }
}
