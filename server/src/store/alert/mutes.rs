//! The tables of mutes and maintenance windows. Whether one holds a message back is decided in
//! `watch`.

use contract::alert::{IncidentId, Mute, MuteDraft, MuteId, RuleId, WindowDraft};
use sqlx::{SqliteConnection, SqlitePool};

use crate::store::apps;

/// Most mutes that are not over: each is looked at for each message.
pub(crate) const MUTES_MAX: i64 = 1_000;
/// Most maintenance windows, for the same reason.
pub(crate) const WINDOWS_MAX: i64 = 200;
/// How long a mute is kept after its end, milliseconds: 30 days.
const KEPT_MS: i64 = 30 * 86_400_000;

/// Why a mute or a window was not saved.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MuteError {
    /// There are [`MUTES_MAX`] mutes.
    #[error("the limit of {MUTES_MAX} mutes is reached: remove some, or wait until they are over")]
    TooMany,
    /// There are [`WINDOWS_MAX`] windows.
    #[error("the limit of {WINDOWS_MAX} maintenance windows is reached: remove some")]
    TooManyWindows,
    /// There is no app of that name.
    #[error("there is no app named {0}")]
    NoApp(String),
    /// There is no rule of that number.
    #[error("there is no rule {0}")]
    NoRule(RuleId),
    /// There is no such incident.
    #[error("there is no incident {0}")]
    NoIncident(IncidentId),
    /// There is no window to replace.
    #[error("there is no maintenance window {0}")]
    NoWindow(MuteId),
    /// The store can't be read or written.
    #[error("the database could not be used: {0}")]
    Store(#[from] sqlx::Error),
}

/// A window as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct StoredWindow {
    /// Its number.
    pub id: MuteId,
    /// The window, with the present name of its app.
    pub draft: WindowDraft,
    /// Who made it.
    pub by: String,
}

/// Adds a mute; returns its number.
///
/// # Errors
/// See [`MuteError`].
pub(crate) async fn add(
    db: &mut SqliteConnection,
    draft: &MuteDraft,
    by: &str,
    now_ms: i64,
) -> Result<MuteId, MuteError> {
    let app_id = app_id(db, draft.app.as_deref()).await?;
    if let Some(RuleId::Own(number)) = draft.rule {
        let sql = "SELECT EXISTS (SELECT 1 FROM rule WHERE id = ?)";
        if !sqlx::query_scalar::<_, bool>(sql).bind(number).fetch_one(&mut *db).await? {
            return Err(MuteError::NoRule(RuleId::Own(number)));
        }
    }
    if let Some(incident) = draft.incident {
        let sql = "SELECT EXISTS (SELECT 1 FROM incident WHERE id = ?)";
        if !sqlx::query_scalar::<_, bool>(sql).bind(incident.0).fetch_one(&mut *db).await? {
            return Err(MuteError::NoIncident(incident));
        }
    }
    // One statement, so that two at once can't exceed the limit.
    let sql = "INSERT INTO mute (app_id, rule, incident_id, until_ms, reason, created_ms, created_by)
               SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7
               WHERE (SELECT count(*) FROM mute WHERE until_ms > ?6) < ?8 RETURNING id";
    let added = sqlx::query_scalar(sql)
        .bind(app_id)
        .bind(draft.rule.map(|it| it.to_string()))
        .bind(draft.incident.map(|it| it.0))
        .bind(draft.until_ms)
        .bind(&draft.reason)
        .bind(now_ms)
        .bind(by)
        .bind(MUTES_MAX);
    added.fetch_optional(db).await?.ok_or(MuteError::TooMany)
}

/// Mutes an incident until then. Where the same person or link has muted it already, that mute
/// becomes longer instead, so that a second click makes no second mute.
///
/// # Errors
/// See [`MuteError`].
pub(crate) async fn extend(
    db: &mut SqliteConnection,
    incident: IncidentId,
    until_ms: i64,
    by: &str,
    now_ms: i64,
) -> Result<MuteId, MuteError> {
    let sql = "UPDATE mute SET until_ms = max(until_ms, ?3) WHERE id =
                   (SELECT id FROM mute WHERE incident_id = ?1 AND created_by = ?2 AND until_ms > ?4 LIMIT 1)
               RETURNING id";
    let known = sqlx::query_scalar(sql).bind(incident.0).bind(by).bind(until_ms).bind(now_ms);
    if let Some(id) = known.fetch_optional(&mut *db).await? {
        return Ok(id);
    }
    let draft = MuteDraft { app: None, rule: None, incident: Some(incident), until_ms, reason: String::new() };
    add(db, &draft, by, now_ms).await
}

/// The columns of a mute: id, app, rule, incident, until, reason, created, by, hidden.
type MuteRow = (i64, Option<String>, Option<String>, Option<i64>, i64, String, i64, String, i64);

/// The mutes that are not over, the newest first. Those of an app that is being removed are left
/// out: without its name they would hold everything back.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn list(db: &SqlitePool, now_ms: i64) -> Result<Vec<Mute>, sqlx::Error> {
    let sql = "SELECT mute.id, app.name, rule, incident_id, until_ms, reason, mute.created_ms, created_by, hidden
               FROM mute LEFT JOIN app ON app.id = mute.app_id AND app.removed_ms IS NULL
               WHERE until_ms > ?1 AND (mute.app_id IS NULL OR app.id IS NOT NULL)
               ORDER BY mute.id DESC LIMIT ?2";
    let rows: Vec<MuteRow> = sqlx::query_as(sql).bind(now_ms).bind(MUTES_MAX).fetch_all(db).await?;
    Ok(rows.into_iter().filter_map(mute).collect())
}

/// `None` for a rule that a later version wrote.
fn mute((id, app, rule, incident, until_ms, reason, created_ms, by, hidden): MuteRow) -> Option<Mute> {
    let rule = rule.map(|it| it.parse()).transpose().ok()?;
    let draft = MuteDraft { app, rule, incident: incident.map(IncidentId), until_ms, reason };
    Some(Mute { id, draft, created_ms, by, hidden: u32::try_from(hidden).unwrap_or(u32::MAX) })
}

/// Ends a mute; false when there is none of that number.
///
/// # Errors
/// When the store can't be written.
pub(crate) async fn remove(db: &mut SqliteConnection, id: MuteId) -> Result<bool, sqlx::Error> {
    let done = sqlx::query("DELETE FROM mute WHERE id = ?").bind(id).execute(db).await?;
    Ok(done.rows_affected() > 0)
}

/// Counts a message that a mute has held back.
///
/// # Errors
/// When the store can't be written.
pub(crate) async fn count_hidden(db: &mut SqliteConnection, id: MuteId) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE mute SET hidden = hidden + 1 WHERE id = ?").bind(id).execute(db).await.map(drop)
}

/// Removes mutes that have been over for [`KEPT_MS`].
///
/// # Errors
/// When the store can't be written.
pub(crate) async fn forget(db: &mut SqliteConnection, now_ms: i64) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM mute WHERE until_ms < ?").bind(now_ms - KEPT_MS).execute(db).await.map(drop)
}

/// Adds a window, or replaces the one of that number; returns its number.
///
/// # Errors
/// See [`MuteError`].
pub(crate) async fn save_window(
    db: &mut SqliteConnection,
    id: Option<MuteId>,
    draft: &WindowDraft,
    by: &str,
    now_ms: i64,
) -> Result<MuteId, MuteError> {
    let app_id = app_id(db, draft.app.as_deref()).await?;
    // A draft is always JSON: its keys are texts and its numbers finite.
    let json = serde_json::to_string(draft).map_err(|it| sqlx::Error::Encode(it.into()))?;
    if let Some(id) = id {
        let sql = "UPDATE maintenance SET app_id = ?2, draft = ?3 WHERE id = ?1 RETURNING id";
        let changed = sqlx::query_scalar(sql).bind(id).bind(app_id).bind(json).fetch_optional(db).await?;
        return changed.ok_or(MuteError::NoWindow(id));
    }
    let sql = "INSERT INTO maintenance (app_id, draft, created_ms, created_by)
               SELECT ?1, ?2, ?3, ?4 WHERE (SELECT count(*) FROM maintenance) < ?5 RETURNING id";
    let added = sqlx::query_scalar(sql).bind(app_id).bind(json).bind(now_ms).bind(by).bind(WINDOWS_MAX);
    added.fetch_optional(db).await?.ok_or(MuteError::TooManyWindows)
}

/// Every window, in order of their numbers.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn list_windows(db: &SqlitePool) -> Result<Vec<StoredWindow>, sqlx::Error> {
    let sql = "SELECT maintenance.id, app.name, draft, created_by
               FROM maintenance LEFT JOIN app ON app.id = maintenance.app_id AND app.removed_ms IS NULL
               WHERE maintenance.app_id IS NULL OR app.id IS NOT NULL ORDER BY maintenance.id LIMIT ?";
    let rows: Vec<(i64, Option<String>, String, String)> = sqlx::query_as(sql).bind(WINDOWS_MAX).fetch_all(db).await?;
    let windows = rows.into_iter().filter_map(|(id, app, draft, by)| {
        let draft: WindowDraft = serde_json::from_str(&draft).ok()?;
        Some(StoredWindow { id, draft: WindowDraft { app, ..draft }, by })
    });
    Ok(windows.collect())
}

/// Removes a window; false when there is none of that number.
///
/// # Errors
/// When the store can't be written.
pub(crate) async fn remove_window(db: &mut SqliteConnection, id: MuteId) -> Result<bool, sqlx::Error> {
    let done = sqlx::query("DELETE FROM maintenance WHERE id = ?").bind(id).execute(db).await?;
    Ok(done.rows_affected() > 0)
}

async fn app_id(db: &mut SqliteConnection, name: Option<&str>) -> Result<Option<i64>, MuteError> {
    let Some(name) = name else { return Ok(None) };
    apps::id(db, name).await?.map(Some).ok_or_else(|| MuteError::NoApp(contract::error::excerpt(name).to_owned()))
}
