//! Lines of web frameworks that tell how long a request took inside the app, where their form leaves no doubt.
//!
//! ```text
//! method=GET path=/a format=html controller=A action=show status=200 duration=58.33 view=40.43 db=15.26   (lograge)
//! Completed 200 OK in 31ms (Views: 20.1ms | ActiveRecord: 5.0ms)                                          (Rails)
//! source=rack-timeout id=… wait=5ms timeout=15000ms service=31ms state=completed                          (rack-timeout)
//! ```
//! They become `app.duration`, `app.view`, `app.db` and `router.queue` (ms, by dyno). They never count as requests: the
//! router has counted them already.
//!
//! Queue time also comes from `queue=12ms` or `request_queue=12ms` of any line with a `request_id=`.

use memchr::memmem;

use super::{Measurement, Needle, Sink};
use crate::{Kind, logfmt::Pairs, number, series::SeriesRef};

static QUEUE: Needle = Needle::new(|| memmem::Finder::new("queue="));

/// Reads what such a line measures. The line may hold l2met pairs as well.
pub(super) fn read(proc_id: &[u8], msg: &[u8], sink: &mut impl Sink) {
    match msg.first() {
        Some(b'C') if msg.starts_with(b"Completed ") => completed(proc_id, msg, sink),
        Some(b's') if msg.starts_with(b"source=rack-timeout ") => rack_timeout(proc_id, msg, sink),
        Some(b'm') if msg.starts_with(b"method=") && memmem::find(msg, b" controller=").is_some() => {
            lograge(proc_id, msg, sink);
        }
        _ => queued(proc_id, msg, sink),
    }
}

fn measure(metric: &[u8], source: &[u8], value: Option<f64>, sink: &mut impl Sink) {
    if let Some(value) = value {
        let series = SeriesRef { unit: b"ms", source, ..SeriesRef::new(metric, Kind::Distribution) };
        sink.measure(&Measurement { series, value });
    }
}

fn lograge(proc_id: &[u8], msg: &[u8], sink: &mut impl Sink) {
    for pair in Pairs::new(msg) {
        let metric: &[u8] = match pair.key {
            b"duration" => b"app.duration",
            b"view" => b"app.view",
            b"db" => b"app.db",
            b"queue" | b"request_queue" | b"queue_time" => b"router.queue",
            _ => continue,
        };
        measure(metric, proc_id, number::router_ms(pair.value), sink);
    }
}

fn completed(proc_id: &[u8], msg: &[u8], sink: &mut impl Sink) {
    let Some(at) = memmem::find(msg, b" in ") else { return };
    let rest = &msg[at + 4..];
    let end = rest.iter().position(|it| *it == b' ').unwrap_or(rest.len());
    let is_form = msg.get(10..13).is_some_and(|it| it.iter().all(u8::is_ascii_digit)) && rest[..end].ends_with(b"ms");
    if !is_form {
        return;
    }
    measure(b"app.duration", proc_id, number::router_ms(&rest[..end]), sink);
    for (mark, metric) in [(&b"Views: "[..], &b"app.view"[..]), (b"ActiveRecord: ", b"app.db")] {
        if let Some(at) = memmem::find(rest, mark) {
            let text = &rest[at + mark.len()..];
            let end = memmem::find(text, b"ms").map_or(0, |it| it + 2);
            measure(metric, proc_id, number::router_ms(&text[..end]), sink);
        }
    }
}

fn rack_timeout(proc_id: &[u8], msg: &[u8], sink: &mut impl Sink) {
    let find = |key: &[u8]| Pairs::new(msg).find(|pair| pair.key == key).map(|pair| pair.value);
    // Told once for each request, at its end.
    if find(b"state") == Some(b"completed") {
        measure(b"router.queue", proc_id, find(b"wait").and_then(number::router_ms), sink);
        measure(b"app.duration", proc_id, find(b"service").and_then(number::router_ms), sink);
    }
}

fn queued(proc_id: &[u8], msg: &[u8], sink: &mut impl Sink) {
    if QUEUE.is_in(msg) && memmem::find(msg, b"request_id=").is_some() {
        let pair = Pairs::new(msg).find(|pair| matches!(pair.key, b"queue" | b"request_queue"));
        let value = pair.filter(|it| it.value.ends_with(b"ms")).and_then(|it| number::router_ms(it.value));
        measure(b"router.queue", proc_id, value, sink);
    }
}
