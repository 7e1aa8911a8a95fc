//! `GET /api/v1/apps/{app}/logs/{id}` (a line, and what its source wrote around it) and `/logs/{id}/text` (all of its text, masked).

use axum::{
    Json,
    extract::{Path, Query, State, rejection::QueryRejection},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use contract::{Error, LineId, LogContext, LogContextQuery};
use pipeline::mask::exact;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    answer::{invalid, no_app},
    log_json::line,
    logs::{failed, page_line, told},
};
use crate::{
    outlet::state::{Outlet, no_such_app},
    problem::problem,
    store::log::{
        context::{self, Side},
        search::{SCAN_MAX, TEXT_BYTES_MAX},
        search_slots,
    },
    watch::code,
};

/// Lines before and after unless told otherwise.
const BESIDE: u16 = 10;

/// What a question's URL may say.
#[derive(Debug, Deserialize)]
pub struct Params {
    before: Option<u16>,
    after: Option<u16>,
}

/// A line, and those around it, oldest first.
pub async fn around(
    State(outlet): State<Outlet>,
    Path((app, id)): Path<(String, String)>,
    asked: Result<Query<Params>, QueryRejection>,
) -> Response {
    let (id, asked) = match (id.parse::<LineId>(), asked) {
        (Ok(id), Ok(Query(asked))) => (id, asked),
        (Err(text), _) => return invalid(&text),
        (_, Err(error)) => return invalid(&error.body_text()),
    };
    if !outlet.knows(&app) {
        return no_app(&app);
    }
    let asked = LogContextQuery { id, before: asked.before.unwrap_or(BESIDE), after: asked.after.unwrap_or(BESIDE) };
    match find(&outlet, &app, asked).await {
        Ok(Some((found, before, after))) => {
            let lines = |of: &[_]| of.iter().map(|it| line(it, TEXT_BYTES_MAX)).collect::<Vec<Value>>();
            Json(json!({ "app": app, "line": line(&found, TEXT_BYTES_MAX), "before": lines(&before), "after": lines(&after) }))
                .into_response()
        }
        Ok(None) => gone(id),
        Err(error) => failed(&outlet, &app, &error),
    }
}

/// The whole text of a line as it was sent, but for masks.
pub async fn text(State(outlet): State<Outlet>, Path((app, id)): Path<(String, String)>) -> Response {
    let id = match id.parse::<LineId>() {
        Ok(id) => id,
        Err(text) => return invalid(&text),
    };
    if !outlet.knows(&app) {
        return no_app(&app);
    }
    let (store, name) = (outlet.reader.store.clone(), app.clone());
    let searching = outlet.reader.store.searches.run(SCAN_MAX, move |_| async move {
        let line = context::line(&store, &name, id, usize::MAX).await?;
        Ok(line.map(|(found, _)| exact(&found.text)))
    });
    match searching.await {
        Ok(Some(text)) => {
            let plain = HeaderValue::from_static("text/plain; charset=utf-8");
            ([(header::CONTENT_TYPE, plain)], text).into_response()
        }
        Ok(None) => gone(id),
        Err(error) => failed(&outlet, &app, &error),
    }
}

/// A line and its neighbours for the Logs page.
///
/// # Errors
/// [`Error::NotFound`] when there is no such app, or the line is kept no more; [`Error::Internal`] when the store can't be read.
pub async fn page(outlet: &Outlet, app: String, asked: LogContextQuery) -> Result<LogContext, Error> {
    if !outlet.knows(&app) {
        return Err(no_such_app(&app));
    }
    let found = find(outlet, &app, asked).await.map_err(|error| told(outlet, &app, &error))?;
    let Some((line, before, after)) = found else { return Err(Error::NotFound(gone_text(asked.id))) };
    let lines = |of: &[_]| of.iter().map(|it| page_line(it, TEXT_BYTES_MAX)).collect();
    let (has_more_before, has_more_after) =
        (before.len() == usize::from(asked.before), after.len() == usize::from(asked.after));
    Ok(LogContext {
        means: code_of(&line).map(|it| format!("{it}: {}", code::lookup(&it).meaning)).unwrap_or_default(),
        line: page_line(&line, TEXT_BYTES_MAX),
        before: lines(&before),
        after: lines(&after),
        has_more_before,
        has_more_after,
    })
}

type Around = (context::Found, Vec<context::Found>, Vec<context::Found>);

async fn find(outlet: &Outlet, app: &str, asked: LogContextQuery) -> Result<Option<Around>, search_slots::Error> {
    let (store, app) = (outlet.reader.store.clone(), app.to_owned());
    let searching = outlet.reader.store.searches.run(SCAN_MAX, move |stop| async move {
        let line = context::line(&store, &app, asked.id, TEXT_BYTES_MAX).await?;
        let Some((line, received_ms)) = line else { return Ok(None) };
        let (before, after) = ((Side::Before, asked.before.into()), (Side::After, asked.after.into()));
        let before = context::beside(&store, &app, (&line, received_ms), before, &stop).await?;
        let after = context::beside(&store, &app, (&line, received_ms), after, &stop).await?;
        Ok(Some((line, before, after)))
    });
    searching.await
}

/// The platform's code in a line of its own; a path is a client's, and is not looked at.
fn code_of(line: &context::Found) -> Option<String> {
    let text = String::from_utf8_lossy(&line.text);
    let code = match &*line.source {
        "router" => text.split_once(" path=")?.0.split_once("code=")?.1.split(' ').next()?,
        _ if line.app == "heroku" => text.strip_prefix("Error ")?.split(' ').next()?,
        _ => return None,
    };
    Some(code.to_owned())
}

fn gone(id: LineId) -> Response {
    problem(StatusCode::NOT_FOUND, &gone_text(id))
}

fn gone_text(id: LineId) -> String {
    format!("log line {id} not found; it may have expired")
}
