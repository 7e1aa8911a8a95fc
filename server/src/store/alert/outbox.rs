//! Messages that wait to be delivered.

use sqlx::SqliteConnection;

use super::notice::Notice;

/// Adds a message for each channel that is told of it; returns how many there are.
///
/// # Errors
/// When the store can't be written.
pub(crate) async fn enqueue(db: &mut SqliteConnection, notice: &Notice, now_ms: i64) -> Result<usize, sqlx::Error> {
    let channels: Vec<i64> = sqlx::query_scalar("SELECT id FROM channel").fetch_all(&mut *db).await?;
    for channel in &channels {
        let sql = "INSERT INTO outbox (message_id, channel_id, incident_id, notice, created_ms, next_ms)
                   VALUES (lower(hex(randomblob(16))), ?, ?, ?, ?, ?)";
        let json = serde_json::to_string(notice).unwrap_or_default();
        let query = sqlx::query(sql).bind(channel).bind(notice.incident.as_ref().map(|it| it.id.0)).bind(json);
        query.bind(now_ms).bind(now_ms).execute(&mut *db).await?;
    }
    Ok(channels.len())
}
