//! How many wanted lines there are in each step of a span, newest first for as long as there is time.
//!
//! Every block of the span is unpacked, and parsed where it may hold what is wanted: a million lines take about half a second.

use std::time::{Duration, Instant};

use pipeline::Level;

use super::{
    Store,
    logs::{Backwards, Body, SCAN_BYTES_MAX, Wanted},
};

/// Blocks read at once.
const BLOCKS_AT_ONCE: i64 = 16;

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

/// Counts the wanted lines in steps of `step_ms` from `wanted.from_ms` on, for no longer than `time_max`.
///
/// # Errors
/// When the store can't be read.
pub async fn count(
    store: &Store,
    app: &str,
    wanted: &Wanted,
    step_ms: i64,
    time_max: Duration,
) -> Result<Bars, sqlx::Error> {
    let begun = Instant::now();
    let length_ms = (wanted.to_ms - wanted.from_ms).max(1);
    let steps = usize::try_from((length_ms + step_ms - 1) / step_ms).unwrap_or(1);
    let mut bars =
        Bars { all: vec![0; steps], errors: vec![0; steps], counted_from_ms: wanted.from_ms, scanned_bytes: 0 };
    let mut blocks = Backwards::new(BLOCKS_AT_ONCE);
    while let Some(rows) = blocks.next(store, app, wanted.from_ms..wanted.to_ms).await? {
        for row in &rows {
            let Some(body) = Body::read(row)? else { continue };
            bars.scanned_bytes += body.bytes.len() as u64;
            bars.add(&body, wanted, step_ms);
        }
        if begun.elapsed() >= time_max || bars.scanned_bytes >= SCAN_BYTES_MAX {
            // What came in before may only hold lines of before.
            bars.counted_from_ms = blocks.reached_ms.clamp(wanted.from_ms, wanted.to_ms);
            break;
        }
        tokio::task::yield_now().await;
    }
    Ok(bars)
}

impl Bars {
    fn add(&mut self, body: &Body, wanted: &Wanted, step_ms: i64) {
        if !wanted.may_be_in(body) {
            return;
        }
        for (_, at_ms, line) in body.lines() {
            if !(wanted.from_ms..wanted.to_ms).contains(&at_ms) || !wanted.admits(&line) {
                continue;
            }
            let Ok(step) = usize::try_from((at_ms - wanted.from_ms) / step_ms) else { continue };
            self.all[step] = self.all[step].saturating_add(1);
            if Level::of(&line) == Level::Error {
                self.errors[step] = self.errors[step].saturating_add(1);
            }
        }
    }
}
