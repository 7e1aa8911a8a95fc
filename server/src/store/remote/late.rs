//! What was counted in a minute after that was sealed. It is written with the rows that hold it
//! too, in the same transaction, so that a crash neither loses nor doubles it.

use pipeline::Cell;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use crate::{
    live::SeriesId,
    store::rollup::{open_cells::Key, sketch_column},
};

/// Most rows of one statement: each has seven values.
const ROWS_PER_STATEMENT: usize = 500;

type LateRow = (SeriesId, i64, f64, f64, f64, Option<Vec<u8>>);

/// Writes what is late.
///
/// # Errors
/// When the store can't be written.
pub(crate) async fn write(db: &mut SqliteConnection, late: &[(Key, Cell)]) -> Result<(), sqlx::Error> {
    for chunk in late.chunks(ROWS_PER_STATEMENT) {
        let mut query: QueryBuilder<Sqlite> =
            QueryBuilder::new("INSERT INTO remote_late (series_id, bucket_s, count, sum, min, max, sketch) ");
        query.push_values(chunk, |mut row, ((series, bucket_s), cell)| {
            row.push_bind(*series)
                .push_bind(*bucket_s)
                .push_bind(i64::try_from(cell.count).unwrap_or(i64::MAX))
                .push_bind(cell.sum)
                .push_bind(cell.min)
                .push_bind(cell.max)
                .push_bind(sketch_column::encode(cell));
        });
        query.build().execute(&mut *db).await?;
    }
    Ok(())
}

/// Takes what is late for minutes up to one, in the order in which it came. It has no last value.
///
/// # Errors
/// When the store can't be written.
pub(crate) async fn take(db: &mut SqliteConnection, to_s: i64) -> Result<Vec<(SeriesId, Cell)>, sqlx::Error> {
    let sql = "SELECT series_id, count, sum, min, max, sketch FROM remote_late WHERE bucket_s <= ? ORDER BY id";
    let rows: Vec<LateRow> = sqlx::query_as(sql).bind(to_s).fetch_all(&mut *db).await?;
    sqlx::query("DELETE FROM remote_late WHERE bucket_s <= ?").bind(to_s).execute(db).await?;
    let cell = |(series, count, sum, min, max, sketch): LateRow| {
        let mut cell = Cell { count: u64::try_from(count).unwrap_or(0), sum, min, max, ..Cell::default() };
        if let Some(sketch) = sketch {
            sketch_column::decode(&sketch, &mut cell);
        }
        (series, cell)
    };
    Ok(rows.into_iter().map(cell).collect())
}
