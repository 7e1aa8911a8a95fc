//! The tables of rules of the user's own, and of built-in rules that are switched off.

use contract::alert::{BuiltIn, Rule, RuleDraft};
use sqlx::{SqliteConnection, SqliteExecutor};

use crate::store::apps;

/// Most rules of the user's own.
pub(crate) const RULES_MAX: i64 = 10_000;

/// Why a rule was not saved or removed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// There are [`RULES_MAX`] rules.
    #[error("expected at most {RULES_MAX} rules: remove some first")]
    TooMany,
    /// There is no such rule.
    #[error("there is no rule {0}")]
    Unknown(i64),
    /// There is no app of that name.
    #[error("there is no app named {0}")]
    UnknownApp(String),
    /// The store can't be read or written.
    #[error("the database could not be used: {0}")]
    Store(#[from] sqlx::Error),
}

/// A rule as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct StoredRule {
    /// Its number.
    pub id: i64,
    /// The rule, with the present name of its app.
    pub rule: RuleDraft,
    /// When it was created and last changed, unix milliseconds.
    pub created_ms: i64,
    pub changed_ms: i64,
}

const SELECT: &str = "SELECT rule.id, app.name, rule.rule, rule.created_ms, rule.changed_ms
     FROM rule LEFT JOIN app ON app.id = rule.app_id
     WHERE (rule.app_id IS NULL OR app.removed_ms IS NULL)";

/// The columns of [`SELECT`]: id, app, rule, created, changed.
type RuleRow = (i64, Option<String>, String, i64, i64);

/// Every rule, by its number. A row that can't be read is left out, and said in the log.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn list(db: impl SqliteExecutor<'_>) -> Result<Vec<StoredRule>, sqlx::Error> {
    let sql = sqlx::AssertSqlSafe(format!("{SELECT} ORDER BY rule.id"));
    let rows: Vec<RuleRow> = sqlx::query_as(sql).fetch_all(db).await?;
    Ok(rows.into_iter().filter_map(read).collect())
}

/// One rule; `None` without one of that number, and for a row that can't be read.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn find(db: impl SqliteExecutor<'_>, id: i64) -> Result<Option<StoredRule>, sqlx::Error> {
    let sql = sqlx::AssertSqlSafe(format!("{SELECT} AND rule.id = ?"));
    let row: Option<RuleRow> = sqlx::query_as(sql).bind(id).fetch_optional(db).await?;
    Ok(row.and_then(read))
}

fn read((id, app, json, created_ms, changed_ms): RuleRow) -> Option<StoredRule> {
    let rule: Result<RuleDraft, _> = serde_json::from_str(&json);
    match rule {
        Ok(rule) => Some(StoredRule { id, rule: RuleDraft { app, ..rule }, created_ms, changed_ms }),
        Err(error) => {
            tracing::error!(rule = id, %error, "a stored rule could not be read and is not judged");
            None
        }
    }
}

/// Adds a rule, or replaces the one of that number; returns its number.
///
/// # Errors
/// See [`Error`].
pub(crate) async fn save(db: &mut SqliteConnection, id: Option<i64>, rule: &Rule, now_ms: i64) -> Result<i64, Error> {
    let app_id = match &rule.get().app {
        Some(app) => Some(app_id(db, app).await?),
        None => None,
    };
    let json = serde_json::to_string(rule.get()).map_err(|it| sqlx::Error::Encode(it.into()))?;
    if let Some(id) = id {
        let sql = "UPDATE rule SET app_id = ?, rule = ?, changed_ms = ? WHERE id = ?";
        let done = sqlx::query(sql).bind(app_id).bind(json).bind(now_ms).bind(id).execute(db).await?;
        return if done.rows_affected() > 0 { Ok(id) } else { Err(Error::Unknown(id)) };
    }
    let sql = "INSERT INTO rule (app_id, rule, created_ms, changed_ms)
               SELECT ?1, ?2, ?3, ?3 WHERE (SELECT count(*) FROM rule) < ?4 RETURNING id";
    let query = sqlx::query_scalar(sql).bind(app_id).bind(json).bind(now_ms).bind(RULES_MAX);
    query.fetch_optional(db).await?.ok_or(Error::TooMany)
}

/// Removes a rule.
///
/// # Errors
/// See [`Error`].
pub(crate) async fn remove(db: &mut SqliteConnection, id: i64) -> Result<(), Error> {
    let done = sqlx::query("DELETE FROM rule WHERE id = ?").bind(id).execute(db).await?;
    if done.rows_affected() > 0 { Ok(()) } else { Err(Error::Unknown(id)) }
}

/// Switches a built-in rule off or on for an app.
///
/// # Errors
/// See [`Error`].
pub(crate) async fn set_off(db: &mut SqliteConnection, app: &str, rule: BuiltIn, is_on: bool) -> Result<(), Error> {
    let app_id = app_id(db, app).await?;
    let sql = if is_on {
        "DELETE FROM rule_off WHERE app_id = ? AND rule = ?"
    } else {
        "INSERT INTO rule_off (app_id, rule) VALUES (?, ?) ON CONFLICT DO NOTHING"
    };
    sqlx::query(sql).bind(app_id).bind(rule.word()).execute(db).await?;
    Ok(())
}

/// The built-in rules that are switched off, with the ids and names of their apps.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn off(db: impl SqliteExecutor<'_>) -> Result<Vec<(i64, String, BuiltIn)>, sqlx::Error> {
    let sql = "SELECT app_id, app.name, rule FROM rule_off JOIN app ON app.id = app_id AND app.removed_ms IS NULL";
    let rows: Vec<(i64, String, String)> = sqlx::query_as(sql).fetch_all(db).await?;
    let known = |(id, app, word): (i64, String, String)| {
        BuiltIn::ALL.into_iter().find(|it| it.word() == word).map(|rule| (id, app, rule))
    };
    Ok(rows.into_iter().filter_map(known).collect())
}

/// How many rules there are, the newest one and the newest change.
pub(crate) type Version = (i64, i64, i64);

/// What changes whenever somebody has changed rules, to look at often.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn version(db: &mut SqliteConnection) -> Result<Version, sqlx::Error> {
    let sql = "SELECT (SELECT count(*) FROM rule), (SELECT coalesce(max(id), 0) FROM rule),
                      (SELECT coalesce(max(changed_ms), 0) FROM rule)";
    sqlx::query_as(sql).fetch_one(db).await
}

async fn app_id(db: &mut SqliteConnection, app: &str) -> Result<i64, Error> {
    apps::id(db, app).await?.ok_or_else(|| Error::UnknownApp(app.to_owned()))
}
