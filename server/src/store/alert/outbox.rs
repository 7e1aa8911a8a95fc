//! The outbox: messages that wait for their channel.
//!
//! Rows are written in the transaction of what they are about, and marked once it is known what
//! became of them. When and in which order they are sent is decided by `outlet::notify`.

use std::time::Duration;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use contract::alert::{ChannelId, IncidentId, Severity};
use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection, SqlitePool, sqlite::SqliteRow};

use super::{
    column::{json, word},
    notice::{Notice, NoticeKind},
};
use crate::store::file::transaction::transaction;

/// Most messages that wait for one channel: at six a minute and a digest of the rest, more is a
/// receiver that is gone. That an incident is resolved is kept beyond it, one for each that was
/// told.
pub(crate) const WAITING_MAX: i64 = 2_000;
/// How long a message is kept once nothing waits for it any more and its incident is over.
const KEPT: Duration = Duration::from_secs(30 * 86_400);
/// Most rows that are deleted at once.
const FORGOTTEN_MAX: i64 = 5_000;

/// A message that waits.
#[derive(Clone, Debug)]
pub(crate) struct Waiting {
    /// Its row.
    pub id: i64,
    /// Its id, the same over all attempts.
    pub message_id: String,
    /// The incident.
    pub incident: Option<IncidentId>,
    /// What it is about; `None` where it can't be read.
    pub notice: Option<Notice>,
    /// How often it was tried.
    pub attempts: u32,
    /// When it is tried next, unix milliseconds.
    pub next_ms: i64,
    /// The digest that it is delivered with.
    pub digest_id: Option<String>,
    /// Whether an attempt was begun and it is not known whether it arrived.
    pub is_unsettled: bool,
}

/// What became of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// It was delivered.
    Delivered,
    /// It is tried again. It `may_have_arrived` where no answer came.
    Retried { next_ms: i64, problem: String, may_have_arrived: bool },
    /// It is not tried again.
    GivenUp { problem: String },
    /// The receiver is gone: nothing of the channel is tried again until it is saved anew.
    Stopped { problem: String },
}

/// Puts a message into the outbox of each channel that it concerns, and returns how many those are.
/// Call it in the transaction that changes the incident.
///
/// That an incident is resolved is told where anything was told of it, whatever the channel's
/// severity and apps are by now: what was opened elsewhere must be closed there.
///
/// # Errors
/// When the store can't be written, or there are no random bytes.
pub(crate) async fn enqueue(db: &mut SqliteConnection, notice: &Notice, now_ms: i64) -> Result<usize, sqlx::Error> {
    let Some(incident) = &notice.incident else { return Ok(0) };
    let text = serde_json::to_string(notice).map_err(|it| sqlx::Error::Encode(it.into()))?;
    let rows = sqlx::query(
        "SELECT id, severity, apps,
                EXISTS (SELECT 1 FROM outbox WHERE incident_id = ? AND channel_id = channel.id) AS knows,
                (SELECT count(*) FROM outbox WHERE channel_id = channel.id AND next_ms IS NOT NULL) AS waiting
         FROM channel WHERE stopped = 0 ORDER BY id",
    );
    let mut count = 0;
    for row in rows.bind(incident.id.0).fetch_all(&mut *db).await? {
        let channel: ChannelId = row.try_get("id")?;
        let is_resolved = notice.kind == NoticeKind::Resolved;
        let concerns = if is_resolved {
            row.try_get("knows")?
        } else {
            let apps: Vec<String> = json(&row, "apps")?;
            // The most urgent severity is the least.
            incident.severity <= word(&row, "severity", &Severity::ALL, Severity::word)?
                && (apps.is_empty() || apps.contains(&incident.app))
        };
        if !concerns {
            continue;
        }
        if !is_resolved && row.try_get::<i64, _>("waiting")? >= WAITING_MAX {
            sqlx::query("UPDATE channel SET dropped = dropped + 1 WHERE id = ?")
                .bind(channel)
                .execute(&mut *db)
                .await?;
            continue;
        }
        let sql = "INSERT INTO outbox (message_id, channel_id, incident_id, notice, created_ms, next_ms)
                   VALUES (?, ?, ?, ?, ?, ?)";
        let insert = sqlx::query(sql).bind(message_id()?).bind(channel).bind(incident.id.0);
        insert.bind(&text).bind(now_ms).bind(now_ms).execute(&mut *db).await?;
        count += 1;
    }
    Ok(count)
}

/// A new id of a message: random, so that no receiver has seen it, and without a dot, as Standard
/// Webhooks asks for.
///
/// # Errors
/// When there are no random bytes.
pub(crate) fn message_id() -> Result<String, sqlx::Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|it| sqlx::Error::Encode(it.into()))?;
    Ok(format!("msg_{}", BASE64_URL_SAFE_NO_PAD.encode(bytes)))
}

/// The channels for which messages wait, and when the first of each is tried, unix milliseconds.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn channels(db: &SqlitePool) -> Result<Vec<(ChannelId, i64)>, sqlx::Error> {
    let sql = "SELECT channel_id, min(next_ms) FROM outbox WHERE next_ms IS NOT NULL GROUP BY channel_id";
    sqlx::query_as(sql).fetch_all(db).await
}

/// The messages that wait for a channel, in the order in which they were made.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn waiting(db: &SqlitePool, channel: ChannelId) -> Result<Vec<Waiting>, sqlx::Error> {
    let sql = "SELECT id, message_id, incident_id, notice, attempts, next_ms, digest_id, unsettled
               FROM outbox WHERE channel_id = ? AND next_ms IS NOT NULL ORDER BY id";
    let read = |row: &SqliteRow| -> Result<Waiting, sqlx::Error> {
        Ok(Waiting {
            id: row.try_get("id")?,
            message_id: row.try_get("message_id")?,
            incident: row.try_get::<Option<i64>, _>("incident_id")?.map(IncidentId),
            notice: json(row, "notice").ok(),
            attempts: row.try_get("attempts")?,
            next_ms: row.try_get("next_ms")?,
            digest_id: row.try_get("digest_id")?,
            is_unsettled: row.try_get("unsettled")?,
        })
    };
    sqlx::query(sql).bind(channel).fetch_all(db).await?.iter().map(read).collect()
}

/// Makes messages one digest. Committed before it is sent, so that after a crash the same messages
/// go out under the same id.
///
/// # Errors
/// When the store can't be written.
pub(crate) async fn join(db: &mut SqliteConnection, rows: &[i64], digest_id: &str) -> Result<(), sqlx::Error> {
    let sql = "UPDATE outbox SET digest_id = ? WHERE id IN (SELECT value FROM json_each(?))";
    sqlx::query(sql).bind(digest_id).bind(serde_json::json!(rows).to_string()).execute(db).await?;
    Ok(())
}

/// Says that the sending of a message begins. Committed before it is sent, so that after a crash it
/// goes out under the same id and never within a digest.
///
/// # Errors
/// When the store can't be written.
pub(crate) async fn begin(db: &mut SqliteConnection, row: i64) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE outbox SET unsettled = 1 WHERE id = ?").bind(row).execute(db).await?;
    Ok(())
}

/// Writes what became of messages that were sent as one. The timelines of their incidents say when
/// they were delivered or given up. `dropped` is how many lost messages a delivered one has told
/// of.
///
/// # Errors
/// When the store can't be written.
pub(crate) async fn mark(
    db: &mut SqliteConnection,
    channel: ChannelId,
    rows: &[i64],
    mark: &Mark,
    dropped: u32,
    now_ms: i64,
) -> Result<(), sqlx::Error> {
    transaction(db, async |db| {
        mark_rows(db, channel, rows, mark, now_ms).await?;
        let problem = match mark {
            Mark::Delivered => None,
            Mark::Retried { problem, .. } | Mark::GivenUp { problem } | Mark::Stopped { problem } => Some(problem),
        };
        let is_delivered = *mark == Mark::Delivered;
        let sql =
            "UPDATE channel SET problem = ?, delivered_ms = iif(?, ?, delivered_ms), dropped = max(0, dropped - ?),
                          stopped = iif(?, 1, stopped) WHERE id = ?";
        let update = sqlx::query(sql).bind(problem).bind(is_delivered).bind(now_ms);
        let update = update.bind(if is_delivered { dropped } else { 0 }).bind(matches!(mark, Mark::Stopped { .. }));
        update.bind(channel).execute(db).await?;
        Ok(())
    })
    .await
}

async fn mark_rows(
    db: &mut SqliteConnection,
    channel: ChannelId,
    rows: &[i64],
    mark: &Mark,
    now_ms: i64,
) -> Result<(), sqlx::Error> {
    let mut query: QueryBuilder<Sqlite> = QueryBuilder::new("UPDATE outbox SET ");
    let (said, problem) = match mark {
        Mark::Delivered => {
            query.push("attempts = attempts + 1, next_ms = NULL, problem = NULL, delivered_ms = ").push_bind(now_ms);
            (Some("sent"), None)
        }
        Mark::Retried { next_ms, problem, may_have_arrived } => {
            query.push("attempts = attempts + 1, next_ms = ").push_bind(*next_ms);
            query.push(", unsettled = ").push_bind(*may_have_arrived);
            query.push(", problem = ").push_bind(problem);
            (None, None)
        }
        Mark::GivenUp { problem } | Mark::Stopped { problem } => {
            query.push("attempts = attempts + 1, next_ms = NULL, problem = ").push_bind(problem);
            (Some("failed"), Some(problem))
        }
    };
    if matches!(mark, Mark::Stopped { .. }) {
        query.push(" WHERE next_ms IS NOT NULL AND channel_id = ").push_bind(channel);
    } else {
        query.push(" WHERE id IN (SELECT value FROM json_each(");
        query.push_bind(serde_json::json!(rows).to_string()).push("))");
    }
    query.push(" RETURNING incident_id");
    let incidents: Vec<Option<i64>> = query.build_query_scalar().fetch_all(&mut *db).await?;
    let Some(said) = said else { return Ok(()) };
    let sql = "INSERT INTO incident_entry (incident_id, at_ms, kind, rule, rule_group, text)
               SELECT incident.id, ?, ?, NULL, '', name || coalesce(': ' || ?, '')
               FROM json_each(?) JOIN incident ON incident.id = value, channel WHERE channel.id = ?";
    let insert = sqlx::query(sql).bind(now_ms).bind(said).bind(problem);
    let incidents: Vec<i64> = incidents.into_iter().flatten().collect();
    insert.bind(serde_json::json!(incidents).to_string()).bind(channel).execute(db).await?;
    Ok(())
}

/// Deletes messages that nothing waits for any more, 30 days after they were made. Those of an open
/// incident stay: by them its channels are found when it is resolved.
///
/// # Errors
/// When the store can't be written.
pub(crate) async fn forget(db: &mut SqliteConnection, now_ms: i64) -> Result<u64, sqlx::Error> {
    let sql = "DELETE FROM outbox WHERE id IN
                 (SELECT outbox.id FROM outbox LEFT JOIN incident ON incident.id = incident_id
                  WHERE outbox.created_ms < ? AND next_ms IS NULL
                    AND (incident.id IS NULL OR resolved_ms IS NOT NULL) LIMIT ?)";
    let kept_ms = i64::try_from(KEPT.as_millis()).unwrap_or(i64::MAX);
    let done = sqlx::query(sql).bind(now_ms.saturating_sub(kept_ms)).bind(FORGOTTEN_MAX).execute(db).await?;
    Ok(done.rows_affected())
}
