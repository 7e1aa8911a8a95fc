//! Browsers that are signed in, by the SHA-256 of their cookie.

use rustc_hash::FxHashMap;
use sqlx::{SqliteConnection, SqlitePool};

use crate::access::{
    TokenHash,
    credentials::{KnownSession, Use},
};

/// How long a session lasts without a request, milliseconds.
pub(crate) const UNUSED_MAX_MS: i64 = 30 * 86_400_000;
/// Most sessions. All of them are in memory; the one that is unused longest makes room.
pub(crate) const SESSIONS_MAX: i64 = 1_000;
/// Longest name of a browser that is kept, characters.
const AGENT_CHARS_MAX: usize = 200;

/// A session, as lists show it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct SessionRow {
    pub id: i64,
    /// Whose it is; none for the administrator's.
    pub name: Option<String>,
    pub used_ms: i64,
    pub used_from: String,
    pub agent: String,
}

/// Every session, the one used last first.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn list(db: &SqlitePool, now_ms: i64) -> Result<Vec<SessionRow>, sqlx::Error> {
    let sql = "SELECT session.id, person.name, used_ms, used_from, agent
               FROM session LEFT JOIN person ON person.id = person_id
               WHERE used_ms > ?1 - ?2 AND (ends_ms IS NULL OR ends_ms > ?1) ORDER BY used_ms DESC";
    sqlx::query_as(sql).bind(now_ms).bind(UNUSED_MAX_MS).fetch_all(db).await
}

/// Every session by its hash; those that are over among them, so that a page can say so.
///
/// # Errors
/// When the store can't be read.
pub(super) async fn known(db: &SqlitePool, now_ms: i64) -> Result<FxHashMap<TokenHash, KnownSession>, sqlx::Error> {
    type Row = (i64, Vec<u8>, Option<i64>, Option<i64>);
    let rows: Vec<Row> = sqlx::query_as("SELECT id, sha256, person_id, ends_ms FROM session WHERE used_ms > ?")
        .bind(now_ms - UNUSED_MAX_MS)
        .fetch_all(db)
        .await?;
    let sessions = rows.into_iter().filter_map(|(id, hash, person, ends_ms)| {
        Some((TokenHash::try_from(hash).ok()?, KnownSession { id, person, ends_ms }))
    });
    Ok(sessions.collect())
}

/// A session that begins.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NewSession<'a> {
    pub hash: TokenHash,
    /// Whose it is; none for the administrator's.
    pub person: Option<i64>,
    /// When it is over, used or not; none where it only ends unused.
    pub ends_ms: Option<i64>,
    /// The address and the name of the browser.
    pub from: &'a str,
    pub agent: &'a str,
}

/// Begins a session.
///
/// # Errors
/// When the store can't be written.
pub(crate) async fn begin(
    db: &mut SqliteConnection,
    NewSession { hash, person, ends_ms, from, agent }: NewSession<'_>,
    now_ms: i64,
) -> Result<(), sqlx::Error> {
    let agent: String = agent.chars().filter(|it| !it.is_control()).take(AGENT_CHARS_MAX).collect();
    let sql = "DELETE FROM session WHERE used_ms <= ? OR id IN (SELECT id FROM session ORDER BY used_ms DESC LIMIT -1 OFFSET ?)";
    sqlx::query(sql).bind(now_ms - UNUSED_MAX_MS).bind(SESSIONS_MAX - 1).execute(&mut *db).await?;
    let sql = "INSERT INTO session (sha256, person_id, created_ms, used_ms, used_from, agent, ends_ms)
               VALUES (?1, ?2, ?3, ?3, ?4, ?5, ?6)";
    let query = sqlx::query(sql).bind(hash.as_slice()).bind(person).bind(now_ms).bind(from).bind(agent);
    query.bind(ends_ms).execute(db).await.map(drop)
}

/// Ends a session; false when there is no such session.
///
/// # Errors
/// When the store can't be written.
pub(crate) async fn end(db: &mut SqliteConnection, id: i64) -> Result<bool, sqlx::Error> {
    let done = sqlx::query("DELETE FROM session WHERE id = ?").bind(id).execute(db).await?;
    Ok(done.rows_affected() > 0)
}

/// Ends all sessions of somebody, but perhaps one.
///
/// # Errors
/// When the store can't be written.
pub(super) async fn end_all(db: &mut SqliteConnection, person: i64, but: Option<i64>) -> Result<(), sqlx::Error> {
    let query = sqlx::query("DELETE FROM session WHERE person_id = ? AND id IS NOT ?").bind(person).bind(but);
    query.execute(db).await.map(drop)
}

/// Takes over when a session was last used.
///
/// # Errors
/// When the store can't be written.
pub(super) async fn note(db: &mut SqliteConnection, id: i64, at: Use) -> Result<(), sqlx::Error> {
    let from = at.from.map(|it| it.to_canonical().to_string()).unwrap_or_default();
    let query = sqlx::query("UPDATE session SET used_ms = ?, used_from = ? WHERE id = ?");
    query.bind(at.at_ms).bind(from).bind(id).execute(db).await.map(drop)
}
