//! What commands about alerts share: who makes a change, what is read and printed, and errors.

use std::io::Read;

use contract::{alert::Severity, error::excerpt};
use serde::Serialize;

use super::{args::one_of, error::Error};

/// Longest JSON that is read from a file or from stdin, bytes; as long as a body of the API.
const INPUT_BYTES_MAX: u64 = 64 << 10;

/// Who makes a change where the shell does not name its user.
pub(super) const NOBODY: &str = "command";

/// Who makes a change by a command: the user of the shell.
pub(super) fn by() -> String {
    let user = std::env::var("USER").ok().filter(|it| !it.is_empty() && !it.contains(char::is_control));
    user.map_or(NOBODY.to_owned(), |it| excerpt(&it).to_owned())
}

/// A sentence that the checks of a change give. What was typed wrong is code 2.
pub(super) fn refused(error: contract::Error) -> Error {
    match error {
        contract::Error::Invalid(text) => Error::Usage(text),
        contract::Error::Internal => {
            Error::Failed("the database could not be used: is it writable, and is its disk full?".to_owned())
        }
        other => Error::Failed(other.to_string()),
    }
}

/// Reads a severity.
pub(super) fn severity(text: &str) -> Result<Severity, String> {
    one_of(&Severity::ALL, Severity::word, text)
}

/// A value as one line of JSON.
pub(super) fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// Reads a file, or stdin for `-`.
///
/// # Errors
/// [`Error::Failed`] when it can't be read, [`Error::Usage`] when it is too long.
pub(super) fn input(path: &str) -> Result<String, Error> {
    let mut text = String::new();
    let unread = |it: std::io::Error| Error::Failed(format!("{path}: {it}"));
    let read = if path == "-" {
        std::io::stdin().lock().take(INPUT_BYTES_MAX + 1).read_to_string(&mut text)
    } else {
        std::fs::File::open(path).and_then(|it| it.take(INPUT_BYTES_MAX + 1).read_to_string(&mut text))
    };
    read.map_err(unread)?;
    if text.len() as u64 > INPUT_BYTES_MAX {
        return Err(Error::Usage(format!("{path}: expected at most {INPUT_BYTES_MAX} bytes")));
    }
    Ok(text)
}
