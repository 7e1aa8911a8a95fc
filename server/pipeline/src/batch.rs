//! One body while it is read: adds what its lines hold to the accumulator.
//!
//! The second of a line is decided here, from its own time and the time of receipt. Our own
//! counters (`drain.*`) are added here too; they never have the prefix of an origin.

use crate::{
    Delta, Kind, LATE_MS, Line, Loss, Origin,
    accumulator::{Accumulator, Quota},
    extract::{Extractor, Sink},
    loss::Losses,
    series::SeriesRef,
    unmatched::{PendingLines, SampleCollector},
};

/// What a batch does with the findings of the readers.
mod sink;

const LINES: SeriesRef<'_> = counter(b"drain.lines");
const UNMATCHED: SeriesRef<'_> = counter(b"drain.unmatched");
const LATE: SeriesRef<'_> = counter(b"drain.late");
const FUTURE: SeriesRef<'_> = counter(b"drain.future");
const LOST: SeriesRef<'_> = counter(b"drain.lost");
const LOSSES: SeriesRef<'_> = counter(b"drain.losses");

const fn counter(metric: &'static [u8]) -> SeriesRef<'static> {
    SeriesRef::new(metric, Kind::Counter)
}

/// Text that is composed for one measurement at a time.
#[derive(Debug, Default)]
pub(crate) struct Buffers {
    name: Vec<u8>,
    endpoint: Vec<u8>,
}

/// A body while it is read.
pub(crate) struct Batch<'a> {
    accumulator: &'a mut Accumulator,
    buffers: &'a mut Buffers,
    origin: &'a Origin<'a>,
    /// Time of the current line after the clamp, unix milliseconds.
    at_ms: i64,
    /// Text of the current line, for samples of lost text.
    text: &'a [u8],
    delta: Delta,
    /// Lines that are in no cell yet.
    pending: PendingLines,
    /// Whether the current line gave anything.
    is_matched: bool,
    samples: SampleCollector,
    is_timeless: bool,
    losses: Losses,
}

impl<'a> Batch<'a> {
    /// An empty batch. `is_timeless`: everything counts in second 0.
    pub(crate) fn new(
        accumulator: &'a mut Accumulator,
        buffers: &'a mut Buffers,
        origin: &'a Origin<'a>,
        is_timeless: bool,
    ) -> Self {
        Self {
            accumulator,
            buffers,
            origin,
            at_ms: origin.received_ms,
            text: b"",
            delta: Delta::default(),
            pending: PendingLines::default(),
            is_matched: false,
            samples: SampleCollector::default(),
            is_timeless,
            losses: Losses::default(),
        }
    }

    /// Counts bytes that are no line as a loss.
    pub(crate) fn lose_text(&mut self, text: &'a [u8], loss: Loss) {
        self.text = text;
        self.lose(loss);
    }

    /// Reads a line.
    #[inline]
    pub(crate) fn line(&mut self, line: &Line<'a>, extractor: &mut Extractor) {
        self.text = line.msg;
        let received_ms = self.origin.received_ms;
        let stated_ms = line.time_ms.unwrap_or(received_ms);
        if stated_ms.abs_diff(received_ms) > LATE_MS.unsigned_abs() && !self.is_timeless {
            self.set_far_time(stated_ms);
        } else {
            self.at_ms = stated_ms;
        }
        self.delta.lines += 1;
        self.delta.newest_ms = self.delta.newest_ms.max(Some(self.at_ms));
        self.delta.oldest_ms = Some(self.delta.oldest_ms.map_or(self.at_ms, |it| it.min(self.at_ms)));
        let second = self.second(self.at_ms);
        if self.pending.second != second {
            self.write_lines();
            self.pending = PendingLines { second, ..PendingLines::default() };
        }
        self.pending.lines.add(self.at_ms);
        self.is_matched = false;
        extractor.extract(line, self.origin, self);
        if !self.is_matched {
            self.unmatched(line);
        }
    }

    /// Counts a line without a measurement or event, unless it is blank.
    fn unmatched(&mut self, line: &Line<'_>) {
        if !line.msg.trim_ascii().is_empty() {
            self.delta.unmatched_lines += 1;
            self.pending.unmatched.add(self.at_ms);
            self.samples.add(line, &mut self.delta.unmatched);
        }
    }

    /// The second that a time counts in.
    #[inline]
    const fn second(&self, at_ms: i64) -> i64 {
        if self.is_timeless { 0 } else { at_ms.div_euclid(1_000) }
    }

    /// Decides the time of a line that is far from the time of receipt, and counts it as late or in
    /// the future.
    #[cold]
    fn set_far_time(&mut self, stated_ms: i64) {
        let is_future = stated_ms > self.origin.received_ms;
        self.at_ms = if is_future { self.origin.received_ms } else { stated_ms };
        self.count(if is_future { &FUTURE } else { &LATE }, 1, self.at_ms);
    }

    fn write_lines(&mut self) {
        let PendingLines { lines, unmatched, .. } = self.pending;
        for (series, lines) in [(&LINES, lines), (&UNMATCHED, unmatched)] {
            if lines.count > 0 {
                self.count(series, lines.count, lines.newest_ms);
            }
        }
    }

    /// Ends the batch.
    pub(crate) fn end(mut self) -> Delta {
        self.write_lines();
        let mut delta = self.delta;
        delta.losses.extend(self.losses.iter());
        (delta.series, delta.cells) = self.accumulator.take();
        delta
    }

    /// Adds to one of our own counters, which no limit refuses short of 2^32 series.
    fn count(&mut self, series: &SeriesRef<'_>, times: u64, at_ms: i64) {
        if let Ok(index) = self.accumulator.series(series, Quota::Exempt)
            && let Ok(cell) = self.accumulator.cell(index, self.second(at_ms), Quota::Exempt)
        {
            cell.count(times, at_ms);
        }
    }

    /// The series that a line names, with the prefix of the origin. A refused series is counted as
    /// a loss.
    fn series(&mut self, named: &SeriesRef<'_>) -> Option<u32> {
        let mut series = *named;
        let name = &mut self.buffers.name;
        if !self.origin.prefix.is_empty() {
            name.clear();
            name.extend_from_slice(self.origin.prefix.as_bytes());
            name.push(b'.');
            name.extend_from_slice(named.metric);
            series.metric = name;
        }
        let is_too_long = series.is_too_long();
        match self.accumulator.series(&series, Quota::Limited) {
            Ok(index) => {
                if is_too_long {
                    self.lose(Loss::LabelLength);
                }
                Some(index)
            }
            Err(loss) => {
                self.lose(loss);
                None
            }
        }
    }

    #[inline]
    fn record(&mut self, series: u32, second: i64, value: f64) {
        if let Err(loss) = self.accumulator.record(series, second, value, self.at_ms) {
            self.lose(loss);
        }
    }
}
