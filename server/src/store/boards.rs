//! The table of boards. What a board shows is read elsewhere.

use contract::board::{Board, BoardDraft, BoardId, BoardInfo, Panel};
use sqlx::{SqliteConnection, SqliteExecutor};

/// Most boards. Their names are one list on one page.
pub(crate) const BOARDS_MAX: i64 = 500;

/// Why a board was not saved or removed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// There are [`BOARDS_MAX`] boards.
    #[error("expected at most {BOARDS_MAX} boards: remove some first")]
    TooMany,
    /// There is no such board.
    #[error("there is no board {0}")]
    Unknown(BoardId),
    /// Somebody else has changed the board.
    #[error("the board was changed by {by} in the meantime: expected version {expected}, found {found}")]
    Changed {
        /// The version that was changed.
        expected: i64,
        /// The version in the store.
        found: i64,
        /// Who changed it last.
        by: String,
    },
    /// The store can't be read or written.
    #[error("the database could not be used: {0}")]
    Store(#[from] sqlx::Error),
}

/// Every board, by name.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn list(db: impl SqliteExecutor<'_>) -> Result<Vec<BoardInfo>, sqlx::Error> {
    let sql = "SELECT id, name, json_array_length(panels), changed_ms, changed_by FROM board
               ORDER BY name COLLATE NOCASE, id";
    let rows: Vec<(i64, String, i64, i64, String)> = sqlx::query_as(sql).fetch_all(db).await?;
    let info = |(id, name, panels, changed_ms, changed_by): (i64, String, i64, i64, String)| {
        let panels = usize::try_from(panels).unwrap_or_default();
        BoardInfo { id, name, panels, changed_ms, changed_by }
    };
    Ok(rows.into_iter().map(info).collect())
}

/// One board; `None` without one of that number.
///
/// # Errors
/// When the store can't be read, or holds panels that this version does not know.
pub(crate) async fn find(db: impl SqliteExecutor<'_>, id: BoardId) -> Result<Option<Board>, sqlx::Error> {
    let sql = "SELECT name, panels, version, changed_ms, changed_by FROM board WHERE id = ?";
    let row: Option<(String, String, i64, i64, String)> = sqlx::query_as(sql).bind(id).fetch_optional(db).await?;
    let Some((name, panels, version, changed_ms, changed_by)) = row else { return Ok(None) };
    let panels: Vec<Panel> = serde_json::from_str(&panels).map_err(|it| sqlx::Error::Decode(it.into()))?;
    Ok(Some(Board { id, version, changed_ms, changed_by, draft: BoardDraft { name, panels } }))
}

/// Adds a board; returns its number.
///
/// # Errors
/// See [`Error`].
pub(crate) async fn add(
    db: &mut SqliteConnection,
    board: &BoardDraft,
    by: &str,
    now_ms: i64,
) -> Result<BoardId, Error> {
    let sql = "INSERT INTO board (name, panels, version, changed_ms, changed_by)
               SELECT ?1, ?2, 1, ?3, ?4 WHERE (SELECT count(*) FROM board) < ?5 RETURNING id";
    let query = sqlx::query_scalar(sql).bind(&board.name).bind(json(board)?).bind(now_ms).bind(by).bind(BOARDS_MAX);
    query.fetch_optional(db).await?.ok_or(Error::TooMany)
}

/// Replaces a board, if it still has that version; any version where it is `None`.
///
/// # Errors
/// See [`Error`].
pub(crate) async fn replace(
    db: &mut SqliteConnection,
    (id, version): (BoardId, Option<i64>),
    board: &BoardDraft,
    by: &str,
    now_ms: i64,
) -> Result<(), Error> {
    let sql = "UPDATE board SET name = ?1, panels = ?2, version = version + 1, changed_ms = ?3, changed_by = ?4
               WHERE id = ?5 AND version = coalesce(?6, version)";
    let query = sqlx::query(sql).bind(&board.name).bind(json(board)?).bind(now_ms).bind(by).bind(id).bind(version);
    if query.execute(&mut *db).await?.rows_affected() > 0 {
        return Ok(());
    }
    let sql = "SELECT version, changed_by FROM board WHERE id = ?";
    let row: Option<(i64, String)> = sqlx::query_as(sql).bind(id).fetch_optional(db).await?;
    let (found, by) = row.ok_or(Error::Unknown(id))?;
    Err(Error::Changed { expected: version.unwrap_or(found), found, by })
}

/// Lets the panels that name an app name another one. A board that this version can't read stays
/// as it is.
///
/// # Errors
/// When the store can't be written.
pub(super) async fn rename_app(db: &mut SqliteConnection, from: &str, to: &str) -> Result<(), sqlx::Error> {
    // The text of the name in JSON, so that other boards are not read in vain.
    let sql = "SELECT id, panels FROM board WHERE instr(panels, json_quote(?)) > 0";
    let rows: Vec<(BoardId, String)> = sqlx::query_as(sql).bind(from).fetch_all(&mut *db).await?;
    for (id, panels) in rows {
        let Ok(mut panels) = serde_json::from_str::<Vec<Panel>>(&panels) else { continue };
        panels.iter_mut().for_each(|panel| panel.rename_app(from, to));
        let sql = "UPDATE board SET panels = ?, version = version + 1 WHERE id = ?";
        sqlx::query(sql).bind(panels_json(&panels)?).bind(id).execute(&mut *db).await?;
    }
    Ok(())
}

/// Removes a board.
///
/// # Errors
/// See [`Error`].
pub(crate) async fn remove(db: &mut SqliteConnection, id: BoardId) -> Result<(), Error> {
    let done = sqlx::query("DELETE FROM board WHERE id = ?").bind(id).execute(db).await?;
    if done.rows_affected() > 0 { Ok(()) } else { Err(Error::Unknown(id)) }
}

fn json(board: &BoardDraft) -> Result<String, sqlx::Error> {
    panels_json(&board.panels)
}

fn panels_json(panels: &[Panel]) -> Result<String, sqlx::Error> {
    serde_json::to_string(panels).map_err(|it| sqlx::Error::Encode(it.into()))
}
