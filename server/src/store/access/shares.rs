//! Share links, by the SHA-256 of their token.

use std::sync::Arc;

use contract::{Range, board::BoardId};
use rustc_hash::FxHashMap;
use sqlx::{SqliteConnection, SqlitePool};

use crate::{
    access::{
        TokenHash,
        share::{PageKind, Share, SharedPage},
        shares::Views,
    },
    store::{apps, boards},
};

/// Most share links that are open. All of them are in memory.
pub(crate) const SHARES_MAX: i64 = 200;
/// How long a link that is over is remembered, so that whoever opens it is told, milliseconds.
const OVER_MAX_MS: i64 = 90 * 86_400_000;
/// Longest name, characters.
pub(crate) const NAME_CHARS_MAX: usize = 60;
/// Most apps of a link.
pub(crate) const APPS_MAX: usize = 100;

/// A new link.
#[derive(Clone, Debug)]
pub(crate) struct ShareDraft {
    pub name: String,
    pub page: SharedPage,
    pub apps: Vec<String>,
    /// The only range that it shows.
    pub range: Option<Range>,
    pub shows_lines: bool,
    /// When it is over, unix milliseconds.
    pub expires_ms: Option<i64>,
}

/// A link that nobody has ended, as lists show it.
#[derive(Clone, Debug)]
pub(crate) struct ShareRow {
    pub share: Share,
    /// The name of its board, if it shows one that there still is.
    pub board: Option<String>,
    pub created_ms: i64,
    pub created_by: String,
    pub views: i64,
    /// When it was last viewed, unix milliseconds.
    pub viewed_ms: Option<i64>,
}

/// Why a link was not added or ended.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("expected a name of 1 to {NAME_CHARS_MAX} characters without control characters")]
    Name,
    #[error("there is a share link named {0:?} already")]
    NameTaken(String),
    #[error("expected the name of at least one app")]
    NoApp,
    #[error("expected one app for the dashboard of an app, found {0}")]
    OneApp(usize),
    #[error("there is no app named {0}")]
    UnknownApp(String),
    #[error("there is no board {0}")]
    UnknownBoard(BoardId),
    #[error("expected at most {APPS_MAX} apps")]
    TooManyApps,
    #[error("expected at most {SHARES_MAX} share links: end some first")]
    TooMany,
    #[error("there is no share link {0:?}")]
    Unknown(String),
    #[error("the database could not be used: {0}")]
    Store(#[from] sqlx::Error),
}

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    name: String,
    sha256: Vec<u8>,
    page: String,
    board_id: Option<i64>,
    board: Option<String>,
    apps: String,
    span: String,
    shows_lines: bool,
    created_ms: i64,
    created_by: String,
    expires_ms: Option<i64>,
    ended_ms: Option<i64>,
    views: i64,
    viewed_ms: Option<i64>,
}

impl Row {
    fn share(&self) -> Option<Share> {
        let page = match &*self.page {
            "wall" => SharedPage::Wall,
            "app" => SharedPage::App,
            _ => SharedPage::Board(self.board_id?),
        };
        // What can't be read is a limit to nothing.
        let apps: Vec<Box<str>> = serde_json::from_str(&self.apps).unwrap_or_default();
        Some(Share {
            id: self.id,
            name: self.name.as_str().into(),
            page,
            apps: apps.into(),
            range: (!self.span.is_empty()).then(|| Range::from_word(&self.span)),
            shows_lines: self.shows_lines,
            expires_ms: self.expires_ms,
            is_ended: self.ended_ms.is_some(),
        })
    }
}

async fn rows(db: &SqlitePool) -> Result<Vec<Row>, sqlx::Error> {
    let sql =
        "SELECT id, name, sha256, page, board_id, span, shows_lines, created_ms, created_by, expires_ms, ended_ms,
        views, viewed_ms, (SELECT name FROM board WHERE board.id = board_id) AS board,
        (SELECT json_group_array(name) FROM (SELECT name FROM app WHERE removed_ms IS NULL
            AND app.id IN (SELECT value FROM json_each(share.apps)) ORDER BY name)) AS apps
        FROM share ORDER BY name";
    sqlx::query_as(sql).fetch_all(db).await
}

/// Every link that nobody has ended, also those that have expired.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn list(db: &SqlitePool) -> Result<Vec<ShareRow>, sqlx::Error> {
    let not_ended = rows(db).await?.into_iter().filter(|it| it.ended_ms.is_none());
    let shown = not_ended.filter_map(|row| {
        let share = row.share()?;
        let Row { board, created_ms, created_by, views, viewed_ms, .. } = row;
        Some(ShareRow { share, board, created_ms, created_by, views, viewed_ms })
    });
    Ok(shown.collect())
}

/// Every link by its hash, also those that are over.
///
/// # Errors
/// When the store can't be read.
pub(super) async fn known(db: &SqlitePool) -> Result<FxHashMap<TokenHash, Arc<Share>>, sqlx::Error> {
    let known = rows(db).await?.into_iter().filter_map(|row| {
        let hash = TokenHash::try_from(row.sha256.as_slice()).ok()?;
        Some((hash, Arc::new(row.share()?)))
    });
    Ok(known.collect())
}

/// Adds a link.
///
/// # Errors
/// See [`Error`].
pub(crate) async fn add(
    db: &mut SqliteConnection,
    draft: &ShareDraft,
    hash: TokenHash,
    by: &str,
    now_ms: i64,
) -> Result<(), Error> {
    let name = draft.name.trim();
    if !(1..=NAME_CHARS_MAX).contains(&name.chars().count()) || name.contains(char::is_control) {
        return Err(Error::Name);
    }
    let ids = ids(db, draft).await?;
    let (page, board_id) = match draft.page {
        SharedPage::Wall => ("wall", None),
        SharedPage::App => ("app", None),
        SharedPage::Board(id) => ("board", Some(id)),
    };
    if let Some(id) = board_id {
        boards::find(&mut *db, id).await?.ok_or(Error::UnknownBoard(id))?;
    }
    forget(db, now_ms).await?;
    let sql =
        "INSERT INTO share (name, sha256, page, board_id, apps, span, shows_lines, created_ms, created_by, expires_ms)
               SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10
               WHERE (SELECT count(*) FROM share WHERE ended_ms IS NULL) < ?11";
    // A wall has no range.
    let range = draft.range.filter(|_| page != "wall").map_or("", Range::word);
    let query = sqlx::query(sql).bind(name).bind(hash.as_slice()).bind(page).bind(board_id).bind(format!("{ids:?}"));
    let query = query.bind(range).bind(draft.shows_lines).bind(now_ms).bind(by).bind(draft.expires_ms).bind(SHARES_MAX);
    let done = query.execute(db).await.map_err(|error| match error.as_database_error() {
        Some(it) if it.is_unique_violation() => Error::NameTaken(name.to_owned()),
        _ => Error::Store(error),
    })?;
    if done.rows_affected() > 0 { Ok(()) } else { Err(Error::TooMany) }
}

/// The ids of a draft's apps.
async fn ids(db: &mut SqliteConnection, draft: &ShareDraft) -> Result<Vec<i64>, Error> {
    match draft.apps.len() {
        0 => return Err(Error::NoApp),
        n if draft.page.kind() == PageKind::App && n != 1 => return Err(Error::OneApp(n)),
        n if n > APPS_MAX => return Err(Error::TooManyApps),
        _ => {}
    }
    let mut ids = Vec::with_capacity(draft.apps.len());
    for app in &draft.apps {
        ids.push(apps::id(db, app).await?.ok_or_else(|| Error::UnknownApp(app.clone()))?);
    }
    Ok(ids)
}

/// Ends links that have expired, so that their names are free, and forgets those that are over for
/// long.
async fn forget(db: &mut SqliteConnection, now_ms: i64) -> Result<(), sqlx::Error> {
    let sql = "UPDATE share SET ended_ms = expires_ms WHERE ended_ms IS NULL AND expires_ms <= ?";
    sqlx::query(sql).bind(now_ms).execute(&mut *db).await?;
    let sql = "DELETE FROM share WHERE ended_ms <= ?1 OR id IN
               (SELECT id FROM share WHERE ended_ms IS NOT NULL ORDER BY ended_ms DESC LIMIT -1 OFFSET ?2)";
    sqlx::query(sql).bind(now_ms - OVER_MAX_MS).bind(SHARES_MAX).execute(db).await.map(drop)
}

/// Ends a link by its name.
///
/// # Errors
/// See [`Error`].
pub(crate) async fn end(db: &mut SqliteConnection, name: &str, now_ms: i64) -> Result<(), Error> {
    let sql = "UPDATE share SET ended_ms = ? WHERE name = ? AND ended_ms IS NULL";
    let done = sqlx::query(sql).bind(now_ms).bind(name).execute(db).await?;
    if done.rows_affected() > 0 { Ok(()) } else { Err(Error::Unknown(name.chars().take(60).collect())) }
}

/// Adds views to a link.
///
/// # Errors
/// When the store can't be written.
pub(super) async fn note(db: &mut SqliteConnection, id: i64, views: Views) -> Result<(), sqlx::Error> {
    let sql = "UPDATE share SET views = views + ?, viewed_ms = max(coalesce(viewed_ms, 0), ?) WHERE id = ?";
    sqlx::query(sql).bind(views.count).bind(views.at_ms).bind(id).execute(db).await.map(drop)
}
