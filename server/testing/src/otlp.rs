//! Requests of OTLP for benches, in both encodings, of as many records as SDKs send at once. Field
//! numbers: OpenTelemetry's `logs.proto`, `metrics.proto` and `trace.proto`.
//!
//! A record is written once, as a tree of fields, so that both encodings say the same.

use std::fmt::Write;

/// Records of a request: what a batch of OpenTelemetry's SDKs has at most unless they are told
/// otherwise.
pub const BATCH: u64 = 512;
const PATHS: u64 = 50;
/// Between two records, nanoseconds.
const STEP_NS: u64 = 100_000;
/// Bounds of `http.server.request.duration`, seconds.
const BOUNDS: [f64; 14] = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];

/// What a request is full of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Records {
    Logs,
    /// Server spans.
    Spans,
    /// Points of a cumulative sum.
    Sums,
    /// Points of a histogram of what was added, a measurement each.
    Histograms,
}

/// A field: its number and name, and its value.
type Field = (u8, &'static str, Value);

enum Value {
    Text(String),
    Whole(u64),
    Fixed(u64),
    Double(f64),
    /// Identifiers, which JSON has as hexadecimal digits.
    Bytes(Vec<u8>),
    Message(Vec<Field>),
    Messages(Vec<Vec<Field>>),
    Doubles(Vec<f64>),
    Counts(Vec<u64>),
}

impl Records {
    /// Where a server takes them.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Logs => "/v1/logs",
            Self::Spans => "/v1/traces",
            Self::Sums | Self::Histograms => "/v1/metrics",
        }
    }

    /// The request with this number, counted from 0, in protobuf or JSON. `begin_ms` is when the
    /// first request has its first record, unix milliseconds.
    #[must_use]
    pub fn request(self, number: u64, begin_ms: i64, is_json: bool) -> Vec<u8> {
        let begin_ns = begin_ms.cast_unsigned() * 1_000_000;
        let at = |n: u64| begin_ns + (number * BATCH + n) * STEP_NS;
        let records = (0..BATCH).map(|n| match self {
            Self::Logs => log_record(number * BATCH + n, at(n)),
            Self::Spans => span(number * BATCH + n, at(n)),
            // Each is a stream of its own, which grows by one from request to request.
            Self::Sums => sum(n, number + 1, [begin_ns, at(0)]),
            Self::Histograms => histogram(n, at(n)),
        });
        let records = records.collect();
        let [groups, scopes, name] = match self {
            Self::Logs => ["resourceLogs", "scopeLogs", "logRecords"],
            Self::Spans => ["resourceSpans", "scopeSpans", "spans"],
            Self::Sums | Self::Histograms => ["resourceMetrics", "scopeMetrics", "metrics"],
        };
        let records = if groups == "resourceMetrics" { vec![self.metric(records)] } else { records };
        let resource = vec![(1, "attributes", Value::Messages(vec![text("service.instance.id", "web-1")]))];
        let scope = vec![(2, name, Value::Messages(records))];
        let group = vec![(1, "resource", Value::Message(resource)), (2, scopes, Value::Messages(vec![scope]))];
        let request = vec![(1, groups, Value::Messages(vec![group]))];
        if is_json { json(&request).into_bytes() } else { wire(&request) }
    }

    fn metric(self, points: Vec<Vec<Field>>) -> Vec<Field> {
        let points = (1, "dataPoints", Value::Messages(points));
        let is_sum = self == Self::Sums;
        let temporality = (2, "aggregationTemporality", Value::Whole(if is_sum { 2 } else { 1 }));
        let name = if is_sum { "orders" } else { "http.server.request.duration" };
        let mut metric = vec![(1, "name", Value::Text(name.into()))];
        metric.push(if is_sum {
            (7, "sum", Value::Message(vec![points, temporality, (3, "isMonotonic", Value::Whole(1))]))
        } else {
            (9, "histogram", Value::Message(vec![points, temporality]))
        });
        metric.push((3, "unit", Value::Text(if is_sum { "" } else { "s" }.into())));
        metric
    }
}

fn log_record(number: u64, at_ns: u64) -> Vec<Field> {
    vec![
        (1, "timeUnixNano", Value::Fixed(at_ns)),
        (2, "severityNumber", Value::Whole(9)),
        (5, "body", Value::Message(vec![(1, "stringValue", Value::Text(format!("order {number} was paid")))])),
        (6, "attributes", Value::Messages(vec![whole("order.id", number), text("currency", "EUR")])),
        (9, "traceId", Value::Bytes(trace_id(number))),
        (10, "spanId", Value::Bytes(number.to_be_bytes().into())),
    ]
}

fn span(number: u64, at_ns: u64) -> Vec<Field> {
    let status = if number.is_multiple_of(50) { 500 } else { 200 };
    let attributes = vec![
        text("http.request.method", "GET"),
        text("http.route", &format!("/orders/{{id}}/{}", number % PATHS)),
        text("url.path", &format!("/orders/{number}/{}", number % PATHS)),
        whole("http.response.status_code", status),
        text("server.address", "shop.example.com"),
        text("user_agent.original", "curl/8"),
    ];
    vec![
        (1, "traceId", Value::Bytes(trace_id(number))),
        (2, "spanId", Value::Bytes(number.to_be_bytes().into())),
        (5, "name", Value::Text("GET /orders/{id}".into())),
        (6, "kind", Value::Whole(2)),
        (7, "startTimeUnixNano", Value::Fixed(at_ns - 1_000_000 - number % 1_000 * 50_000)),
        (8, "endTimeUnixNano", Value::Fixed(at_ns)),
        (9, "attributes", Value::Messages(attributes)),
    ]
}

fn sum(stream: u64, value: u64, [start_ns, at_ns]: [u64; 2]) -> Vec<Field> {
    vec![
        (2, "startTimeUnixNano", Value::Fixed(start_ns)),
        (3, "timeUnixNano", Value::Fixed(at_ns)),
        (4, "asDouble", Value::Double(value as f64)),
        (7, "attributes", Value::Messages(vec![text("http.route", &format!("/shops/s{stream}"))])),
    ]
}

fn histogram(number: u64, at_ns: u64) -> Vec<Field> {
    let bucket = (number % 6) as usize;
    let counts = (0..=BOUNDS.len()).map(|it| u64::from(it == bucket)).collect();
    let attributes = vec![
        text("http.request.method", "GET"),
        text("http.route", &format!("/orders/{{id}}/{}", number % PATHS)),
        whole("http.response.status_code", 200),
    ];
    vec![
        (3, "timeUnixNano", Value::Fixed(at_ns)),
        (4, "count", Value::Fixed(1)),
        (5, "sum", Value::Double(BOUNDS[bucket])),
        (6, "bucketCounts", Value::Counts(counts)),
        (7, "explicitBounds", Value::Doubles(BOUNDS.into())),
        (9, "attributes", Value::Messages(attributes)),
    ]
}

fn trace_id(number: u64) -> Vec<u8> {
    [[0x5b; 8], number.to_be_bytes()].concat()
}

fn text(key: &str, value: &str) -> Vec<Field> {
    attribute(key, (1, "stringValue", Value::Text(value.into())))
}

fn whole(key: &str, value: u64) -> Vec<Field> {
    attribute(key, (3, "intValue", Value::Whole(value)))
}

fn attribute(key: &str, value: Field) -> Vec<Field> {
    vec![(1, "key", Value::Text(key.into())), (2, "value", Value::Message(vec![value]))]
}

fn wire(message: &[Field]) -> Vec<u8> {
    let mut out = vec![];
    for (number, _, value) in message {
        match value {
            Value::Whole(value) => {
                out.push(number << 3);
                varint(&mut out, *value);
            }
            Value::Fixed(value) => fixed(&mut out, *number, *value),
            Value::Double(value) => fixed(&mut out, *number, value.to_bits()),
            Value::Text(text) => bytes(&mut out, *number, text.as_bytes()),
            Value::Bytes(id) => bytes(&mut out, *number, id),
            Value::Message(inner) => bytes(&mut out, *number, &wire(inner)),
            Value::Messages(all) => all.iter().for_each(|it| bytes(&mut out, *number, &wire(it))),
            Value::Doubles(all) => {
                bytes(&mut out, *number, &all.iter().flat_map(|it| it.to_le_bytes()).collect::<Vec<_>>());
            }
            Value::Counts(all) => {
                bytes(&mut out, *number, &all.iter().flat_map(|it| it.to_le_bytes()).collect::<Vec<_>>());
            }
        }
    }
    out
}

fn fixed(out: &mut Vec<u8>, number: u8, value: u64) {
    out.push(number << 3 | 1);
    out.extend_from_slice(&value.to_le_bytes());
}

fn bytes(out: &mut Vec<u8>, number: u8, value: &[u8]) {
    out.push(number << 3 | 2);
    varint(out, value.len() as u64);
    out.extend_from_slice(value);
}

fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn json(message: &[Field]) -> String {
    let mut out = String::from("{");
    for (at, (_, name, value)) in message.iter().enumerate() {
        let comma = if at > 0 { "," } else { "" };
        write!(out, "{comma}\"{name}\":{}", json_value(name, value)).unwrap();
    }
    out + "}"
}

fn json_value(name: &str, value: &Value) -> String {
    let list = |all: Vec<String>| format!("[{}]", all.join(","));
    match value {
        Value::Text(text) => serde_json::Value::from(text.as_str()).to_string(),
        Value::Whole(value) if name == "isMonotonic" => (*value != 0).to_string(),
        // Numbers of 64 bits are texts there; enumerations are numbers.
        Value::Whole(value) if name != "intValue" => value.to_string(),
        Value::Whole(value) | Value::Fixed(value) => format!("\"{value}\""),
        Value::Double(value) => format!("{value:?}"),
        Value::Bytes(id) => format!("\"{}\"", id.iter().map(|it| format!("{it:02x}")).collect::<String>()),
        Value::Message(inner) => json(inner),
        Value::Messages(all) => list(all.iter().map(|it| json(it)).collect()),
        Value::Doubles(all) => list(all.iter().map(|it| format!("{it:?}")).collect()),
        Value::Counts(all) => list(all.iter().map(|it| format!("\"{it}\"")).collect()),
    }
}
