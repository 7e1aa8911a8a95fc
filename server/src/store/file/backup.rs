//! Backups, and what is in a file: a backup is one consistent file that opens alone, whatever the server writes meanwhile.
//!
//! A copy of the database file without its log would miss the last minutes, or be empty; `VACUUM INTO` reads both.

use std::path::{Path, PathBuf};

use sqlx::{Connection, SqliteConnection};

use super::{open_error::OpenError, permissions, sqlite};

/// What a file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Names of its apps.
    pub apps: Vec<String>,
    /// Lines counted since it was made.
    pub lines: i64,
    /// First and last bucket that has rows, unix seconds.
    pub span_s: Option<(i64, i64)>,
    /// Series.
    pub series: i64,
    /// Drains.
    pub drains: i64,
    /// Batches behind the last checkpoint, which the next start counts.
    pub uncounted: i64,
}

/// Why there is no copy.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The source can't be used.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// Something is in the way.
    #[error("{} is there already: expected the name of a new file", .0.display())]
    Exists(PathBuf),
    /// Nothing was ever counted into it: a copy without its log looks so.
    #[error("{} holds no apps: expected a backup of a database in use", .0.display())]
    Empty(PathBuf),
    /// It is damaged.
    #[error("{} is damaged: {reason}", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What SQLite says of it.
        reason: String,
    },
    /// The database failed.
    #[error("the copy failed: {0}")]
    Store(#[from] sqlx::Error),
    /// The file system failed.
    #[error("the copy failed: {0}")]
    Io(#[from] std::io::Error),
}

/// Copies a database, in use or not, into a new file, and says what is in the copy.
///
/// # Errors
/// See [`Error`]; a copy that failed is removed.
pub async fn backup(from: &Path, to: &Path) -> Result<Summary, Error> {
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
    // SQLite fills an empty file, and would make one with the rights of the umask.
    permissions::create_new(to)?;
    sqlx::query("VACUUM INTO ?").bind(to.display().to_string()).execute(&mut db).await?;
    db.close().await?;
    Ok(())
}

/// Reads what is in a file, and refuses one that is damaged or empty.
///
/// # Errors
/// See [`Error`].
pub async fn inspect(path: &Path) -> Result<Summary, Error> {
    let mut db = sqlite::open_existing(path).await?;
    let found = summary(&mut db).await;
    let verdict: Result<String, sqlx::Error> = sqlx::query_scalar("PRAGMA integrity_check(1)").fetch_one(&mut db).await;
    db.close().await?;
    // One line, whatever SQLite says.
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
        // By series, along the primary key.
        "SELECT min(first), max(last) FROM
             (SELECT (SELECT min(bucket_s) FROM rollup_1h WHERE series_id = series.id) AS first,
                     max((SELECT coalesce(max(bucket_s), 0) FROM rollup_1h WHERE series_id = series.id),
                         (SELECT coalesce(max(bucket_s), 0) FROM rollup_10s WHERE series_id = series.id)) AS last
              FROM series) WHERE first IS NOT NULL",
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
