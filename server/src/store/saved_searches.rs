//! The table of saved searches. What a search finds is read in `log`.

use contract::saved_search::{SavedSearch, SavedSearchId, SearchDraft};
use sqlx::{SqliteConnection, SqliteExecutor};

use super::apps;

/// Most saved searches. They are one list on one page, and each is an entry of the bar that goes
/// anywhere.
pub(crate) const SEARCHES_MAX: i64 = 500;

/// Why a search was not saved or removed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// There are [`SEARCHES_MAX`] searches.
    #[error("expected at most {SEARCHES_MAX} saved searches: remove some first")]
    TooMany,
    /// There is no such search.
    #[error("there is no saved search {0}")]
    Unknown(SavedSearchId),
    /// There is no app of that name.
    #[error("there is no app named {0}")]
    UnknownApp(String),
    /// Another search of the same app, or of every app, has that name.
    #[error("there is already a saved search named {0}: choose another name, or remove that one first")]
    NameTaken(String),
    /// The store can't be read or written.
    #[error("the database could not be used: {0}")]
    Store(sqlx::Error),
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error)
    }
}

const SELECT: &str = "SELECT saved_search.id, app.name, saved_search.name, search, changed_ms, changed_by
    FROM saved_search LEFT JOIN app ON app.id = app_id WHERE (app_id IS NULL OR app.removed_ms IS NULL)";

/// The columns of [`SELECT`].
type SearchRow = (i64, Option<String>, String, String, i64, String);

/// Every search by name; with an app, those of the app and those of every app. A row that can't be
/// read is left out, and said in the log.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn list(db: impl SqliteExecutor<'_>, app: Option<&str>) -> Result<Vec<SavedSearch>, sqlx::Error> {
    let sql = format!(
        "{SELECT} AND (?1 IS NULL OR app_id IS NULL OR app.name = ?1)
         ORDER BY saved_search.name COLLATE NOCASE, app.name, saved_search.id"
    );
    let rows: Vec<SearchRow> = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(app).fetch_all(db).await?;
    Ok(rows.into_iter().filter_map(read).collect())
}

/// One search; `None` without one of that number, and for a row that can't be read.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn find(db: impl SqliteExecutor<'_>, id: SavedSearchId) -> Result<Option<SavedSearch>, sqlx::Error> {
    let sql = sqlx::AssertSqlSafe(format!("{SELECT} AND saved_search.id = ?"));
    let row: Option<SearchRow> = sqlx::query_as(sql).bind(id).fetch_optional(db).await?;
    Ok(row.and_then(read))
}

fn read((id, app, name, json, changed_ms, changed_by): SearchRow) -> Option<SavedSearch> {
    let search: Result<SearchDraft, _> = serde_json::from_str(&json);
    match search {
        Ok(search) => {
            let draft = SearchDraft { name, app, ..search };
            Some(SavedSearch { id, changed_ms, changed_by, draft })
        }
        Err(error) => {
            tracing::error!(search = id, %error, "a saved search could not be read and is not listed");
            None
        }
    }
}

/// Adds a search, or replaces the one of that number; returns its number.
///
/// # Errors
/// See [`Error`].
pub(crate) async fn save(
    db: &mut SqliteConnection,
    id: Option<SavedSearchId>,
    search: &SearchDraft,
    by: &str,
    now_ms: i64,
) -> Result<SavedSearchId, Error> {
    let app_id = match &search.app {
        Some(app) => Some(apps::id(db, app).await?.ok_or_else(|| Error::UnknownApp(app.clone()))?),
        None => None,
    };
    let json = serde_json::to_string(search).map_err(|it| sqlx::Error::Encode(it.into()))?;
    let taken = |error: sqlx::Error| match error.as_database_error() {
        Some(it) if it.is_unique_violation() => Error::NameTaken(search.name.clone()),
        _ => Error::Store(error),
    };
    if let Some(id) = id {
        let sql =
            "UPDATE saved_search SET app_id = ?, name = ?, search = ?, changed_ms = ?, changed_by = ? WHERE id = ?";
        let query = sqlx::query(sql).bind(app_id).bind(&search.name).bind(json).bind(now_ms).bind(by).bind(id);
        let done = query.execute(db).await.map_err(taken)?;
        return if done.rows_affected() > 0 { Ok(id) } else { Err(Error::Unknown(id)) };
    }
    let sql = "INSERT INTO saved_search (app_id, name, search, changed_ms, changed_by)
               SELECT ?1, ?2, ?3, ?4, ?5 WHERE (SELECT count(*) FROM saved_search) < ?6 RETURNING id";
    let query = sqlx::query_scalar(sql).bind(app_id).bind(&search.name).bind(json).bind(now_ms).bind(by);
    query.bind(SEARCHES_MAX).fetch_optional(db).await.map_err(taken)?.ok_or(Error::TooMany)
}

/// Deletes the searches of a removed app; true when there was one.
///
/// # Errors
/// When the store can't be written.
pub(crate) async fn delete_app(db: &mut SqliteConnection, app_id: i64) -> Result<bool, sqlx::Error> {
    let done = sqlx::query("DELETE FROM saved_search WHERE app_id = ?").bind(app_id).execute(db).await?;
    Ok(done.rows_affected() > 0)
}

/// Removes a search.
///
/// # Errors
/// See [`Error`].
pub(crate) async fn remove(db: &mut SqliteConnection, id: SavedSearchId) -> Result<(), Error> {
    let done = sqlx::query("DELETE FROM saved_search WHERE id = ?").bind(id).execute(db).await?;
    if done.rows_affected() > 0 { Ok(()) } else { Err(Error::Unknown(id)) }
}
