//! Source and process of a line that are written as one word, such as `heroku/router`.
//!
//! Only `heroku` and `app` are recognized as sources.

use memchr::memchr;

/// The two parts of `heroku/router`.
pub(crate) fn slashed(name: &[u8]) -> Option<(&[u8], &[u8])> {
    split(name, b'/')
}

/// The two parts of a name, of which the first is a source.
pub(crate) fn split(name: &[u8], joint: u8) -> Option<(&[u8], &[u8])> {
    let at = memchr(joint, name)?;
    let (source, process) = (&name[..at], &name[at + 1..]);
    (is_source(source) && !process.is_empty()).then_some((source, process))
}

/// Whether a name is one of a source of lines.
pub(crate) fn is_source(name: &[u8]) -> bool {
    matches!(name, b"heroku" | b"app")
}
