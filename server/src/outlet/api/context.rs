//! `GET /api/v1/apps/{app}/logs/{id}`: a line with its neighbours of the same source. `GET
//! …/logs/{id}/text`: the whole text of a line, masked. And the first of these for the Logs page.

use axum::{
    Json,
    extract::{Path, Query, State, rejection::QueryRejection},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use contract::{Error, LineId, LogContext, LogContextQuery};
use pipeline::{Line, extract::error_code, mask::exact};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    answer::{invalid, no_app},
    logs::{search_error, search_failed},
};
use crate::{
    outlet::{
        log_line::{SentLine, log_line, sent_line},
        state::{Outlet, no_such_app},
    },
    problem::problem,
    store::{
        log::{
            block_lines::StoredLine,
            context::{self, Neighbours, Side},
            fields,
            search::{SCAN_MAX, TEXT_BYTES_MAX},
        },
        search_slots,
    },
    watch::code,
};

/// Lines on each side unless the URL says otherwise.
const NEIGHBOURS: u16 = 10;
/// Most fields of a line that a page lists.
const FIELDS_MAX: usize = 60;

/// The parameters of the URL: how many lines are wanted before and after the line.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ContextParams {
    before: Option<u16>,
    after: Option<u16>,
}

/// The answer.
#[derive(Serialize, ToSchema)]
pub(crate) struct LineContext {
    app: String,
    line: SentLine,
    before: Vec<SentLine>,
    after: Vec<SentLine>,
}

/// A line and its neighbours, oldest first.
pub(crate) async fn line_context(
    State(outlet): State<Outlet>,
    Path((app, id)): Path<(String, String)>,
    params: Result<Query<ContextParams>, QueryRejection>,
) -> Response {
    let (id, params) = match (id.parse::<LineId>(), params) {
        (Ok(id), Ok(Query(params))) => (id, params),
        (Err(text), _) => return invalid(&text),
        (_, Err(error)) => return invalid(&error.body_text()),
    };
    if !outlet.knows(&app) {
        return no_app(&app);
    }
    let (before, after) = (params.before.unwrap_or(NEIGHBOURS), params.after.unwrap_or(NEIGHBOURS));
    match find(&outlet, &app, LogContextQuery { id, before, after }).await {
        Ok(Some(found)) => {
            let lines = |of: &[_]| of.iter().map(|it| sent_line(it, TEXT_BYTES_MAX)).collect();
            let line = sent_line(&found.line, TEXT_BYTES_MAX);
            Json(LineContext { app, line, before: lines(&found.before), after: lines(&found.after) }).into_response()
        }
        Ok(None) => not_stored(id),
        Err(error) => search_failed(&outlet, &app, &error),
    }
}

/// The whole text of a line as it was sent, apart from masks.
pub(crate) async fn text(State(outlet): State<Outlet>, Path((app, id)): Path<(String, String)>) -> Response {
    let id = match id.parse::<LineId>() {
        Ok(id) => id,
        Err(text) => return invalid(&text),
    };
    if !outlet.knows(&app) {
        return no_app(&app);
    }
    let (store, name) = (outlet.reader.store.clone(), app.clone());
    let searching = outlet.reader.store.searches.run(SCAN_MAX, move |_| async move {
        let anchor = context::line(&store, &name, id, usize::MAX).await?;
        Ok(anchor.map(|it| exact(&it.line.text)))
    });
    match searching.await {
        Ok(Some(text)) => {
            let plain = HeaderValue::from_static("text/plain; charset=utf-8");
            ([(header::CONTENT_TYPE, plain)], text).into_response()
        }
        Ok(None) => not_stored(id),
        Err(error) => search_failed(&outlet, &app, &error),
    }
}

/// A line and its neighbours for the Logs page.
///
/// # Errors
/// [`Error::NotFound`] if there is no such app or line, [`Error::Busy`] if too many searches are
/// running, [`Error::Internal`] if the store can't be read.
pub(crate) async fn page(outlet: &Outlet, app: String, query: LogContextQuery) -> Result<LogContext, Error> {
    if !outlet.knows(&app) {
        return Err(no_such_app(&app));
    }
    let found = find(outlet, &app, query).await.map_err(|error| search_error(outlet, &app, &error))?;
    let Some(FoundContext { line, before, after }) = found else {
        return Err(Error::NotFound(not_stored_text(query.id)));
    };
    let lines = |of: &[_]| of.iter().map(|it| log_line(it, TEXT_BYTES_MAX)).collect();
    Ok(LogContext {
        means: meaning(&line),
        fields: fields::of_line(line.source.as_bytes(), &line.text).into_iter().take(FIELDS_MAX).collect(),
        line: log_line(&line, TEXT_BYTES_MAX),
        has_more_before: before.len() == usize::from(query.before),
        has_more_after: after.len() == usize::from(query.after),
        before: lines(&before),
        after: lines(&after),
    })
}

/// A line and its neighbours, oldest first.
struct FoundContext {
    line: StoredLine,
    before: Vec<StoredLine>,
    after: Vec<StoredLine>,
}

async fn find(outlet: &Outlet, app: &str, query: LogContextQuery) -> Result<Option<FoundContext>, search_slots::Error> {
    let (store, app) = (outlet.reader.store.clone(), app.to_owned());
    let searching = outlet.reader.store.searches.run(SCAN_MAX, move |cancel| async move {
        let anchor = context::line(&store, &app, query.id, TEXT_BYTES_MAX).await?;
        let Some(anchor) = anchor else { return Ok(None) };
        let before = Neighbours { side: Side::Before, limit: query.before.into() };
        let after = Neighbours { side: Side::After, limit: query.after.into() };
        let before = context::neighbours(&store, &app, &anchor, before, &cancel).await?;
        let after = context::neighbours(&store, &app, &anchor, after, &cancel).await?;
        Ok(Some(FoundContext { line: anchor.line, before, after }))
    });
    searching.await
}

/// The error code in a line with its meaning and what helps, such as `H14: no web dynos running.
/// Scale up web dynos.`; empty if it has none.
fn meaning(stored: &StoredLine) -> String {
    let line =
        Line { app: stored.app.as_bytes(), proc_id: stored.source.as_bytes(), msg: &stored.text, ..Line::default() };
    let Some(code) = error_code(&line).map(String::from_utf8_lossy) else { return String::new() };
    let known = code.parse().ok();
    let meaning = known.map_or(code::UNKNOWN, code::lookup).meaning;
    match known.map_or("", code::remedy) {
        "" => format!("{code}: {meaning}"),
        remedy => format!("{code}: {meaning}. {remedy}"),
    }
}

fn not_stored(id: LineId) -> Response {
    problem(StatusCode::NOT_FOUND, &not_stored_text(id))
}

fn not_stored_text(id: LineId) -> String {
    format!("log line {id} not found; it may have expired")
}
