//! A whole body becomes a delta: the one place where frames, lines, measurements and cells meet.
//!
//! Which second a line counts in is decided here, from its own time and the time of receipt. Our own counters
//! (`drain.*`) are made here and never carry the prefix of an origin.

use memchr::memchr;

use crate::{
    Delta, EVENT_TEXT_BYTES_MAX, EVENTS_PER_BATCH_MAX, Event, Frames, Kind, Line, Loss, Origin, Sample,
    extract::{EventText, Extractor, Measurement, Request, Sink, endpoint, request::SWITCHING_PROTOCOLS},
    loss::Losses,
    mask::masked,
    route::RouteKey,
    series::SeriesRef,
    syslog,
    tally::{Owner, Tally},
    text, time,
    unmatched::{self, Unwritten},
};

/// How far a line's time may lie from that of receipt, milliseconds: beyond it in the future, the time of receipt is
/// taken; beyond it in the past, the line is counted as late, in its own second.
pub const LATE_MS: i64 = 5 * 60 * 1_000;

/// The longest line of text that is read, bytes.
pub const LINE_BYTES_MAX: usize = 1 << 20;

/// Pieces of lost text that one batch keeps of one reason, and how long they are at most, bytes.
pub const SAMPLES_PER_LOSS_MAX: usize = 3;
/// The longest of those pieces, bytes.
pub const SAMPLE_BYTES_MAX: usize = 200;

const LINES: SeriesRef<'_> = own(b"drain.lines");
const UNMATCHED: SeriesRef<'_> = own(b"drain.unmatched");
const LATE: SeriesRef<'_> = own(b"drain.late");
const FUTURE: SeriesRef<'_> = own(b"drain.future");
const LOST: SeriesRef<'_> = own(b"drain.lost");
const LOSSES: SeriesRef<'_> = own(b"drain.losses");

const fn own(metric: &'static [u8]) -> SeriesRef<'static> {
    SeriesRef::new(metric, Kind::Counter)
}

/// Turns bodies into deltas. It remembers the names of series and keeps its room between bodies, and no values.
#[derive(Debug, Default)]
pub struct Reducer {
    tally: Tally,
    extractor: Extractor,
    times: time::Reader,
    buffers: Buffers,
    /// The prefix that the routes of the tally were made under.
    prefix: String,
    /// Whether all time is one second: for sums without a history.
    is_timeless: bool,
}

#[derive(Debug, Default)]
struct Buffers {
    name: Vec<u8>,
    endpoint: Vec<u8>,
}

impl Reducer {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// One whose deltas put everything into second 0: a sum without a history.
    #[must_use]
    pub fn timeless() -> Self {
        Self { is_timeless: true, ..Self::default() }
    }

    /// Reads one body. The result depends on the arguments alone.
    pub fn reduce(&mut self, body: &[u8], origin: &Origin<'_>) -> Delta {
        let (mut batch, extractor, times) = self.begin(origin);
        let mut frames = Frames::new(body);
        while let Some(frame) = frames.next() {
            match frame.and_then(|frame| syslog::parse_with(times, frame, origin.from_logplex)) {
                Ok(line) => batch.line(&line, extractor),
                Err(loss) => {
                    batch.text = frames.text();
                    batch.lose(loss);
                }
            }
        }
        batch.end()
    }

    /// Reads text line by line, each in the form that it has; empty lines are nothing.
    pub fn reduce_text(&mut self, text: &[u8], origin: &Origin<'_>) -> Delta {
        let (mut batch, extractor, times) = self.begin(origin);
        let mut rest = text;
        while !rest.is_empty() {
            let end = memchr(b'\n', rest).unwrap_or(rest.len());
            let line = rest[..end].strip_suffix(b"\r").unwrap_or(&rest[..end]);
            rest = rest.get(end + 1..).unwrap_or_default();
            if line.len() > LINE_BYTES_MAX {
                batch.text = line;
                batch.lose(Loss::FrameLength);
            } else if !line.is_empty() {
                batch.line(&text::line(times, line), extractor);
            }
        }
        batch.end()
    }

    /// Takes the room of a delta that has been counted, so that the next one need not allocate.
    pub fn recycle(&mut self, mut delta: Delta) {
        self.tally.recycle(&mut delta);
    }

    fn begin<'a>(&'a mut self, origin: &'a Origin<'a>) -> (Batch<'a>, &'a mut Extractor, &'a mut time::Reader) {
        if self.prefix != origin.prefix {
            origin.prefix.clone_into(&mut self.prefix);
            self.tally.forget_routes();
        }
        self.tally.begin();
        let batch = Batch {
            tally: &mut self.tally,
            buffers: &mut self.buffers,
            origin,
            at_ms: origin.received_ms,
            text: b"",
            delta: Delta::default(),
            unwritten: Unwritten::default(),
            is_matched: false,
            unmatched: unmatched::Samples::default(),
            is_timeless: self.is_timeless,
            losses: Losses::default(),
        };
        (batch, &mut self.extractor, &mut self.times)
    }
}

/// A body on its way.
struct Batch<'a> {
    tally: &'a mut Tally,
    buffers: &'a mut Buffers,
    origin: &'a Origin<'a>,
    /// Time of the present line, after the clamp, unix milliseconds.
    at_ms: i64,
    /// The present line, for samples of what is lost.
    text: &'a [u8],
    delta: Delta,
    /// Lines that are not in a cell yet.
    unwritten: Unwritten,
    /// Whether the present line gave anything.
    is_matched: bool,
    unmatched: unmatched::Samples,
    is_timeless: bool,
    losses: Losses,
}

impl<'a> Batch<'a> {
    #[inline]
    fn line(&mut self, line: &Line<'a>, extractor: &mut Extractor) {
        self.text = line.msg;
        let received_ms = self.origin.received_ms;
        let said_ms = line.time_ms.unwrap_or(received_ms);
        if said_ms.abs_diff(received_ms) > LATE_MS.unsigned_abs() && !self.is_timeless {
            self.far(said_ms);
        } else {
            self.at_ms = said_ms;
        }
        self.delta.lines += 1;
        self.delta.newest_ms = self.delta.newest_ms.max(Some(self.at_ms));
        self.delta.oldest_ms = Some(self.delta.oldest_ms.map_or(self.at_ms, |it| it.min(self.at_ms)));
        let second = self.second(self.at_ms);
        if self.unwritten.second != second {
            self.write_lines();
            self.unwritten = Unwritten { second, ..Unwritten::default() };
        }
        self.unwritten.lines.add(self.at_ms);
        self.is_matched = false;
        extractor.extract(line, self.origin, self);
        if !self.is_matched {
            self.leave(line);
        }
    }

    /// Counts a line that gave nothing.
    fn leave(&mut self, line: &Line<'_>) {
        if !line.msg.trim_ascii().is_empty() {
            self.delta.unmatched_lines += 1;
            self.unwritten.unmatched.add(self.at_ms);
            self.unmatched.add(line, &mut self.delta.unmatched);
        }
    }

    /// The second that a moment counts in.
    #[inline]
    const fn second(&self, at_ms: i64) -> i64 {
        if self.is_timeless { 0 } else { at_ms.div_euclid(1_000) }
    }

    /// Settles the time of a line that is far from that of its receipt.
    #[cold]
    fn far(&mut self, said_ms: i64) {
        let is_future = said_ms > self.origin.received_ms;
        self.at_ms = if is_future { self.origin.received_ms } else { said_ms };
        self.count(if is_future { &FUTURE } else { &LATE }, 1, self.at_ms);
    }

    fn write_lines(&mut self) {
        let Unwritten { lines, unmatched, .. } = self.unwritten;
        for (series, lines) in [(&LINES, lines), (&UNMATCHED, unmatched)] {
            if lines.count > 0 {
                self.count(series, lines.count, lines.newest_ms);
            }
        }
    }

    fn end(mut self) -> Delta {
        self.write_lines();
        let mut delta = self.delta;
        delta.losses.extend(self.losses.iter());
        (delta.series, delta.cells) = self.tally.take();
        delta
    }

    /// Adds to one of our own counters. Ourselves are refused nothing, short of 2^32 series.
    fn count(&mut self, series: &SeriesRef<'_>, times: u64, at_ms: i64) {
        if let Ok(index) = self.tally.series(series, Owner::Ourselves)
            && let Ok(cell) = self.tally.cell(index, self.second(at_ms), Owner::Ourselves)
        {
            cell.count(times, at_ms);
        }
    }

    /// The series that a line names, under the prefix of the origin; a refusal is counted.
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

    #[inline]
    fn record(&mut self, series: u32, second: i64, value: f64) {
        if let Err(loss) = self.tally.record(series, second, value, self.at_ms) {
            self.lose(loss);
        }
    }

    /// Counts a request whose series are known by what it says, or will be from now on.
    #[inline]
    fn record_route(&mut self, route: u32, request: &Request<'_>) {
        let place = |place: usize, series: SeriesRef<'_>, batch: &mut Self| {
            let known = batch.tally.routes.series(route, place);
            known.or_else(|| {
                let index = batch.series(&series)?;
                if !series.is_too_long() {
                    batch.tally.routes.set_series(route, place, index);
                }
                Some(index)
            })
        };
        let lead = request.lead();
        let second = self.second(self.at_ms);
        if let Some(series) = place(0, lead.series, self) {
            self.record(series, second, lead.value);
        }
        for (index, value) in request.others().into_iter().enumerate() {
            let Some(value) = value else { continue };
            if let Some(series) = place(index + 1, request.series(index), self) {
                self.record(series, second, value);
            }
        }
    }

    /// Counts a request for its endpoint, in the minute that it belongs to.
    #[inline]
    fn record_endpoint(&mut self, request: &Request<'_>) {
        if request.path.is_empty() || request.status == SWITCHING_PROTOCOLS {
            return;
        }
        let mut path = std::mem::take(&mut self.buffers.endpoint);
        endpoint::fold(request.path, &mut path);
        let (kind, unit, value) = match request.service_ms {
            Some(value) => (Kind::Distribution, &b"ms"[..], value),
            None => (Kind::Counter, &b""[..], 1.0),
        };
        if !path.is_empty() {
            let named = SeriesRef { unit, method: request.method, path: &path, ..SeriesRef::new(ENDPOINTS, kind) };
            let (hash, known) = self.tally.endpoint(&named);
            let series = known.or_else(|| {
                let series = self.series(&named)?;
                self.tally.set_endpoint(hash, series);
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

/// Requests by method and endpoint: how long they took, or how many there were where that was not said.
const ENDPOINTS: &[u8] = b"router.endpoints";

impl Sink for Batch<'_> {
    #[inline]
    fn request(&mut self, request: &Request<'_>) {
        self.is_matched = true;
        if let Some(key) = RouteKey::of(request) {
            let route = self.tally.routes.find(key);
            self.record_route(route, request);
        } else {
            let lead = request.lead();
            self.measure(&lead);
            for (index, value) in request.others().into_iter().enumerate() {
                if let Some(value) = value {
                    self.measure(&Measurement { series: request.series(index), value });
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
        let series = self.tally.series(&SeriesRef { code, ..LOST }, Owner::Ourselves);
        if let Ok(cell) = series.and_then(|it| self.tally.cell(it, at_s, Owner::Ourselves)) {
            #[expect(clippy::cast_precision_loss, reason = "a sender does not lose 2^53 lines between two reports")]
            cell.record(Kind::Counter, lines as f64, self.at_ms);
        }
    }

    #[cold]
    fn lose(&mut self, loss: Loss) {
        // What was not used of it is said already.
        self.is_matched = true;
        self.losses.add(loss);
        self.count(&SeriesRef { code: loss.word().as_bytes(), ..LOSSES }, 1, self.origin.received_ms);
        let samples = &mut self.delta.samples;
        if samples.iter().filter(|it| it.loss == loss).count() < SAMPLES_PER_LOSS_MAX {
            samples.push(Sample { loss, text: masked(self.text, SAMPLE_BYTES_MAX) });
        }
    }
}
