//! Apps and drains: made by a person, read by the receiver's set of tokens.

use std::{collections::BTreeMap, sync::Arc};

use rustc_hash::FxHashMap;
use sqlx::{Row, SqliteConnection, SqlitePool, sqlite::SqliteRow};

use crate::access::{App, Drain, TokenHash};

/// A drain as a person sees it.
#[derive(Clone, Debug)]
pub struct DrainRow {
    /// Its number.
    pub id: i64,
    /// Its app, or the name of a shared drain.
    pub name: String,
    /// Whether it takes the app from its URL.
    pub shared: bool,
    /// When it was made, unix milliseconds.
    pub created_ms: i64,
    /// When its last batch arrived, unix milliseconds.
    pub last_ms: Option<i64>,
}

/// The number of the app of that name, made when it is new.
///
/// # Errors
/// When the store can't be written.
pub async fn app_id(db: &mut SqliteConnection, name: &str, now_ms: i64) -> Result<i64, sqlx::Error> {
    let known: Option<i64> =
        sqlx::query_scalar("SELECT id FROM app WHERE name = ?").bind(name).fetch_optional(&mut *db).await?;
    if let Some(id) = known {
        return Ok(id);
    }
    sqlx::query_scalar("INSERT INTO app (name, created_ms) VALUES (?, ?) RETURNING id")
        .bind(name)
        .bind(now_ms)
        .fetch_one(db)
        .await
}

/// Every app.
///
/// # Errors
/// When the store can't be read.
pub async fn apps(db: &SqlitePool) -> Result<BTreeMap<Arc<str>, i64>, sqlx::Error> {
    let rows: Vec<(String, i64)> = sqlx::query_as("SELECT name, id FROM app").fetch_all(db).await?;
    Ok(rows.into_iter().map(|(name, id)| (Arc::from(name), id)).collect())
}

/// Adds a drain; a shared one has no app.
///
/// # Errors
/// When the store can't be written.
pub async fn add(
    db: &mut SqliteConnection,
    name: &str,
    shared: bool,
    token: TokenHash,
    now_ms: i64,
) -> Result<i64, sqlx::Error> {
    let app = if shared { None } else { Some(app_id(db, name, now_ms).await?) };
    sqlx::query_scalar("INSERT INTO drain (app_id, name, token_sha256, created_ms) VALUES (?, ?, ?, ?) RETURNING id")
        .bind(app)
        .bind(name)
        .bind(token.as_slice())
        .bind(now_ms)
        .fetch_one(db)
        .await
}

/// Removes a drain by its number; its app and figures stay. False when there is none.
///
/// # Errors
/// When the store can't be written.
pub async fn remove(db: &mut SqliteConnection, id: i64) -> Result<bool, sqlx::Error> {
    let done = sqlx::query("DELETE FROM drain WHERE id = ?").bind(id).execute(db).await?;
    Ok(done.rows_affected() > 0)
}

/// Every drain, for a person.
///
/// # Errors
/// When the store can't be read.
pub async fn list(db: &SqlitePool) -> Result<Vec<DrainRow>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT id, name, app_id IS NULL AS shared, created_ms,
                (SELECT max(received_ms) FROM block WHERE drain_id = drain.id) AS last_ms
         FROM drain ORDER BY name, id",
    );
    let read = |row: SqliteRow| -> Result<DrainRow, sqlx::Error> {
        Ok(DrainRow {
            id: row.try_get("id")?,
            name: row.try_get("name")?,
            shared: row.try_get("shared")?,
            created_ms: row.try_get("created_ms")?,
            last_ms: row.try_get("last_ms")?,
        })
    };
    rows.fetch_all(db).await?.into_iter().map(read).collect()
}

/// Every drain, for the receiver.
///
/// # Errors
/// When the store can't be read.
pub async fn tokens(db: &SqlitePool) -> Result<FxHashMap<TokenHash, Drain>, sqlx::Error> {
    type TokenRow = (i64, Vec<u8>, Option<i64>, Option<String>);
    let rows: Vec<TokenRow> = sqlx::query_as(
        "SELECT drain.id, token_sha256, app.id, app.name FROM drain LEFT JOIN app ON app.id = drain.app_id",
    )
    .fetch_all(db)
    .await?;
    let drains = rows.into_iter().filter_map(|(id, hash, app_id, name)| {
        let app = app_id.zip(name).map(|(id, name)| App { id, name: Arc::from(name) });
        Some((TokenHash::try_from(hash).ok()?, Drain { id, app }))
    });
    Ok(drains.collect())
}
