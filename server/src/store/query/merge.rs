//! Rows, open cells and windows of a span, merged by group and step.
//!
//! The file's snapshot and the copy of the open cells are taken inside the rollups' gate, so that a
//! checkpoint in between can neither hide a measurement nor show it twice.

use std::collections::BTreeMap;

use contract::Span;
use pipeline::Cell;
use rustc_hash::FxHashMap;
use sqlx::SqliteConnection;

use super::{
    group::Group,
    plan::{Part, Plan, Source},
    reader::Reader,
};
use crate::{
    live::SeriesId,
    store::{
        resolution::Resolution,
        rollup::{cells, open_cells::Key, rows::Columns},
    },
};

/// A group's cells by the start of their step, unix seconds.
pub(crate) type Steps = BTreeMap<i64, Cell>;

/// Reads what a plan says: the cells of every group, in the order of the groups.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn read<K>(
    reader: &Reader,
    groups: &[Group<K>],
    plan: &Plan,
    columns: Columns,
) -> Result<Vec<Steps>, sqlx::Error> {
    let of_group =
        |(index, group): (usize, &Group<K>)| group.series.iter().map(move |id| (*id, index)).collect::<Vec<_>>();
    let owner: FxHashMap<SeriesId, usize> = groups.iter().enumerate().flat_map(of_group).collect();
    let mut merged: Vec<Steps> = vec![Steps::new(); groups.len()];
    let mut add = |series: SeriesId, at_s: i64, cell: &Cell| {
        if let Some(index) = owner.get(&series) {
            merged[*index].entry(plan.step_of(at_s)).or_default().merge(cell);
        }
    };
    if plan.parts.first().is_some_and(|it| it.source == Source::Live) {
        from_windows(reader, &owner, plan, &mut add);
    }
    if plan.parts.iter().any(|it| it.source != Source::Live) {
        from_rollups(reader, &owner, plan, columns, &mut add).await?;
    }
    Ok(merged)
}

fn from_windows(
    reader: &Reader,
    owner: &FxHashMap<SeriesId, usize>,
    plan: &Plan,
    add: &mut impl FnMut(i64, i64, &Cell),
) {
    let live = reader.aggregates.live.lock();
    for app in live.apps.values() {
        for (series, kept) in app.series.iter().filter(|it| owner.contains_key(it.0)) {
            kept.window.each(plan.span.from_s(), plan.span.to_s(), |at_s, cell| add(*series, at_s, cell));
        }
    }
}

async fn from_rollups(
    reader: &Reader,
    owner: &FxHashMap<SeriesId, usize>,
    plan: &Plan,
    columns: Columns,
    add: &mut (impl FnMut(i64, i64, &Cell) + Send),
) -> Result<(), sqlx::Error> {
    let series: Vec<SeriesId> = owner.keys().copied().collect();
    let rollup = |part: &Part| match part.source {
        Source::Rollup(resolution) => Some(Rollup { resolution, span: part.span }),
        Source::Live => None,
    };
    let parts: Vec<Rollup> = plan.parts.iter().filter_map(rollup).collect();
    let mut tx = reader.store.readers.begin().await?;
    let open = snapshot(reader, &mut tx, owner, &parts).await?;
    for part in &parts {
        let each = |key: Key, cell: &Cell| add(key.0, key.1, cell);
        cells::range(&mut tx, part.resolution, &series, part.span.ends(), columns, each).await?;
    }
    tx.rollback().await?;
    for (key, cell) in open.into_iter().flatten() {
        add(key.0, key.1, &cell);
    }
    Ok(())
}

/// A part of a plan that is read from rollup rows.
struct Rollup {
    resolution: Resolution,
    span: Span,
}

/// Fixes what the transaction sees and copies the open cells of every part, both between the same
/// two checkpoints.
async fn snapshot(
    reader: &Reader,
    tx: &mut SqliteConnection,
    owner: &FxHashMap<SeriesId, usize>,
    parts: &[Rollup],
) -> Result<Vec<BTreeMap<Key, Cell>>, sqlx::Error> {
    let open_cells = &reader.aggregates.open_cells;
    let _gate = open_cells.gate.read().await;
    // A deferred transaction takes its snapshot at its first read.
    let _snapshot: i64 = sqlx::query_scalar("SELECT block_id FROM checkpoint").fetch_one(tx).await?;
    let inner = open_cells.lock();
    let is_wanted = |series: SeriesId| owner.contains_key(&series);
    Ok(parts.iter().map(|part| inner.of_series(is_wanted, part.resolution, part.span.ends())).collect())
}
