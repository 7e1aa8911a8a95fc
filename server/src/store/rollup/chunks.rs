//! Writes chunks and reads them back, with what they take and how far their tiers have come.
//!
//! A chunk is never changed: it is deleted with its span, or when another one holds its cells.

use std::collections::BTreeMap;

use futures_util::TryStreamExt;
use pipeline::Cell;
use rustc_hash::FxHashMap;
use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection};

use super::{
    chunk::{self, Wanted},
    open_cells::Key,
};
use crate::{
    block,
    live::SeriesId,
    store::{file::usage::SizeChange, resolution::Resolution},
};

/// Most chunks of one statement: each has eleven values.
const CHUNKS_PER_STATEMENT: usize = 200;
/// What a chunk takes besides its body, its indexes included, bytes.
const CHUNK_BYTES: i64 = 110;
/// The formula of what a chunk takes in SQL.
pub(crate) const CHUNK_SQL: &str = "110 + length(body)";

/// The level of a chunk that a checkpoint or a roll writes.
pub const LEVEL_NEW: i64 = 0;
/// The level of a chunk whose span is over and joined.
pub const LEVEL_DONE: i64 = 9;

/// A chunk that is to be written.
#[derive(Clone, Debug)]
pub struct NewChunk {
    /// The id that it takes where it replaces other chunks: the last of theirs, so that its cells
    /// still come before newer ones.
    pub id: Option<i64>,
    /// The app that the series belong to.
    pub app_id: i64,
    /// The width of its buckets.
    pub resolution: Resolution,
    /// How often its cells were joined.
    pub level: i64,
    /// The start of its first and of its last bucket, unix seconds.
    pub buckets_s: (i64, i64),
    /// The least and the greatest id of its series.
    pub series: (SeriesId, SeriesId),
    /// How many cells it has.
    pub cells: i64,
    /// The cells.
    pub body: Vec<u8>,
}

impl NewChunk {
    /// Cells of an app as chunks, one for each span. They are sorted, each key once.
    #[must_use]
    pub fn all(app_id: i64, resolution: Resolution, level: i64, cells: &[(Key, &Cell)]) -> Vec<Self> {
        let mut spans: BTreeMap<i64, Vec<(Key, &Cell)>> = BTreeMap::new();
        for (key, cell) in cells {
            spans.entry(resolution.span_s(key.1)).or_default().push((*key, *cell));
        }
        spans.values().filter_map(|it| Self::new(app_id, resolution, level, it)).collect()
    }

    /// Cells of one span as a chunk; `None` without any.
    pub(crate) fn new(app_id: i64, resolution: Resolution, level: i64, cells: &[(Key, &Cell)]) -> Option<Self> {
        let series = (cells.first()?.0.0, cells.last()?.0.0);
        let buckets = || cells.iter().map(|it| it.0.1);
        let buckets_s = (buckets().min()?, buckets().max()?);
        let body = chunk::encode(resolution.width_s(), cells);
        Some(Self { id: None, app_id, resolution, level, buckets_s, series, cells: cells.len() as i64, body })
    }

    /// Packs it, where that makes it shorter.
    pub fn pack(&mut self) {
        if let Some(packed) = block::pack(&self.body) {
            self.body = packed;
        }
    }

    /// What it adds to its tier.
    #[must_use]
    pub const fn size(&self) -> SizeChange {
        SizeChange { rows: self.cells, bytes: bytes(self.body.len()) }
    }
}

/// Cells as [`NewChunk`] takes them.
pub(crate) fn borrowed(cells: &BTreeMap<Key, Cell>) -> Vec<(Key, &Cell)> {
    cells.iter().map(|(key, cell)| (*key, cell)).collect()
}

/// Writes chunks. Their size is for the caller to add.
///
/// # Errors
/// When the store can't be written.
pub async fn insert(db: &mut SqliteConnection, chunks: &[NewChunk]) -> Result<(), sqlx::Error> {
    for part in chunks.chunks(CHUNKS_PER_STATEMENT) {
        let mut query: QueryBuilder<Sqlite> = QueryBuilder::new(
            "INSERT INTO rollup_chunk (id, app_id, width_s, span_s, level, first_s, last_s, first_series, last_series, cells, body) ",
        );
        query.push_values(part, |mut row, chunk| {
            row.push_bind(chunk.id)
                .push_bind(chunk.app_id)
                .push_bind(chunk.resolution.width_s())
                .push_bind(chunk.resolution.span_s(chunk.buckets_s.0))
                .push_bind(chunk.level)
                .push_bind(chunk.buckets_s.0)
                .push_bind(chunk.buckets_s.1)
                .push_bind(chunk.series.0)
                .push_bind(chunk.series.1)
                .push_bind(chunk.cells)
                .push_bind(&chunk.body);
        });
        query.build().persistent(part.len() == 1).execute(&mut *db).await?;
    }
    Ok(())
}

/// Deletes chunks.
///
/// # Errors
/// When the store can't be written.
pub(crate) async fn delete(db: &mut SqliteConnection, ids: &[i64]) -> Result<(), sqlx::Error> {
    let sql = "DELETE FROM rollup_chunk WHERE id IN (SELECT value FROM json_each(?))";
    let ids = serde_json::to_string(ids).unwrap_or_default();
    sqlx::query(sql).bind(ids).execute(db).await.map(drop)
}

/// What a chunk with a body of this length takes, bytes.
pub(crate) const fn bytes(body_bytes: usize) -> i64 {
    CHUNK_BYTES + body_bytes as i64
}

/// Passes the cells that an app's chunks of a resolution have of some series to `each`. A key may
/// come several times: its cells add up, in the order in which they come.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn range(
    db: &mut SqliteConnection,
    (app_id, resolution): (i64, Resolution),
    wanted: Wanted<'_>,
    mut each: impl FnMut(Key, &Cell) + Send,
) -> Result<(), sqlx::Error> {
    let sql = "SELECT id, body FROM rollup_chunk
               WHERE app_id = ? AND width_s = ? AND span_s >= ? AND span_s <= ? AND first_s < ? AND last_s >= ?
                   AND first_series <= ? AND last_series >= ? ORDER BY span_s, id";
    let (from_s, to_s) = wanted.span;
    let ids = wanted.series.map_or((i64::MIN, i64::MAX), |series| {
        (series.first().copied().unwrap_or(i64::MAX), series.last().copied().unwrap_or(i64::MIN))
    });
    let mut rows = sqlx::query(sql)
        .bind(app_id)
        .bind(resolution.width_s())
        .bind(resolution.span_s(from_s))
        .bind(to_s)
        .bind(to_s)
        .bind(from_s)
        .bind(ids.1)
        .bind(ids.0)
        .fetch(db);
    while let Some(row) = rows.try_next().await? {
        if chunk::each(row.try_get(1)?, wanted, &mut each).is_none() {
            damaged(row.try_get(0)?);
        }
    }
    Ok(())
}

/// A missing cell is better than no answer.
pub(crate) fn damaged(id: i64) {
    tracing::error!(chunk = id, "a chunk of rollups is damaged; some of its cells are missing");
}

/// Up to where an app's minutes and hours have been made of finer buckets, unix seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Marks {
    /// Minutes before this are in chunks of minutes.
    pub minute_to_s: i64,
    /// Hours before this are in rows of hours.
    pub hour_to_s: i64,
}

impl Marks {
    /// Buckets of a resolution before this are in its own tier.
    pub(crate) const fn of(self, resolution: Resolution) -> i64 {
        match resolution {
            Resolution::TenSeconds => i64::MAX,
            Resolution::Minute => self.minute_to_s,
            Resolution::Hour => self.hour_to_s,
        }
    }

    /// The later of both marks.
    pub(crate) fn max(self, other: Self) -> Self {
        Self { minute_to_s: self.minute_to_s.max(other.minute_to_s), hour_to_s: self.hour_to_s.max(other.hour_to_s) }
    }

    /// The parts of a span, each with the tier that has buckets of it for a resolution: its own up
    /// to the mark, and from there on finer ones.
    pub(crate) fn parts(
        self,
        resolution: Resolution,
        (mut from_s, to_s): (i64, i64),
    ) -> impl Iterator<Item = (Resolution, (i64, i64))> {
        let tiers = Resolution::ALL.into_iter().rev().filter(move |it| *it <= resolution);
        tiers.filter_map(move |tier| {
            let part = (from_s, to_s.min(self.of(tier)).max(from_s));
            from_s = part.1;
            (part.0 < part.1).then_some((tier, part))
        })
    }
}

/// The marks of an app.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn marks(db: &mut SqliteConnection, app_id: i64) -> Result<Marks, sqlx::Error> {
    let sql = "SELECT minute_to_s, hour_to_s FROM rollup_mark WHERE app_id = ?";
    let found: Option<(i64, i64)> = sqlx::query_as(sql).bind(app_id).fetch_optional(db).await?;
    Ok(found.map_or_else(Marks::default, |(minute_to_s, hour_to_s)| Marks { minute_to_s, hour_to_s }))
}

/// The marks of an app, unless it was removed or merged into another one.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn marks_of_present(db: &mut SqliteConnection, app_id: i64) -> Result<Option<Marks>, sqlx::Error> {
    let sql = "SELECT 1 FROM app WHERE id = ? AND removed_ms IS NULL";
    match sqlx::query_scalar::<_, i64>(sql).bind(app_id).fetch_optional(&mut *db).await? {
        Some(_) => marks(db, app_id).await.map(Some),
        None => Ok(None),
    }
}

/// The id and the marks of every app, by name.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn all_marks(db: &mut SqliteConnection) -> Result<FxHashMap<String, (i64, Marks)>, sqlx::Error> {
    let sql = "SELECT name, app.id, coalesce(minute_to_s, 0), coalesce(hour_to_s, 0)
               FROM app LEFT JOIN rollup_mark ON app_id = app.id";
    let rows: Vec<(String, i64, i64, i64)> = sqlx::query_as(sql).fetch_all(db).await?;
    let of = |(name, id, minute_to_s, hour_to_s)| (name, (id, Marks { minute_to_s, hour_to_s }));
    Ok(rows.into_iter().map(of).collect())
}

/// Writes the marks of an app.
///
/// # Errors
/// When the store can't be written.
pub(crate) async fn set_marks(db: &mut SqliteConnection, app_id: i64, marks: Marks) -> Result<(), sqlx::Error> {
    let sql = "INSERT OR REPLACE INTO rollup_mark (app_id, minute_to_s, hour_to_s) VALUES (?, ?, ?)";
    sqlx::query(sql).bind(app_id).bind(marks.minute_to_s).bind(marks.hour_to_s).execute(db).await.map(drop)
}
