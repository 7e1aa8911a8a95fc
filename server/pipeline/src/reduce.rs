//! Reduces a whole body, or text line by line, to a delta. What a line adds is decided in
//! [`crate::batch`].

use memchr::memchr;

use crate::{
    Delta, Frames, Loss, Origin,
    accumulator::Accumulator,
    batch::{Batch, Buffers},
    extract::Extractor,
    syslog, text, time,
};

/// How far a line's time may be from the time of receipt, milliseconds. A line further in the
/// future gets the time of receipt. A line further in the past keeps its own second and is counted
/// as late.
pub const LATE_MS: i64 = 5 * 60 * 1_000;

/// The longest line of text that is read, bytes.
pub const LINE_BYTES_MAX: usize = 1 << 20;

/// The most samples of lost text that one batch keeps for one reason.
pub const SAMPLES_PER_LOSS_MAX: usize = 3;
/// The longest sample of lost text, bytes.
pub const SAMPLE_BYTES_MAX: usize = 200;

/// Reduces bodies to deltas. Between bodies it keeps the names of series and its memory, and no
/// values.
#[derive(Debug, Default)]
pub struct Reducer {
    accumulator: Accumulator,
    extractor: Extractor,
    times: time::Parser,
    buffers: Buffers,
    /// The prefix of the series that the accumulator keeps for requests.
    prefix: String,
    /// Whether everything counts in second 0, for sums without a history.
    is_timeless: bool,
}

impl Reducer {
    /// A reducer that knows no series yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A reducer whose deltas put everything into second 0: sums without a history.
    #[must_use]
    pub fn timeless() -> Self {
        Self { is_timeless: true, ..Self::default() }
    }

    /// Reads one body of frames. The result depends on the arguments only.
    pub fn reduce(&mut self, body: &[u8], origin: &Origin<'_>) -> Delta {
        let (mut batch, extractor, times) = self.begin(origin);
        let mut frames = Frames::new(body);
        while let Some(frame) = frames.next() {
            match frame.and_then(|frame| syslog::parse_with(times, frame, origin.from_logplex)) {
                Ok(line) => batch.line(&line, extractor),
                Err(loss) => batch.lose_text(frames.text(), loss),
            }
        }
        batch.end()
    }

    /// Reads text line by line, in any form that [`text::line`] knows. Empty lines are skipped.
    pub fn reduce_text(&mut self, text: &[u8], origin: &Origin<'_>) -> Delta {
        let (mut batch, extractor, times) = self.begin(origin);
        let mut rest = text;
        while !rest.is_empty() {
            let end = memchr(b'\n', rest).unwrap_or(rest.len());
            let line = rest[..end].strip_suffix(b"\r").unwrap_or(&rest[..end]);
            rest = rest.get(end + 1..).unwrap_or_default();
            if line.len() > LINE_BYTES_MAX {
                batch.lose_text(line, Loss::FrameLength);
            } else if !line.is_empty() {
                batch.line(&text::line(times, line), extractor);
            }
        }
        batch.end()
    }

    /// Takes the memory of a delta that is no longer needed, so that the next one need not
    /// allocate.
    pub fn recycle(&mut self, mut delta: Delta) {
        self.accumulator.recycle(&mut delta);
    }

    fn begin<'a>(&'a mut self, origin: &'a Origin<'a>) -> (Batch<'a>, &'a mut Extractor, &'a mut time::Parser) {
        if self.prefix != origin.prefix {
            origin.prefix.clone_into(&mut self.prefix);
            self.accumulator.forget_request_series();
        }
        self.accumulator.begin();
        let batch = Batch::new(&mut self.accumulator, &mut self.buffers, origin, self.is_timeless);
        (batch, &mut self.extractor, &mut self.times)
    }
}
