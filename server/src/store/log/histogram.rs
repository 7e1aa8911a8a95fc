//! How many wanted lines there are in each step of a span, newest first for as long as there is time.
//!
//! Every block of the span is unpacked, and parsed where it may hold what is wanted: a million lines take about half a second.

use pipeline::Level;

use super::{
    block_reader::{Chunks, received_ms},
    search::{Body, SCAN_BYTES_MAX, Wanted},
};
use crate::store::{Store, search_slots::Stop};

/// Lines between two looks at whether anybody still waits.
const LINES_A_LOOK: usize = 1_024;

/// The counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bars {
    /// Lines of each step.
    pub all: Vec<u32>,
    /// Those of them that are errors.
    pub errors: Vec<u32>,
    /// Lines of this time and later are counted, unix milliseconds.
    pub counted_from_ms: i64,
    /// Bytes of raw lines that were looked at.
    pub scanned_bytes: u64,
}

/// Counts the wanted lines in steps of `step_ms` from `wanted.from_ms` on, until it stops.
///
/// # Errors
/// When the store can't be read.
pub async fn count(store: &Store, app: &str, wanted: &Wanted, step_ms: i64, stop: &Stop) -> Result<Bars, sqlx::Error> {
    let length_ms = (wanted.to_ms - wanted.from_ms).max(1);
    let steps = usize::try_from((length_ms + step_ms - 1) / step_ms).unwrap_or(1);
    let mut bars =
        Bars { all: vec![0; steps], errors: vec![0; steps], counted_from_ms: wanted.from_ms, scanned_bytes: 0 };
    let mut blocks = Chunks::back(store, app, i64::MAX);
    let mut reached_ms = i64::MAX;
    'all: while let Some(rows) = blocks.next(wanted.from_ms..wanted.to_ms).await? {
        for row in rows {
            if stop.is_over() || bars.scanned_bytes >= SCAN_BYTES_MAX {
                // What came in before may only hold lines of before.
                bars.counted_from_ms = reached_ms.clamp(wanted.from_ms, wanted.to_ms);
                break 'all;
            }
            reached_ms = received_ms(&row)?;
            let read = Body::read(&row)?;
            drop(row);
            let Some(body) = read else { continue };
            bars.scanned_bytes += body.bytes.len() as u64;
            bars.add(&body, wanted, step_ms, stop);
        }
    }
    Ok(bars)
}

impl Bars {
    fn add(&mut self, body: &Body, wanted: &Wanted, step_ms: i64, stop: &Stop) {
        if !wanted.may_be_in(body) {
            return;
        }
        for (n, (_, at_ms, line)) in body.lines().enumerate() {
            if n % LINES_A_LOOK == 0 && stop.is_left() {
                return;
            }
            if !(wanted.from_ms..wanted.to_ms).contains(&at_ms) || !wanted.admits(&line) {
                continue;
            }
            let step = usize::try_from((at_ms - wanted.from_ms) / step_ms).unwrap_or(usize::MAX);
            let (Some(all), Some(errors)) = (self.all.get_mut(step), self.errors.get_mut(step)) else { continue };
            *all = all.saturating_add(1);
            *errors = errors.saturating_add(u32::from(Level::of(&line) == Level::Error));
        }
    }
}
