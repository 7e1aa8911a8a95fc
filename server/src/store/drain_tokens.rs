//! The tokens of drains, by their hashes: the present one, and for a while the one before it. The
//! receiver's set reads them; a rotation replaces one.

use std::{sync::Arc, time::Duration};

use contract::drain::{DrainId, TokenAge};
use rustc_hash::{FxHashMap, FxHashSet};
use sqlx::{SqliteConnection, SqlitePool};

use super::drains::Error;
use crate::access::{App, Drain, TokenHash};

/// How long an old token stays valid when nobody says.
pub(crate) const OVERLAP: Duration = Duration::from_secs(24 * 3_600);
/// Longest time for which an old token stays valid.
pub(crate) const OVERLAP_MAX: Duration = Duration::from_secs(30 * 24 * 3_600);

/// What the receiver needs of a token: its hash, its drain, whether it is an old one, and the id
/// and name of the drain's app.
type TokenRow = (Vec<u8>, i64, bool, Option<i64>, Option<String>);
const SELECT: &str = "SELECT hash, token.id, is_old, app.id, app.name FROM
      (SELECT token_sha256 AS hash, id, app_id, 0 AS is_old FROM drain
       UNION ALL SELECT old_token_sha256, id, app_id, 1 FROM drain
       WHERE old_token_sha256 IS NOT NULL AND old_until_ms > ?1) AS token
    LEFT JOIN app ON app.id = token.app_id";

/// The drain of every valid token.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn all(db: &SqlitePool, now_ms: i64) -> Result<FxHashMap<TokenHash, Drain>, sqlx::Error> {
    Ok(by_hash(sqlx::query_as(SELECT).bind(now_ms).fetch_all(db).await?))
}

/// The drains of some of these tokens.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn find(
    db: &SqlitePool,
    hashes: &[TokenHash],
    now_ms: i64,
) -> Result<FxHashMap<TokenHash, Drain>, sqlx::Error> {
    let mut query: sqlx::QueryBuilder<sqlx::Sqlite> = sqlx::QueryBuilder::new(
        "SELECT hash, token.id, is_old, app.id, app.name FROM
           (SELECT token_sha256 AS hash, id, app_id, 0 AS is_old FROM drain WHERE token_sha256 IN (",
    );
    push_all(&mut query, hashes);
    query.push(") UNION ALL SELECT old_token_sha256, id, app_id, 1 FROM drain WHERE old_until_ms > ");
    query.push_bind(now_ms);
    query.push(" AND old_token_sha256 IN (");
    push_all(&mut query, hashes);
    query.push(")) AS token LEFT JOIN app ON app.id = token.app_id");
    Ok(by_hash(query.build_query_as().fetch_all(db).await?))
}

fn push_all(query: &mut sqlx::QueryBuilder<sqlx::Sqlite>, hashes: &[TokenHash]) {
    let mut list = query.separated(", ");
    for hash in hashes {
        list.push_bind(hash.to_vec());
    }
}

fn by_hash(rows: Vec<TokenRow>) -> FxHashMap<TokenHash, Drain> {
    let drains = rows.into_iter().filter_map(|(hash, id, is_old, app_id, name)| {
        let app = app_id.zip(name).map(|(id, name)| App { id, name: Arc::from(name) });
        let token = if is_old { TokenAge::Old } else { TokenAge::Current };
        Some((TokenHash::try_from(hash).ok()?, Drain { id, app, token }))
    });
    drains.collect()
}

/// When each drain was created, unix milliseconds, and which are paused.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn states(db: &SqlitePool) -> Result<(FxHashMap<DrainId, i64>, FxHashSet<DrainId>), sqlx::Error> {
    let rows: Vec<(DrainId, i64, bool)> =
        sqlx::query_as("SELECT id, created_ms, paused_ms IS NOT NULL FROM drain").fetch_all(db).await?;
    let paused = rows.iter().filter(|row| row.2).map(|row| row.0).collect();
    Ok((rows.into_iter().map(|row| (row.0, row.1)).collect(), paused))
}

/// Gives a drain a new token. The present one stays valid until `old_until_ms`; one before it ends
/// at once.
///
/// # Errors
/// [`Error::Unknown`].
pub(crate) async fn rotate(
    db: &mut SqliteConnection,
    id: DrainId,
    token: TokenHash,
    now_ms: i64,
    overlap: Duration,
) -> Result<(), Error> {
    let old_until_ms = now_ms.saturating_add(i64::try_from(overlap.as_millis()).unwrap_or(i64::MAX));
    let sql = "UPDATE drain SET old_token_sha256 = iif(?4 > ?3, token_sha256, NULL),
                 old_until_ms = iif(?4 > ?3, ?4, NULL), token_sha256 = ?2, rotated_ms = ?3 WHERE id = ?1";
    let done = sqlx::query(sql).bind(id).bind(token.as_slice()).bind(now_ms).bind(old_until_ms).execute(db).await?;
    if done.rows_affected() > 0 { Ok(()) } else { Err(Error::Unknown(id.to_string())) }
}
