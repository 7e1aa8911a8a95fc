//! Source and process of a line that are written as one word, such as `heroku/router`.
//!
//! Only `heroku` and `app` are recognized as sources.

use memchr::memchr;

/// Source and process of `heroku/router`.
pub(crate) fn slashed(name: &[u8]) -> Option<(&[u8], &[u8])> {
    split(name, b'/')
}

/// Source and process on both sides of the first `joint`.
pub(crate) fn split(name: &[u8], joint: u8) -> Option<(&[u8], &[u8])> {
    let at = memchr(joint, name)?;
    let (source, process) = (&name[..at], &name[at + 1..]);
    (is_source(source) && !process.is_empty()).then_some((source, process))
}

/// Whether a name is that of a source: the platform or the app.
pub(crate) fn is_source(name: &[u8]) -> bool {
    matches!(name, b"heroku" | b"app")
}
