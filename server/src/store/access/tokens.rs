//! API tokens, by the SHA-256 of their text.

use rustc_hash::FxHashMap;
use sqlx::{SqliteConnection, SqlitePool};

use crate::{
    access::{
        TokenHash,
        credentials::{KnownToken, Use},
        principal::Scope,
    },
    store::apps,
};

/// Most API tokens. All of them are in memory.
pub(crate) const TOKENS_MAX: i64 = 500;
/// Longest name, characters.
pub(crate) const NAME_CHARS_MAX: usize = 60;
/// Most apps that a token is limited to.
pub(crate) const APPS_MAX: usize = 100;

/// A new token.
#[derive(Clone, Debug)]
pub(crate) struct TokenDraft {
    pub name: String,
    pub scope: Scope,
    /// Empty for every app.
    pub apps: Vec<String>,
    /// When it is over, unix milliseconds.
    pub expires_ms: Option<i64>,
}

/// A token as lists show it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct TokenRow {
    pub id: i64,
    pub name: String,
    pub scope: String,
    /// The names of its apps as a JSON array; none for every app.
    pub apps: Option<String>,
    pub created_ms: i64,
    pub created_by: String,
    pub expires_ms: Option<i64>,
    pub used_ms: Option<i64>,
    pub used_from: Option<String>,
}

impl TokenRow {
    /// The names of its apps; none for every app.
    pub(crate) fn app_names(&self) -> Option<Vec<String>> {
        // What can't be read is a limit to nothing.
        self.apps.as_deref().map(|it| serde_json::from_str(it).unwrap_or_default())
    }
}

/// Why a token was not added or removed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("expected a name of 1 to {NAME_CHARS_MAX} characters without control characters")]
    Name,
    #[error("there is a token named {0:?} already")]
    NameTaken(String),
    #[error("there is no app named {0}")]
    UnknownApp(String),
    #[error("expected at most {APPS_MAX} apps")]
    TooManyApps,
    #[error("expected at most {TOKENS_MAX} tokens: remove some first")]
    TooMany,
    #[error("there is no token {0:?}")]
    Unknown(String),
    #[error("the database could not be used: {0}")]
    Store(#[from] sqlx::Error),
}

const SELECT: &str = "SELECT id, name, scope, created_ms, created_by, expires_ms, used_ms, used_from,
    CASE WHEN apps IS NOT NULL THEN (SELECT json_group_array(name) FROM (SELECT name FROM app
        WHERE removed_ms IS NULL AND app.id IN (SELECT value FROM json_each(token.apps)) ORDER BY name)) END AS apps FROM token ORDER BY name";

/// Every token.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn list(db: &SqlitePool) -> Result<Vec<TokenRow>, sqlx::Error> {
    sqlx::query_as(SELECT).fetch_all(db).await
}

/// Every token by its hash.
///
/// # Errors
/// When the store can't be read.
pub(super) async fn known(db: &SqlitePool) -> Result<FxHashMap<TokenHash, KnownToken>, sqlx::Error> {
    let hashes: Vec<(i64, Vec<u8>)> = sqlx::query_as("SELECT id, sha256 FROM token").fetch_all(db).await?;
    let hashes: FxHashMap<i64, Vec<u8>> = hashes.into_iter().collect();
    let tokens = list(db).await?.into_iter().filter_map(|row| {
        let hash = TokenHash::try_from(hashes.get(&row.id)?.as_slice()).ok()?;
        let scope = Scope::ALL.into_iter().find(|it| it.word() == row.scope)?;
        let apps = row.app_names().map(|it| it.into_iter().map(String::into_boxed_str).collect());
        let token = KnownToken { id: row.id, name: row.name.into(), scope, apps, expires_ms: row.expires_ms };
        Some((hash, token))
    });
    Ok(tokens.collect())
}

/// Adds a token.
///
/// # Errors
/// See [`Error`].
pub(crate) async fn add(
    db: &mut SqliteConnection,
    draft: &TokenDraft,
    hash: TokenHash,
    by: &str,
    now_ms: i64,
) -> Result<(), Error> {
    let name = draft.name.trim();
    if !(1..=NAME_CHARS_MAX).contains(&name.chars().count()) || name.contains(char::is_control) {
        return Err(Error::Name);
    }
    if draft.apps.len() > APPS_MAX {
        return Err(Error::TooManyApps);
    }
    let mut ids = Vec::with_capacity(draft.apps.len());
    for app in &draft.apps {
        ids.push(apps::id(db, app).await?.ok_or_else(|| Error::UnknownApp(app.clone()))?);
    }
    let apps = (!ids.is_empty()).then(|| format!("{ids:?}"));
    let sql = "INSERT INTO token (name, scope, apps, sha256, created_ms, created_by, expires_ms)
               SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 WHERE (SELECT count(*) FROM token) < ?8";
    let query = sqlx::query(sql).bind(name).bind(draft.scope.word()).bind(apps).bind(hash.as_slice());
    let query = query.bind(now_ms).bind(by).bind(draft.expires_ms).bind(TOKENS_MAX);
    let done = query.execute(db).await.map_err(|error| match error.as_database_error() {
        Some(it) if it.is_unique_violation() => Error::NameTaken(name.to_owned()),
        _ => Error::Store(error),
    })?;
    if done.rows_affected() > 0 { Ok(()) } else { Err(Error::TooMany) }
}

/// Removes a token by its name.
///
/// # Errors
/// See [`Error`].
pub(crate) async fn remove(db: &mut SqliteConnection, name: &str) -> Result<(), Error> {
    let done = sqlx::query("DELETE FROM token WHERE name = ?").bind(name).execute(db).await?;
    if done.rows_affected() > 0 { Ok(()) } else { Err(Error::Unknown(name.chars().take(60).collect())) }
}

/// Takes over when a token was last used.
///
/// # Errors
/// When the store can't be written.
pub(super) async fn note(db: &mut SqliteConnection, id: i64, at: Use) -> Result<(), sqlx::Error> {
    let from = at.from.map(|it| it.to_canonical().to_string());
    let query = sqlx::query("UPDATE token SET used_ms = ?, used_from = ? WHERE id = ?");
    query.bind(at.at_ms).bind(from).bind(id).execute(db).await.map(drop)
}
