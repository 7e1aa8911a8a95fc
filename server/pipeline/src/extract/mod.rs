//! Messages become measurements and events: who wrote a message decides who reads it.
//!
//! The readers see one line and remember nothing but their buffers. Where measurements go is the caller's [`Sink`].

/// A request, whatever dialect tells of it.
pub mod request;

/// The router's request lines.
pub mod router;

/// Access logs of web servers.
mod access;

/// Paths become endpoints.
pub mod endpoint;

/// Senders' own reports of lines that they lost.
pub mod report;

/// Error codes in the lines of the dyno manager.
pub mod error;

/// The dynos' memory and load.
pub mod runtime;

/// States, starts and ends of dynos.
mod lifecycle;

/// Releases, deploys, config, scaling.
mod platform;

/// Gauges of data add-ons.
mod addon;

/// One `sample#` pair of the platform's own lines.
mod sample;

/// Lines of a Postgres server.
mod postgres;

/// Times inside the app, as web frameworks log them.
mod framework;

/// What loggers put before a message.
mod prefix;

/// The fields of a line that is one JSON object.
mod json;

/// Notes that an app logs.
mod note;

/// The conventions of l2met.
pub mod l2met;

pub use request::Request;

use std::sync::LazyLock;

use memchr::memmem;

use crate::{EventKind, Line, Loss, Origin, date, export, series::SeriesRef, time};

/// One value of one series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measurement<'a> {
    /// The series, borrowed from the line.
    pub series: SeriesRef<'a>,
    /// Its value, finite.
    pub value: f64,
}

/// Something that happened, borrowed from the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventText<'a> {
    /// What.
    pub kind: EventKind,
    /// Where.
    pub source: &'a [u8],
    /// In words, not yet masked.
    pub text: &'a [u8],
    /// Where to read more.
    pub link: &'a [u8],
    /// When, unix milliseconds, where it was not at the line's time.
    pub at_ms: Option<i64>,
    /// When it ended, unix milliseconds.
    pub end_ms: Option<i64>,
}

impl Default for EventText<'_> {
    fn default() -> Self {
        Self { kind: EventKind::Note, source: b"", text: b"", link: b"", at_ms: None, end_ms: None }
    }
}

/// Where measurements go.
pub trait Sink {
    /// Takes in a request.
    fn request(&mut self, request: &Request<'_>);

    /// Takes in a measurement that a line holds.
    fn measure(&mut self, measurement: &Measurement<'_>);

    /// Takes in something that happened.
    fn event(&mut self, event: &EventText<'_>);

    /// Learns the time of a line whose transport said none, unix milliseconds.
    fn date(&mut self, at_ms: i64);

    /// Takes in a sender's report that it lost `lines` lines, with its code, such as `L10`.
    fn lost(&mut self, code: &[u8], lines: u64);

    /// Takes note of something in the line that was not used.
    fn lose(&mut self, loss: Loss);
}

/// The readers, with their buffers.
#[derive(Clone, Debug, Default)]
pub struct Extractor {
    buffer: Vec<u8>,
    /// The message of a line that is a JSON object, without its escapes.
    message: Vec<u8>,
    times: time::Reader,
    dates: date::Reader,
}

impl Extractor {
    /// Gives everything that a line holds to `sink`.
    #[inline]
    pub fn extract(&mut self, line: &Line<'_>, origin: &Origin<'_>, sink: &mut impl Sink) {
        if line.proc_id == b"router" && router::read(line.msg, sink) {
            return;
        }
        self.other(line, origin, sink);
    }

    fn other(&mut self, line: &Line<'_>, origin: &Origin<'_>, sink: &mut impl Sink) {
        let is_own = line.app == b"heroku" || is_routed(line, origin);
        let copy = if is_own { None } else { export::read(&mut self.times, line.msg) };
        match copy {
            Some(copy) if copy.proc_id == b"router" && router::read(copy.msg, sink) => {}
            Some(copy) => self.by_process(&copy, origin, sink),
            None => self.by_process(line, origin, sink),
        }
    }

    fn by_process(&mut self, line: &Line<'_>, origin: &Origin<'_>, sink: &mut impl Sink) {
        let is_read = match line.proc_id {
            b"logplex" | b"log-shuttle" => report::read(line.msg, sink),
            b"api" => platform::read(line.msg, sink),
            _ if line.app == b"heroku" => {
                runtime::read(line.proc_id, line.msg, sink)
                    || error::read(line.proc_id, line.msg, sink)
                    || lifecycle::read(line.proc_id, line.msg, sink)
            }
            // R13 stands under the app's name, for the one-off dyno that could not be attached to.
            proc_id if proc_id.starts_with(b"run.") && error::read(proc_id, line.msg, sink) => true,
            proc_id if proc_id.starts_with(b"heroku-") => addon::read(line.msg, sink),
            proc_id if proc_id.starts_with(b"postgres") => postgres::read(line.msg, sink),
            _ => return self.app(line, origin, sink),
        };
        if !is_read {
            l2met::read(line.msg, origin.source_prefix, &mut self.buffer, sink);
        }
    }

    /// Reads what an app or a web server wrote.
    fn app(&mut self, line: &Line<'_>, origin: &Origin<'_>, sink: &mut impl Sink) {
        if !is_routed(line, origin)
            && let Some(access) = access::read(&mut self.dates, line.msg)
        {
            if let Some(at_ms) = access.at_ms.filter(|_| line.time_ms.is_none()) {
                sink.date(at_ms);
            }
            return sink.request(&access.request);
        }
        let Self { buffer, message, .. } = self;
        let has_message = framework::read(line.proc_id, line.msg, message, sink);
        let msg = if has_message && l2met::may_be_in(message) { message } else { line.msg };
        if !note::read(msg, buffer, sink) {
            l2met::read(msg, origin.source_prefix, buffer, sink);
        }
    }
}

/// Whether the router has counted the requests that this line's writer tells of: it stands before every dyno, and `app`
/// and a name such as `web.1` are a dyno's.
fn is_routed(line: &Line<'_>, origin: &Origin<'_>) -> bool {
    origin.from_logplex || line.host == b"host" || (line.app == b"app" && line.proc_id.contains(&b'.'))
}

/// A text to search for, prepared once: preparing takes longer than searching a line.
struct Needle(LazyLock<memmem::Finder<'static>>);

impl Needle {
    const fn new(finder: fn() -> memmem::Finder<'static>) -> Self {
        Self(LazyLock::new(finder))
    }

    #[inline]
    fn is_in(&self, text: &[u8]) -> bool {
        self.find(text).is_some()
    }

    #[inline]
    fn find(&self, text: &[u8]) -> Option<usize> {
        self.0.find(text)
    }
}

fn is_error_code(text: &[u8]) -> bool {
    matches!(text, [b'H' | b'R' | b'L', tens, ones] if tens.is_ascii_digit() && ones.is_ascii_digit())
}
