//! Writes the open cells down, in one transaction with the number of the last block that they include.
//!
//! After a crash the rows therefore stand for the blocks up to that number and for no other.

use std::sync::Arc;

use pipeline::Cell;
use rustc_hash::FxHashMap;
use sqlx::SqliteConnection;

use crate::{
    live::Live,
    store::{
        file::usage::{self, Tier, Tiers},
        rollup::{
            open_cells::{Key, Rollups},
            resolution::Resolution,
            rows,
        },
    },
};

/// How far counting has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reached {
    /// The last block that is counted.
    pub block_id: i64,
    /// All lines of all blocks up to it.
    pub lines: i64,
}

/// Writes what is dirty. The cells are only marked as written when the commit is done. `logs` is what the blocks since the last one
/// take, as [`Tiers`] has it already.
///
/// # Errors
/// When the store can't be written; memory is then as before, and the next checkpoint writes the same again.
pub async fn write(
    db: &mut SqliteConnection,
    live: &Live,
    rollups: &Rollups,
    tiers: &Tiers,
    (reached, logs): (Reached, (i64, i64)),
    now_s: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query("BEGIN IMMEDIATE").execute(&mut *db).await?;
    match fill(db, live, rollups, reached, logs).await {
        Ok(filled) => {
            let _gate = rollups.gate.write().await;
            if let Err(error) = sqlx::query("COMMIT").execute(&mut *db).await {
                rollback(db).await;
                return Err(error);
            }
            let mut live = live.lock();
            live.registry.written(filled.n_series);
            live.unwritten_events.drain(..filled.n_events);
            drop(live);
            let mut inner = rollups.lock();
            for (resolution, key, row_bytes, merged) in filled.rows {
                if let Some(open) = inner.open[resolution.index()].get_mut(&key) {
                    open.row_bytes = row_bytes;
                    if let Some(cell) = merged {
                        open.cell = cell;
                    }
                }
            }
            inner.written(now_s);
            drop(inner);
            filled.grown.into_iter().for_each(|(tier, change)| tiers.add(tier, change));
            Ok(())
        }
        Err(error) => {
            rollback(db).await;
            Err(error)
        }
    }
}

/// What a transaction wrote, for memory to learn once it is committed.
#[derive(Default)]
struct Filled {
    n_series: usize,
    n_events: usize,
    /// What each row takes, bytes, and the whole cell where the row held more than memory did.
    rows: Vec<(Resolution, Key, i64, Option<Cell>)>,
    grown: Vec<(Tier, (i64, i64))>,
}

async fn fill(
    db: &mut SqliteConnection,
    live: &Live,
    rollups: &Rollups,
    reached: Reached,
    logs: (i64, i64),
) -> Result<Filled, sqlx::Error> {
    let n_series = write_series(db, live).await?;
    let n_events = write_events(db, live).await?;
    let mut filled = Filled { n_series, n_events, ..Filled::default() };
    for resolution in Resolution::ALL {
        write_cells(db, rollups, resolution, &mut filled).await?;
    }
    write_last_lines(db, live).await?;
    for (tier, change) in &filled.grown {
        usage::write(db, *tier, *change, 0).await?;
    }
    usage::write(db, Tier::Logs, logs, 0).await?;
    sqlx::query("UPDATE checkpoint SET block_id = ?, lines = ? WHERE id = 1")
        .bind(reached.block_id)
        .bind(reached.lines)
        .execute(&mut *db)
        .await?;
    Ok(filled)
}

/// Writes the dirty cells of a resolution.
async fn write_cells(
    db: &mut SqliteConnection,
    rollups: &Rollups,
    resolution: Resolution,
    filled: &mut Filled,
) -> Result<(), sqlx::Error> {
    let (keys, partial) = {
        let inner = rollups.lock();
        let keys = inner.dirty_keys(resolution);
        let open = &inner.open[resolution.index()];
        let partial: Vec<Key> =
            keys.iter().filter(|it| open.get(it).is_some_and(|open| !open.whole)).copied().collect();
        (keys, partial)
    };
    let mut stored: FxHashMap<Key, (Cell, i64)> = rows::fetch(db, resolution, &partial).await?.into_iter().collect();
    let mut merged: Vec<(i64, bool)> = Vec::with_capacity(keys.len());
    let cells: Vec<(Key, Cell)> = {
        let inner = rollups.lock();
        let open = &inner.open[resolution.index()];
        let whole = |key: Key| {
            let open = open.get(&key)?;
            let Some((mut cell, row_bytes)) = stored.remove(&key) else {
                merged.push((open.row_bytes, false));
                return Some((key, open.cell.clone()));
            };
            cell.merge(&open.cell);
            merged.push((row_bytes, true));
            Some((key, cell))
        };
        keys.into_iter().filter_map(whole).collect()
    };
    let taken = rows::replace(db, resolution, &cells).await?;
    let mut grown = (0, 0);
    for (((key, cell), (before, is_merged)), now) in cells.into_iter().zip(merged).zip(taken) {
        grown = (grown.0 + i64::from(before == 0), grown.1 + now - before);
        filled.rows.push((resolution, key, now, is_merged.then_some(cell)));
    }
    filled.grown.push((Tier::Rollup(resolution), grown));
    Ok(())
}

/// Writes the series that rows are about to name; returns how many of the unwritten ones that were.
async fn write_series(db: &mut SqliteConnection, live: &Live) -> Result<usize, sqlx::Error> {
    let unwritten = live.lock().registry.unwritten();
    for (app, series) in &unwritten {
        let key = &series.key;
        sqlx::query(
            "INSERT INTO series (id, app_id, metric, kind, unit, source, status, method, path, code)
             VALUES (?, (SELECT id FROM app WHERE name = ?), ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(series.id)
        .bind(&**app)
        .bind(&*key.metric)
        .bind(key.kind.word())
        .bind(&*key.unit)
        .bind(&*key.source)
        .bind(i64::from(key.status))
        .bind(&*key.method)
        .bind(&*key.path)
        .bind(&*key.code)
        .execute(&mut *db)
        .await?;
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

/// Writes when each app was last heard of, as far as it has changed.
async fn write_last_lines(db: &mut SqliteConnection, live: &Live) -> Result<(), sqlx::Error> {
    let heard: Vec<_> =
        live.lock().apps.iter().filter_map(|(name, app)| Some((Arc::clone(name), app.last_line_ms?))).collect();
    for (name, last_line_ms) in heard {
        sqlx::query("UPDATE app SET last_line_ms = ?2 WHERE name = ?1 AND last_line_ms IS NOT ?2")
            .bind(&*name)
            .bind(last_line_ms)
            .execute(&mut *db)
            .await?;
    }
    Ok(())
}

/// Undoes an open transaction; its own failure leaves nothing open either.
pub async fn rollback(db: &mut SqliteConnection) {
    if let Err(error) = sqlx::query("ROLLBACK").execute(db).await {
        tracing::debug!(%error, "nothing to roll back");
    }
}
