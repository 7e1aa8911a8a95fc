//! What batches are counted into, in memory: live windows, open rollup cells, storage usage and our
//! own counters. It holds no file and writes nothing.

use std::sync::Arc;

use pipeline::Delta;

use super::{file::usage::StorageUsage, rollup::open_cells::OpenCells, seals::Seals};
use crate::{
    live::{Live, series_role::SeriesRole},
    receiver::{activity::Activity, batch::BatchMetadata},
    telemetry::Counters,
};

/// Everything that a counted batch changes in memory. Clones share the same state.
#[derive(Clone)]
pub struct Aggregates {
    /// The live windows.
    pub live: Live,
    /// The open rollup cells.
    pub open_cells: Arc<OpenCells>,
    /// How much is stored in each tier.
    pub usage: Arc<StorageUsage>,
    /// Counters of the server itself.
    pub counters: Arc<Counters>,
    /// What has arrived on each drain.
    pub activity: Arc<Activity>,
    /// The wish for a snapshot of sealed minutes.
    pub(crate) seals: Arc<Seals>,
}

impl Aggregates {
    /// Empty aggregates, before anything is counted.
    #[must_use]
    pub fn new(live: Live) -> Self {
        Self {
            live,
            open_cells: Arc::default(),
            usage: Arc::default(),
            counters: Arc::default(),
            activity: Arc::default(),
            seals: Arc::default(),
        }
    }

    /// Adds a delta to the live windows and to the open cells. With `rolled_up` only the windows
    /// change: the stored rollup rows include the batch already.
    pub fn count(&self, metadata: &BatchMetadata, delta: &Delta, rolled_up: bool) {
        let mut live = self.live.lock();
        let (series, overflowed) = live.intern(&metadata.app, delta, metadata.received_ms);
        let changed = live.position;
        live.app(&metadata.app).add(delta, &series, metadata.received_ms, changed);
        if rolled_up {
            return;
        }
        live.totals.add(&metadata.app, delta, &series);
        self.counters.series_overflowed.add(overflowed);
        live.lines += delta.lines;
        live.add_unwritten_events(&metadata.app, &delta.events);
        let app = live.app(&metadata.app);
        app.add_overflow(metadata.received_ms.div_euclid(1_000), overflowed);
        for pipeline::DeltaCell { series: index, second: at_s, cell } in &delta.cells {
            if series.get(*index as usize).is_some_and(|it| it.role == SeriesRole::Lost) {
                app.add_loss(*at_s, cell.sum as u64);
            }
        }
        drop(live);
        let mut open_cells = self.open_cells.lock();
        let mut cells = open_cells.of_app(&metadata.app);
        for pipeline::DeltaCell { series: index, second: at_s, cell } in &delta.cells {
            if let Some(series) = series.get(*index as usize) {
                cells.add(series.id, *at_s, cell);
            }
        }
    }
}
