//! What became of messages, for the Alerts page and the page of an incident.

use contract::alert::{Delivery, IncidentId};
use sqlx::{Row, SqlitePool, sqlite::SqliteRow};

use super::{column::json, notice::Notice};

/// Most messages of a list.
const DELIVERIES_MAX: i64 = 200;

/// How many messages are not delivered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Undelivered {
    /// Messages that are tried again.
    pub waiting: u32,
    /// Messages that were given up and are still in the file: for 30 days, and for as long as their
    /// incident is open.
    pub given_up: u32,
}

/// Messages that wait or were given up, the newest first; at most 200.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn undelivered(db: &SqlitePool) -> Result<Vec<Delivery>, sqlx::Error> {
    let sql = "SELECT outbox.*, channel.name FROM outbox JOIN channel ON channel.id = channel_id
               WHERE outbox.delivered_ms IS NULL ORDER BY outbox.id DESC LIMIT ?";
    sqlx::query(sql).bind(DELIVERIES_MAX).fetch_all(db).await?.iter().map(read).collect()
}

/// The messages about an incident, in order of time; at most 200.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn of_incident(db: &SqlitePool, incident: IncidentId) -> Result<Vec<Delivery>, sqlx::Error> {
    let sql = "SELECT outbox.*, channel.name FROM outbox JOIN channel ON channel.id = channel_id
               WHERE incident_id = ? ORDER BY outbox.id LIMIT ?";
    sqlx::query(sql).bind(incident.0).bind(DELIVERIES_MAX).fetch_all(db).await?.iter().map(read).collect()
}

/// How many messages are not delivered.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn count(db: &SqlitePool) -> Result<Undelivered, sqlx::Error> {
    let sql = "SELECT count(next_ms), count(*) - count(next_ms) FROM outbox WHERE delivered_ms IS NULL";
    let (waiting, given_up) = sqlx::query_as(sql).fetch_one(db).await?;
    Ok(Undelivered { waiting, given_up })
}

fn read(row: &SqliteRow) -> Result<Delivery, sqlx::Error> {
    let notice: Option<Notice> = json(row, "notice").ok();
    Ok(Delivery {
        message_id: row.try_get("message_id")?,
        channel: row.try_get("channel_id")?,
        channel_name: row.try_get("name")?,
        incident: row.try_get::<Option<i64>, _>("incident_id")?.map(IncidentId),
        text: notice.map_or("a message that can't be read".to_owned(), |it| it.line()),
        created_ms: row.try_get("created_ms")?,
        attempts: row.try_get("attempts")?,
        delivered_ms: row.try_get("delivered_ms")?,
        next_ms: row.try_get("next_ms")?,
        problem: row.try_get("problem")?,
    })
}
