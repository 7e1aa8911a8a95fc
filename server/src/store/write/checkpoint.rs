//! Writes the dirty open cells, in one transaction with the id of the last block that they include.
//!
//! After a crash the rollup rows therefore include exactly the blocks up to that id.

use std::sync::Arc;

use pipeline::Cell;
use rustc_hash::FxHashMap;
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
            open_cells::{Key, OpenCells},
            rows::{self, ROWS_PER_STATEMENT, StoredCell},
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

/// Writes everything dirty; returns how many of the rows are of open buckets, and so are likely to
/// be written again. Memory learns of it only after the commit.
///
/// # Errors
/// When the store can't be written. Memory is then as before, and the next checkpoint writes the
/// same again.
pub(crate) async fn write(
    db: &mut SqliteConnection,
    aggregates: &Aggregates,
    progress: Progress,
    now_s: i64,
) -> Result<usize, sqlx::Error> {
    let gate = aggregates.open_cells.gate.write();
    let (_gate, written) = gated_transaction(db, gate, async |db| write_all(db, aggregates, progress).await).await?;
    let mut live = aggregates.live.lock();
    live.registry.written(written.n_series);
    live.unwritten_events.drain(..written.n_events);
    drop(live);
    let mut open_cells = aggregates.open_cells.lock();
    for row in written.rows {
        if let Some(open) = open_cells.open[row.resolution.index()].get_mut(&row.key) {
            open.row_bytes = row.bytes;
            if let Some(cell) = row.merged {
                open.cell = cell;
            }
        }
    }
    let n_open = open_cells.mark_written(now_s);
    drop(open_cells);
    written.changes.into_iter().for_each(|(tier, change)| aggregates.usage.add(tier, change));
    Ok(n_open)
}

/// What a transaction wrote, for memory to learn after the commit.
#[derive(Default)]
struct Written {
    n_series: usize,
    n_events: usize,
    rows: Vec<WrittenRow>,
    changes: Vec<(Tier, SizeChange)>,
}

/// A rollup row that was written.
struct WrittenRow {
    resolution: Resolution,
    key: Key,
    /// What the row takes, bytes.
    bytes: i64,
    /// The whole cell, where the old row held more than memory did.
    merged: Option<Cell>,
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
    for resolution in Resolution::ALL {
        write_cells(db, &aggregates.open_cells, resolution, &mut written).await?;
    }
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

/// Writes the dirty cells of a resolution.
async fn write_cells(
    db: &mut SqliteConnection,
    open_cells: &OpenCells,
    resolution: Resolution,
    written: &mut Written,
) -> Result<(), sqlx::Error> {
    let (keys, partial) = {
        let inner = open_cells.lock();
        let keys = inner.dirty_keys(resolution);
        let open = &inner.open[resolution.index()];
        let partial: Vec<Key> = keys.iter().filter(|key| open.get(key).is_some_and(|it| !it.whole)).copied().collect();
        (keys, partial)
    };
    let mut stored: FxHashMap<Key, StoredCell> = rows::fetch(db, resolution, &partial).await?.into_iter().collect();
    // For each cell what its old row takes, and whether it was merged with that row.
    let mut before: Vec<(i64, bool)> = Vec::with_capacity(keys.len());
    let cells: Vec<(Key, Cell)> = {
        let inner = open_cells.lock();
        let open = &inner.open[resolution.index()];
        let whole = |key: Key| {
            let open = open.get(&key)?;
            let Some(StoredCell { mut cell, row_bytes }) = stored.remove(&key) else {
                before.push((open.row_bytes, false));
                return Some((key, open.cell.clone()));
            };
            cell.merge(&open.cell);
            before.push((row_bytes, true));
            Some((key, cell))
        };
        keys.into_iter().filter_map(whole).collect()
    };
    let taken = rows::replace(db, resolution, &cells).await?;
    let mut change = SizeChange::default();
    for (((key, cell), (bytes_before, is_merged)), bytes) in cells.into_iter().zip(before).zip(taken) {
        change += SizeChange { rows: i64::from(bytes_before == 0), bytes: bytes - bytes_before };
        written.rows.push(WrittenRow { resolution, key, bytes, merged: is_merged.then_some(cell) });
    }
    written.changes.push((Tier::Rollup(resolution), change));
    Ok(())
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
