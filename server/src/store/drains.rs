//! The table of drains. A person adds, changes and removes drains; the receiver's set of tokens
//! reads them. Tokens are in [`super::drain_tokens`].

use contract::drain::{Drain, DrainHour, DrainId, DrainMemory};
use sqlx::{SqliteConnection, SqliteExecutor};

use super::apps;
use crate::access::TokenHash;

/// Most drains: each has a row on one page.
pub(crate) const DRAINS_MAX: i64 = 5_000;

/// Why a drain was not added, changed or found.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// There are [`DRAINS_MAX`] drains.
    #[error("expected at most {DRAINS_MAX} drains: remove some first")]
    TooMany,
    /// There is no such drain.
    #[error("there is no drain {0}: streamgauge drain list shows them")]
    Unknown(String),
    /// Several drains have the name.
    #[error("several drains are named {0}: give the number of one, see streamgauge drain list")]
    Ambiguous(String),
    /// The app could not be created.
    #[error(transparent)]
    App(#[from] apps::Error),
    /// The store can't be read or written.
    #[error("the database could not be used: {0}")]
    Store(#[from] sqlx::Error),
}

/// A drain that is added.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NewDrain<'a> {
    /// The app that it feeds, or the name of a shared drain.
    pub name: &'a str,
    /// Whether the URL of each batch names the app.
    pub shared: bool,
    /// Where its lines come from; empty when nobody said.
    pub platform: &'a str,
}

/// Adds a drain; returns its id. A shared drain has no app, but there must be room for the app that
/// its URL will name.
///
/// # Errors
/// [`Error::TooMany`], [`Error::App`].
pub(crate) async fn add(
    db: &mut SqliteConnection,
    new: NewDrain<'_>,
    token: TokenHash,
    now_ms: i64,
) -> Result<DrainId, Error> {
    let drains: i64 = sqlx::query_scalar("SELECT count(*) FROM drain").fetch_one(&mut *db).await?;
    if drains >= DRAINS_MAX {
        return Err(Error::TooMany);
    }
    let app = if new.shared {
        apps::check_room(db, new.name).await?;
        None
    } else {
        Some(apps::find_or_create(db, new.name, None, now_ms).await?)
    };
    let added = sqlx::query_scalar(
        "INSERT INTO drain (app_id, name, token_sha256, created_ms, platform) VALUES (?, ?, ?, ?, ?) RETURNING id",
    )
    .bind(app)
    .bind(new.name)
    .bind(token.as_slice())
    .bind(now_ms)
    .bind(new.platform)
    .fetch_one(db);
    Ok(added.await?)
}

/// Removes a drain by its id; its app and metrics stay.
///
/// # Errors
/// [`Error::Unknown`].
pub(crate) async fn remove(db: &mut SqliteConnection, id: DrainId) -> Result<(), Error> {
    // The id may be given to another drain.
    sqlx::query("UPDATE app SET made_by_drain = NULL WHERE made_by_drain = ?").bind(id).execute(&mut *db).await?;
    let done = sqlx::query("DELETE FROM drain WHERE id = ?").bind(id).execute(db).await?;
    if done.rows_affected() > 0 { Ok(()) } else { Err(Error::Unknown(id.to_string())) }
}

/// Pauses a drain, or lets it go on. A pause keeps the time at which it began.
///
/// # Errors
/// [`Error::Unknown`].
pub(crate) async fn pause(db: &mut SqliteConnection, id: DrainId, paused_ms: Option<i64>) -> Result<(), Error> {
    let sql = "UPDATE drain SET paused_ms = iif(?2 IS NULL, NULL, coalesce(paused_ms, ?2)) WHERE id = ?1";
    let done = sqlx::query(sql).bind(id).bind(paused_ms).execute(db).await?;
    if done.rows_affected() > 0 { Ok(()) } else { Err(Error::Unknown(id.to_string())) }
}

/// Renames a drain; its app keeps its name.
///
/// # Errors
/// [`Error::Unknown`].
pub(crate) async fn rename(db: &mut SqliteConnection, id: DrainId, name: &str) -> Result<(), Error> {
    let done = sqlx::query("UPDATE drain SET name = ? WHERE id = ?").bind(name).bind(id).execute(db).await?;
    if done.rows_affected() > 0 { Ok(()) } else { Err(Error::Unknown(id.to_string())) }
}

/// The id of the drain that a person means: by its number, or by its name.
///
/// # Errors
/// [`Error::Unknown`], [`Error::Ambiguous`].
pub(crate) async fn named(db: impl SqliteExecutor<'_>, text: &str) -> Result<DrainId, Error> {
    let sql = "SELECT id FROM drain WHERE id = ?1 UNION ALL SELECT id FROM drain WHERE name = ?2 LIMIT 3";
    let number: Option<i64> = text.parse().ok();
    let found: Vec<DrainId> = sqlx::query_scalar(sql).bind(number).bind(text).fetch_all(db).await?;
    match (found.as_slice(), number) {
        ([id], _) => Ok(*id),
        // A number is meant before a name of digits.
        ([id, ..], Some(number)) if *id == number => Ok(*id),
        ([], _) => Err(Error::Unknown(contract::error::quoted(text))),
        _ => Err(Error::Ambiguous(contract::error::excerpt(text).to_owned())),
    }
}

const SELECT: &str = "SELECT drain.id, drain.name, app.name, platform, drain.created_ms, paused_ms, rotated_ms,
    old_until_ms, memory FROM drain LEFT JOIN app ON app.id = drain.app_id";

/// The columns of [`SELECT`].
type DrainRow = (i64, String, Option<String>, String, i64, Option<i64>, Option<i64>, Option<i64>, Option<String>);

/// Every drain by name. What arrives on them now is not known here.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn list(db: impl SqliteExecutor<'_>, now_ms: i64) -> Result<Vec<Drain>, sqlx::Error> {
    let sql = sqlx::AssertSqlSafe(format!("{SELECT} ORDER BY drain.name COLLATE NOCASE, drain.id"));
    let rows: Vec<DrainRow> = sqlx::query_as(sql).fetch_all(db).await?;
    Ok(rows.into_iter().map(|row| read(row, now_ms)).collect())
}

/// One drain.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn find(db: impl SqliteExecutor<'_>, id: DrainId, now_ms: i64) -> Result<Option<Drain>, sqlx::Error> {
    let sql = sqlx::AssertSqlSafe(format!("{SELECT} WHERE drain.id = ?"));
    let row: Option<DrainRow> = sqlx::query_as(sql).bind(id).fetch_optional(db).await?;
    Ok(row.map(|row| read(row, now_ms)))
}

fn read(row: DrainRow, now_ms: i64) -> Drain {
    let (id, name, app, platform, created_ms, paused_ms, rotated_ms, old_until_ms, memory) = row;
    let old_until_ms = old_until_ms.filter(|until_ms| *until_ms > now_ms);
    // For people only: one that can't be read is begun anew.
    let memory: DrainMemory = memory.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default();
    let hour = DrainHour::default();
    Drain { id, name, app, platform, created_ms, paused_ms, rotated_ms, old_until_ms, memory, hour }
}

/// Whether there is a drain.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn is_any(db: impl SqliteExecutor<'_>) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM drain)").fetch_one(db).await
}

/// Writes what is remembered of drains, in one commit.
///
/// # Errors
/// When the store can't be written.
pub(crate) async fn remember(
    db: &mut SqliteConnection,
    memories: &[(DrainId, DrainMemory)],
) -> Result<(), sqlx::Error> {
    super::file::transaction::transaction(db, async |db| {
        for (id, memory) in memories {
            let json = serde_json::to_string(memory).ok();
            sqlx::query("UPDATE drain SET memory = ? WHERE id = ?").bind(json).bind(id).execute(&mut *db).await?;
        }
        Ok(())
    })
    .await
}
