//! Columns whose text stands for more than a text: words of an enum, JSON, ids.

use std::str::FromStr;

use serde::de::DeserializeOwned;
use sqlx::{Row, sqlite::SqliteRow};

/// The variant whose word stands in a column.
pub(super) fn word<T: Copy>(
    row: &SqliteRow,
    column: &str,
    all: &[T],
    word: fn(T) -> &'static str,
) -> Result<T, sqlx::Error> {
    let found: String = row.try_get(column)?;
    let known = all.iter().copied().find(|it| word(*it) == found);
    known.ok_or_else(|| sqlx::Error::Decode(format!("expected a known {column}, found {found:?}").into()))
}

/// The JSON in a column.
pub(super) fn json<T: DeserializeOwned>(row: &SqliteRow, column: &str) -> Result<T, sqlx::Error> {
    let text: String = row.try_get(column)?;
    serde_json::from_str(&text).map_err(|it| sqlx::Error::Decode(it.into()))
}

/// The value whose text stands in a column; `None` where that is NULL.
pub(super) fn parsed<T: FromStr<Err = String>>(row: &SqliteRow, column: &str) -> Result<Option<T>, sqlx::Error> {
    let text: Option<String> = row.try_get(column)?;
    text.map(|it| it.parse().map_err(|error: String| sqlx::Error::Decode(error.into()))).transpose()
}
