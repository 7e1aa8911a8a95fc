//! Events of a range, read back.
//!
//! Rows are written by the checkpoint; what happened since is in memory. The gate keeps a checkpoint from moving events
//! from one to the other between the two looks.

use pipeline::{Event, EventKind};
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::{Store, aggregates::Aggregates};

/// Most events of one answer.
pub const EVENTS_MAX: usize = 1_000;

/// A question.
#[derive(Clone, Debug)]
pub struct Question {
    /// The app's name.
    pub app: String,
    /// Start of the range, unix milliseconds.
    pub from_ms: i64,
    /// Its end, exclusive.
    pub to_ms: i64,
    /// Only of this kind.
    pub kind: Option<EventKind>,
    /// Most events.
    pub limit: usize,
}

/// The newest events of a range, newest first.
///
/// # Errors
/// When the store can't be read.
pub async fn ask(store: &Store, aggregates: &Aggregates, question: &Question) -> Result<Vec<Event>, sqlx::Error> {
    let _gate = aggregates.open_cells.gate.read().await;
    let rows = sqlx::query(
        "SELECT at_ms, end_ms, kind, source, text, link FROM event
         WHERE app_id = (SELECT id FROM app WHERE name = ?1) AND at_ms >= ?2 AND at_ms < ?3 AND (?4 IS NULL OR kind = ?4)
         ORDER BY at_ms DESC LIMIT ?5",
    )
    .bind(&question.app)
    .bind(question.from_ms)
    .bind(question.to_ms)
    .bind(question.kind.map(EventKind::word))
    .bind(i64::try_from(question.limit).unwrap_or(i64::MAX))
    .fetch_all(&store.readers)
    .await?;
    let mut events = Vec::with_capacity(rows.len());
    for row in rows {
        events.extend(event(&row)?);
    }
    let live = aggregates.live.lock();
    let is_asked = |event: &Event| {
        (question.from_ms..question.to_ms).contains(&event.at_ms) && question.kind.is_none_or(|it| it == event.kind)
    };
    let unwritten = live.unwritten_events.iter().filter(|(app, event)| **app == *question.app && is_asked(event));
    events.extend(unwritten.map(|(_, event)| event.clone()));
    drop(live);
    events.sort_by_key(|it| std::cmp::Reverse(it.at_ms));
    events.truncate(question.limit);
    Ok(events)
}

/// Of each app the newest event that tells something of the app rather than of one dyno's start or end.
///
/// # Errors
/// When the store can't be read.
pub async fn newest(db: &mut SqliteConnection) -> Result<Vec<(String, Event)>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT app.name, at_ms, end_ms, kind, source, text, link FROM app JOIN event ON event.id =
            (SELECT id FROM event WHERE app_id = app.id AND kind NOT IN ('start', 'up', 'stop', 'exit') ORDER BY at_ms DESC LIMIT 1)
         WHERE app.removed_ms IS NULL",
    )
    .fetch_all(db)
    .await?;
    let mut newest = Vec::with_capacity(rows.len());
    for row in rows {
        if let Some(event) = event(&row)? {
            newest.push((row.try_get("name")?, event));
        }
    }
    Ok(newest)
}

/// Reads a row; `None` of a kind that a later version wrote.
fn event(row: &SqliteRow) -> Result<Option<Event>, sqlx::Error> {
    let word: String = row.try_get("kind")?;
    let Some(kind) = EventKind::from_word(&word) else { return Ok(None) };
    let text = |name| row.try_get::<String, _>(name).map(String::into_boxed_str);
    Ok(Some(Event {
        at_ms: row.try_get("at_ms")?,
        end_ms: row.try_get("end_ms")?,
        kind,
        source: text("source")?,
        text: text("text")?,
        link: text("link")?,
    }))
}
