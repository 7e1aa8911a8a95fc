//! `GET /api/v1/apps/{app}/logs`: an app's log lines searched, masked; and the same for the Logs
//! page.

use std::{
    future::Future,
    ops::Range,
    time::{Duration, Instant},
};

use axum::{
    extract::{Path, Query, State, rejection::QueryRejection},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use contract::{
    Error, Event, LogCursor, LogFilter, LogLimit, LogLine, LogPage, LogQuery, LogSort, Span, SpanMs, log::LogWhy,
};
use pipeline::EventKind;
use serde_json::json;
use utoipa::ToSchema;

use super::{
    answer::{busy, unreadable},
    log_params::{LogParams, compile},
};
use crate::{
    clock::now_ms,
    live::events::page_event,
    outlet::{
        log_line::{PAGE_TEXT_BYTES_MAX, SentLine, line_json, log_line},
        state::{Outlet, no_such_app},
    },
    store::{
        Store, events,
        log::{
            compiled_query::CompiledQuery,
            search::{self, TEXT_BYTES_MAX},
            why,
        },
        search_slots::{self, Cancel},
    },
};

/// Most events between the lines of a page.
const EVENTS_MAX: usize = 50;
/// Longest time that is spent on why nothing was found.
const WHY_MAX: Duration = Duration::from_millis(1_500);

/// The answer to a search: its lines, the newest first. It is put together line by line.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes what is written by hand")]
pub(crate) struct FoundAnswer {
    lines: Vec<SentLine>,
    app: String,
    /// Where older lines go on; null if there are none.
    before_ms: Option<i64>,
    scanned_bytes: u64,
    took_ms: u64,
}

/// Searches log lines, newest first.
pub(crate) async fn search(
    State(outlet): State<Outlet>,
    Path(app): Path<String>,
    params: Result<Query<LogParams>, QueryRejection>,
) -> Response {
    let query = match compile(&outlet, &app, params) {
        Ok(query) => query,
        Err(reply) => return reply,
    };
    let searching = searched(&outlet, &app, search::SCAN_MAX, move |store, name, cancel| async move {
        let begun = Instant::now();
        let found = search::search(&store, &name, &query, &cancel).await?;
        // Serialised one by one: there may be a thousand long lines.
        let mut json = String::from("{\"lines\":[");
        for (n, line) in found.lines.into_iter().enumerate() {
            json.push_str(if n == 0 { "" } else { "," });
            json.push_str(&line_json(&line, TEXT_BYTES_MAX).to_string());
        }
        let took_ms = begun.elapsed().as_millis() as u64;
        let rest = json!({
            "app": name, "before_ms": found.before_ms, "scanned_bytes": found.scanned_bytes, "took_ms": took_ms,
        });
        json.push_str("],");
        json.push_str(&rest.to_string()[1..]);
        Ok(json)
    });
    match searching.await {
        Ok(json) => ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], json).into_response(),
        Err(error) => search_failed(&outlet, &app, &error),
    }
}

/// Runs a search over the lines of an app in one of the slots of searches, for `time_max` at most.
///
/// # Errors
/// As those of [`search_slots::SearchSlots::run`].
pub(super) async fn searched<T, F, Fut>(
    outlet: &Outlet,
    app: &str,
    time_max: Duration,
    search: F,
) -> Result<T, search_slots::Error>
where
    T: Send + 'static,
    F: FnOnce(Store, String, Cancel) -> Fut + Send + 'static,
    Fut: Future<Output = Result<T, sqlx::Error>>,
{
    let (store, app) = (outlet.reader.store.clone(), app.to_owned());
    outlet.reader.store.searches.run(time_max, move |cancel| search(store, app, cancel)).await
}

/// The reply to a search that has no result.
pub(crate) fn search_failed(outlet: &Outlet, app: &str, error: &search_slots::Error) -> Response {
    match search_error(outlet, app, error) {
        Error::Busy => busy(),
        _ => unreadable(),
    }
}

/// The error that a page shows if a search has no result. Counts it or logs it.
pub(crate) fn search_error(outlet: &Outlet, app: &str, error: &search_slots::Error) -> Error {
    match error {
        search_slots::Error::Busy => {
            outlet.reader.aggregates.counters.searches_refused.add(1);
            Error::Busy
        }
        search_slots::Error::Store(error) => {
            tracing::error!(app, %error, "log lines could not be read");
            Error::Internal
        }
    }
}

/// What the search for a page of lines found, ready to be sent.
struct FoundLines {
    lines: Vec<LogLine>,
    through: i64,
    before_ms: Option<i64>,
    scanned_bytes: u64,
}

/// Keeps the lines of the requests that took the longest, the slowest first.
fn keep_slowest(lines: &mut Vec<LogLine>, limit: usize) {
    let ms = |line: &LogLine| line.request.as_ref().and_then(|it| it.service_ms).unwrap_or(-1.0);
    lines.sort_by(|a, b| ms(b).total_cmp(&ms(a)));
    lines.truncate(limit);
}

/// Lines for the Logs page, and where there are none, why. If the filter is not valid, the page
/// says so.
///
/// # Errors
/// As those of [`lines`].
pub(crate) async fn page(outlet: &Outlet, app: String, query: LogQuery) -> Result<LogPage, Error> {
    let page = lines(outlet, app.clone(), query.clone()).await?;
    let is_none = page.lines.is_empty() && page.before.is_none() && page.problem.is_empty();
    if !is_none || query.before.is_some() {
        return Ok(page);
    }
    let query = compile_page(outlet, &app, &query)?;
    let looking = searched(outlet, &app, WHY_MAX, move |store, name, cancel| async move {
        why::unmatched(&store, &name, &query, &cancel).await
    });
    // Without time to find out nothing is said.
    Ok(LogPage { why: looking.await.unwrap_or_default(), ..page })
}

/// The lines that a query finds. If its filter is not valid, the answer says so.
///
/// # Errors
/// [`Error::NotFound`] if there is no such app, [`Error::Busy`] if too many searches are running,
/// [`Error::Internal`] if the store can't be read.
pub(crate) async fn lines(outlet: &Outlet, app: String, query: LogQuery) -> Result<LogPage, Error> {
    if let Err(problem) = LogFilter::parse(&query.filter) {
        let query = compile_page(outlet, &app, &LogQuery { filter: String::new(), ..query })?;
        return Ok(empty_page(app, &query.span_ms, problem.to_string()));
    }
    let (limit, sort) = (query.limit.lines(), query.sort);
    let read = if sort == LogSort::Slowest { LogLimit::new(LogLimit::MAX.into()) } else { query.limit };
    let mut query = compile_page(outlet, &app, &LogQuery { limit: read, ..query })?;
    let begun = Instant::now();
    let (span_ms, highlights) = (query.span_ms.clone(), query.highlights());
    let searching = searched(outlet, &app, search::SCAN_MAX, move |store, name, cancel| async move {
        // Lines that arrive from now on come through the tail.
        query.through = search::newest_block(&store).await?.min(query.through);
        let found = search::search(&store, &name, &query, &cancel).await?;
        let mut lines: Vec<_> = found.lines.into_iter().map(|it| log_line(&it, PAGE_TEXT_BYTES_MAX)).collect();
        if sort == LogSort::Slowest {
            keep_slowest(&mut lines, limit);
        }
        let (through, before_ms, scanned_bytes) = (query.through, found.before_ms, found.scanned_bytes);
        Ok(FoundLines { lines, through, before_ms, scanned_bytes })
    });
    let found = searching.await.map_err(|error| search_error(outlet, &app, &error))?;
    let oldest_ms = found.lines.iter().map(|it| it.at_ms).min().filter(|_| found.before_ms.is_some());
    let from_ms = oldest_ms.unwrap_or(span_ms.start);
    let events = divider_events(outlet, &app, SpanMs { from_ms, to_ms: span_ms.end }).await?;
    Ok(LogPage {
        lines: found.lines,
        events,
        through: found.through,
        before: found.before_ms.map(LogCursor::new),
        scanned_bytes: found.scanned_bytes,
        took_ms: begun.elapsed().as_millis() as u64,
        highlights,
        ..empty_page(app, &span_ms, String::new())
    })
}

/// A page without lines, and what is wrong with its filter.
fn empty_page(app: String, span_ms: &Range<i64>, problem: String) -> LogPage {
    LogPage {
        app,
        span: Span::clamped(span_ms.start.div_euclid(1_000), span_ms.end.div_euclid(1_000)),
        lines: vec![],
        events: vec![],
        through: 0,
        before: None,
        scanned_bytes: 0,
        took_ms: 0,
        highlights: vec![],
        problem,
        why: LogWhy::default(),
    }
}

/// The query of a page about an app, ready for the store.
///
/// # Errors
/// [`Error::NotFound`] if there is no such app, [`Error::Invalid`] if the filter is not valid.
pub(crate) fn compile_page(outlet: &Outlet, app: &str, query: &LogQuery) -> Result<CompiledQuery, Error> {
    if !outlet.knows(app) {
        return Err(no_such_app(app));
    }
    CompiledQuery::new(query, now_ms()).map_err(|it| Error::Invalid(it.to_string()))
}

/// The events of a span that stand as dividers between lines, oldest first.
///
/// # Errors
/// [`Error::Internal`] if the store can't be read.
pub(crate) async fn divider_events(outlet: &Outlet, app: &str, span: SpanMs) -> Result<Vec<Event>, Error> {
    let query = events::EventQuery { app: app.to_owned(), span, kind: None, limit: EVENTS_MAX };
    let events = events::find(&outlet.reader.store, &outlet.reader.aggregates, &query).await.map_err(|error| {
        tracing::error!(app, %error, "events could not be read");
        Error::Internal
    })?;
    Ok(events.iter().rev().filter(|it| is_divider(it.kind)).map(page_event).collect())
}

/// Whether an event stands between lines. Starts and stops of single dynos don't: they are lines
/// themselves.
const fn is_divider(kind: EventKind) -> bool {
    use EventKind::{Config, Crash, Deploy, Release, Restart, Scale};
    matches!(kind, Release | Deploy | Config | Scale | Restart | Crash)
}
