//! What a batch does with the findings of the readers: requests, measurements, events and losses.
//!
//! Which series a finding counts in is decided here. The limits are those of
//! [`crate::accumulator`].

use super::{Batch, LATE_MS, LOSSES, LOST};
use crate::{
    Cell, EVENT_TEXT_BYTES_MAX, EVENTS_PER_BATCH_MAX, Event, Kind, Loss, LossSample,
    accumulator::Quota,
    delta::{SAMPLE_BYTES_MAX, SAMPLES_PER_LOSS_MAX},
    extract::{EventText, Measurement, Request, Sink, endpoint, request::SWITCHING_PROTOCOLS},
    mask::masked,
    series::SeriesRef,
};

/// Requests by method and endpoint: their service times, or their number if lines have no times.
const ENDPOINTS: &[u8] = b"router.endpoints";
/// Failed requests by method, endpoint, status and error code. The status 0 is that of a request
/// without a response.
const ENDPOINT_ERRORS: &[u8] = b"router.endpoint_errors";

impl Batch<'_> {
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
            if request.is_failed() {
                self.record_endpoint_error(request, &path);
            }
        }
        self.buffers.endpoint = path;
    }

    /// Counts a loss with a sample of the line.
    fn lose_times(&mut self, loss: Loss, times: u64) {
        // The line is reported as a loss already.
        self.is_matched = true;
        self.losses.add(loss, times);
        self.count(&SeriesRef { code: loss.word().as_bytes(), ..LOSSES }, times, self.origin.received_ms);
        let samples = &mut self.delta.samples;
        if samples.iter().filter(|it| it.loss == loss).count() < SAMPLES_PER_LOSS_MAX {
            samples.push(LossSample { loss, text: masked(self.text, SAMPLE_BYTES_MAX) });
        }
    }

    /// Counts a failed request of an endpoint, by the minute.
    #[cold]
    fn record_endpoint_error(&mut self, request: &Request<'_>, path: &[u8]) {
        let named = SeriesRef {
            method: request.method,
            path,
            status: request.status,
            code: request.code,
            ..SeriesRef::new(ENDPOINT_ERRORS, Kind::Counter)
        };
        if let Some(series) = self.series(&named) {
            let second = self.second(self.at_ms);
            self.record(series, second - second.rem_euclid(60), 1.0);
        }
    }
}

impl Sink for Batch<'_> {
    #[inline]
    fn request(&mut self, request: &Request<'_>) {
        self.is_matched = true;
        if let Some(key) = request.key() {
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

    fn merge(&mut self, series: &SeriesRef<'_>, cell: &Cell) {
        self.is_matched = true;
        let (second, last_ms) = (self.second(self.at_ms), self.at_ms);
        let Some(series) = self.series(series) else { return };
        match self.accumulator.cell(series, second, Quota::Limited) {
            Ok(sum) => {
                let before = sum.last_ms;
                sum.merge(cell);
                if last_ms >= before {
                    (sum.last, sum.last_ms) = (cell.last, last_ms);
                }
            }
            Err(loss) => self.lose(loss),
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
        self.lose_times(loss, 1);
    }

    fn lose_records(&mut self, records: u64) {
        self.lose_times(Loss::Record, records);
    }
}
