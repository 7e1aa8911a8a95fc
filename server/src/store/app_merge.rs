//! Merging an app into another one: what a person asks for, in one transaction. From then on the
//! app's name is free, its drains feed the other app, and what people set up for it belongs to that
//! one. Its data follows in slices, by [`super::write::merge`].
//!
//! What limits somebody or hides something does not follow, since it was never said of the other
//! app: API tokens, share links, mutes, and built-in rules that are switched off.

use sqlx::SqliteConnection;

use super::{apps, boards, file::transaction::transaction};
use crate::live::SERIES_PER_APP_MAX;

/// Why apps were not merged.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// An app can't be merged into itself.
    #[error("expected two apps, found one: an app can't be merged into itself")]
    Itself,
    /// There is no app of that name.
    #[error("there is no app named {0}")]
    Unknown(String),
    /// Both apps together have more series than one may have.
    #[error("expected at most {SERIES_PER_APP_MAX} series of both apps together, found {0}")]
    TooManySeries(i64),
    /// The store can't be read or written.
    #[error("the database could not be used: {0}")]
    Store(#[from] sqlx::Error),
}

/// An app whose data is being moved, and the app that gets it, by their ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct Merge {
    /// The app that ends.
    pub from: i64,
    /// The app that stays.
    pub into: i64,
}

/// What follows at once, with `?1` the app that ends, `?2` the one that stays, `?3` the name of the
/// former, `?4` that of the latter and `?5` now. Data, which may be much, is not among it.
const SETTINGS: [&str; 15] = [
    "UPDATE drain SET app_id = ?2 WHERE app_id = ?1",
    // Apps that are still being moved into the one that ends.
    "UPDATE app SET merged_into = ?2 WHERE merged_into = ?1",
    // The judge looks at the newest change.
    "UPDATE rule SET app_id = ?2, changed_ms = max(changed_ms + 1, ?5) WHERE app_id = ?1",
    "DELETE FROM rule_off WHERE app_id = ?1",
    "UPDATE maintenance SET app_id = ?2 WHERE app_id = ?1",
    "UPDATE mute SET app_id = ?2, until_ms = min(until_ms, ?5) WHERE app_id = ?1",
    "DELETE FROM incident_entry WHERE incident_id IN (SELECT id FROM incident WHERE app_id = ?1 AND state = 'pending')",
    "DELETE FROM incident WHERE app_id = ?1 AND state = 'pending'",
    "INSERT INTO incident_entry (incident_id, at_ms, kind, rule, rule_group, text)
       SELECT id, ?5, 'resolved', NULL, '', 'the app ' || ?3 || ' was merged into ' || ?4
       FROM incident WHERE app_id = ?1 AND resolved_ms IS NULL",
    "UPDATE incident SET state = 'resolved', resolved_ms = ?5 WHERE app_id = ?1 AND resolved_ms IS NULL",
    "UPDATE incident SET app_id = ?2 WHERE app_id = ?1",
    "UPDATE channel SET apps = (SELECT json_group_array(DISTINCT iif(value = ?3, ?4, value)) FROM json_each(apps))
       WHERE EXISTS (SELECT 1 FROM json_each(apps) WHERE value = ?3)",
    "UPDATE OR IGNORE saved_search SET app_id = ?2 WHERE app_id = ?1",
    // Those whose name the other app has as well.
    "UPDATE saved_search SET app_id = ?2, name = substr(name, 1, 40) || ' (' || id || ')' WHERE app_id = ?1",
    "UPDATE app SET last_line_ms = nullif(max(coalesce(last_line_ms, 0),
         (SELECT coalesce(last_line_ms, 0) FROM app WHERE id = ?1)), 0),
       created_ms = min(created_ms, (SELECT created_ms FROM app WHERE id = ?1)) WHERE id = ?2",
];

/// Merges an app into another one; returns the id of the app that ends.
///
/// # Errors
/// [`Error::Unknown`], [`Error::Itself`], [`Error::TooManySeries`].
pub(crate) async fn begin(db: &mut SqliteConnection, from: &str, into: &str, now_ms: i64) -> Result<i64, Error> {
    if from == into {
        return Err(Error::Itself);
    }
    let merged = transaction(db, async |db| match within(db, from, into, now_ms).await {
        Err(Error::Store(error)) => Err(error),
        decided => Ok(decided),
    });
    merged.await?
}

/// What the transaction does. Every error but those of the store comes before anything is written.
async fn within(db: &mut SqliteConnection, from: &str, into: &str, now_ms: i64) -> Result<i64, Error> {
    let unknown = |name: &str| Error::Unknown(name.to_owned());
    let ends = apps::id(db, from).await?.ok_or_else(|| unknown(from))?;
    let stays = apps::id(db, into).await?.ok_or_else(|| unknown(into))?;
    let series = series_together(db, Merge { from: ends, into: stays }).await?;
    if usize::try_from(series).unwrap_or(usize::MAX) > SERIES_PER_APP_MAX {
        return Err(Error::TooManySeries(series));
    }
    for sql in SETTINGS {
        let query = sqlx::query(sql).bind(ends).bind(stays).bind(from).bind(into).bind(now_ms);
        query.execute(&mut *db).await?;
    }
    boards::rename_app(db, from, into).await?;
    // A name that no app can have.
    let sql = "UPDATE app SET name = '(merged ' || id || ')', removed_ms = ?2, made_by_drain = NULL, merged_into = ?3
               WHERE id = ?1";
    sqlx::query(sql).bind(ends).bind(now_ms).bind(stays).execute(db).await?;
    Ok(ends)
}

/// How many series both have together: those of one key are one.
async fn series_together(db: &mut SqliteConnection, merge: Merge) -> Result<i64, sqlx::Error> {
    let sql = "SELECT count(*) FROM (SELECT DISTINCT metric, kind, unit, source, status, method, path, code
                                     FROM series WHERE app_id IN (?1, ?2))";
    sqlx::query_scalar(sql).bind(merge.from).bind(merge.into).fetch_one(db).await
}

/// The merges whose data is not moved yet, the oldest app first.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn unfinished(db: &mut SqliteConnection) -> Result<Vec<Merge>, sqlx::Error> {
    let sql = r#"SELECT id AS "from", merged_into AS "into" FROM app WHERE merged_into IS NOT NULL ORDER BY id"#;
    sqlx::query_as(sql).fetch_all(db).await
}

/// How many apps are still being moved into an app.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn arriving(db: &mut SqliteConnection, into: &str) -> Result<i64, sqlx::Error> {
    let sql = "SELECT count(*) FROM app WHERE merged_into = (SELECT id FROM app WHERE name = ?)";
    sqlx::query_scalar(sql).bind(into).fetch_one(db).await
}
