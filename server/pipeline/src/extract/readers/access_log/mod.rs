//! Access logs of web servers in the Common and Combined formats and their variants, as Apache,
//! nginx, Traefik and many app servers write them.
//!
//! ```text
//! 203.0.113.7 - - [21/Sep/2026:14:13:18 +0000] "GET /a?b=c HTTP/1.1" 200 512 "https://ref/" "agent" 0.012
//! ```
//! A line is of this format if it has a date in brackets or quotes, then a request in quotes and a
//! status after it. Other words may come before the date, between date and request, and after the
//! bytes.
//!
//! The service time is the first of these that the line has: a time with a name (`rt=`,
//! `request_time=`, or others with a unit); a number with a unit; the greatest of the numbers with
//! three decimals or more. Such numbers are seconds, and the whole takes longer than its parts.
//! Whole numbers without a unit are not used, since formats have all kinds of them.
//!
//! # Incomplete support
//! A request line other than `METHOD path PROTOCOL` counts without method and path. Identity, user,
//! referrer and agent are not kept. A line whose date has no known zone has the time of its
//! transport.

/// The service time among the words of a line.
mod service;

use memchr::{memchr, memchr2, memchr2_iter};

use super::{
    Context, Example, Reader, Request, RequestParts, Sink, Writer, gorouter,
    request::{method, status},
};

use service::Service;

use crate::{Line, date, level, number, syslog::quote_end};

pub(super) const READER: Reader = Reader {
    name: "access_log",
    title: "Common and Combined access logs",
    writers: &[Writer::WebServer],
    examples: &[Example {
        app: "nginx",
        proc_id: "access",
        msg: r#"203.0.113.7 - - [27/Nov/2026:10:00:00 +0000] "GET /users/42 HTTP/1.1" 200 512 "-" "agent" 0.012"#,
    }],
    metrics: &["router.requests", "router.service", "router.bytes", "router.endpoints"],
    events: &[],
    parts: Some(parts),
};

/// The most bytes before the date.
const HEAD_BYTES_MAX: usize = 512;
/// The most bytes between the date and the request.
const GAP_BYTES_MAX: usize = 256;
/// The most words between the date and the request.
const GAP_WORDS_MAX: usize = 3;

/// Reads a request; whether the line is one.
pub(super) fn read(line: &Line<'_>, context: &mut Context<'_>, sink: &mut impl Sink) -> bool {
    let Some(access) = parse(&mut context.buffers.dates, line.msg) else { return false };
    if let Some(at_ms) = access.at_ms.filter(|_| line.time_ms.is_none()) {
        sink.date(at_ms);
    }
    sink.request(&access.request);
    true
}

fn parts<'a>(msg: &'a [u8], dates: &mut date::Parser) -> Option<RequestParts<'a>> {
    let Access { request, line, .. } = parse(dates, msg)?;
    let Request { path, status, service_ms, bytes, .. } = request;
    let RequestLine { method, protocol, .. } = line;
    Some(RequestParts { method, path, status, service_ms, bytes, protocol, ..RequestParts::default() })
}

/// A request with its line, and the time that the line states, unix milliseconds.
struct Access<'a> {
    request: Request<'a>,
    line: RequestLine<'a>,
    at_ms: Option<i64>,
}

fn parse<'a>(dates: &mut date::Parser, msg: &'a [u8]) -> Option<Access<'a>> {
    // JSON has many quotes, each of which a date could follow. Gorouter's bytes are those of the
    // request, and its times have names of their own.
    if msg.first() == Some(&b'{') || gorouter::may_be(msg) {
        return None;
    }
    let client = memchr(b' ', msg).filter(|it| *it > 0)?;
    let (date, rest) = dated(dates, msg, client)?;
    let mut service = Service::default();
    let (line, status, is_usual, rest) = requested(rest, &mut service)?;
    let line = RequestLine::of(line);
    let (bytes, rest) = bytes(without_blanks(rest));
    let method = method(line.method);
    if method.is_empty() && (bytes.is_none() || !is_usual) {
        // Neither the request nor its surroundings have the usual form.
        return None;
    }
    words(rest, |word| service.see(word));
    let bytes = bytes.flatten();
    let request = Request { method, path: line.path, status, bytes, service_ms: service.ms(), ..Request::default() };
    Some(Access { request, line, at_ms: date.at_ms() })
}

/// The first date in brackets or quotes after the client, and the rest. Addresses may be in
/// brackets too, and the user may hold blanks.
fn dated<'a>(dates: &mut date::Parser, msg: &'a [u8], client: usize) -> Option<(date::Date, &'a [u8])> {
    let head = &msg[..msg.len().min(HEAD_BYTES_MAX)];
    memchr2_iter(b'[', b'"', head.get(client..)?).find_map(|open| {
        let (close, inner) = msg[client + open..].split_first()?;
        let close = if *close == b'[' { b']' } else { b'"' };
        let end = memchr(close, &inner[..inner.len().min(date::DATE_BYTES_MAX + 1)])?;
        Some((dates.parse(&inner[..end])?, inner[end + 1..].strip_prefix(b" ")?))
    })
}

/// The request, its status, whether it follows the date directly, and the rest. The request is the
/// first text in quotes that a status follows.
fn requested<'a>(text: &'a [u8], service: &mut Service<'a>) -> Option<(&'a [u8], u16, bool, &'a [u8])> {
    let mut rest = without_blanks(text);
    let whole = rest.len();
    for _ in 0..=GAP_WORDS_MAX {
        if text.len() - rest.len() > GAP_BYTES_MAX {
            return None;
        }
        if rest.first() == Some(&b'"') {
            let end = quote_end(rest, 1)?;
            let (line, after) = (&rest[1..end - 1], &rest[end..]);
            if let Some((status, after)) = statused(after) {
                return Some((line, status, rest.len() == whole, after));
            }
            rest = without_blanks(after);
        } else {
            let end = memchr(b' ', rest)?;
            let word = &rest[..end];
            // Loggers write a level or a URL for requests that the program itself makes.
            if level::is_name(word) || memchr::memmem::find(word, b"://").is_some() {
                return None;
            }
            service.see(word);
            rest = without_blanks(&rest[end..]);
        }
    }
    None
}

/// A status between blanks.
fn statused(rest: &[u8]) -> Option<(u16, &[u8])> {
    let (text, rest) = without_blanks(rest.strip_prefix(b" ")?).split_at_checked(3)?;
    let status = status(text);
    (status != 0 && rest.first().is_none_or(|it| *it == b' ')).then_some((status, rest))
}

#[inline]
fn without_blanks(mut rest: &[u8]) -> &[u8] {
    while let Some(after) = rest.strip_prefix(b" ") {
        rest = after;
    }
    rest
}

/// `METHOD path PROTOCOL`; all parts are empty for anything else, such as bytes that were no HTTP.
#[derive(Clone, Copy, Default)]
struct RequestLine<'a> {
    method: &'a [u8],
    path: &'a [u8],
    protocol: &'a [u8],
}

impl<'a> RequestLine<'a> {
    fn of(line: &'a [u8]) -> Self {
        let Some(end) = memchr(b' ', line) else { return Self::default() };
        let (method, rest) = (&line[..end], &line[end + 1..]);
        match memchr(b' ', rest) {
            None => Self { method, path: rest, protocol: b"" },
            Some(end) if rest[end + 1..].starts_with(b"HTTP/") => {
                Self { method, path: &rest[..end], protocol: &rest[end + 1..] }
            }
            Some(_) => Self::default(),
        }
    }
}

/// The number of bytes that `rest` begins with, and the rest: `Some(None)` for `-`; `None` and all
/// of the text if it begins with anything else.
fn bytes(rest: &[u8]) -> (Option<Option<f64>>, &[u8]) {
    let end = rest.iter().position(|it| *it == b' ').unwrap_or(rest.len());
    let (word, after) = rest.split_at(end);
    match word {
        b"-" => (Some(None), after),
        _ if !word.is_empty() && word.iter().all(u8::is_ascii_digit) => (Some(number::router_bytes(word)), after),
        _ => (None, rest),
    }
}

/// Calls `see` with each word outside quotes. `name="value"` is one word.
fn words<'a>(text: &'a [u8], mut see: impl FnMut(&'a [u8])) {
    let mut rest = without_blanks(text);
    while let Some(first) = rest.first() {
        let end = match first {
            b'"' => quote_end(rest, 1),
            _ => {
                let end = memchr2(b' ', b'"', rest).unwrap_or(rest.len());
                let is_named = rest[..end].ends_with(b"=") && rest.get(end) == Some(&b'"');
                if is_named { quote_end(rest, end + 1) } else { Some(end) }
            }
        };
        let Some(end) = end else { return };
        if *first != b'"' {
            see(&rest[..end]);
        }
        rest = without_blanks(&rest[end..]);
    }
}
