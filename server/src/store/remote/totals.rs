//! The totals of series that were sent, and how far sending has come. Totals are opaque here.

use pipeline::Cell;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use super::late;
use crate::{
    live::SeriesId,
    store::{
        file::transaction::transaction,
        resolution::Resolution,
        rollup::{cells, rows::Columns},
    },
};

/// Most rows of one statement: each has four values.
const ROWS_PER_STATEMENT: usize = 1_000;

/// A connection to the file, for whoever sends.
pub(crate) type Connection = SqliteConnection;

/// How far sending has come: starts of minutes, unix seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cursor {
    /// The last minute that the totals include.
    pub sealed_s: i64,
    /// The last minute that was accepted whole.
    pub sent_s: i64,
}

/// The total of a series as the file has it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct TotalRow {
    pub series_id: SeriesId,
    pub active_s: i64,
    pub total: Vec<u8>,
    pub before: Option<Vec<u8>>,
}

/// How far sending has come; `None` before it has begun.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn cursor(db: &mut SqliteConnection) -> Result<Option<Cursor>, sqlx::Error> {
    let found: Option<(i64, i64)> =
        sqlx::query_as("SELECT sealed_s, sent_s FROM remote_write").fetch_optional(db).await?;
    Ok(found.map(|(sealed_s, sent_s)| Cursor { sealed_s, sent_s }))
}

/// Begins behind a minute, unless it has begun.
///
/// # Errors
/// When the store can't be written.
pub(crate) async fn begin(db: &mut SqliteConnection, at_s: i64) -> Result<Cursor, sqlx::Error> {
    let sql = "INSERT OR IGNORE INTO remote_write (id, sealed_s, sent_s) VALUES (1, ?1, ?1)";
    sqlx::query(sql).bind(at_s).execute(&mut *db).await?;
    Ok(cursor(db).await?.unwrap_or(Cursor { sealed_s: at_s, sent_s: at_s }))
}

/// All totals, in the order of their series.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn all(db: &mut SqliteConnection) -> Result<Vec<TotalRow>, sqlx::Error> {
    sqlx::query_as("SELECT series_id, active_s, total, before FROM remote_total ORDER BY series_id").fetch_all(db).await
}

/// Passes what was measured in a minute to `each`, one row at a time.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn measured(
    db: &mut SqliteConnection,
    series: &[SeriesId],
    minute_s: i64,
    mut each: impl FnMut(SeriesId, &Cell) + Send,
) -> Result<(), sqlx::Error> {
    let span = (minute_s, minute_s + Resolution::Minute.width_s());
    cells::range(db, Resolution::Minute, series, span, Columns::All, |key, cell| each(key.0, cell)).await
}

/// The first minute from `from_s` on in which something may have been measured: in the one before
/// it nothing was.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn next_measured(db: &mut SqliteConnection, from_s: i64) -> Result<Option<i64>, sqlx::Error> {
    // One seek for each series: a plain min() would read the whole table.
    let sql = "SELECT min(at_s) FROM
                   (SELECT min(max(first_s, ?1)) AS at_s FROM rollup_chunk WHERE width_s IN (10, 60) AND last_s >= ?1
                    UNION ALL SELECT min((SELECT min(bucket_s) FROM rollup_1m WHERE series_id = series.id AND bucket_s >= ?1))
                    FROM series)";
    let at_s: Option<i64> = sqlx::query_scalar(sql).bind(from_s).fetch_one(db).await?;
    Ok(at_s.map(|it| Resolution::Minute.bucket_s(it)))
}

/// Seals a minute: takes what is late for earlier ones, and writes the totals that `change` makes
/// of it.
///
/// # Errors
/// When the store can't be written; then nothing has changed in the file.
pub(crate) async fn seal(
    db: &mut SqliteConnection,
    cursor: Cursor,
    minute_s: i64,
    change: impl FnOnce(Vec<(SeriesId, Cell)>) -> Vec<TotalRow>,
) -> Result<(), sqlx::Error> {
    transaction(db, async |db| {
        let changed = change(late::take(db, cursor.sealed_s).await?);
        for chunk in changed.chunks(ROWS_PER_STATEMENT) {
            let mut query: QueryBuilder<Sqlite> =
                QueryBuilder::new("INSERT OR REPLACE INTO remote_total (series_id, active_s, total, before) ");
            query.push_values(chunk, |mut row, total| {
                row.push_bind(total.series_id)
                    .push_bind(total.active_s)
                    .push_bind(&total.total)
                    .push_bind(&total.before);
            });
            query.build().execute(&mut *db).await?;
        }
        sqlx::query("UPDATE remote_write SET sealed_s = ?").bind(minute_s).execute(db).await.map(drop)
    })
    .await
}

/// Writes down that a minute was accepted.
///
/// # Errors
/// When the store can't be written.
pub(crate) async fn sent(db: &mut SqliteConnection, minute_s: i64) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE remote_write SET sent_s = ?").bind(minute_s).execute(db).await.map(drop)
}

/// Ends a snapshot, so that the file can forget what it saw.
///
/// # Errors
/// When the connection is broken.
pub(crate) async fn end(mut snapshot: SqliteConnection) -> Result<SqliteConnection, sqlx::Error> {
    sqlx::query("ROLLBACK").execute(&mut snapshot).await?;
    Ok(snapshot)
}
