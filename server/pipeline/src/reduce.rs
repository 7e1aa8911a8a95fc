//! A whole body becomes a delta: the one place where frames, lines, measurements and cells meet.
//!
//! Which second a line counts in is decided here, from its own time and the time of receipt. Our own counters
//! (`drain.*`) are made here and never carry the prefix of an origin.

use crate::{
    Delta, Frames, Kind, Line, Loss, Origin,
    extract::{Extractor, Measurement, Sink},
    loss::Losses,
    series::SeriesRef,
    syslog,
    tally::{Owner, Tally},
};

/// How far a line's time may lie from that of receipt, milliseconds: beyond it in the future, the time of receipt is
/// taken; beyond it in the past, the line is counted as late, in its own second.
pub const LATE_MS: i64 = 5 * 60 * 1_000;

const LINES: SeriesRef<'_> = own(b"drain.lines");
const LATE: SeriesRef<'_> = own(b"drain.late");
const FUTURE: SeriesRef<'_> = own(b"drain.future");
const LOST: SeriesRef<'_> = own(b"drain.lost");
const LOSSES: SeriesRef<'_> = own(b"drain.losses");

const fn own(metric: &'static [u8]) -> SeriesRef<'static> {
    SeriesRef::new(metric, Kind::Counter)
}

/// Turns bodies into deltas. It keeps its room between bodies, and nothing else.
#[derive(Debug, Default)]
pub struct Reducer {
    tally: Tally,
    extractor: Extractor,
    name: Vec<u8>,
}

impl Reducer {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads one body. The result depends on the arguments alone.
    pub fn reduce(&mut self, body: &[u8], origin: &Origin<'_>) -> Delta {
        let mut batch = Batch {
            tally: &mut self.tally,
            name: &mut self.name,
            origin,
            at_ms: origin.received_ms,
            lines: 0,
            lines_series: None,
            newest_ms: None,
            losses: Losses::default(),
        };
        for frame in Frames::new(body) {
            match frame.and_then(|frame| syslog::parse(frame, origin.from_logplex)) {
                Ok(line) => {
                    batch.begin(&line);
                    self.extractor.extract(&line, origin.source_prefix, &mut batch);
                }
                Err(loss) => batch.lose(loss),
            }
        }
        let Batch { lines, newest_ms, losses, .. } = batch;
        let (series, cells) = self.tally.take();
        Delta { lines, newest_ms, series, cells, losses: losses.iter().collect() }
    }
}

/// A body on its way.
struct Batch<'a> {
    tally: &'a mut Tally,
    /// Buffer for a prefixed name.
    name: &'a mut Vec<u8>,
    origin: &'a Origin<'a>,
    /// Time of the present line, after the clamp, unix milliseconds.
    at_ms: i64,
    lines: u64,
    /// The series of `drain.lines`, once it is known.
    lines_series: Option<u32>,
    newest_ms: Option<i64>,
    losses: Losses,
}

impl Batch<'_> {
    /// Settles the time of a line and counts it.
    fn begin(&mut self, line: &Line<'_>) {
        let received_ms = self.origin.received_ms;
        let said_ms = line.time_ms.unwrap_or(received_ms);
        let is_future = said_ms > received_ms.saturating_add(LATE_MS);
        self.at_ms = if is_future { received_ms } else { said_ms };
        self.lines += 1;
        self.newest_ms = self.newest_ms.max(Some(self.at_ms));
        self.count_line();
        if is_future {
            self.count(&FUTURE, 1.0, self.at_ms);
        } else if said_ms < received_ms.saturating_sub(LATE_MS) {
            self.count(&LATE, 1.0, self.at_ms);
        }
    }

    /// Adds to one of our own counters. Ourselves are refused nothing, short of 2^32 series.
    fn count(&mut self, series: &SeriesRef<'_>, value: f64, at_ms: i64) {
        if let Ok(index) = self.tally.series(series, Owner::Ourselves)
            && let Ok(cell) = self.tally.cell(index, second(at_ms), Owner::Ourselves)
        {
            cell.record(series.kind, value, at_ms);
        }
    }

    /// Adds to the series that every line adds to, which is searched only once.
    fn count_line(&mut self) {
        let known = self.lines_series.map_or_else(|| self.tally.series(&LINES, Owner::Ourselves), Ok);
        self.lines_series = known.ok();
        if let Some(index) = self.lines_series
            && let Ok(cell) = self.tally.cell(index, second(self.at_ms), Owner::Ourselves)
        {
            cell.record(Kind::Counter, 1.0, self.at_ms);
        }
    }

    /// The series that a line names, under the prefix of the origin; a refusal is counted.
    fn series(&mut self, named: &SeriesRef<'_>) -> Option<u32> {
        let mut series = *named;
        if !self.origin.prefix.is_empty() {
            self.name.clear();
            self.name.extend_from_slice(self.origin.prefix.as_bytes());
            self.name.push(b'.');
            self.name.extend_from_slice(named.metric);
            series.metric = self.name;
        }
        let is_too_long = series.is_too_long();
        match self.tally.series(&series, Owner::Line) {
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

    fn record(&mut self, series: u32, measurement: &Measurement<'_>) {
        match self.tally.cell(series, second(self.at_ms), Owner::Line) {
            Ok(cell) => cell.record(measurement.series.kind, measurement.value, self.at_ms),
            Err(loss) => self.lose(loss),
        }
    }
}

impl Sink for Batch<'_> {
    fn measure(&mut self, measurement: &Measurement<'_>) {
        if let Some(series) = self.series(&measurement.series) {
            self.record(series, measurement);
        }
    }

    fn measure_together<const N: usize>(&mut self, lead: &Measurement<'_>, others: &[Option<Measurement<'_>>; N]) {
        let lead_series = self.series(&lead.series);
        if let Some(series) = lead_series {
            self.record(series, lead);
        }
        for (place, other) in others.iter().enumerate() {
            let Some(other) = other else { continue };
            let known = lead_series.and_then(|lead| self.tally.together(lead, place));
            let Some(series) = known.or_else(|| self.series(&other.series)) else { continue };
            if let (Some(lead), None, false) = (lead_series, known, other.series.is_too_long()) {
                self.tally.set_together(lead, place, series);
            }
            self.record(series, other);
        }
    }

    fn lost(&mut self, code: &[u8], lines: u64) {
        #[expect(clippy::cast_precision_loss, reason = "a sender does not lose 2^53 lines between two reports")]
        self.count(&SeriesRef { code, ..LOST }, lines as f64, self.at_ms);
    }

    fn lose(&mut self, loss: Loss) {
        self.losses.add(loss);
        self.count(&SeriesRef { code: loss.word().as_bytes(), ..LOSSES }, 1.0, self.origin.received_ms);
    }
}

const fn second(at_ms: i64) -> i64 {
    at_ms.div_euclid(1_000)
}
