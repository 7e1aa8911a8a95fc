//! Writes rollup cells as rows and reads them back: hours, and the finer buckets of older schemas.
//!
//! A row whose sketch can't be read keeps its plain numbers: a missing percentile is better than a
//! missing count.

use futures_util::TryStreamExt;
use pipeline::Cell;
use rustc_hash::FxHashMap;
use sqlx::{AssertSqlSafe, QueryBuilder, Row, Sqlite, SqliteConnection, sqlite::SqliteRow};

use super::{open_cells::Key, sketch_column};
use crate::store::{
    file::usage::{SizeChange, row_bytes},
    resolution::Resolution,
};

/// Most rows of one statement: each has at most twelve values, well below SQLite's limit of 32,766.
pub(crate) const ROWS_PER_STATEMENT: usize = 500;

/// Writes cells and replaces the rows of their buckets. Returns what each row takes, bytes.
///
/// # Errors
/// When the store can't be written.
pub async fn replace(
    db: &mut SqliteConnection,
    resolution: Resolution,
    cells: &[(Key, Cell)],
) -> Result<Vec<i64>, sqlx::Error> {
    let mut taken = Vec::with_capacity(cells.len());
    for chunk in cells.chunks(ROWS_PER_STATEMENT) {
        let mut query: QueryBuilder<Sqlite> = QueryBuilder::new("INSERT OR REPLACE INTO ");
        query.push(resolution.table());
        query.push(" (series_id, bucket_s, count, sum, min, max, last, last_ms, sketch, p50, p95, p99) ");
        query.push_values(chunk, |mut row, ((series, bucket_s), cell)| {
            let sketch = sketch_column::encode(cell);
            taken.push(row_bytes(sketch.as_ref().map(Vec::len)));
            row.push_bind(*series)
                .push_bind(*bucket_s)
                .push_bind(i64::try_from(cell.count).unwrap_or(i64::MAX))
                .push_bind(cell.sum)
                .push_bind(cell.min)
                .push_bind(cell.max)
                .push_bind(cell.last)
                .push_bind(cell.last_ms)
                .push_bind(sketch);
            // For people who read the file: queries merge sketches instead.
            row.push_bind(cell.quantile(0.5)).push_bind(cell.quantile(0.95)).push_bind(cell.quantile(0.99));
        });
        // Those of other lengths are not kept: there would be one for each length, and they are
        // large.
        query.build().persistent(chunk.len() == ROWS_PER_STATEMENT).execute(&mut *db).await?;
    }
    Ok(taken)
}

/// Adds cells to the rows of their buckets, which may exist. Returns what that adds to their tier.
///
/// # Errors
/// When the store can't be read or written.
pub(crate) async fn add(
    db: &mut SqliteConnection,
    resolution: Resolution,
    cells: impl IntoIterator<Item = (Key, Cell)>,
) -> Result<SizeChange, sqlx::Error> {
    let mut cells: Vec<(Key, Cell)> = cells.into_iter().collect();
    if cells.is_empty() {
        return Ok(SizeChange::default());
    }
    let keys: Vec<Key> = cells.iter().map(|it| it.0).collect();
    let mut stored: FxHashMap<Key, StoredCell> = fetch(db, resolution, &keys).await?.into_iter().collect();
    let mut change = SizeChange { rows: (cells.len() - stored.len()) as i64, bytes: 0 };
    for (key, cell) in &mut cells {
        if let Some(old) = stored.remove(key) {
            change.bytes -= old.row_bytes;
            let newer = std::mem::replace(cell, old.cell);
            cell.merge(&newer);
        }
    }
    change.bytes += replace(db, resolution, &cells).await?.into_iter().sum::<i64>();
    Ok(change)
}

/// A cell as its row holds it.
#[derive(Clone, Debug)]
pub struct StoredCell {
    /// The measurements.
    pub cell: Cell,
    /// What the row takes, bytes.
    pub row_bytes: i64,
}

/// Reads those rows of the given buckets that exist.
///
/// # Errors
/// When the store can't be read.
pub async fn fetch(
    db: &mut SqliteConnection,
    resolution: Resolution,
    keys: &[Key],
) -> Result<Vec<(Key, StoredCell)>, sqlx::Error> {
    let sql = format!(
        "SELECT {} FROM json_each(?) AS wanted
         CROSS JOIN {} ON series_id = wanted.value ->> 0 AND bucket_s = wanted.value ->> 1",
        Columns::All.sql(),
        resolution.table()
    );
    let mut cells = Vec::new();
    for chunk in keys.chunks(ROWS_PER_STATEMENT) {
        let wanted = serde_json::to_string(chunk).unwrap_or_default();
        for row in sqlx::query(AssertSqlSafe(sql.clone())).bind(wanted).fetch_all(&mut *db).await? {
            let mut cell = Cell::default();
            let key = read(&row, Columns::All, &mut cell)?;
            let sketch: Option<&[u8]> = row.try_get(SKETCH_AT)?;
            cells.push((key, StoredCell { cell, row_bytes: row_bytes(sketch.map(<[u8]>::len)) }));
        }
    }
    Ok(cells)
}

/// Position of the sketch among all columns.
const SKETCH_AT: usize = 8;

/// Which columns to read: each column that is left out saves a tenth of the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Columns {
    /// The plain numbers, without the sketch.
    Plain,
    /// Only the sketch, which also holds the count, the minimum and the maximum.
    Quantiles,
    /// The plain numbers and the sketch.
    All,
}

impl Columns {
    const fn sql(self) -> &'static str {
        match self {
            Self::Plain => "series_id, bucket_s, count, min, max, sum, last, last_ms",
            Self::Quantiles | Self::All => "series_id, bucket_s, count, min, max, sum, last, last_ms, sketch",
        }
    }
}

/// Passes the rows of some series in `[from_s, to_s)` to `each`, with the columns that are wanted.
/// It passes one row at a time, so that a long range takes no more memory than a short one.
///
/// # Errors
/// When the store can't be read.
pub async fn range(
    db: &mut SqliteConnection,
    resolution: Resolution,
    series: &[i64],
    (from_s, to_s): (i64, i64),
    columns: Columns,
    mut each: impl FnMut(Key, &Cell) + Send,
) -> Result<(), sqlx::Error> {
    let table = resolution.table();
    let sql = match columns {
        Columns::Quantiles => format!(
            "SELECT wanted.value, (SELECT {JOINED} FROM {table} WHERE series_id = wanted.value AND bucket_s >= ?2 AND bucket_s < ?3)
             FROM json_each(?1) AS wanted"
        ),
        _ => format!(
            "SELECT {} FROM json_each(?1) AS wanted
             CROSS JOIN {table} ON series_id = wanted.value WHERE bucket_s >= ?2 AND bucket_s < ?3",
            columns.sql()
        ),
    };
    let wanted = serde_json::to_string(series).unwrap_or_default();
    let mut rows = sqlx::query(AssertSqlSafe(sql)).bind(wanted).bind(from_s).bind(to_s).fetch(db);
    let mut cell = Cell::default();
    while let Some(row) = rows.try_next().await? {
        if columns == Columns::Quantiles {
            let joined: Option<&[u8]> = row.try_get(1)?;
            each_joined(row.try_get(0)?, joined.unwrap_or_default(), &mut each);
        } else {
            let key = read(&row, columns, &mut cell)?;
            each(key, &cell);
        }
    }
    Ok(())
}

/// All sketches of a series in a range as one value. There are thousands of rows, and passing a row
/// between threads takes longer than reading it.
const JOINED: &str = "CAST(group_concat(bucket_s || ' ' || length(sketch) || ' ' || sketch, '') AS BLOB)";

/// Splits a value of [`JOINED`] and passes each cell on.
fn each_joined(series: i64, mut joined: &[u8], each: &mut impl FnMut(Key, &Cell)) {
    let mut cell = Cell::default();
    while let Some((bucket_s, length)) = number(&mut joined).zip(number(&mut joined)) {
        let Some((bytes, rest)) = usize::try_from(length).ok().and_then(|it| joined.split_at_checked(it)) else {
            return;
        };
        joined = rest;
        // A sketch column of version 1 does not hold these.
        (cell.count, cell.min, cell.max) = (0, f64::NEG_INFINITY, f64::INFINITY);
        sketch_column::decode(bytes, &mut cell);
        each((series, bucket_s), &cell);
    }
}

/// Takes a number and the space after it off the front.
fn number(rest: &mut &[u8]) -> Option<i64> {
    let end = rest.iter().position(|it| *it == b' ')?;
    let digits = std::str::from_utf8(&rest[..end]).ok()?;
    *rest = &rest[end + 1..];
    digits.parse().ok()
}

/// Reads a row into an existing cell, to reuse its allocations.
fn read(row: &SqliteRow, columns: Columns, cell: &mut Cell) -> Result<Key, sqlx::Error> {
    // By position, in the order of `Columns::sql`: names would be looked up for each of thousands
    // of rows.
    cell.count = u64::try_from(row.try_get::<i64, _>(2)?).unwrap_or(0);
    (cell.min, cell.max) = (row.try_get(3)?, row.try_get(4)?);
    (cell.sum, cell.last, cell.last_ms) = (row.try_get(5)?, row.try_get(6)?, row.try_get(7)?);
    let sketch: Option<&[u8]> = if columns == Columns::All { row.try_get(SKETCH_AT)? } else { None };
    match sketch {
        Some(bytes) => sketch_column::decode(bytes, cell),
        None => cell.sketch = None,
    }
    Ok((row.try_get(0)?, row.try_get(1)?))
}
