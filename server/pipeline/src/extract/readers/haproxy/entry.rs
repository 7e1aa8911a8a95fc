//! What one line of HAProxy says about a request, and the pieces that its two forms share.

use super::super::{Request, RequestParts, platform_code, request};
use crate::number;

/// What HAProxy writes for a request that it could not read.
const BAD_REQUEST: &[u8] = b"<BADREQ>";

/// One line. Timers that were not reached are `None`.
#[derive(Default)]
pub(super) struct Entry<'a> {
    /// False for a connection without a request and without an answer.
    pub(super) is_request: bool,
    /// The time of the CLF variant.
    pub(super) at_ms: Option<i64>,
    pub(super) client: &'a [u8],
    pub(super) method: &'a [u8],
    pub(super) host: &'a [u8],
    pub(super) path: &'a [u8],
    pub(super) protocol: &'a [u8],
    pub(super) status: u16,
    pub(super) code: &'a [u8],
    pub(super) queue_ms: Option<f64>,
    pub(super) connect_ms: Option<f64>,
    pub(super) service_ms: Option<f64>,
    pub(super) bytes: Option<f64>,
}

impl<'a> Entry<'a> {
    pub(super) fn request(&self) -> Request<'a> {
        let Self { path, status, code, queue_ms, connect_ms, service_ms, bytes, .. } = *self;
        let method = request::method(self.method);
        Request { method, path, status, code, queue_ms, connect_ms, service_ms, bytes, ..Request::default() }
    }

    pub(super) fn parts(&self) -> RequestParts<'a> {
        let Self { client: fwd, method, host, path, protocol, status, code, .. } = *self;
        let Self { queue_ms, connect_ms, service_ms, bytes, .. } = *self;
        let times = RequestParts { queue_ms, connect_ms, service_ms, ..RequestParts::default() };
        RequestParts { method, host, path, status, code, bytes, fwd, protocol, ..times }
    }
}

/// Whether a connection was closed before it had sent anything, such as a balancer's check, and got
/// no answer. Some versions give it the status 400.
pub(super) fn is_no_request(text: &[u8], status: u16, state: &[u8], bytes: Option<f64>) -> bool {
    text == BAD_REQUEST && (status == 0 || state.starts_with(b"CR") && bytes == Some(0.0))
}

/// Method, host, path and protocol; empty for what HAProxy could not read.
pub(super) fn request_parts(text: &[u8]) -> Option<[&[u8]; 4]> {
    if text == BAD_REQUEST { Some([&b""[..]; 4]) } else { request::request_line(text) }
}

/// The time from the connection to the server until the last byte. Nothing was sent to the client
/// without a status, so there is no last byte.
pub(super) fn service_ms(
    [first_ms, queue_ms, connect_ms, _headers_ms, total_ms]: [Option<f64>; 5],
    status: u16,
) -> Option<f64> {
    let service_ms = total_ms? - first_ms? - queue_ms? - connect_ms?;
    (service_ms >= 0.0 && status != 0).then_some(service_ms)
}

pub(super) fn is_state(state: &[u8]) -> bool {
    state.len() == 4 && state.iter().all(|it| it.is_ascii_alphabetic() || *it == b'-')
}

/// Every termination state of two characters, with `--` in place of those about cookies.
static CODES: [[[u8; 4]; PHASES.len()]; CAUSES.len()] = {
    let mut codes = [[*b"----"; PHASES.len()]; CAUSES.len()];
    let mut cause = 0;
    while cause < CAUSES.len() {
        let mut phase = 0;
        while phase < PHASES.len() {
            codes[cause][phase] = [CAUSES[cause], PHASES[phase], b'-', b'-'];
            phase += 1;
        }
        cause += 1;
    }
    codes
};
/// Who or what ended a session.
const CAUSES: &[u8] = b"CSPRIDUKcs";
/// What it was in.
const PHASES: &[u8] = b"RQCHDLT-";

/// The error code of a termination state; empty if nothing failed.
pub(super) fn code(state: &[u8]) -> &'static [u8] {
    let place = |names: &[u8], at: usize| names.iter().position(|it| Some(it) == state.get(at));
    let code = place(CAUSES, 0).zip(place(PHASES, 1)).map(|(cause, phase)| &CODES[cause][phase][..]);
    code.filter(|it| platform_code::is_proxy_code(it)).unwrap_or_default()
}

/// One timer. `option logasap` writes the line before the end, with a `+` before the last one: its
/// value is not known yet.
#[expect(clippy::option_option, reason = "no timer, and a timer that was not reached")]
pub(super) fn timer(text: &[u8], place: usize) -> Option<Option<f64>> {
    match text {
        b"-1" => Some(None),
        [b'+', early @ ..] if place == 4 => count(early).map(|_| None),
        other => Some(Some(count(other)?)),
    }
}

/// Whether a text is `parts` counts with slashes between them. A `+` before retries says that the
/// request went to another server.
pub(super) fn are_counts(text: &[u8], parts: usize) -> bool {
    let mut counts = text.split(|it| *it == b'/');
    counts.by_ref().take(parts).filter(|it| count(it.strip_prefix(b"+").unwrap_or(it)).is_some()).count() == parts
        && counts.next().is_none()
}

/// A number of digits only.
pub(super) fn count(text: &[u8]) -> Option<f64> {
    if text.iter().all(u8::is_ascii_digit) { number::router_bytes(text) } else { None }
}
