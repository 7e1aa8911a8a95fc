//! Annotations: events that people write by hand. They are rows of the table of events, so that
//! charts, lists and the API show them as any other event. Nothing of log lines is changed here.

use pipeline::EventKind;
use sqlx::{SqliteConnection, SqliteExecutor};

/// Most annotations of one app. Beyond it an app's events would be mostly annotations.
pub(crate) const ANNOTATIONS_MAX: i64 = 1_000;

/// An annotation of an app.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct Annotation {
    /// Its number.
    pub id: i64,
    /// The moment it is about, unix milliseconds.
    pub at_ms: i64,
    /// What it says.
    pub text: String,
    /// Who wrote it.
    pub added_by: String,
}

/// Why an annotation was not saved or removed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The app has [`ANNOTATIONS_MAX`] annotations.
    #[error("expected at most {ANNOTATIONS_MAX} annotations of an app: remove some first")]
    TooMany,
    /// There is no such annotation of this app.
    #[error("there is no annotation {0} of this app")]
    Unknown(i64),
    /// The store can't be read or written.
    #[error("the database could not be used: {0}")]
    Store(#[from] sqlx::Error),
}

/// The annotations of an app, the newest moment first.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn list(db: impl SqliteExecutor<'_>, app: &str, limit: usize) -> Result<Vec<Annotation>, sqlx::Error> {
    let sql = "SELECT id, at_ms, text, added_by FROM event
               WHERE app_id = (SELECT id FROM app WHERE name = ?) AND added_by IS NOT NULL
               ORDER BY at_ms DESC, id DESC LIMIT ?";
    sqlx::query_as(sql).bind(app).bind(i64::try_from(limit).unwrap_or(i64::MAX)).fetch_all(db).await
}

/// Adds an annotation; returns its number.
///
/// # Errors
/// See [`Error`]. An app without a row is [`Error::Store`].
pub(crate) async fn add(
    db: &mut SqliteConnection,
    app: &str,
    (at_ms, text): (i64, &str),
    by: &str,
) -> Result<i64, Error> {
    let sql = "INSERT INTO event (app_id, at_ms, kind, source, text, link, added_by)
               SELECT (SELECT id FROM app WHERE name = ?1), ?2, ?3, '', ?4, '', ?5
               WHERE (SELECT count(*) FROM event WHERE app_id = (SELECT id FROM app WHERE name = ?1)
                      AND added_by IS NOT NULL) < ?6 RETURNING id";
    let query = sqlx::query_scalar(sql).bind(app).bind(at_ms).bind(EventKind::Note.word()).bind(text).bind(by);
    query.bind(ANNOTATIONS_MAX).fetch_optional(db).await?.ok_or(Error::TooMany)
}

/// Removes an annotation.
///
/// # Errors
/// See [`Error`].
pub(crate) async fn remove(db: &mut SqliteConnection, app: &str, id: i64) -> Result<(), Error> {
    let sql =
        "DELETE FROM event WHERE id = ? AND app_id = (SELECT id FROM app WHERE name = ?) AND added_by IS NOT NULL";
    let done = sqlx::query(sql).bind(id).bind(app).execute(db).await?;
    if done.rows_affected() > 0 { Ok(()) } else { Err(Error::Unknown(id)) }
}
