//! `GET /api/v1/apps/{app}/logs/tail` (Server-Sent Events): log lines as they are committed,
//! masked. How lines get into events is in [`super::tail_reader`].

use std::convert::Infallible;

use axum::{
    extract::{Path, Query, State, rejection::QueryRejection},
    http::HeaderMap,
    response::Response,
};
use futures_util::stream;
use serde::Deserialize;

use super::{
    live::{enter, sse, too_many},
    tail_reader::TailReader,
};
use crate::{
    outlet::{
        api::{
            answer::{invalid, unreadable},
            log_params::{LogParams, compile_tail},
        },
        state::Outlet,
    },
    store::log::search::newest_block,
};

/// The parameters of the URL beside those of a search.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
pub(crate) struct Resume {
    /// Number of the last block whose lines were received.
    since: Option<i64>,
}

/// Sends lines as they are committed. With a block to resume after, the lines that came since then
/// are sent first.
pub(crate) async fn tail(
    State(outlet): State<Outlet>,
    Path(app): Path<String>,
    params: Result<Query<LogParams>, QueryRejection>,
    resume: Result<Query<Resume>, QueryRejection>,
    headers: HeaderMap,
) -> Response {
    let query = match compile_tail(&outlet, &app, params) {
        Ok(query) => query,
        Err(reply) => return reply,
    };
    let resume = match resume {
        Ok(Query(resume)) => resume,
        Err(error) => return invalid(&error.body_text()),
    };
    let Some(subscriber) = enter(&outlet) else { return too_many() };
    let last = headers.get("last-event-id").and_then(|it| it.to_str().ok()).and_then(|it| it.parse().ok());
    let since: Option<i64> = last.or(resume.since);
    // Before the newest block is read, so that no block falls between the two.
    let committed = outlet.committed.subscribe();
    let Ok(newest) = newest_block(&outlet.reader.store).await else { return unreadable() };
    let reader = TailReader::new(outlet, app, query, committed, since.unwrap_or(newest), newest);
    sse(stream::unfold((reader, subscriber), |(mut reader, subscriber)| async move {
        let event = reader.next_or_shutdown().await?;
        Some((Ok::<_, Infallible>(event), (reader, subscriber)))
    }))
}
