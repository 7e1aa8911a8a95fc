//! Cells of any resolution, wherever they stand: in its own chunks and rows up to the app's mark,
//! and from there on in those of finer buckets.
//!
//! An app that is being merged into another one has chunks of series that are the other's already.

use pipeline::Cell;
use sqlx::SqliteConnection;

use super::{
    chunk::Wanted,
    chunks::{self, Marks},
    open_cells::Key,
    rows::{self, Columns},
};
use crate::{live::SeriesId, store::resolution::Resolution};

/// Who holds chunks of some series.
struct Holder {
    app_id: i64,
    marks: Marks,
    series: Vec<SeriesId>,
    /// Whether the series are its own; then it is asked for their rows too.
    is_owner: bool,
}

/// Passes the cells of some series in `[from_s, to_s)` to `each`, with the columns that are wanted.
/// A key may come several times: its cells add up. It asks several questions, so the caller stands
/// inside a transaction.
///
/// # Errors
/// When the store can't be read.
pub async fn range(
    db: &mut SqliteConnection,
    resolution: Resolution,
    series: &[SeriesId],
    span: (i64, i64),
    columns: Columns,
    each: impl FnMut(Key, &Cell) + Send,
) -> Result<(), sqlx::Error> {
    read(db, (resolution, resolution), series, span, columns, each).await
}

/// The same for hours that have no rows yet, because they are not over: of finer buckets alone.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn open_hours(
    db: &mut SqliteConnection,
    series: &[SeriesId],
    span: (i64, i64),
    columns: Columns,
    each: impl FnMut(Key, &Cell) + Send,
) -> Result<(), sqlx::Error> {
    read(db, (Resolution::Hour, Resolution::Minute), series, span, columns, each).await
}

/// Reads the tiers up to `coarsest`, by the buckets of `resolution`.
async fn read(
    db: &mut SqliteConnection,
    (resolution, coarsest): (Resolution, Resolution),
    series: &[SeriesId],
    span: (i64, i64),
    columns: Columns,
    mut each: impl FnMut(Key, &Cell) + Send,
) -> Result<(), sqlx::Error> {
    // What comes of finer buckets is of whole ones as well.
    let span = (resolution.bucket_from_s(span.0), resolution.bucket_from_s(span.1));
    if series.is_empty() || span.0 >= span.1 {
        return Ok(());
    }
    let older = older_rows(db).await?;
    for holder in holders(db, series).await? {
        for (tier, part) in holder.marks.parts(resolution, span).filter(|it| it.0 <= coarsest) {
            read_tier(db, &holder, (tier, part), (columns, older), &mut |(series, at_s), cell: &Cell| {
                each((series, resolution.bucket_s(at_s)), cell);
            })
            .await?;
        }
    }
    Ok(())
}

/// What an app's chunks of finer buckets have for a resolution in a span behind its mark, whatever
/// the series.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn of_app(
    db: &mut SqliteConnection,
    app_id: i64,
    marks: Marks,
    (resolution, span): (Resolution, (i64, i64)),
    mut each: impl FnMut(Key, &Cell) + Send,
) -> Result<(), sqlx::Error> {
    for (tier, part) in marks.parts(resolution, span).filter(|it| it.0 < resolution) {
        let wanted = Wanted { series: None, span: part, sketches: true };
        let add = |(series, at_s): Key, cell: &Cell| each((series, resolution.bucket_s(at_s)), cell);
        chunks::range(db, (app_id, tier), wanted, add).await?;
    }
    Ok(())
}

async fn read_tier(
    db: &mut SqliteConnection,
    holder: &Holder,
    (tier, span): (Resolution, (i64, i64)),
    (columns, older): (Columns, OlderRows),
    each: &mut (impl FnMut(Key, &Cell) + Send),
) -> Result<(), sqlx::Error> {
    if holder.is_owner && older.has(tier) {
        rows::range(db, tier, &holder.series, span, columns, &mut *each).await?;
    }
    if tier == Resolution::Hour {
        return Ok(());
    }
    let wanted = Wanted { series: Some(&holder.series), span, sketches: columns != Columns::Plain };
    chunks::range(db, (holder.app_id, tier), wanted, each).await
}

/// Which tables of finer buckets have rows, as older schemas have written them.
#[derive(Clone, Copy)]
struct OlderRows {
    ten_seconds: bool,
    minutes: bool,
}

impl OlderRows {
    const fn has(self, tier: Resolution) -> bool {
        match tier {
            Resolution::TenSeconds => self.ten_seconds,
            Resolution::Minute => self.minutes,
            Resolution::Hour => true,
        }
    }
}

async fn older_rows(db: &mut SqliteConnection) -> Result<OlderRows, sqlx::Error> {
    let sql = "SELECT EXISTS (SELECT 1 FROM rollup_10s), EXISTS (SELECT 1 FROM rollup_1m)";
    let (ten_seconds, minutes) = sqlx::query_as(sql).fetch_one(db).await?;
    Ok(OlderRows { ten_seconds, minutes })
}

async fn holders(db: &mut SqliteConnection, series: &[SeriesId]) -> Result<Vec<Holder>, sqlx::Error> {
    let sql = "WITH asked AS MATERIALIZED (
                   SELECT app_id AS owner, json_group_array(id) AS ids FROM series
                   WHERE id IN (SELECT value FROM json_each(?)) GROUP BY app_id),
               holding AS (
                   SELECT owner AS holder, ids, 1 AS is_owner FROM asked
                   UNION ALL SELECT app.id, ids, 0 FROM asked JOIN app ON merged_into = owner)
               SELECT holder, ids, is_owner, coalesce(minute_to_s, 0), coalesce(hour_to_s, 0)
               FROM holding LEFT JOIN rollup_mark ON app_id = holder";
    let wanted = serde_json::to_string(series).unwrap_or_default();
    let rows: Vec<(i64, String, bool, i64, i64)> = sqlx::query_as(sql).bind(wanted).fetch_all(db).await?;
    let holder = |(app_id, ids, is_owner, minute_to_s, hour_to_s): (i64, String, bool, i64, i64)| {
        let mut series: Vec<SeriesId> = serde_json::from_str(&ids).unwrap_or_default();
        series.sort_unstable();
        Holder { app_id, marks: Marks { minute_to_s, hour_to_s }, series, is_owner }
    };
    Ok(rows.into_iter().map(holder).collect())
}
