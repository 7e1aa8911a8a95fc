//! `GET /api/v1/apps/{app}/events`: what happened in a range, newest first, from the store and from memory what the store
//! does not have yet.

use axum::{
    Json,
    extract::{Path, Query, State, rejection::QueryRejection},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::json;

use super::{
    answer::{invalid, no_app, unreadable},
    params,
};
use crate::{
    clock::now_ms,
    outlet::state::Outlet,
    store::events::{self, Question},
};

/// Events of one answer unless told otherwise.
const LIMIT: usize = 200;

/// What a question's URL may say.
#[derive(Debug, Deserialize)]
pub struct Params {
    from: Option<String>,
    to: Option<String>,
    kind: Option<String>,
    limit: Option<String>,
}

/// The events of an app.
pub async fn events(
    State(outlet): State<Outlet>,
    Path(app): Path<String>,
    asked: Result<Query<Params>, QueryRejection>,
) -> Response {
    let asked = asked.map_err(|it| it.body_text());
    let question = match asked.and_then(|Query(asked)| question(&app, &asked)) {
        Ok(question) => question,
        Err(text) => return invalid(&text),
    };
    if !outlet.knows(&app) {
        return no_app(&app);
    }
    match events::ask(&outlet.reader.store, &outlet.reader.aggregates, &question).await {
        Ok(events) => {
            let rows: Vec<_> = events
                .iter()
                .map(|it| {
                    json!({
                        "at_ms": it.at_ms, "end_ms": it.end_ms, "kind": it.kind.word(),
                        "source": it.source, "text": it.text, "link": it.link,
                    })
                })
                .collect();
            Json(json!({ "app": app, "events": rows })).into_response()
        }
        Err(error) => {
            tracing::error!(app, %error, "events could not be read");
            unreadable()
        }
    }
}

fn question(app: &str, asked: &Params) -> Result<Question, String> {
    let (from_ms, to_ms) = params::span(asked.from.as_deref(), asked.to.as_deref(), now_ms())?.ends_ms();
    let kind = match asked.kind.as_deref().filter(|it| !it.is_empty()) {
        None => None,
        Some(word) => {
            let words: Vec<_> = pipeline::EventKind::ALL.iter().map(|it| it.word()).collect();
            let unknown = || format!("expected kind= to be one of {}, found {:?}", words.join(", "), params::cut(word));
            Some(pipeline::EventKind::from_word(word).ok_or_else(unknown)?)
        }
    };
    let limit = params::count("limit", asked.limit.as_deref(), LIMIT, events::EVENTS_MAX)?;
    Ok(Question { app: app.to_owned(), from_ms, to_ms, kind, limit })
}
