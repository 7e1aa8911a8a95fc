//! Counts the lines that match, or measures a field of them, in steps of time: for rules that look
//! at log lines. Histograms of pages are made in `histogram`.

use std::collections::BTreeMap;

use pipeline::{Cell, Kind};

use super::{
    block_lines::BlockLines, block_reader::received_ms, compiled_query::CompiledQuery, filter, search::SCAN_BYTES_MAX,
    wanted_blocks::WantedBlocks,
};
use crate::store::{Store, search_slots::Cancel};

/// Lines between two checks whether the measuring is still wanted.
const LINES_PER_CHECK: usize = 1_024;

/// What is measured of each line, and in which steps.
#[derive(Clone, Debug)]
pub(crate) struct Measure {
    /// Which lines.
    pub query: CompiledQuery,
    /// The field that is measured; lines are counted without one.
    pub field: Option<String>,
    /// Width of a step, seconds.
    pub step_s: i64,
}

/// The measurements of each step that has any.
#[derive(Clone, Debug, Default)]
pub(crate) struct Measured {
    /// Cells by the start of their step, unix seconds.
    pub steps: BTreeMap<i64, Cell>,
    /// Lines from this time on were looked at, unix milliseconds.
    pub from_ms: i64,
}

impl Measure {
    /// How the measurements go together.
    #[must_use]
    pub(crate) const fn kind(&self) -> Kind {
        if self.field.is_some() { Kind::Distribution } else { Kind::Counter }
    }

    /// Adds the lines of a block that are in the span.
    pub(crate) fn add(&self, block: &BlockLines, cancel: &Cancel, steps: &mut BTreeMap<i64, Cell>) {
        if !self.query.may_match(block) {
            return;
        }
        for (n, it) in block.lines().enumerate() {
            if n % LINES_PER_CHECK == 0 && cancel.is_abandoned() {
                return;
            }
            if !self.query.span_ms.contains(&it.at_ms) || !self.query.matches(&it.line) {
                continue;
            }
            let value = match &self.field {
                Some(field) => filter::number(&it.line, field),
                None => Some(1.0),
            };
            let Some(value) = value else { continue };
            let at_s = it.at_ms.div_euclid(1_000);
            let step = steps.entry(at_s - at_s.rem_euclid(self.step_s)).or_default();
            step.record(self.kind(), value, it.at_ms);
        }
    }
}

/// Measures the lines of a span, newest first, until it is cancelled.
///
/// # Errors
/// If the store can't be read.
pub(crate) async fn span(
    store: &Store,
    app: &str,
    measure: &Measure,
    cancel: &Cancel,
) -> Result<Measured, sqlx::Error> {
    let span_ms = measure.query.span_ms.clone();
    let mut measured = Measured { steps: BTreeMap::new(), from_ms: span_ms.start };
    let mut blocks = WantedBlocks::new(store, app, &measure.query, cancel);
    let (mut reached_ms, mut scanned_bytes) = (i64::MAX, 0);
    while let Some(rows) = blocks.next(span_ms.clone()).await? {
        if rows.is_empty() && cancel.is_over() {
            measured.from_ms = blocks.reached_ms().min(reached_ms).clamp(span_ms.start, span_ms.end);
            return Ok(measured);
        }
        for row in rows {
            if cancel.is_over() || scanned_bytes >= SCAN_BYTES_MAX {
                measured.from_ms = reached_ms.clamp(span_ms.start, span_ms.end);
                return Ok(measured);
            }
            reached_ms = received_ms(&row)?;
            let block = BlockLines::read(&row)?;
            drop(row);
            let Some(block) = block else { continue };
            scanned_bytes += block.bytes.len() as u64;
            measure.add(&block, cancel, &mut measured.steps);
        }
    }
    Ok(measured)
}

/// When the oldest stored block of an app arrived, unix milliseconds.
///
/// # Errors
/// If the store can't be read.
pub(crate) async fn oldest_ms(store: &Store, app: &str) -> Result<Option<i64>, sqlx::Error> {
    let sql = "SELECT received_ms FROM block WHERE app_id = (SELECT id FROM app WHERE name = ?) AND body IS NOT NULL
               ORDER BY received_ms LIMIT 1";
    sqlx::query_scalar(sql).bind(app).fetch_optional(&store.readers).await
}
