//! The table of drains. A person adds and removes drains; the receiver's set of tokens reads them.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection, SqlitePool, sqlite::SqliteRow};

use super::apps;
use crate::access::{App, Drain, TokenHash};

/// A drain as commands list it.
#[derive(Clone, Debug)]
pub(crate) struct DrainRow {
    /// Id of the drain.
    pub id: i64,
    /// Name of its app, or of the drain itself when it is shared.
    pub name: String,
    /// Whether the URL of each batch names the app.
    pub shared: bool,
    /// When it was created, unix milliseconds.
    pub created_ms: i64,
    /// When its last batch arrived, unix milliseconds.
    pub last_ms: Option<i64>,
}

/// Adds a drain; returns its id. A shared drain has no app, but there must be room for the app that
/// its URL will name.
///
/// # Errors
/// [`apps::Error::TooMany`], or when the store can't be written.
pub(crate) async fn add(
    db: &mut SqliteConnection,
    name: &str,
    shared: bool,
    token: TokenHash,
    now_ms: i64,
) -> Result<i64, apps::Error> {
    let app = if shared {
        apps::check_room(db, name).await?;
        None
    } else {
        Some(apps::find_or_create(db, name, None, now_ms).await?)
    };
    let added = sqlx::query_scalar(
        "INSERT INTO drain (app_id, name, token_sha256, created_ms) VALUES (?, ?, ?, ?) RETURNING id",
    )
    .bind(app)
    .bind(name)
    .bind(token.as_slice())
    .bind(now_ms)
    .fetch_one(db);
    Ok(added.await?)
}

/// Removes a drain by its id; its app and metrics stay. False when there is no such drain.
///
/// # Errors
/// When the store can't be written.
pub(crate) async fn remove(db: &mut SqliteConnection, id: i64) -> Result<bool, sqlx::Error> {
    // The id may be given to another drain.
    sqlx::query("UPDATE app SET made_by_drain = NULL WHERE made_by_drain = ?").bind(id).execute(&mut *db).await?;
    let done = sqlx::query("DELETE FROM drain WHERE id = ?").bind(id).execute(db).await?;
    Ok(done.rows_affected() > 0)
}

/// Every drain, as commands list it.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn list(db: &SqlitePool) -> Result<Vec<DrainRow>, sqlx::Error> {
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

/// What the receiver needs of a drain: its id, the hash of its token, and its app's id and name.
type TokenRow = (i64, Vec<u8>, Option<i64>, Option<String>);
const TOKENS_SQL: &str =
    "SELECT drain.id, token_sha256, app.id, app.name FROM drain LEFT JOIN app ON app.id = drain.app_id";

/// Every drain by the hash of its token.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn tokens(db: &SqlitePool) -> Result<FxHashMap<TokenHash, Drain>, sqlx::Error> {
    let rows: Vec<TokenRow> = sqlx::query_as(TOKENS_SQL).fetch_all(db).await?;
    Ok(by_hash(rows))
}

/// The drains that have one of these tokens.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn of_tokens(
    db: &SqlitePool,
    hashes: &[TokenHash],
) -> Result<FxHashMap<TokenHash, Drain>, sqlx::Error> {
    let mut query: QueryBuilder<Sqlite> = QueryBuilder::new(TOKENS_SQL);
    query.push(" WHERE token_sha256 IN (");
    let mut list = query.separated(", ");
    for hash in hashes {
        list.push_bind(hash.as_slice());
    }
    query.push(")");
    Ok(by_hash(query.build_query_as().fetch_all(db).await?))
}

fn by_hash(rows: Vec<TokenRow>) -> FxHashMap<TokenHash, Drain> {
    let drains = rows.into_iter().filter_map(|(id, hash, app_id, name)| {
        let app = app_id.zip(name).map(|(id, name)| App { id, name: Arc::from(name) });
        Some((TokenHash::try_from(hash).ok()?, Drain { id, app }))
    });
    drains.collect()
}
