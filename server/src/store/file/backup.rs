//! Backs a database up and summarises what a file holds. A backup is one consistent file that needs
//! no other, whatever the server writes in the meantime.
//!
//! A plain copy of the database file without its WAL would miss the last minutes, or be empty.
//! `VACUUM INTO` reads both.

use std::path::{Path, PathBuf};

use sqlx::{Connection, SqliteConnection};

use super::{open_error::OpenError, permissions, sqlite};

/// What a database file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Summary {
    /// Names of the apps.
    pub apps: Vec<String>,
    /// All lines ever counted.
    pub lines: i64,
    /// Start of the first and the last bucket that has rows, unix seconds.
    pub span_s: Option<(i64, i64)>,
    /// Number of series.
    pub series: i64,
    /// Number of drains.
    pub drains: i64,
    /// Batches behind the last checkpoint, which the next start will count.
    pub uncounted: i64,
}

/// Why there is no backup.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The source can't be used.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// A file with the name of the backup exists.
    #[error("{} is there already: expected the name of a new file", .0.display())]
    Exists(PathBuf),
    /// The file has no apps, as when it was copied without its WAL.
    #[error("{} holds no apps: expected a backup of a database in use", .0.display())]
    Empty(PathBuf),
    /// SQLite finds the file damaged.
    #[error("{} is damaged: {reason}", .path.display())]
    Damaged {
        /// Path of the file.
        path: PathBuf,
        /// What SQLite reported.
        reason: String,
    },
    /// SQLite failed while copying.
    #[error("the copy failed: {0}")]
    Store(#[from] sqlx::Error),
    /// The file system failed while copying.
    #[error("the copy failed: {0}")]
    Io(#[from] std::io::Error),
}

/// Copies a database, in use or not, into a new file; returns what the copy holds.
///
/// # Errors
/// See [`Error`]; an incomplete copy is deleted.
pub(crate) async fn backup(from: &Path, to: &Path) -> Result<Summary, Error> {
    if to.exists() {
        return Err(Error::Exists(to.to_owned()));
    }
    let part = PathBuf::from(format!("{}.part", to.display()));
    let _left_over = std::fs::remove_file(&part);
    let copied = copy(from, &part).await;
    let summary = match copied {
        Ok(()) => inspect(&part).await,
        Err(error) => Err(error),
    };
    match summary {
        Ok(summary) => {
            std::fs::File::open(&part)?.sync_all()?;
            std::fs::rename(&part, to)?;
            Ok(summary)
        }
        Err(error) => {
            let _gone = std::fs::remove_file(&part);
            Err(error)
        }
    }
}

async fn copy(from: &Path, to: &Path) -> Result<(), Error> {
    let mut db = sqlite::open_existing(from).await?;
    // Created here: SQLite accepts an empty file, but would apply the umask to a new one.
    permissions::create_new(to)?;
    sqlx::query("VACUUM INTO ?").bind(to.display().to_string()).execute(&mut db).await?;
    db.close().await?;
    Ok(())
}

/// Reads what a file holds; refuses one that is damaged or has no apps.
///
/// # Errors
/// See [`Error`].
pub(crate) async fn inspect(path: &Path) -> Result<Summary, Error> {
    let mut db = sqlite::open_existing(path).await?;
    let found = summary(&mut db).await;
    let verdict: Result<String, sqlx::Error> = sqlx::query_scalar("PRAGMA integrity_check(1)").fetch_one(&mut db).await;
    db.close().await?;
    // SQLite may report several lines.
    let damaged = |reason: String| Error::Damaged { path: path.to_owned(), reason: reason.replace('\n', "; ") };
    match verdict {
        Ok(word) if word == "ok" => {}
        Ok(word) => return Err(damaged(word)),
        Err(error) => return Err(damaged(error.to_string())),
    }
    let summary = found.map_err(|it| damaged(it.to_string()))?;
    if summary.apps.is_empty() { Err(Error::Empty(path.to_owned())) } else { Ok(summary) }
}

async fn summary(db: &mut SqliteConnection) -> Result<Summary, sqlx::Error> {
    let apps: Vec<String> =
        sqlx::query_scalar("SELECT name FROM app WHERE removed_ms IS NULL ORDER BY name").fetch_all(&mut *db).await?;
    let (lines, reached): (i64, i64) =
        sqlx::query_as("SELECT lines, block_id FROM checkpoint WHERE id = 1").fetch_one(&mut *db).await?;
    let (first_s, last_s): (Option<i64>, Option<i64>) = sqlx::query_as(
        // For each series along the primary key.
        "SELECT min(first), max(last) FROM
             (SELECT (SELECT min(bucket_s) FROM rollup_1h WHERE series_id = series.id) AS first,
                     max((SELECT coalesce(max(bucket_s), 0) FROM rollup_1h WHERE series_id = series.id),
                         (SELECT coalesce(max(bucket_s), 0) FROM rollup_10s WHERE series_id = series.id)) AS last
              FROM series
              UNION ALL SELECT min(first_s), max(last_s) FROM rollup_chunk) WHERE first IS NOT NULL",
    )
    .fetch_one(&mut *db)
    .await?;
    let (series, drains): (i64, i64) =
        sqlx::query_as("SELECT (SELECT count(*) FROM series), (SELECT count(*) FROM drain)")
            .fetch_one(&mut *db)
            .await?;
    let (uncounted, more): (i64, i64) =
        sqlx::query_as("SELECT count(*), coalesce(sum(lines), 0) FROM block WHERE id > ?")
            .bind(reached)
            .fetch_one(db)
            .await?;
    Ok(Summary { apps, lines: lines + more, span_s: first_s.zip(last_s), series, drains, uncounted })
}
