//! Writes the open cells, in one transaction with the id of the last block that they include.
//!
//! After a crash the rollups therefore include exactly the blocks up to that id.

use std::{collections::BTreeMap, sync::Arc};

use pipeline::Cell;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use crate::{
    live::Live,
    store::{
        aggregates::Aggregates,
        file::{
            transaction::gated_transaction,
            usage::{self, SizeChange, Tier},
        },
        remote::late,
        resolution::Resolution,
        rollup::{
            chunks::{self, LEVEL_NEW, Marks, NewChunk},
            open_cells::{Key, OpenCells},
            rows::{self, ROWS_PER_STATEMENT},
        },
    },
};

/// How far counting has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct CheckpointPosition {
    /// The last block that is counted.
    pub block_id: i64,
    /// All lines of all blocks up to it.
    pub lines: i64,
}

/// What has been counted, and what of it the store does not know yet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Progress {
    /// How far counting has come.
    pub position: CheckpointPosition,
    /// Blocks since the last checkpoint. The usage in memory includes them already.
    pub unwritten_logs: SizeChange,
}

/// What a checkpoint wrote.
#[derive(Debug, Default)]
pub(crate) struct Checkpointed {
    /// How many chunks.
    pub chunks: usize,
    /// The apps that it wrote cells of.
    pub apps: Vec<WrittenApp>,
}

/// An app that cells were written of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WrittenApp {
    pub id: i64,
    /// The start of the oldest and of the newest bucket, unix seconds.
    pub buckets_s: (i64, i64),
}

/// Writes everything that is open. Memory learns of it only after the commit.
///
/// # Errors
/// When the store can't be written. Memory is then as before, and the next checkpoint writes the
/// same again.
pub(crate) async fn write(
    db: &mut SqliteConnection,
    aggregates: &Aggregates,
    progress: Progress,
) -> Result<Checkpointed, sqlx::Error> {
    let gate = aggregates.open_cells.gate.write();
    let (_gate, written) = gated_transaction(db, gate, async |db| write_all(db, aggregates, progress).await).await?;
    let mut live = aggregates.live.lock();
    live.registry.written(written.n_series);
    live.unwritten_events.drain(..written.n_events);
    drop(live);
    aggregates.open_cells.lock().written();
    written.changes.into_iter().for_each(|(tier, change)| aggregates.usage.add(tier, change));
    Ok(written.done)
}

/// What a transaction wrote, for memory to learn after the commit.
#[derive(Default)]
struct Written {
    n_series: usize,
    n_events: usize,
    done: Checkpointed,
    changes: Vec<(Tier, SizeChange)>,
}

async fn write_all(
    db: &mut SqliteConnection,
    aggregates: &Aggregates,
    Progress { position, unwritten_logs }: Progress,
) -> Result<Written, sqlx::Error> {
    let live = &aggregates.live;
    let n_series = write_series(db, live).await?;
    let n_events = write_events(db, live).await?;
    let mut written = Written { n_series, n_events, ..Written::default() };
    write_cells(db, &aggregates.open_cells, &mut written).await?;
    let late = aggregates.open_cells.lock().late();
    late::write(db, &late).await?;
    write_last_lines(db, live).await?;
    for (tier, change) in &written.changes {
        usage::write(db, *tier, *change, 0).await?;
    }
    usage::write(db, Tier::Logs, unwritten_logs, 0).await?;
    sqlx::query("UPDATE checkpoint SET block_id = ?, lines = ? WHERE id = 1")
        .bind(position.block_id)
        .bind(position.lines)
        .execute(&mut *db)
        .await?;
    Ok(written)
}

/// Writes the open cells as chunks. What belongs to minutes and hours that were made already is
/// added to these as well.
async fn write_cells(
    db: &mut SqliteConnection,
    open_cells: &OpenCells,
    written: &mut Written,
) -> Result<(), sqlx::Error> {
    let apps = chunks::all_marks(db).await?;
    let (chunks, late_hours) = {
        let inner = open_cells.lock();
        let (mut chunks, mut late_hours) = (vec![], vec![]);
        for (name, cells) in inner.sorted() {
            // Series were written before, and none may be without an app.
            let Some(&(app_id, marks)) = apps.get(&**name) else { return Err(sqlx::Error::RowNotFound) };
            let minutes = coarser(&cells, Resolution::Minute, marks);
            chunks.extend(NewChunk::all(app_id, Resolution::TenSeconds, LEVEL_NEW, &cells));
            chunks.extend(NewChunk::all(app_id, Resolution::Minute, LEVEL_NEW, &chunks::borrowed(&minutes)));
            late_hours.extend(coarser(&cells, Resolution::Hour, marks));
            let buckets = || cells.iter().map(|it| it.0.1);
            let buckets_s = buckets().min().zip(buckets().max());
            written.done.apps.extend(buckets_s.map(|buckets_s| WrittenApp { id: app_id, buckets_s }));
        }
        (chunks, late_hours)
    };
    chunks::insert(db, &chunks).await?;
    written.done.chunks = chunks.len();
    for chunk in &chunks {
        written.changes.push((Tier::Rollup(chunk.resolution), chunk.size()));
    }
    let change = rows::add(db, Resolution::Hour, late_hours).await?;
    written.changes.push((Tier::Rollup(Resolution::Hour), change));
    Ok(())
}

/// The cells before the mark of a resolution, merged into its buckets.
fn coarser(cells: &[(Key, &Cell)], resolution: Resolution, marks: Marks) -> BTreeMap<Key, Cell> {
    let mut coarser: BTreeMap<Key, Cell> = BTreeMap::new();
    for ((series, at_s), cell) in cells.iter().filter(|it| it.0.1 < marks.of(resolution)) {
        coarser.entry((*series, resolution.bucket_s(*at_s))).or_default().merge(cell);
    }
    coarser
}

/// Writes the series that are new, before the rows that refer to them; returns how many.
async fn write_series(db: &mut SqliteConnection, live: &Live) -> Result<usize, sqlx::Error> {
    let unwritten = live.lock().registry.unwritten();
    for chunk in unwritten.chunks(ROWS_PER_STATEMENT) {
        let mut query: QueryBuilder<Sqlite> = QueryBuilder::new(
            "INSERT INTO series (id, app_id, metric, kind, unit, source, status, method, path, code)
             SELECT column1, app.id, column3, column4, column5, column6, column7, column8, column9, column10 FROM (",
        );
        query.push_values(chunk, |mut row, (app, series)| {
            let key = &series.key;
            row.push_bind(series.id).push_bind(&**app).push_bind(&*key.metric).push_bind(key.kind.word());
            row.push_bind(&*key.unit).push_bind(&*key.source).push_bind(i64::from(key.status));
            row.push_bind(&*key.method).push_bind(&*key.path).push_bind(&*key.code);
        });
        // An app that is not there is an error, as no series may be without one.
        query.push(") LEFT JOIN app ON app.name = column2");
        query.build().persistent(chunk.len() == ROWS_PER_STATEMENT).execute(&mut *db).await?;
    }
    Ok(unwritten.len())
}

/// Writes the events that are new; returns how many.
async fn write_events(db: &mut SqliteConnection, live: &Live) -> Result<usize, sqlx::Error> {
    let unwritten = live.lock().unwritten_events.clone();
    for (app, event) in &unwritten {
        sqlx::query(
            "INSERT INTO event (app_id, at_ms, end_ms, kind, source, text, link)
             VALUES ((SELECT id FROM app WHERE name = ?), ?, ?, ?, ?, ?, ?)",
        )
        .bind(&**app)
        .bind(event.at_ms)
        .bind(event.end_ms)
        .bind(event.kind.word())
        .bind(&*event.source)
        .bind(&*event.text)
        .bind(&*event.link)
        .execute(&mut *db)
        .await?;
    }
    Ok(unwritten.len())
}

/// Writes the time of each app's last line where it has changed.
async fn write_last_lines(db: &mut SqliteConnection, live: &Live) -> Result<(), sqlx::Error> {
    let heard: Vec<_> =
        live.lock().apps.iter().filter_map(|(name, app)| Some((Arc::clone(name), app.last_line_ms?))).collect();
    for chunk in heard.chunks(ROWS_PER_STATEMENT) {
        let mut query: QueryBuilder<Sqlite> = QueryBuilder::new("UPDATE app SET last_line_ms = heard.column2 FROM (");
        query.push_values(chunk, |mut row, (name, last_line_ms)| {
            row.push_bind(&**name).push_bind(last_line_ms);
        });
        query.push(") AS heard WHERE app.name = heard.column1 AND app.last_line_ms IS NOT heard.column2");
        query.build().persistent(chunk.len() == ROWS_PER_STATEMENT).execute(&mut *db).await?;
    }
    Ok(())
}
