//! `GET /api/v1/apps/{app}/logs`: raw lines searched for, masked; and the same for the Logs page.

use axum::{
    extract::{Path, Query, State, rejection::QueryRejection},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use contract::{Error, LogKind, LogLine, LogPage, LogQuery, Mark};
use pipeline::{EventKind, Level, mask::masked};
use serde::Deserialize;
use serde_json::json;

use super::{
    answer::{busy, invalid, no_app, unreadable},
    log_json::{PAGE_TEXT_BYTES_MAX, line},
    params,
};
use crate::{
    clock::now_ms,
    live::events::page_event,
    outlet::state::{Outlet, no_such_app},
    store::{
        events,
        log::{
            filter::Condition,
            search::{self, Found, TEXT_BYTES_MAX, Wanted},
            search_slots,
        },
    },
};

/// Lines of one answer unless told otherwise.
const LIMIT: usize = 100;
/// Lines of the Logs page.
const PAGE_LINES: usize = 200;
/// Most events that stand between the lines of a page.
const MARKS_MAX: usize = 50;

/// What a question's URL may say.
#[derive(Debug, Default, Deserialize)]
pub struct Params {
    q: Option<String>,
    source: Option<String>,
    kind: Option<String>,
    level: Option<String>,
    from: Option<String>,
    to: Option<String>,
    /// Where an answer before this one ended.
    before_ms: Option<i64>,
    limit: Option<String>,
}

impl Params {
    /// The same without a time.
    pub(crate) fn at_any_time(self) -> Self {
        Self { from: None, to: None, before_ms: None, ..self }
    }
}

/// Searches raw lines, newest first.
pub async fn search(
    State(outlet): State<Outlet>,
    Path(app): Path<String>,
    asked: Result<Query<Params>, QueryRejection>,
) -> Response {
    let wanted = match question(&outlet, &app, asked) {
        Ok(wanted) => wanted,
        Err(refused) => return refused,
    };
    let (store, name) = (outlet.reader.store.clone(), app.clone());
    let searching = outlet.reader.store.searches.run(search::SCAN_MAX, move |stop| async move {
        let begun = std::time::Instant::now();
        let answer = search::search(&store, &name, &wanted, &stop).await?;
        // One after the other: there may be a thousand long ones.
        let mut lines = String::new();
        for found in answer.lines {
            lines.push_str(if lines.is_empty() { "" } else { "," });
            lines.push_str(&line(&found, TEXT_BYTES_MAX).to_string());
        }
        let took_ms = begun.elapsed().as_millis() as u64;
        let rest = json!({
            "app": name, "before_ms": answer.before_ms, "scanned_bytes": answer.scanned_bytes, "took_ms": took_ms,
        });
        lines.insert_str(0, "{\"lines\":[");
        lines.push_str("],");
        lines.push_str(&rest.to_string()[1..]);
        Ok(lines)
    });
    match searching.await {
        Ok(json) => ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], json).into_response(),
        Err(error) => failed(&outlet, &app, &error),
    }
}

/// The reply to a search that came to nothing.
pub(crate) fn failed(outlet: &Outlet, app: &str, error: &search_slots::Error) -> Response {
    match told(outlet, app, error) {
        Error::Busy => busy(),
        _ => unreadable(),
    }
}

/// Why a search came to nothing, for pages; counted or logged.
pub(crate) fn told(outlet: &Outlet, app: &str, error: &search_slots::Error) -> Error {
    match error {
        search_slots::Error::Busy => {
            outlet.reader.aggregates.counters.searches_refused.add(1);
            Error::Busy
        }
        search_slots::Error::Store(error) => {
            tracing::error!(app, %error, "raw lines could not be read");
            Error::Internal
        }
    }
}

/// What the URL of a question about an app looks for.
///
/// # Errors
/// The reply to a question that makes no sense, or is about no app.
#[expect(clippy::result_large_err, reason = "the reply is sent at once")]
pub(crate) fn question(
    outlet: &Outlet,
    app: &str,
    asked: Result<Query<Params>, QueryRejection>,
) -> Result<Wanted, Response> {
    let asked = asked.map_err(|it| it.body_text());
    let wanted = asked.and_then(|Query(asked)| wanted(&asked)).map_err(|text| invalid(&text))?;
    if outlet.knows(app) { Ok(wanted) } else { Err(no_app(app)) }
}

/// A line as pages get it.
pub(crate) fn page_line(found: &Found, text_bytes_max: usize) -> LogLine {
    LogLine {
        id: found.id,
        at_ms: found.at_ms,
        app: found.app.clone(),
        source: found.source.clone(),
        level: found.level.word().to_owned(),
        text: masked(&found.text, text_bytes_max).into(),
        bytes: found.bytes,
    }
}

/// Lines for the Logs page.
///
/// # Errors
/// [`Error::NotFound`] without such an app, [`Error::Invalid`] for a question that makes no sense, [`Error::Busy`] without a turn to
/// search, [`Error::Internal`] when the store can't be read.
pub async fn page(outlet: &Outlet, app: String, asked: LogQuery) -> Result<LogPage, Error> {
    let mut wanted = page_wanted(outlet, &app, asked, Some(PAGE_LINES))?;
    let begun = std::time::Instant::now();
    let (span_ms, store, name) = ((wanted.from_ms, wanted.to_ms), outlet.reader.store.clone(), app.clone());
    let searching = outlet.reader.store.searches.run(search::SCAN_MAX, move |stop| async move {
        // What comes in from now on is the tail's.
        wanted.through = search::newest_block(&store).await?.min(wanted.through);
        let answer = search::search(&store, &name, &wanted, &stop).await?;
        let lines: Vec<LogLine> = answer.lines.into_iter().map(|it| page_line(&it, PAGE_TEXT_BYTES_MAX)).collect();
        Ok((lines, wanted.through, answer.before_ms, answer.scanned_bytes))
    });
    let answer = searching.await.map_err(|error| told(outlet, &app, &error))?;
    let (lines, through, before_ms, scanned_bytes) = answer;
    let from_ms = if before_ms.is_some() { lines.last().map_or(span_ms.0, |it| it.at_ms) } else { span_ms.0 };
    let marks = dividers(outlet, &app, (from_ms, span_ms.1)).await?;
    let span_s = (span_ms.0.div_euclid(1_000), span_ms.1.div_euclid(1_000));
    let took_ms = begun.elapsed().as_millis() as u64;
    Ok(LogPage { app, span_s, lines, marks, through, before_ms, scanned_bytes, took_ms })
}

/// What happened in a span of unix milliseconds and stands between lines, oldest first.
///
/// # Errors
/// [`Error::Internal`] when the store can't be read.
pub(crate) async fn dividers(outlet: &Outlet, app: &str, (from_ms, to_ms): (i64, i64)) -> Result<Vec<Mark>, Error> {
    let question = events::Question { app: app.to_owned(), from_ms, to_ms, kind: None, limit: MARKS_MAX };
    let events = events::ask(&outlet.reader.store, &outlet.reader.aggregates, &question).await.map_err(|error| {
        tracing::error!(app, %error, "events could not be read");
        Error::Internal
    })?;
    Ok(events.iter().rev().filter(|it| is_divider(it.kind)).map(page_event).collect())
}

/// Whether something that happened stands between lines; starts and stops of single dynos are lines themselves.
const fn is_divider(kind: EventKind) -> bool {
    use EventKind::{Config, Crash, Deploy, Release, Restart, Scale};
    matches!(kind, Release | Deploy | Config | Scale | Restart | Crash)
}

/// What a page's question looks for.
///
/// # Errors
/// As [`page`].
pub(crate) fn page_wanted(outlet: &Outlet, app: &str, asked: LogQuery, limit: Option<usize>) -> Result<Wanted, Error> {
    if !outlet.knows(app) {
        return Err(no_such_app(app));
    }
    let LogQuery { words, source, kind, level, back, span_s, before_ms, through } = asked;
    let (from, to) = match span_s {
        Some(span) => (span.from_s().to_string(), Some(span.to_s().to_string())),
        None if back.is_empty() => ("-1h".to_owned(), None),
        None => (format!("-{back}"), None),
    };
    let kind = kind.map(|it| it.word().to_owned());
    let asked = Params {
        q: Some(words),
        source: Some(source),
        kind,
        level: Some(level),
        from: Some(from),
        to,
        before_ms,
        limit: limit.map(|it| it.to_string()),
    };
    let wanted = wanted(&asked).map_err(Error::Invalid)?;
    Ok(Wanted { through: through.unwrap_or(i64::MAX), ..wanted })
}

/// What a question looks for.
///
/// # Errors
/// What was expected, and what was found.
fn wanted(asked: &Params) -> Result<Wanted, String> {
    let (from_ms, to_ms) = params::span(asked.from.as_deref(), asked.to.as_deref(), now_ms())?.ends_ms();
    let given = |text: &Option<String>| text.clone().filter(|it| !it.is_empty());
    let kind = given(&asked.kind).map(|it| {
        LogKind::from_word(&it)
            .ok_or_else(|| format!("expected kind= to be router, app or platform, found {:?}", params::cut(&it)))
    });
    let level = given(&asked.level).map(|it| match it.as_str() {
        "error" => Ok(Level::Error),
        "warning" => Ok(Level::Warning),
        _ => Err(format!("expected level= to be error or warning, found {:?}", params::cut(&it))),
    });
    Ok(Wanted {
        says: Condition::new(asked.q.as_deref().unwrap_or_default())?,
        source: given(&asked.source),
        kind: kind.transpose()?,
        level: level.transpose()?,
        from_ms,
        to_ms: asked.before_ms.map_or(to_ms, |it| params::within(it, (from_ms, to_ms))),
        through: i64::MAX,
        limit: params::count("limit", asked.limit.as_deref(), LIMIT, search::LINES_MAX)?,
    })
}
