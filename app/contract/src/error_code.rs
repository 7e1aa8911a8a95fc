//! Error codes of platforms and proxies: `H12`, `R14` and `L10` of Heroku, `sH--` of HAProxy, `UF`
//! of Envoy and others.
//!
//! What a code means, and how bad it is, the server knows; codes of databases and SQL states have
//! other forms.

/// The codes of proxies and other platforms.
mod proxy;

use std::{cmp::Ordering, fmt, str::FromStr};

use crate::as_text::text_in_json;
use crate::error::quoted;

/// An error code: of Heroku, `H` (HTTP), `R` (runtime) or `L` (logging) and two digits, or one of a
/// closed list. In JSON a string.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ErrorCode(Code);

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Code {
    /// Three ASCII characters.
    Heroku([u8; 3]),
    /// Four ASCII characters.
    Haproxy([u8; 4]),
    Word(&'static str),
}

impl ErrorCode {
    /// The code that bytes spell; `None` for anything else.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let code = match bytes {
            [letter @ (b'H' | b'R' | b'L'), tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => {
                Code::Heroku([*letter, *tens, *ones])
            }
            [a, b, c, d] if proxy::is_haproxy(bytes) => Code::Haproxy([*a, *b, *c, *d]),
            _ => Code::Word(proxy::word(bytes)?),
        };
        Some(Self(code))
    }

    /// The code as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // ASCII characters, as `from_bytes` checked.
        match &self.0 {
            Code::Heroku(text) => std::str::from_utf8(text).unwrap_or_default(),
            Code::Haproxy(text) => std::str::from_utf8(text).unwrap_or_default(),
            Code::Word(text) => text,
        }
    }

    /// Whether it is about a request: a code of a router or proxy, or of a web dyno's HTTP, `H10`
    /// to `H99`.
    #[must_use]
    pub const fn is_http(self) -> bool {
        !matches!(self.0, Code::Heroku([b'R' | b'L', ..]))
    }

    /// Every code that is no form but listed by itself.
    pub fn listed() -> impl Iterator<Item = Self> {
        proxy::words().map(|it| Self(Code::Word(it)))
    }
}

impl PartialOrd for ErrorCode {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ErrorCode {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl FromStr for ErrorCode {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::from_bytes(text.as_bytes())
            .ok_or_else(|| format!("expected an error code such as H12, R14, L10 or sH--, found {}", quoted(text)))
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
        for text in ["H12", "R14", "L10", "H99", "sH--", "CD--", "UF", "endpoint_failure", "LambdaUnhandled", "-1"] {
            assert_eq!(text.parse::<ErrorCode>().map(|it| it.to_string()), Ok(text.to_owned()));
        }
        for (text, is_http) in [("H12", true), ("sH--", true), ("UF", true), ("R14", false), ("L10", false)] {
            assert_eq!(text.parse().map(ErrorCode::is_http), Ok(is_http), "{text}");
        }
        assert!(ErrorCode::listed().all(|it| ErrorCode::from_bytes(it.as_str().as_bytes()) == Some(it)));
    }

    #[test]
    fn err_other_texts() {
        for text in [
            "", "H1", "H123", "h12", "X12", "H1a", "22012", "(other)", "----", "LR--", "sH", "sHVN", "DI", "UF,UH",
            "-", "-2",
        ] {
            assert!(text.parse::<ErrorCode>().is_err(), "{text}");
        }
    }
}
