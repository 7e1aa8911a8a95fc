//! `GET /api/v1/requests/{id}`: all lines of a request over all apps, oldest first; and the same
//! for its page.

use std::{
    ops::Range,
    time::{Duration, Instant},
};

use axum::{
    Json,
    extract::{Path, Query, State, rejection::QueryRejection},
    response::{IntoResponse, Response},
};
use contract::{Error, RequestId, RequestLine, RequestPage};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    answer::{invalid, refused},
    logs::search_error,
};
use crate::{
    outlet::{
        log_line::{PAGE_TEXT_BYTES_MAX, SentLine, log_line, sent_line},
        state::Outlet,
    },
    store::{
        log::request::{self, Found},
        search_slots,
    },
};

/// Longest time that a search for a request takes.
const SEARCH_MAX: Duration = Duration::from_secs(5);
/// How long before and after a time its lines may arrive, milliseconds, if a time is given.
const AROUND_MS: i64 = 3_600_000;

/// The parameters of the URL.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct RequestParams {
    /// When the request was, unix milliseconds; any time if absent.
    at_ms: Option<i64>,
}

/// The answer: the lines of a request, the oldest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct RequestLines {
    id: RequestId,
    lines: Vec<LineOfRequest>,
    /// Whether there are more lines than these.
    is_cut: bool,
    scanned_bytes: u64,
    took_ms: u64,
}

/// A line of a request.
#[derive(Serialize, ToSchema)]
pub(crate) struct LineOfRequest {
    /// The app that it is of.
    of: String,
    line: SentLine,
}

/// The lines of a request.
pub(crate) async fn request(
    State(outlet): State<Outlet>,
    Path(id): Path<String>,
    params: Result<Query<RequestParams>, QueryRejection>,
) -> Response {
    let (id, at_ms) = match (id.parse::<RequestId>(), params) {
        (Ok(id), Ok(Query(params))) => (id, params.at_ms),
        (Err(text), _) => return invalid(&text),
        (_, Err(error)) => return invalid(&error.body_text()),
    };
    let begun = Instant::now();
    match find(&outlet, &id, at_ms).await {
        Ok(found) => {
            let line = |(app, line): &(String, _)| LineOfRequest {
                of: app.clone(),
                line: sent_line(line, PAGE_TEXT_BYTES_MAX),
            };
            let lines = found.lines.iter().map(line).collect();
            let took_ms = begun.elapsed().as_millis() as u64;
            let (is_cut, scanned_bytes) = (found.is_cut, found.scanned_bytes);
            Json(RequestLines { id, lines, is_cut, scanned_bytes, took_ms }).into_response()
        }
        Err(error) => refused(&search_error(&outlet, "", &error)),
    }
}

/// The page of a request.
///
/// # Errors
/// [`Error::Busy`] if too many searches are running, [`Error::Internal`] if the store can't be
/// read.
pub(crate) async fn page(outlet: &Outlet, id: RequestId, at_ms: Option<i64>) -> Result<RequestPage, Error> {
    let begun = Instant::now();
    let found = find(outlet, &id, at_ms).await.map_err(|error| search_error(outlet, "", &error))?;
    let line = |(of, line)| RequestLine { of, line: log_line(&line, PAGE_TEXT_BYTES_MAX) };
    Ok(RequestPage {
        id,
        lines: found.lines.into_iter().map(line).collect(),
        is_cut: found.is_cut,
        scanned_bytes: found.scanned_bytes,
        took_ms: begun.elapsed().as_millis() as u64,
    })
}

async fn find(outlet: &Outlet, id: &RequestId, at_ms: Option<i64>) -> Result<Found, search_slots::Error> {
    let apps = outlet.apps();
    let (store, id, received_ms) = (outlet.reader.store.clone(), id.clone(), around(at_ms));
    let searching = outlet.reader.store.searches.run(SEARCH_MAX, move |cancel| async move {
        let mut found = Found::default();
        for app in &apps {
            request::add_lines(&store, app, &id, received_ms.clone(), &cancel, &mut found).await?;
        }
        found.lines.sort_by_key(|(_, line)| (line.at_ms, line.id));
        Ok(found)
    });
    searching.await
}

/// When the blocks of a request may have arrived, unix milliseconds.
fn around(at_ms: Option<i64>) -> Range<i64> {
    at_ms.map_or(i64::MIN..i64::MAX, |it| it.saturating_sub(AROUND_MS)..it.saturating_add(AROUND_MS))
}
