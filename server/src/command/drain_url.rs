//! The URL of a drain as commands print it, and the new token in it.

use super::error::Error;
use crate::access::{Token, token::url};

/// A new token.
pub(super) fn generated() -> Result<Token, Error> {
    Token::generate().map_err(|it| Error::Failed(format!("could not generate a token: {it}")))
}

/// The URL of a drain, or what is wrong with the base that was given.
pub(super) fn checked_url(base: &str, token: &Token) -> Result<String, Error> {
    let wrong = || Error::Usage(format!("expected --url to begin with http:// or https://, found {base:?}"));
    url(base, token).ok_or_else(wrong)
}

/// The URL at which this machine reaches a server that listens on `host`.
#[must_use]
pub(super) fn local_url(scheme: &str, host: &str, port: u16) -> String {
    match host {
        "0.0.0.0" | "::" => format!("{scheme}://127.0.0.1:{port}"),
        host if host.contains(':') => format!("{scheme}://[{host}]:{port}"),
        host => format!("{scheme}://{host}:{port}"),
    }
}
