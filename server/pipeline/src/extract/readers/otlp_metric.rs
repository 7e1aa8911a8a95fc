//! Data points of OpenTelemetry metrics, as the OTLP receiver writes them: one line a point, counts
//! since the point before it. Source of the numbers: OpenTelemetry's `metrics.proto`.
//!
//! ```text
//! gauge name=process.memory.usage unit=bytes value=48234496
//! sum name=orders.placed value=3
//! histogram name=http.server.request.duration unit=ms scale=1000 count=3 sum=0.42 bounds=0.1,0.25 buckets=1,2,0 method=GET status=200
//! exponential name=db.duration unit=ms scale=1000 count=2 sum=0.3 exponent=3 zero=0 positive=-20:1,0,1
//! summary name=gc.pause unit=ms count=4 sum=12 quantiles=0.5:2,0.99:9
//! ```
//! `scale` converts values to `unit`. A histogram's percentiles are as exact as its buckets: the
//! gauge `NAME.error`, in percent, says how far they may be off. A summary gives the gauges
//! `NAME.p50` and so on, since quantiles can't be merged.
//!
//! # Limits
//! [`BUCKETS_MAX`] buckets of a point, and as many quantiles.

use super::{Context, Example, Measurement, Reader, Sink, Writer, l2met::is_reserved, request};
use crate::{Kind, Line, Loss, bucket::Buckets, logfmt::Pairs, number::VALUE_MAX, series::SeriesRef};

/// The most buckets of one point. SDKs make 160 at most, and 15 by default.
const BUCKETS_MAX: usize = 1_024;
/// Scales of exponential histograms that are read: those that OpenTelemetry's SDKs produce.
const EXPONENTS: std::ops::RangeInclusive<i32> = -10..=20;

pub(super) const READER: Reader = Reader {
    name: "otlp_metric",
    title: "Metrics of OpenTelemetry",
    writers: &[Writer::Otlp],
    examples: &[
        Example { app: "otlp", proc_id: "web.1", msg: "gauge name=process.memory.usage unit=bytes value=48234496" },
        Example {
            app: "otlp",
            proc_id: "web.1",
            msg: "histogram name=http.server.request.duration unit=ms scale=1000 count=3 sum=0.42 bounds=0.1,0.25 buckets=1,2,0 method=GET status=200",
        },
    ],
    metrics: &["process.memory.usage", "http.server.request.duration", "http.server.request.duration.error"],
    events: &[],
    parts: None,
};

/// Reads a data point; whether the line is one.
pub(super) fn read(line: &Line<'_>, context: &mut Context<'_>, sink: &mut impl Sink) -> bool {
    let Some(kind) = [&b"gauge "[..], b"sum ", b"histogram ", b"exponential ", b"summary "]
        .into_iter()
        .find(|it| line.msg.starts_with(it))
    else {
        return false;
    };
    let point = Point::of(&line.msg[kind.len()..], line.proc_id);
    if point.series.metric.is_empty() || is_reserved(point.series.metric) {
        sink.lose(Loss::ReservedName);
        return true;
    }
    let (_, name) = context.text(line);
    let given = match kind {
        b"gauge " => point.value(Kind::Gauge, sink),
        b"sum " => point.value(Kind::Counter, sink),
        b"histogram " => point.buckets(Point::explicit, name, sink),
        b"exponential " => point.buckets(Point::exponential, name, sink),
        _ => point.summary(name, sink),
    };
    if given.is_none() {
        sink.lose(Loss::Value);
    }
    true
}

/// The fields of a point as the line has them.
struct Point<'a> {
    series: SeriesRef<'a>,
    scale: f64,
    value: &'a [u8],
    count: &'a [u8],
    sum: &'a [u8],
    min: &'a [u8],
    max: &'a [u8],
    bounds: &'a [u8],
    buckets: &'a [u8],
    exponent: &'a [u8],
    zero: &'a [u8],
    positive: &'a [u8],
    negative: &'a [u8],
    quantiles: &'a [u8],
}

impl<'a> Point<'a> {
    fn of(text: &'a [u8], source: &'a [u8]) -> Self {
        let none = &b""[..];
        let mut point = Self {
            series: SeriesRef { source, ..SeriesRef::new(none, Kind::Gauge) },
            scale: 1.0,
            value: none,
            count: none,
            sum: none,
            min: none,
            max: none,
            bounds: none,
            buckets: none,
            exponent: none,
            zero: none,
            positive: none,
            negative: none,
            quantiles: none,
        };
        for pair in Pairs::new(text) {
            let slot = match pair.key {
                b"name" => &mut point.series.metric,
                b"unit" => &mut point.series.unit,
                b"path" => &mut point.series.path,
                b"code" => &mut point.series.code,
                b"value" => &mut point.value,
                b"count" => &mut point.count,
                b"sum" => &mut point.sum,
                b"min" => &mut point.min,
                b"max" => &mut point.max,
                b"bounds" => &mut point.bounds,
                b"buckets" => &mut point.buckets,
                b"exponent" => &mut point.exponent,
                b"zero" => &mut point.zero,
                b"positive" => &mut point.positive,
                b"negative" => &mut point.negative,
                b"quantiles" => &mut point.quantiles,
                b"method" => {
                    point.series.method = request::method(pair.value);
                    continue;
                }
                b"status" => {
                    point.series.status = request::status(pair.value);
                    continue;
                }
                b"scale" => {
                    point.scale = finite(pair.value).unwrap_or(1.0);
                    continue;
                }
                _ => continue,
            };
            *slot = pair.value;
        }
        point
    }

    /// A gauge or the growth of a counter.
    fn value(&self, kind: Kind, sink: &mut impl Sink) -> Option<()> {
        let value = finite(self.value)? * self.scale;
        sink.measure(&Measurement { series: SeriesRef { kind, ..self.series }, value });
        Some(())
    }

    /// A histogram, and how exact it is.
    fn buckets(
        &self,
        fill: fn(&Self, &mut Buckets) -> Option<()>,
        name: &mut Vec<u8>,
        sink: &mut impl Sink,
    ) -> Option<()> {
        let scaled = |text: &[u8]| finite(text).map(|it| it * self.scale);
        let mut buckets = Buckets::new(scaled(self.min), scaled(self.max));
        fill(self, &mut buckets)?;
        let error_percent = buckets.error() * 100.0;
        let Some(cell) = buckets.cell(scaled(self.sum), i64::MIN) else {
            // A point without values is no loss.
            return (whole(self.count) == Some(0)).then_some(());
        };
        sink.merge(&SeriesRef { kind: Kind::Distribution, ..self.series }, &cell);
        let metric = suffixed(name, self.series.metric, b".error");
        let series = SeriesRef { metric, unit: b"%", kind: Kind::Gauge, ..self.series };
        sink.measure(&Measurement { series, value: error_percent });
        Some(())
    }

    /// Buckets with bounds of their own: one bound fewer than counts.
    fn explicit(&self, buckets: &mut Buckets) -> Option<()> {
        let mut bounds = list(self.bounds);
        let mut low = f64::NEG_INFINITY;
        for (index, count) in list(self.buckets).enumerate() {
            let high = match bounds.next() {
                Some(bound) => finite(bound)? * self.scale,
                None => f64::INFINITY,
            };
            if index >= BUCKETS_MAX || high < low {
                return None;
            }
            // Below the first bound are values from zero on, unless the bound is not above it.
            let from = if index == 0 && high > 0.0 && self.min.is_empty() { 0.0 } else { low };
            buckets.add(from, high, whole(count)?);
            low = high;
        }
        if low == f64::NEG_INFINITY {
            // No buckets: all that is known is the mean.
            let (count, sum) = (whole(self.count)?, finite(self.sum)? * self.scale);
            #[expect(clippy::cast_precision_loss, reason = "exact up to 2^53")]
            let mean = sum / count.max(1) as f64;
            buckets.add(mean, mean, count);
            return Some(());
        }
        (low == f64::INFINITY && bounds.next().is_none()).then_some(())
    }

    /// Buckets whose bounds are powers of 2^(2^-exponent).
    fn exponential(&self, buckets: &mut Buckets) -> Option<()> {
        let exponent: i32 = std::str::from_utf8(self.exponent).ok()?.parse().ok()?;
        if !EXPONENTS.contains(&exponent) {
            return None;
        }
        if !self.zero.is_empty() {
            buckets.add(0.0, 0.0, whole(self.zero)?);
        }
        let step = f64::from(-exponent).exp2();
        for (side, sign) in [(self.positive, 1.0), (self.negative, -1.0)] {
            let Some(colon) = memchr::memchr(b':', side) else { continue };
            let offset: i32 = std::str::from_utf8(&side[..colon]).ok()?.parse().ok()?;
            for (index, count) in list(&side[colon + 1..]).enumerate() {
                let index = i32::try_from(index).ok().filter(|_| index < BUCKETS_MAX)?;
                let bucket = f64::from(offset) + f64::from(index);
                let (low, high) = ((bucket * step).exp2() * self.scale, ((bucket + 1.0) * step).exp2() * self.scale);
                let count = whole(count)?;
                if count > 0 && !high.is_finite() {
                    return None;
                }
                if sign > 0.0 { buckets.add(low, high, count) } else { buckets.add(-high, -low, count) }
            }
        }
        Some(())
    }

    fn summary(&self, name: &mut Vec<u8>, sink: &mut impl Sink) -> Option<()> {
        for part in list(self.quantiles).take(BUCKETS_MAX) {
            let colon = memchr::memchr(b':', part)?;
            let (quantile, value) = (finite(&part[..colon])?, finite(&part[colon + 1..])? * self.scale);
            let percent = (quantile * 100.0).clamp(0.0, 100.0);
            let metric = suffixed(
                name,
                self.series.metric,
                format!(".p{percent:.4}").trim_end_matches('0').trim_end_matches('.').as_bytes(),
            );
            sink.measure(&Measurement { series: SeriesRef { metric, kind: Kind::Gauge, ..self.series }, value });
        }
        for (text, suffix, scale, unit) in
            [(self.count, &b".count"[..], 1.0, &b""[..]), (self.sum, b".sum", self.scale, self.series.unit)]
        {
            if let Some(value) = finite(text) {
                let metric = suffixed(name, self.series.metric, suffix);
                let series = SeriesRef { metric, unit, kind: Kind::Counter, ..self.series };
                sink.measure(&Measurement { series, value: value * scale });
            }
        }
        Some(())
    }
}

fn suffixed<'a>(buffer: &'a mut Vec<u8>, name: &[u8], suffix: &[u8]) -> &'a [u8] {
    buffer.clear();
    buffer.extend_from_slice(name);
    buffer.extend_from_slice(suffix);
    buffer
}

fn list(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|it| *it == b',').filter(|it| !it.is_empty())
}

fn whole(text: &[u8]) -> Option<u64> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// A number within the bounds of all values, with its sign.
fn finite(text: &[u8]) -> Option<f64> {
    let value: f64 = std::str::from_utf8(text).ok()?.parse().ok()?;
    (value.abs() <= VALUE_MAX).then_some(value)
}
