//! Data points become lines, one each, in the form that the reader `otlp_metric` of the pipeline
//! reads. Cumulative points become what they add ([`crate::receiver::cumulative`]).
//!
//! A series has source, status, method, path and code of its own. Values of other attributes follow
//! the name, in the order of their keys: `jvm.memory.used.heap`. Attributes that name a machine or
//! a client are left out, since they would make a series for each.

use std::{
    borrow::Cow,
    fmt::Write as _,
    hash::{Hash, Hasher},
};

use rustc_hash::FxHasher;

use super::{
    logfmt,
    metric::{self, Buckets, Kind, Metric, Point},
    record::Rejected,
    sender::Sender,
    tree::{Raw, Visit},
    value::Attributes,
};
use crate::receiver::{
    cumulative::{Changes, Cumulative, Growth, Shape, StreamId, Total},
    frames::{FrameWriter, Header},
};

/// Most attributes whose values follow the name.
const PARTS_MAX: usize = 4;
/// Attributes that are labels, by what they are called.
const LABELS: [(&str, &[&str]); 4] = [
    ("method", &["http.request.method", "http.method"]),
    ("status", &["http.response.status_code", "http.status_code"]),
    ("path", &["http.route", "url.template"]),
    ("code", &["error.type"]),
];
/// Beginnings of attributes that are left out.
const LEFT_OUT: [&str; 14] = [
    "server.",
    "client.",
    "network.",
    "net.",
    "url.",
    "host.",
    "user_agent.",
    "http.scheme",
    "http.flavor",
    "http.host",
    "http.server_name",
    "http.target",
    "thread.id",
    "process.pid",
];

/// Writes the lines of one request.
pub(super) struct Metrics<'a> {
    frames: &'a mut FrameWriter,
    rejected: &'a mut Rejected,
    known: &'a Cumulative,
    drain_id: i64,
    pub(super) changes: Changes,
    sender: Sender,
    /// Of drain, resource and scope.
    scope: u64,
    text: String,
}

impl<'a> Metrics<'a> {
    pub(super) fn new(
        frames: &'a mut FrameWriter,
        rejected: &'a mut Rejected,
        known: &'a Cumulative,
        drain_id: i64,
    ) -> Self {
        let (changes, sender) = (Changes::default(), Sender::default());
        Self { frames, rejected, known, drain_id, changes, sender, scope: 0, text: String::new() }
    }

    fn point(&mut self, metric: &Metric<'_>, point: &Point<'_>) {
        if point.is_stale() || metric.name.is_empty() {
            return;
        }
        self.text.clear();
        let is_written = match metric.kind {
            Kind::Gauge => self.number("gauge", metric, point, point.value()),
            Kind::Sum => self.sum(metric, point),
            Kind::Histogram => self.histogram(metric, point),
            Kind::Exponential => self.exponential(metric, point),
            Kind::Summary => self.summary(metric, point),
        };
        if is_written.is_some() {
            let at_ms = super::record::at_ms(point.time_unix_nano);
            let Sender { service, process, .. } = &self.sender;
            let header = Header { at_ms, host: service, app: "otlp", proc_id: process, ..Header::default() };
            self.frames.line(&header, self.text.as_bytes());
        }
    }

    /// What a point adds; all of it if it is no cumulative one.
    fn growth(
        &mut self,
        metric: &Metric<'_>,
        point: &Point<'_>,
        sum: f64,
        counts: Vec<u64>,
        shape: Shape,
    ) -> Option<Growth> {
        if !metric.is_cumulative {
            return Some(Growth { sum, counts, is_whole: true });
        }
        let mut attributes = FxHasher::default();
        for (key, value) in &point.attributes.list {
            (key, value.text()).hash(&mut attributes);
        }
        let mut name = FxHasher::default();
        (self.scope, &metric.name).hash(&mut name);
        let id = StreamId { metric: name.finish(), attributes: attributes.finish() };
        let (start_ns, at_ns) = (point.start_time_unix_nano.0, point.time_unix_nano.0);
        self.known.growth(id, Total { start_ns, at_ns, sum, counts, shape }, &mut self.changes)
    }

    fn begin(&mut self, kind: &str, metric: &Metric<'_>, point: &Point<'_>) {
        self.text.push_str(kind);
        let (unit, scale) = unit(&metric.unit);
        logfmt::push_word(&mut self.text, "name", &name(&metric.name, &point.attributes));
        if !unit.is_empty() {
            logfmt::push_word(&mut self.text, "unit", unit);
        }
        if !scale.is_empty() {
            logfmt::push_word(&mut self.text, "scale", scale);
        }
        for (label, keys) in LABELS {
            let value = point.attributes.text(keys);
            if !value.is_empty() {
                logfmt::push_word(&mut self.text, label, &value);
            }
        }
    }

    fn number(&mut self, kind: &str, metric: &Metric<'_>, point: &Point<'_>, value: Option<f64>) -> Option<()> {
        self.begin(kind, metric, point);
        self.push("value", value?)
    }

    /// A sum that only grows is a counter, any other one a gauge.
    fn sum(&mut self, metric: &Metric<'_>, point: &Point<'_>) -> Option<()> {
        let value = point.value()?;
        if !metric.is_monotonic {
            // What was added to a sum that also falls has no meaning without its start.
            return self.number(if metric.is_cumulative { "gauge" } else { "sum" }, metric, point, Some(value));
        }
        // Numbers that fall are resets, which the bits of a positive number show as well.
        let growth = self.growth(metric, point, value, vec![value.max(0.0).to_bits()], Shape::Fixed(0))?;
        if growth.sum == 0.0 {
            return None;
        }
        self.number("sum", metric, point, Some(growth.sum))
    }

    fn histogram(&mut self, metric: &Metric<'_>, point: &Point<'_>) -> Option<()> {
        let mut shape = FxHasher::default();
        point.explicit_bounds.iter().for_each(|it| it.0.to_bits().hash(&mut shape));
        let mut counts: Vec<_> = point.bucket_counts.iter().map(|it| it.0).collect();
        counts.push(point.count.0);
        let sum = point.sum.map_or(f64::NAN, |it| it.0);
        let shape = Shape::Fixed(shape.finish());
        let Growth { sum, mut counts, is_whole } = self.growth(metric, point, sum, counts, shape)?;
        let count = counts.pop().filter(|it| *it > 0)?;
        self.begin("histogram", metric, point);
        self.totals(point, count, sum, is_whole || !metric.is_cumulative);
        self.text.push_str(" bounds=");
        self.push_list(point.explicit_bounds.iter().map(|it| it.0));
        self.text.push_str(" buckets=");
        self.push_list(counts.into_iter());
        Some(())
    }

    fn exponential(&mut self, metric: &Metric<'_>, point: &Point<'_>) -> Option<()> {
        let Point { scale, positive, negative, zero_count, .. } = point;
        let shape = Shape::Exponential {
            scale: *scale,
            positive_offset: positive.offset,
            positive: positive.bucket_counts.len(),
            negative_offset: negative.offset,
        };
        let sides = [positive, negative].into_iter().flat_map(|it| &it.bucket_counts);
        let counts = sides.chain([zero_count, &point.count]).map(|it| it.0).collect();
        let sum = point.sum.map_or(f64::NAN, |it| it.0);
        let Growth { sum, counts, is_whole } = self.growth(metric, point, sum, counts, shape)?;
        let (above, rest) = counts.split_at_checked(positive.bucket_counts.len())?;
        let (below, rest) = rest.split_at_checked(negative.bucket_counts.len())?;
        let [zero, count] = rest else { return None };
        if *count == 0 {
            return None;
        }
        self.begin("exponential", metric, point);
        self.totals(point, *count, sum, is_whole || !metric.is_cumulative);
        let _written = write!(self.text, " exponent={scale} zero={zero}");
        for (key, side, counts) in [("positive", positive, above), ("negative", negative, below)] {
            if !counts.is_empty() {
                let Buckets { offset, .. } = side;
                let _written = write!(self.text, " {key}={offset}:");
                self.push_list(counts.iter());
            }
        }
        Some(())
    }

    /// Counts and sums of summaries are totals since a start, whatever the protocol leaves open.
    fn summary(&mut self, metric: &Metric<'_>, point: &Point<'_>) -> Option<()> {
        let metric = &Metric {
            name: Cow::Borrowed(&metric.name),
            unit: Cow::Borrowed(&metric.unit),
            is_cumulative: true,
            ..*metric
        };
        let sum = point.sum.map_or(f64::NAN, |it| it.0);
        let growth = self.growth(metric, point, sum, vec![point.count.0], Shape::Fixed(0));
        self.begin("summary", metric, point);
        if let Some(Growth { sum, counts, .. }) = growth {
            let _written = write!(self.text, " count={}", counts.first()?);
            if sum.is_finite() {
                self.push("sum", sum)?;
            }
        }
        self.text.push_str(" quantiles=");
        let quantiles = point.quantile_values.iter().filter(|it| it.value.0.is_finite());
        for (index, it) in quantiles.enumerate() {
            let comma = if index > 0 { "," } else { "" };
            let _written = write!(self.text, "{comma}{}:{}", it.quantile.0, it.value.0);
        }
        Some(())
    }

    /// Count, sum and extremes. The extremes of a cumulative point are those since its start, so
    /// they say nothing about what was added, unless it is whole.
    fn totals(&mut self, point: &Point<'_>, count: u64, sum: f64, has_extremes: bool) {
        let _written = write!(self.text, " count={count}");
        if sum.is_finite() {
            self.push("sum", sum);
        }
        if has_extremes && count > 0 {
            for (key, value) in [("min", point.min), ("max", point.max)] {
                if let Some(value) = value {
                    self.push(key, value.0);
                }
            }
        }
    }

    fn push(&mut self, key: &str, value: f64) -> Option<()> {
        // Writing to a `String` cannot fail.
        write!(self.text, " {key}={value}").ok()
    }

    fn push_list(&mut self, values: impl Iterator<Item = impl std::fmt::Display>) {
        for (index, value) in values.enumerate() {
            let comma = if index > 0 { "," } else { "" };
            let _written = write!(self.text, "{comma}{value}");
        }
    }
}

impl Visit for Metrics<'_> {
    fn resource(&mut self, attributes: &Attributes<'_>) {
        self.sender = Sender::of(attributes);
    }

    fn scope(&mut self, name: &str) {
        let mut hasher = FxHasher::default();
        (self.drain_id, self.sender.hash, name).hash(&mut hasher);
        self.scope = hasher.finish();
    }

    fn record(&mut self, record: Raw<'_>) {
        let mut unread = vec![];
        let read = metric::read(record, &mut |metric, point| match point {
            Ok(point) => self.point(metric, &point),
            Err(error) => unread.push(error),
        });
        unread.extend(read.err());
        unread.iter().for_each(|error| self.rejected.add(error));
    }
}

/// A unit of UCUM as ours, and what values are multiplied with.
fn unit(unit: &str) -> (&str, &'static str) {
    match unit {
        "s" => ("ms", "1000"),
        "us" => ("ms", "0.001"),
        "ns" => ("ms", "0.000001"),
        "By" => ("bytes", ""),
        "1" => ("", ""),
        _ if unit.starts_with('{') => ("", ""),
        _ => (unit, ""),
    }
}

/// The name with the values of attributes that are no labels.
fn name(metric: &str, attributes: &Attributes<'_>) -> String {
    let is_label = |key: &str| LABELS.iter().any(|it| it.1.contains(&key));
    let is_left_out = |key: &str| LEFT_OUT.iter().any(|it| key.starts_with(it));
    let mut parts: Vec<_> = attributes.list.iter().filter(|it| !is_label(&it.0) && !is_left_out(&it.0)).collect();
    parts.sort_by(|one, other| one.0.cmp(&other.0));
    let mut name = metric.to_owned();
    for (_, value) in parts.into_iter().take(PARTS_MAX) {
        name.push('.');
        name.push_str(&value.text());
    }
    name
}
