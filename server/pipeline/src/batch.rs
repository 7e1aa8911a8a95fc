//! One body while it is read: adds what its lines hold to the accumulator.
//!
//! The second of a line is decided here, from its own time and the time of receipt. Our own counters (`drain.*`) are added
//! here too; they never have the prefix of an origin.

use crate::{
    Delta, EVENT_TEXT_BYTES_MAX, EVENTS_PER_BATCH_MAX, Event, Kind, LATE_MS, Line, Loss, LossSample, Origin,
    accumulator::{Accumulator, Quota},
    extract::{EventText, Extractor, Measurement, Request, Sink, endpoint, request::SWITCHING_PROTOCOLS},
    loss::Losses,
    mask::masked,
    reduce::{SAMPLE_BYTES_MAX, SAMPLES_PER_LOSS_MAX},
    request_series::RequestKey,
    series::SeriesRef,
    unmatched::{PendingLines, SampleCollector},
};

const LINES: SeriesRef<'_> = counter(b"drain.lines");
const UNMATCHED: SeriesRef<'_> = counter(b"drain.unmatched");
const LATE: SeriesRef<'_> = counter(b"drain.late");
const FUTURE: SeriesRef<'_> = counter(b"drain.future");
const LOST: SeriesRef<'_> = counter(b"drain.lost");
const LOSSES: SeriesRef<'_> = counter(b"drain.losses");

const fn counter(metric: &'static [u8]) -> SeriesRef<'static> {
    SeriesRef::new(metric, Kind::Counter)
}

/// Requests by method and endpoint: their service times, or their number if lines have no times.
const ENDPOINTS: &[u8] = b"router.endpoints";

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

    /// Decides the time of a line that is far from the time of receipt, and counts it as late or in the future.
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

    /// The series that a line names, with the prefix of the origin. A refused series is counted as a loss.
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

    /// Counts a request in the series that are kept for its kind, and keeps those that are new.
    #[inline]
    fn record_by_key(&mut self, entry: u32, request: &Request<'_>) {
        let series_at = |place: usize, series: SeriesRef<'_>, batch: &mut Self| {
            let known = batch.accumulator.request_series.series(entry, place);
            known.or_else(|| {
                let index = batch.series(&series)?;
                if !series.is_too_long() {
                    batch.accumulator.request_series.set_series(entry, place, index);
                }
                Some(index)
            })
        };
        let count = request.count();
        let second = self.second(self.at_ms);
        if let Some(series) = series_at(0, count.series, self) {
            self.record(series, second, count.value);
        }
        for (index, value) in request.values().into_iter().enumerate() {
            let Some(value) = value else { continue };
            if let Some(series) = series_at(index + 1, request.series_of(index), self) {
                self.record(series, second, value);
            }
        }
    }

    /// Counts a request in the series of its endpoint, by the minute.
    #[inline]
    fn record_endpoint(&mut self, request: &Request<'_>) {
        if request.path.is_empty() || request.status == SWITCHING_PROTOCOLS {
            return;
        }
        let mut path = std::mem::take(&mut self.buffers.endpoint);
        endpoint::normalize(request.path, &mut path);
        let (kind, unit, value) = match request.service_ms {
            Some(value) => (Kind::Distribution, &b"ms"[..], value),
            None => (Kind::Counter, &b""[..], 1.0),
        };
        if !path.is_empty() {
            let named = SeriesRef { unit, method: request.method, path: &path, ..SeriesRef::new(ENDPOINTS, kind) };
            let (hash, known) = self.accumulator.endpoint(&named);
            let series = known.or_else(|| {
                let series = self.series(&named)?;
                self.accumulator.set_endpoint(hash, series);
                Some(series)
            });
            if let Some(series) = series {
                let second = self.second(self.at_ms);
                self.record(series, second - second.rem_euclid(60), value);
            }
        }
        self.buffers.endpoint = path;
    }
}

impl Sink for Batch<'_> {
    #[inline]
    fn request(&mut self, request: &Request<'_>) {
        self.is_matched = true;
        if let Some(key) = RequestKey::of(request) {
            let entry = self.accumulator.request_series.find(key);
            self.record_by_key(entry, request);
        } else {
            let count = request.count();
            self.measure(&count);
            for (index, value) in request.values().into_iter().enumerate() {
                if let Some(value) = value {
                    self.measure(&Measurement { series: request.series_of(index), value });
                }
            }
        }
        self.record_endpoint(request);
    }

    fn measure(&mut self, measurement: &Measurement<'_>) {
        self.is_matched = true;
        if let Some(series) = self.series(&measurement.series) {
            self.record(series, self.second(self.at_ms), measurement.value);
        }
    }

    fn event(&mut self, event: &EventText<'_>) {
        self.is_matched = true;
        if self.delta.events.len() >= EVENTS_PER_BATCH_MAX {
            return self.lose(Loss::EventLimit);
        }
        let text = |bytes| masked(bytes, EVENT_TEXT_BYTES_MAX);
        self.delta.events.push(Event {
            at_ms: event.at_ms.unwrap_or(self.at_ms),
            end_ms: event.end_ms,
            kind: event.kind,
            source: text(event.source),
            text: text(event.text),
            link: text(event.link),
        });
    }

    fn date(&mut self, at_ms: i64) {
        self.at_ms = at_ms.min(self.origin.received_ms.saturating_add(LATE_MS));
    }

    fn lost(&mut self, code: &[u8], lines: u64) {
        self.is_matched = true;
        let at_s = self.second(self.at_ms);
        let series = self.accumulator.series(&SeriesRef { code, ..LOST }, Quota::Exempt);
        if let Ok(cell) = series.and_then(|it| self.accumulator.cell(it, at_s, Quota::Exempt)) {
            #[expect(clippy::cast_precision_loss, reason = "a sender does not lose 2^53 lines between two reports")]
            cell.record(Kind::Counter, lines as f64, self.at_ms);
        }
    }

    #[cold]
    fn lose(&mut self, loss: Loss) {
        // The line is reported as a loss already.
        self.is_matched = true;
        self.losses.add(loss);
        self.count(&SeriesRef { code: loss.word().as_bytes(), ..LOSSES }, 1, self.origin.received_ms);
        let samples = &mut self.delta.samples;
        if samples.iter().filter(|it| it.loss == loss).count() < SAMPLES_PER_LOSS_MAX {
            samples.push(LossSample { loss, text: masked(self.text, SAMPLE_BYTES_MAX) });
        }
    }
}
