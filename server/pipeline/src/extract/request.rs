//! One HTTP request as routers and web servers log it, and the series that it counts in.
//!
//! A value that the line does not have is absent, never zero.

use memchr::{memchr, memmem};

use super::measurement::Measurement;
use crate::{
    Kind,
    request_series::{RequestKey, RequestLabels, SERIES_PER_REQUEST},
    series::SeriesRef,
};

/// The longest method that is kept, bytes.
const METHOD_BYTES_MAX: usize = 16;
/// The status of a connection that became a websocket, whose service time is its lifetime.
pub(crate) const SWITCHING_PROTOCOLS: u16 = 101;

/// One request.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Request<'a> {
    /// HTTP method; empty for none, or for one that is no ordinary word.
    pub method: &'a [u8],
    /// Path and query as the line has it; empty for none.
    pub path: &'a [u8],
    /// The dyno that answered, such as `web.1`; empty for none or unknown. Servers behind other
    /// proxies are no dynos.
    pub source: &'a [u8],
    /// Error code of the platform, such as `H12`; empty for none.
    pub code: &'a [u8],
    /// Status that the client saw, 100 to 599; 0 for none. Pages count 0 among 5xx.
    pub status: u16,
    /// Time to connect to the dyno, ms.
    pub connect_ms: Option<f64>,
    /// Time from then to the last byte, ms. Where a format has no time to connect, it is the whole
    /// time of the request.
    pub service_ms: Option<f64>,
    /// Bytes of the response: of its body, or of all that was sent in formats that count headers
    /// too.
    pub bytes: Option<f64>,
    /// Time in a queue before that, ms.
    pub queue_ms: Option<f64>,
}

impl<'a> Request<'a> {
    /// The key of the series that it counts in; `None` if a label is too long to be packed, which
    /// no router's is.
    #[inline]
    pub(crate) fn key(&self) -> Option<RequestKey> {
        let Self { source, method, code, status, .. } = *self;
        RequestKey::pack(&RequestLabels { source, method, code, status })
    }

    /// Whether the server failed, or the platform gave an error code: a status of 5xx, no response,
    /// or any code, such as H27 of a client that did not wait.
    #[inline]
    pub(crate) const fn is_failed(&self) -> bool {
        self.status >= 500 || self.status == 0 || !self.code.is_empty()
    }

    /// The count of the request itself.
    pub(crate) const fn count(&self) -> Measurement<'a> {
        let series = SeriesRef {
            source: self.source,
            status: self.status,
            method: self.method,
            code: self.code,
            ..SeriesRef::new(b"router.requests", Kind::Counter)
        };
        Measurement { series, value: 1.0 }
    }

    /// Its values. The series of each follows from its index and from source, status, method and
    /// code.
    #[inline]
    pub(crate) fn values(&self) -> [Option<f64>; SERIES_PER_REQUEST - 1] {
        let is_error = if self.code.is_empty() { None } else { Some(1.0) };
        [self.service_ms, self.connect_ms, self.bytes, self.queue_ms, is_error]
    }

    /// The series of the value at an index of [`Self::values`].
    pub(crate) fn series_of(&self, place: usize) -> SeriesRef<'a> {
        let distribution = |metric, unit| {
            let series = SeriesRef::new(metric, Kind::Distribution);
            SeriesRef { unit, source: self.source, ..series }
        };
        match place {
            0 if self.status == SWITCHING_PROTOCOLS => distribution(b"router.service.101", b"ms"),
            0 => distribution(b"router.service", b"ms"),
            1 => distribution(b"router.connect", b"ms"),
            2 => distribution(b"router.bytes", b"bytes"),
            3 => distribution(b"router.queue", b"ms"),
            _ => {
                let series = SeriesRef::new(b"router.errors", Kind::Counter);
                SeriesRef { source: self.source, code: self.code, ..series }
            }
        }
    }
}

/// The number of three digits from 100 to 599; 0 for any other text.
pub(crate) fn status(text: &[u8]) -> u16 {
    match text {
        [hundreds @ b'1'..=b'5', tens, ones] if tens.is_ascii_digit() && ones.is_ascii_digit() => {
            [hundreds, tens, ones].into_iter().fold(0, |status, digit| status * 10 + u16::from(digit - b'0'))
        }
        _ => 0,
    }
}

/// The method if it is an ordinary word, else empty: clients can send anything, and methods become
/// labels.
pub(crate) fn method(text: &[u8]) -> &[u8] {
    if text.len() <= METHOD_BYTES_MAX && text.iter().all(u8::is_ascii_uppercase) { text } else { b"" }
}

/// Method, host, path and protocol of a request line, `METHOD target PROTOCOL`; the protocol may be
/// absent. The target is a path or a whole address.
pub(crate) fn request_line(text: &[u8]) -> Option<[&[u8]; 4]> {
    let mut words = text.splitn(3, |it| *it == b' ');
    let (method, target) = (words.next()?, words.next()?);
    let protocol = words.next().unwrap_or_default();
    let (host, path) = target_parts(target);
    (!method.is_empty() && !target.is_empty()).then_some([method, host, path, protocol])
}

/// Host and path of a path, whose host is empty, or of a whole address.
pub(crate) fn target_parts(target: &[u8]) -> (&[u8], &[u8]) {
    let is_scheme = |at: &usize| *at > 0 && target[..*at].iter().all(u8::is_ascii_alphabetic);
    let scheme = if target.first() == Some(&b'/') { None } else { memmem::find(target, b"://").filter(is_scheme) };
    scheme.map_or((&b""[..], target), |at| {
        let rest = &target[at + 3..];
        rest.split_at(memchr(b'/', rest).unwrap_or(rest.len()))
    })
}
