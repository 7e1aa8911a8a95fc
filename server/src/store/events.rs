//! Events of a range, read back.
//!
//! Rows are written by the checkpoint; later events are in memory. The gate keeps a checkpoint from
//! moving events from memory to the file between the two reads.

use contract::SpanMs;
use pipeline::{Event, EventKind};
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::{Store, aggregates::Aggregates};

/// Most events of one answer.
pub(crate) const EVENTS_MAX: usize = 1_000;

/// Which events are wanted.
#[derive(Clone, Debug)]
pub(crate) struct EventQuery {
    /// The name of the app whose events are wanted.
    pub app: String,
    /// The range in which they began.
    pub span: SpanMs,
    /// Only events of this kind; of every kind when `None`.
    pub kind: Option<EventKind>,
    /// Most events, the newest of the range.
    pub limit: usize,
}

/// The newest releases of a range, newest first.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn releases(
    store: &Store,
    aggregates: &Aggregates,
    app: &str,
    span: SpanMs,
    limit: usize,
) -> Result<Vec<Event>, sqlx::Error> {
    find(store, aggregates, &EventQuery { app: app.to_owned(), span, kind: Some(EventKind::Release), limit }).await
}

/// The newest events of a range, newest first.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn find(
    store: &Store,
    aggregates: &Aggregates,
    query: &EventQuery,
) -> Result<Vec<Event>, sqlx::Error> {
    let _gate = aggregates.open_cells.gate.read().await;
    let rows = sqlx::query(
        "SELECT at_ms, end_ms, kind, source, text, link FROM event
         WHERE app_id = (SELECT id FROM app WHERE name = ?1) AND at_ms >= ?2 AND at_ms < ?3 AND (?4 IS NULL OR kind = ?4)
         ORDER BY at_ms DESC LIMIT ?5",
    )
    .bind(&query.app)
    .bind(query.span.from_ms)
    .bind(query.span.to_ms)
    .bind(query.kind.map(EventKind::word))
    .bind(i64::try_from(query.limit).unwrap_or(i64::MAX))
    .fetch_all(&store.readers)
    .await?;
    let mut events = Vec::with_capacity(rows.len());
    for row in rows {
        events.extend(event(&row)?);
    }
    let live = aggregates.live.lock();
    let is_wanted =
        |event: &Event| query.span.contains(event.at_ms) && query.kind.is_none_or(|kind| kind == event.kind);
    let unwritten = live.unwritten_events.iter().filter(|(app, event)| **app == *query.app && is_wanted(event));
    events.extend(unwritten.map(|(_, event)| event.clone()));
    drop(live);
    events.sort_by_key(|it| std::cmp::Reverse(it.at_ms));
    events.truncate(query.limit);
    Ok(events)
}

/// The newest event of each app, but for the starts and ends of single dynos.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn newest(db: &mut SqliteConnection) -> Result<Vec<(String, Event)>, sqlx::Error> {
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

/// Reads a row; `None` for a kind of event that only a later version knows.
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
