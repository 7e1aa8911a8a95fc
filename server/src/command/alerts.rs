//! What commands about alerts share: opening the store, who makes a change, and errors.

use std::io::Read;

use contract::error::excerpt;
use serde::Serialize;

use super::error::Error;
use crate::{config::Store as Config, store::Store};

/// Longest JSON that is read from a file or from stdin, bytes; as long as a body of the API.
const INPUT_BYTES_MAX: u64 = 64 << 10;

pub(super) async fn open(store: &Config) -> Result<Store, Error> {
    Store::open(&store.database_url).await.map_err(|it| Error::Failed(it.to_string()))
}

/// Who makes a change by a command: the user of the shell.
pub(super) fn by() -> String {
    let user = std::env::var("USER").ok().filter(|it| !it.is_empty() && !it.contains(char::is_control));
    user.map_or("command".to_owned(), |it| excerpt(&it).to_owned())
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

#[expect(clippy::needless_pass_by_value, reason = "it is a function for map_err")]
pub(super) fn stored(error: sqlx::Error) -> Error {
    Error::Failed(format!("the database could not be used: {error}"))
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
