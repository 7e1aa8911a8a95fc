//! Boards: listed, checked and saved. Pages and the API use the same functions. The data of panels
//! is made in `page/board`.

use contract::{
    Error,
    board::{Board, BoardChange, BoardDraft, BoardId, BoardsPage},
};

use super::state::hidden;
use crate::store::{Store, boards};

/// What the log says where the table can't be read, or written.
const UNREADABLE: &str = "boards could not be read";
const UNSAVED: &str = "a change of a board could not be saved";

/// The list of boards.
///
/// # Errors
/// [`Error::Internal`] when the store can't be read.
pub(crate) async fn list(store: &Store, now_ms: i64) -> Result<BoardsPage, Error> {
    let boards = boards::list(&store.readers).await.map_err(hidden(UNREADABLE))?;
    Ok(BoardsPage { at_ms: now_ms, boards })
}

/// One board without data.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Internal`] when the store can't be read.
pub(crate) async fn find(store: &Store, id: BoardId) -> Result<Board, Error> {
    let found = boards::find(&store.readers, id).await.map_err(hidden(UNREADABLE))?;
    found.ok_or_else(|| error(boards::Error::Unknown(id)))
}

/// Carries out a change that `by` makes; returns the number of the board.
///
/// # Errors
/// [`Error::Invalid`], [`Error::NotFound`], [`Error::Conflict`] with a sentence.
pub(crate) async fn change(store: &Store, change: BoardChange, by: &str, now_ms: i64) -> Result<BoardId, Error> {
    let mut db = store.connect().await.map_err(hidden(UNSAVED))?;
    match change {
        BoardChange::Save { id: None, board, .. } => {
            boards::add(&mut db, &checked(board)?, by, now_ms).await.map_err(error)
        }
        BoardChange::Save { id: Some(id), version, board } => {
            boards::replace(&mut db, (id, version), &checked(board)?, by, now_ms).await.map_err(error).map(|()| id)
        }
        BoardChange::AddPanel { id, panel } => {
            let Board { version, mut draft, .. } = find(store, id).await?;
            draft.panels.push(panel);
            let board = checked(draft)?;
            boards::replace(&mut db, (id, Some(version)), &board, by, now_ms).await.map_err(error).map(|()| id)
        }
        BoardChange::Remove(id) => boards::remove(&mut db, id).await.map_err(error).map(|()| id),
    }
}

/// A change in words, for the record of changes.
pub(crate) fn words(change: &BoardChange) -> String {
    match change {
        BoardChange::Save { id: None, board, .. } => format!("add board {}", board.name),
        BoardChange::Save { id: Some(id), board, .. } => format!("change board {id}, {}", board.name),
        BoardChange::AddPanel { id, .. } => format!("add a panel to board {id}"),
        BoardChange::Remove(id) => format!("remove board {id}"),
    }
}

fn checked(board: BoardDraft) -> Result<BoardDraft, Error> {
    board.checked().map_err(Error::Invalid)
}

fn error(error: boards::Error) -> Error {
    match error {
        boards::Error::TooMany | boards::Error::Changed { .. } => Error::Conflict(error.to_string()),
        boards::Error::Unknown(_) => Error::NotFound(error.to_string()),
        boards::Error::Store(error) => hidden(UNSAVED)(error),
    }
}
