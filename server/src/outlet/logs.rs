//! `GET /api/v1/apps/{app}/logs` (search) and `/logs/tail` (Server-Sent Events): raw lines, masked.
//!
//! A tail that can't keep up skips lines, counts them, and says so; nobody waits for it.

use std::convert::Infallible;

use axum::{
    Json,
    extract::{Path, Query, State, rejection::QueryRejection},
    response::{IntoResponse, Response, sse::Event},
};
use contract::{Error, LinesAsked, LinesFound, LogLine};
use futures_util::stream;
use pipeline::mask::masked;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::broadcast::{Receiver, error::RecvError};

use super::{
    Outlet,
    api::{invalid, no_app, time_s, unreadable},
    live::{enter, sse, too_many},
};
use crate::{
    receiver::{
        batch::{Fresh, unpack},
        logs::now_ms,
    },
    store::logs::{self, Found, Wanted},
};

/// Lines of one answer unless told otherwise.
const LIMIT: usize = 100;
/// Lines of the Logs page, and the longest text in it, bytes.
const PAGE_LINES: usize = 200;
const PAGE_TEXT_BYTES_MAX: usize = 4 << 10;
/// The longest text that is sent whole, bytes.
const TEXT_BYTES_MAX: usize = 16 << 10;
/// Most lines of one event of a tail; what is more is skipped and counted.
const EVENT_LINES_MAX: usize = 500;

/// What a question's URL may say.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    q: Option<String>,
    source: Option<String>,
    from: Option<String>,
    to: Option<String>,
    /// Where an answer before this one ended.
    before_ms: Option<i64>,
    limit: Option<usize>,
}

/// Searches raw lines, newest first.
pub async fn search(
    State(outlet): State<Outlet>,
    Path(app): Path<String>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Response {
    let asked = asked.map_err(|it| it.body_text());
    let wanted = match asked.and_then(|Query(asked)| wanted(&asked)) {
        Ok(wanted) => wanted,
        Err(text) => return invalid(&text),
    };
    if !outlet.knows(&app) {
        return no_app(&app);
    }
    let begun = std::time::Instant::now();
    match logs::search(&outlet.reader.store, &app, &wanted).await {
        Ok(answer) => {
            let lines: Vec<Value> = answer.lines.iter().map(line).collect();
            let took_ms = begun.elapsed().as_millis() as u64;
            Json(json!({
                "app": app, "lines": lines, "before_ms": answer.before_ms,
                "scanned_bytes": answer.scanned_bytes, "took_ms": took_ms,
            }))
            .into_response()
        }
        Err(error) => {
            tracing::error!(app, %error, "raw lines could not be read");
            unreadable()
        }
    }
}

/// Sends lines as they are committed.
pub async fn tail(
    State(outlet): State<Outlet>,
    Path(app): Path<String>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Response {
    let asked = asked.map_err(|it| it.body_text());
    let wanted = match asked.and_then(|Query(asked)| wanted(&Asked { from: None, to: None, before_ms: None, ..asked }))
    {
        Ok(wanted) => Wanted { from_ms: i64::MIN, to_ms: i64::MAX, ..wanted },
        Err(text) => return invalid(&text),
    };
    if !outlet.knows(&app) {
        return no_app(&app);
    }
    let Some(subscriber) = enter(&outlet) else { return too_many() };
    let fresh = outlet.fresh.subscribe();
    let state = (outlet, fresh, app, wanted, subscriber);
    sse(stream::unfold(state, |(outlet, mut fresh, app, wanted, subscriber)| async move {
        let event = tokio::select! {
            () = outlet.shutdown.cancelled() => return None,
            event = next(&mut fresh, &app, &wanted) => event?,
        };
        Some((Ok::<_, Infallible>(event), (outlet, fresh, app, wanted, subscriber)))
    }))
}

/// The next event of a tail; `None` when the server stops.
async fn next(fresh: &mut Receiver<Fresh>, app: &str, wanted: &Wanted) -> Option<Event> {
    loop {
        let batch = match fresh.recv().await {
            Ok(batch) if *batch.app == *app => batch,
            Ok(_) => continue,
            Err(RecvError::Lagged(batches)) => {
                return Event::default().event("skipped").json_data(json!({ "batches": batches })).ok();
            }
            Err(RecvError::Closed) => return None,
        };
        let Some(body) = unpack(&batch.packed) else { continue };
        let mut found = vec![];
        logs::lines_of(&body, batch.received_ms, batch.from_logplex, wanted, &mut found);
        if found.is_empty() {
            continue;
        }
        let skipped = found.len().saturating_sub(EVENT_LINES_MAX);
        let lines: Vec<Value> = found[skipped..].iter().map(line).collect();
        return Event::default().event("lines").json_data(json!({ "lines": lines, "skipped": skipped })).ok();
    }
}

fn line(found: &Found) -> Value {
    json!({
        "at_ms": found.at_ms, "app": found.app, "source": found.source, "severity": found.severity,
        "text": masked(&found.text, TEXT_BYTES_MAX), "bytes": found.text.len(),
    })
}

/// Lines for the Logs page.
///
/// # Errors
/// [`Error::NotFound`] without such an app, [`Error::Invalid`] for a question that makes no sense, [`Error::Internal`] when the
/// store can't be read.
pub async fn page(outlet: &Outlet, app: String, asked: LinesAsked) -> Result<LinesFound, Error> {
    if !outlet.knows(&app) {
        return Err(Error::NotFound(format!("there is no app named {app}")));
    }
    let LinesAsked { words, source, back, span_s, before_ms } = asked;
    let (from, to) = match span_s {
        Some((from_s, to_s)) => (from_s.to_string(), Some(to_s.to_string())),
        None if back.is_empty() => ("-1h".to_owned(), None),
        None => (format!("-{back}"), None),
    };
    let asked =
        Asked { q: Some(words), source: Some(source), from: Some(from), to, before_ms, limit: Some(PAGE_LINES) };
    let wanted = wanted(&asked).map_err(Error::Invalid)?;
    let begun = std::time::Instant::now();
    let answer = logs::search(&outlet.reader.store, &app, &wanted).await.map_err(|error| {
        tracing::error!(app, %error, "raw lines could not be read");
        Error::Internal
    })?;
    let line = |it: &Found| LogLine {
        at_ms: it.at_ms,
        app: it.app.clone(),
        source: it.source.clone(),
        text: masked(&it.text, PAGE_TEXT_BYTES_MAX).into(),
        bytes: it.text.len() as u64,
    };
    let lines = answer.lines.iter().map(line).collect();
    let took_ms = begun.elapsed().as_millis() as u64;
    Ok(LinesFound { app, lines, before_ms: answer.before_ms, scanned_bytes: answer.scanned_bytes, took_ms })
}

/// Words are separated by blanks; one in quotes may hold blanks, one after a minus must not occur.
fn wanted(asked: &Asked) -> Result<Wanted, String> {
    let now_ms = now_ms();
    let from_s = time_s("from", asked.from.as_deref().unwrap_or("-1h"), now_ms)?;
    let to_s = asked.to.as_deref().map_or(Ok(now_ms.div_euclid(1_000) + 1), |it| time_s("to", it, now_ms))?;
    let (words, without) = words(asked.q.as_deref().unwrap_or_default());
    Ok(Wanted {
        words,
        without,
        source: asked.source.clone().filter(|it| !it.is_empty()),
        from_ms: from_s.saturating_mul(1_000),
        to_ms: asked.before_ms.unwrap_or_else(|| to_s.saturating_mul(1_000)),
        limit: asked.limit.unwrap_or(LIMIT).clamp(1, logs::LINES_MAX),
    })
}

fn words(text: &str) -> (Vec<String>, Vec<String>) {
    let (mut words, mut without) = (vec![], vec![]);
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let unsigned = rest.strip_prefix('-').filter(|it| !it.is_empty() && !it.starts_with(' '));
        let is_without = unsigned.is_some();
        rest = unsigned.unwrap_or(rest);
        let (word, after) = match rest.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None => rest.split_once(char::is_whitespace).unwrap_or((rest, "")),
        };
        if !word.is_empty() {
            if is_without { &mut without } else { &mut words }.push(word.to_owned());
        }
        rest = after.trim_start();
    }
    (words, without)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_words() {
        for (text, expected, not) in [
            ("", &[][..], &[][..]),
            ("status=503 code=H12", &["status=503", "code=H12"], &[]),
            ("\"Request timeout\" -path=\"/a\" x", &["Request timeout", "x"], &["path=\"/a\""]),
            ("-\"two words\" - \"open end", &["-", "open end"], &["two words"]),
        ] {
            assert_eq!(
                words(text),
                (expected.iter().map(|it| (*it).to_owned()).collect(), not.iter().map(|it| (*it).to_owned()).collect()),
                "{text}"
            );
        }
    }
}
