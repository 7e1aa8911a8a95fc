//! The tables of incidents and of their timelines. Which changes there are is decided by
//! `watch::incident`; here they are written together with the messages about them.

use contract::alert::{Entry, EntryKind, Incident, IncidentId, IncidentState, Severity};
use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection, SqlitePool, sqlite::SqliteRow};

use super::{
    change::IncidentChange,
    column::{json, parsed, word},
    memory::Memory,
    mutes, outbox,
};
use crate::store::file::transaction::transaction;

/// Most lines of one timeline. What exceeds them is left out, apart from the end.
pub(crate) const ENTRIES_MAX: i64 = 500;
/// Most incidents of one answer.
pub(crate) const LISTED_MAX: usize = 500;
/// Most incidents that one slice of retention deletes.
const DELETED_MAX: i64 = 500;

/// An incident as the judge takes it up again.
#[derive(Clone, Debug)]
pub(crate) struct StoredIncident {
    /// The app's id.
    pub app_id: i64,
    /// What pages show.
    pub incident: Incident,
    /// How far its rules have come.
    pub memory: Memory,
}

/// Which incidents are wanted; what is `None` is not looked at.
#[derive(Clone, Debug, Default)]
pub(crate) struct IncidentQuery {
    /// Only of this app.
    pub app: Option<String>,
    /// Only open ones, or only those that are over.
    pub is_open: Option<bool>,
    /// Only those in this state.
    pub state: Option<IncidentState>,
    /// Only those that were open at some time in `[from_ms, to_ms)`, unix milliseconds.
    pub span_ms: Option<(i64, i64)>,
    /// Whether pending ones are wanted too.
    pub with_pending: bool,
    /// Most incidents, the newest first; at most [`LISTED_MAX`].
    pub limit: usize,
}

const COLUMNS: &str = "incident.id, app_id, app.name AS app, cause, severity, state, rule, rule_name, what, detail,
    remedy, metric, began_ms, fired_ms, resolved_ms, worst_ms, rules
    FROM incident JOIN app ON app.id = incident.app_id AND app.removed_ms IS NULL";

/// Writes changes with their timelines and messages as one transaction, and gives new incidents
/// their numbers.
///
/// # Errors
/// When the store can't be written; then nothing was.
pub(crate) async fn apply(
    db: &mut SqliteConnection,
    changes: &mut [IncidentChange],
    now_ms: i64,
) -> Result<(), sqlx::Error> {
    let numbers = transaction(db, async |db| {
        let mut numbers = Vec::with_capacity(changes.len());
        for change in changes.iter() {
            numbers.push(apply_one(db, change, now_ms).await?);
        }
        Ok(numbers)
    });
    let numbers = numbers.await?;
    for (change, number) in changes.iter_mut().zip(numbers) {
        change.incident.id = number;
    }
    Ok(())
}

async fn apply_one(db: &mut SqliteConnection, change: &IncidentChange, now_ms: i64) -> Result<IncidentId, sqlx::Error> {
    let id = change.incident.id;
    if change.has_passed {
        for sql in ["DELETE FROM incident_entry WHERE incident_id = ?", "DELETE FROM incident WHERE id = ?"] {
            sqlx::query(sql).bind(id.0).execute(&mut *db).await?;
        }
        return Ok(id);
    }
    let id = if id.0 == 0 { insert(db, change).await? } else { update(db, change).await? };
    for entry in &change.entries {
        add_entry(db, id, entry).await?;
    }
    for notice in &change.notices {
        let mut notice = notice.clone();
        if let Some(incident) = &mut notice.incident {
            incident.id = id;
        }
        outbox::enqueue(db, &notice, now_ms).await?;
    }
    for mute in &change.hidden {
        mutes::count_hidden(db, *mute).await?;
    }
    Ok(id)
}

async fn insert(db: &mut SqliteConnection, change: &IncidentChange) -> Result<IncidentId, sqlx::Error> {
    let it = &change.incident;
    let sql = "INSERT INTO incident (app_id, cause, severity, state, rule, rule_name, what, detail, remedy, metric,
                   began_ms, fired_ms, resolved_ms, worst_ms, rules)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id";
    let query = sqlx::query_scalar(sql).bind(change.app_id).bind(it.cause.to_string()).bind(it.severity.word());
    let query = query.bind(it.state.word()).bind(it.rule.to_string()).bind(&it.rule_name).bind(&it.what);
    let query = query.bind(&it.detail).bind(&it.remedy).bind(&it.metric).bind(it.began_ms).bind(it.fired_ms);
    let query = query.bind(it.resolved_ms).bind(it.worst_ms).bind(written(&change.memory)?);
    Ok(IncidentId(query.fetch_one(db).await?))
}

async fn update(db: &mut SqliteConnection, change: &IncidentChange) -> Result<IncidentId, sqlx::Error> {
    let it = &change.incident;
    let sql = "UPDATE incident SET severity = ?, state = ?, rule = ?, rule_name = ?, what = ?, detail = ?, remedy = ?,
                   metric = ?, began_ms = ?, fired_ms = ?, resolved_ms = ?, worst_ms = ?, rules = ?
               WHERE id = ? AND app_id = ?";
    let query = sqlx::query(sql).bind(it.severity.word()).bind(it.state.word()).bind(it.rule.to_string());
    let query = query.bind(&it.rule_name).bind(&it.what).bind(&it.detail).bind(&it.remedy).bind(&it.metric);
    let query = query.bind(it.began_ms).bind(it.fired_ms).bind(it.resolved_ms).bind(it.worst_ms);
    // Unless its app was merged into another one in the meantime: then it is over.
    query.bind(written(&change.memory)?).bind(it.id.0).bind(change.app_id).execute(db).await?;
    Ok(it.id)
}

/// Adds a line to a timeline that has room for it; the end always has.
///
/// # Errors
/// When the store can't be written.
pub(crate) async fn add_entry(
    db: &mut SqliteConnection,
    incident: IncidentId,
    entry: &Entry,
) -> Result<(), sqlx::Error> {
    let sql = "INSERT INTO incident_entry (incident_id, at_ms, kind, rule, rule_group, text)
               SELECT ?1, ?2, ?3, ?4, ?5, ?6
               WHERE ?7 OR (SELECT count(*) FROM incident_entry WHERE incident_id = ?1) < ?8";
    let query = sqlx::query(sql).bind(incident.0).bind(entry.at_ms).bind(entry.kind.word());
    let query = query.bind(entry.rule.map(|it| it.to_string())).bind(&entry.group).bind(&entry.text);
    query.bind(entry.kind == EntryKind::Resolved).bind(ENTRIES_MAX).execute(db).await.map(drop)
}

/// Every incident that is not over, and those that were over since `over_since_ms`.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn load(db: &mut SqliteConnection, over_since_ms: i64) -> Result<Vec<StoredIncident>, sqlx::Error> {
    let mut query: QueryBuilder<Sqlite> = QueryBuilder::new("SELECT ");
    query.push(COLUMNS).push(" WHERE resolved_ms IS NULL OR resolved_ms >= ").push_bind(over_since_ms);
    query.build().fetch_all(db).await?.iter().map(stored).collect()
}

/// Incidents, the newest first.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn list(db: &SqlitePool, wanted: &IncidentQuery) -> Result<Vec<Incident>, sqlx::Error> {
    let mut query: QueryBuilder<Sqlite> = QueryBuilder::new("SELECT ");
    query.push(COLUMNS).push(" WHERE TRUE");
    if !wanted.with_pending {
        query.push(" AND fired_ms IS NOT NULL");
    }
    match wanted.is_open {
        Some(true) => query.push(" AND resolved_ms IS NULL"),
        Some(false) => query.push(" AND resolved_ms IS NOT NULL"),
        None => &mut query,
    };
    if let Some(state) = wanted.state {
        query.push(" AND state = ").push_bind(state.word());
    }
    if let Some(app) = &wanted.app {
        query.push(" AND app_id = (SELECT id FROM app WHERE name = ").push_bind(app).push(")");
    }
    if let Some((from_ms, to_ms)) = wanted.span_ms {
        query.push(" AND began_ms < ").push_bind(to_ms);
        query.push(" AND (resolved_ms IS NULL OR resolved_ms >= ").push_bind(from_ms).push(")");
    }
    let limit = i64::try_from(wanted.limit.min(LISTED_MAX)).unwrap_or(0);
    query.push(" ORDER BY began_ms DESC, incident.id DESC LIMIT ").push_bind(limit);
    let rows = query.build().fetch_all(db).await?;
    rows.iter().map(|row| stored(row).map(|it| it.incident)).collect()
}

/// One incident; `None` without one of that number.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn find(db: &SqlitePool, id: IncidentId) -> Result<Option<StoredIncident>, sqlx::Error> {
    let mut query: QueryBuilder<Sqlite> = QueryBuilder::new("SELECT ");
    query.push(COLUMNS).push(" WHERE incident.id = ").push_bind(id.0);
    query.build().fetch_optional(db).await?.map(|row| stored(&row)).transpose()
}

/// The timeline of an incident, in order of time.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn entries(db: &SqlitePool, id: IncidentId) -> Result<Vec<Entry>, sqlx::Error> {
    let sql = "SELECT at_ms, kind, rule, rule_group, text FROM incident_entry WHERE incident_id = ? ORDER BY id";
    let entry = |row: &SqliteRow| {
        Ok(Entry {
            at_ms: row.try_get("at_ms")?,
            kind: word(row, "kind", &EntryKind::ALL, EntryKind::word)?,
            rule: parsed(row, "rule")?,
            group: row.try_get("rule_group")?,
            text: row.try_get("text")?,
        })
    };
    sqlx::query(sql).bind(id.0).fetch_all(db).await?.iter().map(entry).collect()
}

/// Deletes incidents that were over before a time, unix milliseconds, with all that belongs to
/// them; true when some may be left.
///
/// # Errors
/// When the store can't be written.
pub(crate) async fn delete_before(db: &mut SqliteConnection, before_ms: i64) -> Result<bool, sqlx::Error> {
    transaction(db, async |db| {
        let of_slice = "SELECT id FROM incident WHERE resolved_ms < ?1 ORDER BY began_ms LIMIT ?2";
        let ids: Vec<i64> = sqlx::query_scalar(of_slice).bind(before_ms).bind(DELETED_MAX).fetch_all(&mut *db).await?;
        let json = serde_json::to_string(&ids).unwrap_or_default();
        for sql in [
            "DELETE FROM incident_entry WHERE incident_id IN (SELECT value FROM json_each(?))",
            "DELETE FROM outbox WHERE incident_id IN (SELECT value FROM json_each(?))",
            "DELETE FROM mute WHERE incident_id IN (SELECT value FROM json_each(?))",
            "DELETE FROM incident WHERE id IN (SELECT value FROM json_each(?))",
        ] {
            sqlx::query(sql).bind(&json).execute(&mut *db).await?;
        }
        Ok(ids.len() as i64 == DELETED_MAX)
    })
    .await
}

/// Deletes all that alerts have of a removed app; true when there was something.
///
/// # Errors
/// When the store can't be written.
pub(crate) async fn delete_app(db: &mut SqliteConnection, app_id: i64) -> Result<bool, sqlx::Error> {
    transaction(db, async |db| {
        let mut deleted = 0;
        for sql in [
            "DELETE FROM incident_entry WHERE incident_id IN (SELECT id FROM incident WHERE app_id = ?)",
            "DELETE FROM outbox WHERE incident_id IN (SELECT id FROM incident WHERE app_id = ?)",
            "DELETE FROM mute WHERE app_id = ?1 OR incident_id IN (SELECT id FROM incident WHERE app_id = ?1)",
            "DELETE FROM maintenance WHERE app_id = ?",
            "DELETE FROM incident WHERE app_id = ?",
            "DELETE FROM rule_off WHERE app_id = ?",
            "DELETE FROM rule WHERE app_id = ?",
        ] {
            deleted += sqlx::query(sql).bind(app_id).execute(&mut *db).await?.rows_affected();
        }
        Ok(deleted > 0)
    })
    .await
}

fn stored(row: &SqliteRow) -> Result<StoredIncident, sqlx::Error> {
    let missing = |column: &str| sqlx::Error::ColumnNotFound(column.to_owned());
    let incident = Incident {
        id: IncidentId(row.try_get("id")?),
        app: row.try_get("app")?,
        cause: parsed(row, "cause")?.ok_or_else(|| missing("cause"))?,
        severity: word(row, "severity", &Severity::ALL, Severity::word)?,
        state: word(row, "state", &IncidentState::ALL, IncidentState::word)?,
        rule: parsed(row, "rule")?.ok_or_else(|| missing("rule"))?,
        rule_name: row.try_get("rule_name")?,
        what: row.try_get("what")?,
        detail: row.try_get("detail")?,
        remedy: row.try_get("remedy")?,
        began_ms: row.try_get("began_ms")?,
        fired_ms: row.try_get("fired_ms")?,
        resolved_ms: row.try_get("resolved_ms")?,
        worst_ms: row.try_get("worst_ms")?,
        metric: row.try_get("metric")?,
    };
    Ok(StoredIncident { app_id: row.try_get("app_id")?, incident, memory: json(row, "rules")? })
}

fn written(memory: &Memory) -> Result<String, sqlx::Error> {
    serde_json::to_string(memory).map_err(|it| sqlx::Error::Encode(it.into()))
}
