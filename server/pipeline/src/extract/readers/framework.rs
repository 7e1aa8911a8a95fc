//! How long requests took inside the app, from lines of web frameworks whose form is unambiguous.
//!
//! ```text
//! method=GET path=/a format=html controller=A action=show status=200 duration=58.33 view=40.43 db=15.26   (lograge)
//! {"method":"GET","path":"/a","controller":"A","status":200,"duration":58.33,"view":40.43,"db":15.26}     (lograge)
//! method=GET path="/a" status=200 duration=129.02ms          (anyone's, also as latency= or elapsed=, with its unit)
//! Completed 200 OK in 31ms (Views: 20.1ms | ActiveRecord: 5.0ms)                                          (Rails)
//! source=rack-timeout id=… wait=5ms timeout=15000ms service=31ms state=completed                          (rack-timeout)
//! ```
//! They become `app.duration`, `app.view`, `app.db` and `router.queue` (ms, by dyno). They never count as requests,
//! since the router has counted those. Prefixes and tags of loggers may precede them ([`super::prefix`]), and the
//! message may be a field of a JSON object.
//!
//! Queue time is also read from `queue=12ms` or `request_queue=12ms` of any line with a `request_id=`.

use memchr::{memchr, memmem};

use super::{Context, Example, Measurement, Needle, Reader, Sink, Writer, json, l2met, prefix::is_prefix, request};
use crate::{
    Kind, Line,
    logfmt::{Pairs, unescape},
    number,
    series::SeriesRef,
};

pub(super) const READER: Reader = Reader {
    name: "framework",
    title: "Web frameworks",
    writers: &[Writer::WebServer, Writer::App],
    examples: &[
        Example {
            app: "app",
            proc_id: "web.1",
            msg: "method=GET path=/a format=html controller=A action=show status=200 duration=58.33 view=40.43 db=15.26",
        },
        Example {
            app: "app",
            proc_id: "web.1",
            msg: "source=rack-timeout id=u wait=5ms timeout=15000ms service=31ms state=completed",
        },
    ],
    metrics: &["app.duration", "app.view", "app.db", "router.queue"],
    events: &[],
    parts: None,
};

static QUEUE: Needle = Needle::new(|| memmem::Finder::new("queue="));
static METHOD: Needle = Needle::new(|| memmem::Finder::new("method="));
static REQUEST_ID: Needle = Needle::new(|| memmem::Finder::new("request_id="));
static COMPLETED: Needle = Needle::new(|| memmem::Finder::new("Completed "));
static IN: Needle = Needle::new(|| memmem::Finder::new(" in "));
static RACK_TIMEOUT: Needle = Needle::new(|| memmem::Finder::new("source=rack-timeout "));

/// The most parts of a request's time that are read from `Completed …`.
const PARTS_MAX: usize = 16;

/// Fields that hold the message of a line that is a JSON object.
const MESSAGES: [&[u8]; 7] = [b"msg", b"message", b"@message", b"@m", b"text", b"log", b"event"];

/// Reads the times of a line. It never claims the whole line, which may hold l2met pairs or a note as well: those
/// readers get the message of a JSON object, where it could hold pairs.
pub(super) fn read(line: &Line<'_>, context: &mut Context<'_>, sink: &mut impl Sink) -> bool {
    let message = &mut context.buffers.message;
    context.has_message = read_message(line.proc_id, line.msg, message, sink) && l2met::may_be_in(message);
    false
}

/// Reads a text. If it is a JSON object with a message, the message is put into `text`, and the result is `true`.
fn read_message(proc_id: &[u8], msg: &[u8], text: &mut Vec<u8>, sink: &mut impl Sink) -> bool {
    let object = json::begin(msg).filter(|at| is_prefix(&msg[..*at]));
    let Some(object) = object.and_then(|at| json::Fields::of(&msg[at..])) else {
        plain(proc_id, msg, sink);
        return false;
    };
    let (mut fields, mut message) = (Fields::default(), None);
    for (key, value) in object {
        match value {
            json::Value::Text(value) if message.is_none() && MESSAGES.contains(&key) => message = Some(value),
            _ => fields.put(key, value.bytes()),
        }
    }
    if fields.measure(proc_id, sink) {
        return false;
    }
    let Some(message) = message else {
        plain(proc_id, msg, sink);
        return false;
    };
    text.clear();
    unescape(message, text);
    plain(proc_id, text, sink);
    true
}

/// Reads a text that is no JSON object.
fn plain(proc_id: &[u8], msg: &[u8], sink: &mut impl Sink) {
    let msg = msg.trim_ascii_end();
    if let Some(at) = COMPLETED.find(msg).filter(|at| is_prefix(&msg[..*at])) {
        completed(proc_id, &msg[at..], sink);
    } else if memchr(b'=', msg).is_none() {
        // All other forms consist of pairs.
    } else if let Some(at) = RACK_TIMEOUT.find(msg).filter(|at| is_prefix(&msg[..*at])) {
        rack_timeout(proc_id, &msg[at..], sink);
    } else if !(METHOD.is_in(msg) && logfmt(proc_id, msg, sink)) {
        queued(proc_id, msg, sink);
    }
}

fn measure(metric: &[u8], source: &[u8], value: Option<f64>, sink: &mut impl Sink) {
    if let Some(value) = value {
        let series = SeriesRef { unit: b"ms", source, ..SeriesRef::new(metric, Kind::Distribution) };
        sink.measure(&Measurement { series, value });
    }
}

/// The first value of each key of a line about a request; empty where there is none.
#[derive(Default)]
struct Fields<'a> {
    method: &'a [u8],
    path: &'a [u8],
    status: &'a [u8],
    controller: &'a [u8],
    duration: &'a [u8],
    /// The duration under another name.
    latency: &'a [u8],
    view: &'a [u8],
    db: &'a [u8],
    queue: &'a [u8],
}

impl<'a> Fields<'a> {
    fn put(&mut self, key: &[u8], value: &'a [u8]) {
        let slot = match key {
            b"method" => &mut self.method,
            b"path" => &mut self.path,
            b"status" => &mut self.status,
            b"controller" => &mut self.controller,
            b"duration" => &mut self.duration,
            b"latency" | b"elapsed" => &mut self.latency,
            b"view" => &mut self.view,
            b"db" => &mut self.db,
            b"queue" | b"request_queue" | b"queue_time" => &mut self.queue,
            _ => return,
        };
        if slot.is_empty() {
            *slot = value;
        }
    }

    /// Measures a request; whether the line is one. A number without a unit is milliseconds in lograge's lines only. Those
    /// name a controller, or the parts of the time.
    fn measure(&self, proc_id: &[u8], sink: &mut impl Sink) -> bool {
        let is_lograge = !self.controller.is_empty() || !self.view.is_empty() || !self.db.is_empty();
        let has_status = request::status(self.status) != 0 || !self.controller.is_empty();
        let has_duration = !self.duration.is_empty() || !self.latency.is_empty();
        let has_path = !request::method(self.method).is_empty() && !self.path.is_empty();
        let is_request = has_path && has_status && has_duration;
        if is_request {
            let read = if is_lograge { number::router_ms } else { number::duration_ms };
            let duration_ms =
                if self.duration.is_empty() { number::duration_ms(self.latency) } else { read(self.duration) };
            measure(b"app.duration", proc_id, duration_ms, sink);
            measure(b"app.view", proc_id, read(self.view), sink);
            measure(b"app.db", proc_id, read(self.db), sink);
            measure(b"router.queue", proc_id, read(self.queue), sink);
        }
        is_request
    }
}

fn logfmt(proc_id: &[u8], msg: &[u8], sink: &mut impl Sink) -> bool {
    let mut fields = Fields::default();
    for pair in Pairs::new(msg) {
        // Python's logger writes no blank: `INFO:root:method=GET`.
        let name = pair.key.iter().rposition(|it| *it == b':').map_or(0, |colon| colon + 1);
        if name == 0 || is_prefix(&pair.key[..name]) {
            fields.put(&pair.key[name..], pair.value);
        }
    }
    fields.measure(proc_id, sink)
}

fn completed(proc_id: &[u8], msg: &[u8], sink: &mut impl Sink) {
    let Some(at) = IN.find(msg) else { return };
    let rest = &msg[at + 4..];
    let end = memchr(b' ', rest).unwrap_or(rest.len());
    let is_form = msg.get(10..13).is_some_and(|it| it.iter().all(u8::is_ascii_digit));
    let Some(duration_ms) = number::duration_ms(&rest[..end]).filter(|_| is_form) else { return };
    measure(b"app.duration", proc_id, Some(duration_ms), sink);
    let Some(mut parts) = rest[end..].strip_prefix(b" (") else { return };
    for _ in 0..PARTS_MAX {
        let end = memchr(b'|', parts).unwrap_or(parts.len());
        let found = [(&b"Views: "[..], &b"app.view"[..]), (b"ActiveRecord: ", b"app.db")]
            .into_iter()
            .find_map(|(name, metric)| Some((parts[..end].strip_prefix(name)?, metric)));
        if let Some((text, metric)) = found {
            let end = text.iter().position(|it| matches!(it, b' ' | b')')).unwrap_or(text.len());
            measure(metric, proc_id, number::duration_ms(&text[..end]), sink);
        }
        let Some(after) = parts.get(end + 1..) else { return };
        parts = after.trim_ascii_start();
    }
}

/// Each request is logged several times: `ready`, now and then `active`, `timed_out` if it took too long, and `completed`
/// at its end; or only `expired`, if it had waited too long to be served. Its wait is counted with the first line that
/// states an outcome. A request that completes after its timeout was logged as `timed_out` before.
fn rack_timeout(proc_id: &[u8], msg: &[u8], sink: &mut impl Sink) {
    let (mut state, mut wait_ms, mut timeout_ms, mut service_ms) = (&b""[..], None, None, None);
    for pair in Pairs::new(msg) {
        match pair.key {
            b"state" if state.is_empty() => state = pair.value,
            b"wait" => wait_ms = wait_ms.or_else(|| number::router_ms(pair.value)),
            b"timeout" => timeout_ms = timeout_ms.or_else(|| number::router_ms(pair.value)),
            b"service" => service_ms = service_ms.or_else(|| number::router_ms(pair.value)),
            _ => {}
        }
    }
    let has_timed_out = timeout_ms.zip(service_ms).is_some_and(|(timeout, service)| service >= timeout);
    let is_first_outcome = match state {
        b"expired" | b"timed_out" => true,
        b"completed" => !has_timed_out,
        _ => false,
    };
    if is_first_outcome {
        measure(b"router.queue", proc_id, wait_ms, sink);
    }
    if state == b"completed" {
        measure(b"app.duration", proc_id, service_ms, sink);
    }
}

fn queued(proc_id: &[u8], msg: &[u8], sink: &mut impl Sink) {
    if QUEUE.is_in(msg) && REQUEST_ID.is_in(msg) {
        let pair = Pairs::new(msg).find(|pair| matches!(pair.key, b"queue" | b"request_queue"));
        measure(b"router.queue", proc_id, pair.and_then(|it| number::duration_ms(it.value)), sink);
    }
}
