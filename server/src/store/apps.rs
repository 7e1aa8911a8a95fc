//! The table of apps. A person creates an app with its drain, or a batch of a shared drain does; a
//! person lists, renames and removes apps. Merging is in [`super::app_merge`].
//!
//! A removed app frees its name at once and loses its drains. Its data is deleted later, by
//! [`super::write::removal`].

use std::{collections::BTreeMap, sync::Arc};

use sqlx::{SqliteConnection, SqlitePool};

use super::{boards, file::transaction::transaction};
use crate::live::APPS_MAX;

/// Most apps that the batches of one shared drain may create.
pub(crate) const APPS_PER_DRAIN_MAX: usize = 200;

/// Why an app was not created, renamed or removed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// There are [`APPS_MAX`] apps.
    #[error(
        "the limit of {APPS_MAX} apps is reached: see streamgauge app list, and make room with streamgauge app remove"
    )]
    TooMany,
    /// A shared drain has created [`APPS_PER_DRAIN_MAX`] apps.
    #[error("the drain has made {APPS_PER_DRAIN_MAX} apps, which is the most that one may")]
    TooManyOfDrain,
    /// There is no app of that name.
    #[error("there is no app named {0}: streamgauge app list shows them")]
    Unknown(String),
    /// Another app has the name.
    #[error("there is an app named {0} already")]
    Taken(String),
    /// The store can't be read or written.
    #[error("the database could not be used: {0}")]
    Store(#[from] sqlx::Error),
}

/// An app as commands list it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct AppRow {
    /// Name of the app.
    pub name: String,
    /// When it was created, unix milliseconds.
    pub created_ms: i64,
    /// When its last line arrived, unix milliseconds.
    pub last_line_ms: Option<i64>,
    /// Number of drains that belong to it alone.
    pub drains: i64,
    /// Number of its series.
    pub series: i64,
    /// The shared drain whose batch created it.
    pub made_by_drain: Option<i64>,
}

/// The id of every app, by name.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn ids(db: &mut SqliteConnection) -> Result<BTreeMap<Arc<str>, i64>, sqlx::Error> {
    let rows: Vec<(String, i64)> =
        sqlx::query_as("SELECT name, id FROM app WHERE removed_ms IS NULL").fetch_all(db).await?;
    Ok(rows.into_iter().map(|(name, id)| (Arc::from(name), id)).collect())
}

/// The id of an app; `None` when there is none of that name.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn id(db: &mut SqliteConnection, name: &str) -> Result<Option<i64>, sqlx::Error> {
    let sql = "SELECT id FROM app WHERE name = ? AND removed_ms IS NULL";
    sqlx::query_scalar(sql).bind(name).fetch_optional(db).await
}

/// The id of an app, which is created when it is new. `drain_id` is the shared drain whose batch
/// names it; `None` when a person does.
///
/// # Errors
/// [`Error::TooMany`], [`Error::TooManyOfDrain`].
pub(crate) async fn find_or_create(
    db: &mut SqliteConnection,
    name: &str,
    drain_id: Option<i64>,
    now_ms: i64,
) -> Result<i64, Error> {
    let known = "SELECT id FROM app WHERE name = ?";
    if let Some(id) = sqlx::query_scalar(known).bind(name).fetch_optional(&mut *db).await? {
        return Ok(id);
    }
    let counted =
        "SELECT count(*) FILTER (WHERE removed_ms IS NULL), count(*) FILTER (WHERE made_by_drain = ?) FROM app";
    let (all, of_drain): (i64, i64) = sqlx::query_as(counted).bind(drain_id).fetch_one(&mut *db).await?;
    if usize::try_from(all).unwrap_or(usize::MAX) >= APPS_MAX {
        return Err(Error::TooMany);
    }
    if usize::try_from(of_drain).unwrap_or(usize::MAX) >= APPS_PER_DRAIN_MAX {
        return Err(Error::TooManyOfDrain);
    }
    let made = "INSERT INTO app (name, created_ms, made_by_drain) VALUES (?, ?, ?) RETURNING id";
    Ok(sqlx::query_scalar(made).bind(name).bind(now_ms).bind(drain_id).fetch_one(db).await?)
}

/// Accepts the name of an app that exists, or that there is room for.
///
/// # Errors
/// [`Error::TooMany`].
pub(crate) async fn check_room(db: &mut SqliteConnection, name: &str) -> Result<(), Error> {
    let sql = "SELECT count(*) FILTER (WHERE removed_ms IS NULL), count(*) FILTER (WHERE name = ?) FROM app";
    let (all, known): (i64, i64) = sqlx::query_as(sql).bind(name).fetch_one(db).await?;
    if known == 0 && usize::try_from(all).unwrap_or(usize::MAX) >= APPS_MAX { Err(Error::TooMany) } else { Ok(()) }
}

/// The present name and id of a drain's own app; `None` when the drain is shared.
///
/// # Errors
/// [`Error::Unknown`] when the drain was removed.
pub(crate) async fn of_drain(db: &mut SqliteConnection, drain_id: i64) -> Result<Option<(Arc<str>, i64)>, Error> {
    let sql = "SELECT app.name, app.id FROM drain LEFT JOIN app ON app.id = drain.app_id WHERE drain.id = ?";
    let row: Option<(Option<String>, Option<i64>)> = sqlx::query_as(sql).bind(drain_id).fetch_optional(db).await?;
    let (name, id) = row.ok_or_else(|| Error::Unknown("that the drain fed".to_owned()))?;
    Ok(name.map(Arc::from).zip(id))
}

/// Every app, as commands list it.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn list(db: &SqlitePool) -> Result<Vec<AppRow>, sqlx::Error> {
    let sql = "SELECT name, created_ms, last_line_ms, made_by_drain,
                      (SELECT count(*) FROM drain WHERE app_id = app.id) AS drains,
                      (SELECT count(*) FROM series WHERE app_id = app.id) AS series
               FROM app WHERE removed_ms IS NULL ORDER BY name";
    sqlx::query_as(sql).fetch_all(db).await
}

/// Renames an app; it keeps its data and drains, and channels go on telling of it.
///
/// # Errors
/// [`Error::Unknown`], [`Error::Taken`].
pub(crate) async fn rename(db: &mut SqliteConnection, from: &str, to: &str) -> Result<(), Error> {
    let taken: i64 = sqlx::query_scalar("SELECT count(*) FROM app WHERE name = ?").bind(to).fetch_one(&mut *db).await?;
    if taken > 0 {
        return Err(Error::Taken(to.to_owned()));
    }
    let renamed = transaction(db, async |db| {
        // A drain with a name of its own keeps it.
        let drains = "UPDATE drain SET name = ?2 WHERE name = ?1 AND app_id = (SELECT id FROM app WHERE name = ?1)";
        sqlx::query(drains).bind(from).bind(to).execute(&mut *db).await?;
        let channels = "UPDATE channel SET apps =
                          (SELECT json_group_array(iif(value = ?1, ?2, value)) FROM json_each(apps))
                        WHERE EXISTS (SELECT 1 FROM app WHERE name = ?1)";
        sqlx::query(channels).bind(from).bind(to).execute(&mut *db).await?;
        boards::rename_app(db, from, to).await?;
        sqlx::query("UPDATE app SET name = ?2 WHERE name = ?1").bind(from).bind(to).execute(db).await
    });
    if renamed.await?.rows_affected() == 0 { Err(Error::Unknown(from.to_owned())) } else { Ok(()) }
}

/// Removes an app and its own drains; returns its id. Its data is deleted later.
///
/// # Errors
/// [`Error::Unknown`].
pub(crate) async fn remove(db: &mut SqliteConnection, name: &str, now_ms: i64) -> Result<i64, Error> {
    let removed = transaction(db, async |db| {
        // A name that no app can have.
        let sql = "UPDATE app SET name = '(removed ' || id || ')', removed_ms = ?2, made_by_drain = NULL
                   WHERE name = ?1 AND removed_ms IS NULL RETURNING id";
        let id: Option<i64> = sqlx::query_scalar(sql).bind(name).bind(now_ms).fetch_optional(&mut *db).await?;
        // Apps that are being merged into it go with it.
        sqlx::query("UPDATE app SET merged_into = NULL WHERE merged_into = ?").bind(id).execute(&mut *db).await?;
        sqlx::query("DELETE FROM drain WHERE app_id = ?").bind(id).execute(db).await?;
        Ok(id)
    });
    removed.await?.ok_or_else(|| Error::Unknown(name.to_owned()))
}

/// Whether data of an app that was removed or merged into another one is left.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn is_left(db: &mut SqliteConnection, id: i64) -> Result<bool, sqlx::Error> {
    let sql = "SELECT count(*) FROM app WHERE id = ? AND removed_ms IS NOT NULL";
    Ok(sqlx::query_scalar::<_, i64>(sql).bind(id).fetch_one(db).await? > 0)
}

/// The id of the last block that the rollup rows include.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn checkpoint(db: &SqlitePool) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT block_id FROM checkpoint WHERE id = 1").fetch_one(db).await
}
