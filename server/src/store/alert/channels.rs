//! The table of channels. What a URL of a kind means, and which one is refused, is decided by
//! `outlet::notify`; here it is encrypted bytes.

use contract::alert::{Channel, ChannelId, ChannelKind, Severity};
use sqlx::{Row, SqliteConnection, SqlitePool, sqlite::SqliteRow};

use super::column::{json, word};
use crate::store::file::transaction::transaction;

/// Most channels. Each has at most one message on its way, so this bounds threads as well.
pub(crate) const CHANNELS_MAX: i64 = 100;

/// Why a channel was not saved.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// There are [`CHANNELS_MAX`] channels.
    #[error("the limit of {CHANNELS_MAX} channels is reached: remove one first")]
    TooMany,
    /// There is no channel of that number.
    #[error("there is no channel {0}")]
    Unknown(ChannelId),
    /// The store can't be read or written.
    #[error("the database could not be used: {0}")]
    Store(#[from] sqlx::Error),
}

/// A channel whose parts were checked.
#[derive(Clone, Debug)]
pub(crate) struct Checked {
    /// Its kind.
    pub kind: ChannelKind,
    /// What people call it.
    pub name: String,
    /// What may be shown of its URL, and the URL, encrypted; `None` keeps both as they are.
    pub target: Option<(String, Vec<u8>)>,
    /// The zone of times in its messages.
    pub zone: String,
    /// The least urgent severity that it gets.
    pub severity: Severity,
    /// The apps that it gets messages of; of every app where it is empty.
    pub apps: Vec<String>,
}

/// A channel with its encrypted URL.
#[derive(Clone, Debug)]
pub(crate) struct Sealed {
    /// What may be shown.
    pub channel: Channel,
    /// Its URL, encrypted.
    pub sealed: Vec<u8>,
    /// Messages that found no room since the last one that was delivered.
    pub dropped: u32,
    /// Whether its receiver has answered that it is gone.
    pub is_stopped: bool,
}

const SELECT: &str =
    "SELECT id, kind, name, target, sealed, zone, severity, apps, created_ms, delivered_ms, problem, dropped, stopped,
        (SELECT count(*) FROM outbox WHERE channel_id = channel.id AND next_ms IS NOT NULL) AS waiting
     FROM channel";

/// Every channel, by name, without secrets.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn list(db: &SqlitePool) -> Result<Vec<Channel>, sqlx::Error> {
    let rows = sqlx::query(sqlx::AssertSqlSafe(format!("{SELECT} ORDER BY name, id"))).fetch_all(db).await?;
    rows.iter().map(|it| Ok(read(it)?.channel)).collect()
}

/// One channel.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn find(db: &SqlitePool, id: ChannelId) -> Result<Option<Sealed>, sqlx::Error> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!("{SELECT} WHERE id = ?"))).bind(id).fetch_optional(db).await?;
    row.as_ref().map(read).transpose()
}

/// Adds a channel, or replaces the one of that number, which goes on if it was stopped. Returns its
/// number.
///
/// # Errors
/// See [`Error`]. A new channel must have a target.
pub(crate) async fn save(
    db: &mut SqliteConnection,
    id: Option<ChannelId>,
    channel: &Checked,
    now_ms: i64,
) -> Result<ChannelId, Error> {
    let apps = serde_json::json!(channel.apps).to_string();
    let (target, sealed) = channel.target.as_ref().map(|it| (it.0.as_str(), it.1.as_slice())).unzip();
    let sql = match id {
        Some(_) => {
            "UPDATE channel SET kind = ?1, name = ?2, target = coalesce(?3, target), sealed = coalesce(?4, sealed),
                    zone = ?5, severity = ?6, apps = ?7, stopped = 0, problem = NULL
             WHERE id = ?8 RETURNING id"
        }
        None => {
            "INSERT INTO channel (kind, name, target, sealed, zone, severity, apps, created_ms)
             SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8 WHERE (SELECT count(*) FROM channel) < ?9 RETURNING id"
        }
    };
    let query = sqlx::query_scalar(sql).bind(channel.kind.word()).bind(&channel.name).bind(target).bind(sealed);
    let query = query.bind(&channel.zone).bind(channel.severity.word()).bind(apps);
    let query = match id {
        Some(id) => query.bind(id),
        None => query.bind(now_ms).bind(CHANNELS_MAX),
    };
    let saved: Option<ChannelId> = query.fetch_optional(db).await?;
    saved.ok_or_else(|| id.map_or(Error::TooMany, Error::Unknown))
}

/// Removes a channel and its messages. False when there is no such channel.
///
/// # Errors
/// When the store can't be written.
pub(crate) async fn remove(db: &mut SqliteConnection, id: ChannelId) -> Result<bool, sqlx::Error> {
    transaction(db, async |db| {
        sqlx::query("DELETE FROM outbox WHERE channel_id = ?").bind(id).execute(&mut *db).await?;
        let done = sqlx::query("DELETE FROM channel WHERE id = ?").bind(id).execute(db).await?;
        Ok(done.rows_affected() > 0)
    })
    .await
}

fn read(row: &SqliteRow) -> Result<Sealed, sqlx::Error> {
    let is_stopped = row.try_get("stopped")?;
    let dropped = row.try_get("dropped")?;
    let problem: Option<String> = row.try_get("problem")?;
    let dropped_text = (dropped > 0).then(|| format!("{dropped} messages found no room to wait and were dropped"));
    let problem = [problem, dropped_text].into_iter().flatten().collect::<Vec<_>>().join("; ");
    let channel = Channel {
        id: row.try_get("id")?,
        kind: word(row, "kind", &ChannelKind::ALL, ChannelKind::word)?,
        name: row.try_get("name")?,
        target: row.try_get("target")?,
        zone: row.try_get("zone")?,
        severity: word(row, "severity", &Severity::ALL, Severity::word)?,
        apps: json(row, "apps")?,
        created_ms: row.try_get("created_ms")?,
        delivered_ms: row.try_get("delivered_ms")?,
        waiting: row.try_get("waiting")?,
        problem: (!problem.is_empty()).then_some(problem),
    };
    Ok(Sealed { channel, sealed: row.try_get("sealed")?, dropped, is_stopped })
}
