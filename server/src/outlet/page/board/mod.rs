//! The page of a board: the board with the data of its panels.

mod answer;

/// Series of a panel put together, pure.
mod combine;

use contract::{
    Error,
    board::{BoardPage, BoardQuery, Panel},
};

use crate::outlet::{boards, state::Outlet};

/// A board with the data of its panels.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Internal`] when the store can't be read.
pub(crate) async fn page(outlet: &Outlet, query: BoardQuery, now_ms: i64) -> Result<BoardPage, Error> {
    page_of(outlet, query, now_ms, |all| all).await
}

/// The same with the panels that `only` leaves.
///
/// # Errors
/// As [`page`].
pub(crate) async fn page_of(
    outlet: &Outlet,
    query: BoardQuery,
    now_ms: i64,
    only: impl FnOnce(Vec<Panel>) -> Vec<Panel>,
) -> Result<BoardPage, Error> {
    let mut board = boards::find(&outlet.reader.store, query.id).await?;
    board.draft.panels = only(board.draft.panels);
    let apps: Vec<String> = outlet.apps().iter().map(ToString::to_string).collect();
    let app = if query.app.is_empty() { apps.first().cloned().unwrap_or_default() } else { query.app };
    let now_s = now_ms.div_euclid(1_000);
    let span = query.range.until(now_s);
    let question = answer::Question { app: &app, span, step_s: query.range.step_s(), now_s };
    let answers = answer::panels(outlet, &board.draft.panels, question).await;
    Ok(BoardPage { at_ms: now_ms, board, app, apps, range: query.range, span, answers })
}
