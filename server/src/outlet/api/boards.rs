//! `/api/v1/boards`: boards as documents, to be kept, exported and imported.

use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use contract::{
    Error,
    board::{BoardChange, BoardDraft, BoardId, BoardInfo},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    answer::refused,
    change::{Saved, User, author, number, read},
};
use crate::{
    clock::now_ms,
    outlet::{boards, state::Outlet},
};

/// The body that replaces a board.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = BoardReplacement)]
pub(crate) struct Replacement {
    /// The version that was changed; `None` to replace any.
    #[serde(default)]
    version: Option<i64>,
    #[serde(flatten)]
    board: BoardDraft,
}

/// The answer to the list.
#[derive(Serialize, ToSchema)]
pub(crate) struct Boards {
    boards: Vec<BoardInfo>,
}

/// Every board, without panels.
pub(crate) async fn list(State(outlet): State<Outlet>) -> Response {
    match boards::list(&outlet.reader.store, now_ms()).await {
        Ok(page) => Json(Boards { boards: page.boards }).into_response(),
        Err(error) => refused(&error),
    }
}

/// One board as a document.
pub(crate) async fn get(State(outlet): State<Outlet>, Path(id): Path<String>) -> Response {
    let found = async { boards::find(&outlet.reader.store, number("board", &id)?).await };
    found.await.map_or_else(|it| refused(&it), |it| Json(it).into_response())
}

/// Adds a board.
pub(crate) async fn add(State(outlet): State<Outlet>, user: User, body: Bytes) -> Response {
    let change = read("a board", &body).map(|board| BoardChange::Save { id: None, version: None, board });
    let created = |id| (StatusCode::CREATED, Json(Saved::of(id))).into_response();
    carry_out(&outlet, user, change).await.map_or_else(|it| refused(&it), created)
}

/// Replaces a board.
pub(crate) async fn replace(State(outlet): State<Outlet>, Path(id): Path<String>, user: User, body: Bytes) -> Response {
    let change = number("board", &id).and_then(|id| {
        let Replacement { version, board } = read("a board", &body)?;
        Ok(BoardChange::Save { id: Some(id), version, board })
    });
    let changed = |id| Json(Saved::of(id)).into_response();
    carry_out(&outlet, user, change).await.map_or_else(|it| refused(&it), changed)
}

/// Removes a board.
pub(crate) async fn remove(State(outlet): State<Outlet>, Path(id): Path<String>, user: User) -> Response {
    let change = number("board", &id).map(BoardChange::Remove);
    let removed = |_| StatusCode::NO_CONTENT.into_response();
    carry_out(&outlet, user, change).await.map_or_else(|it| refused(&it), removed)
}

async fn carry_out(outlet: &Outlet, user: User, change: Result<BoardChange, Error>) -> Result<BoardId, Error> {
    boards::change(&outlet.reader.store, change?, &author(user), now_ms()).await
}
