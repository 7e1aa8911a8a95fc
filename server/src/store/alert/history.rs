//! Incidents and their timelines as they are read: for pages, the API, commands and the links that
//! mute. They are written by the judge alone.

use contract::{
    SpanMs,
    alert::{Entry, Incident, IncidentId, IncidentState},
};
use sqlx::{Row, SqlitePool, sqlite::SqliteRow};

/// Most incidents of one answer.
pub(crate) const INCIDENTS_MAX: usize = 1_000;
/// Most lines of a timeline in one answer; the newest are kept.
pub(crate) const ENTRIES_MAX: i64 = 1_000;

/// Which incidents are wanted.
#[derive(Clone, Debug, Default)]
pub(crate) struct IncidentQuery {
    /// Only those of this app.
    pub app: Option<String>,
    /// Only those in this state.
    pub state: Option<IncidentState>,
    /// Only those that lasted in this range; any when `None`.
    pub span: Option<SpanMs>,
    /// Most incidents.
    pub limit: usize,
}

/// The columns of an incident with the name of its app.
const COLUMNS: &str =
    "incident.id, app.name AS app, cause, severity, state, rule, rule_name, what, detail, remedy, metric,
                       began_ms, fired_ms, resolved_ms, worst_ms";

/// The incidents that match, the newest first.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn find(db: &SqlitePool, query: &IncidentQuery) -> Result<Vec<Incident>, sqlx::Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM incident JOIN app ON app.id = incident.app_id
         WHERE app.removed_ms IS NULL AND (?1 IS NULL OR app.name = ?1) AND (?2 IS NULL OR state = ?2)
               AND began_ms < ?4 AND coalesce(resolved_ms, 9e18) >= ?3
         ORDER BY began_ms DESC, incident.id DESC LIMIT ?5"
    );
    let span = query.span.unwrap_or(SpanMs { from_ms: i64::MIN, to_ms: i64::MAX });
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(query.app.as_deref())
        .bind(query.state.map(IncidentState::word))
        .bind(span.from_ms)
        .bind(span.to_ms)
        .bind(i64::try_from(query.limit.min(INCIDENTS_MAX)).unwrap_or(i64::MAX));
    let rows = rows.fetch_all(db).await?;
    rows.iter().filter_map(|it| incident(it).transpose()).collect()
}

/// One incident; `None` when there is none of that number.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn get(db: &SqlitePool, id: IncidentId) -> Result<Option<Incident>, sqlx::Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM incident JOIN app ON app.id = incident.app_id
         WHERE incident.id = ? AND app.removed_ms IS NULL"
    );
    let row = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(id.0).fetch_optional(db).await?;
    row.as_ref().map_or(Ok(None), incident)
}

/// The timeline of an incident, in order of time.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn entries(db: &SqlitePool, id: IncidentId) -> Result<Vec<Entry>, sqlx::Error> {
    let sql = "SELECT at_ms, kind, rule, rule_group, text FROM incident_entry
               WHERE incident_id = ? ORDER BY at_ms DESC, id DESC LIMIT ?";
    let rows = sqlx::query(sql).bind(id.0).bind(ENTRIES_MAX).fetch_all(db).await?;
    let mut entries: Vec<Entry> = rows.iter().filter_map(|it| entry(it).transpose()).collect::<Result<_, _>>()?;
    entries.reverse();
    Ok(entries)
}

/// Reads a row; `None` where it has a word that only a later version knows.
fn incident(row: &SqliteRow) -> Result<Option<Incident>, sqlx::Error> {
    let (Some(cause), Some(severity), Some(state), Some(rule)) =
        (word(row, "cause")?, word(row, "severity")?, word(row, "state")?, word(row, "rule")?)
    else {
        return Ok(None);
    };
    Ok(Some(Incident {
        id: IncidentId(row.try_get("id")?),
        app: row.try_get("app")?,
        cause,
        severity,
        state,
        rule,
        rule_name: row.try_get("rule_name")?,
        what: row.try_get("what")?,
        detail: row.try_get("detail")?,
        remedy: row.try_get("remedy")?,
        began_ms: row.try_get("began_ms")?,
        fired_ms: row.try_get("fired_ms")?,
        resolved_ms: row.try_get("resolved_ms")?,
        worst_ms: row.try_get("worst_ms")?,
        metric: row.try_get("metric")?,
    }))
}

fn entry(row: &SqliteRow) -> Result<Option<Entry>, sqlx::Error> {
    let Some(kind) = word(row, "kind")? else { return Ok(None) };
    let rule: Option<String> = row.try_get("rule")?;
    Ok(Some(Entry {
        at_ms: row.try_get("at_ms")?,
        kind,
        rule: rule.and_then(|it| it.parse().ok()),
        group: row.try_get("rule_group")?,
        text: row.try_get("text")?,
    }))
}

/// A column whose text is the JSON of a type: one word.
fn word<T: serde::de::DeserializeOwned>(row: &SqliteRow, column: &str) -> Result<Option<T>, sqlx::Error> {
    let text: String = row.try_get(column)?;
    Ok(serde_json::from_value(serde_json::Value::String(text)).ok())
}
