//! A request whose parts are fields of one JSON object. Each format's reader says which field is
//! which, and in what unit; what follows from the parts is the same for all.

use super::{Context, Request, RequestParts, Sink, request};
use crate::{Line, time};

/// The parts of a request as a line has them; empty or `None` for those that it has not.
#[derive(Clone, Copy, Default)]
pub(super) struct JsonRequest<'a> {
    pub(super) status: &'a [u8],
    pub(super) method: &'a [u8],
    pub(super) path: &'a [u8],
    pub(super) host: &'a [u8],
    pub(super) protocol: &'a [u8],
    pub(super) request_id: &'a [u8],
    pub(super) client: &'a [u8],
    /// The time of the line, RFC 3339.
    pub(super) time: &'a [u8],
    pub(super) service_ms: Option<f64>,
    pub(super) bytes: Option<f64>,
}

impl<'a> JsonRequest<'a> {
    /// Itself, if it has a method and a status that is a number.
    pub(super) fn whole(self) -> Option<Self> {
        let has_status = !self.status.is_empty() && self.status.iter().all(u8::is_ascii_digit);
        (has_status && !self.method.is_empty()).then_some(self)
    }

    /// Gives the request to a sink, and the time of a line whose transport gave none.
    pub(super) fn give(&self, line: &Line<'_>, context: &mut Context<'_>, sink: &mut impl Sink) {
        if let Some(at_ms) = time::parse(self.time).filter(|_| line.time_ms.is_none()) {
            sink.date(at_ms);
        }
        sink.request(&Request {
            method: request::method(self.method),
            path: context.unescaped(self.path),
            status: request::status(self.status),
            service_ms: self.service_ms,
            bytes: self.bytes,
            ..Request::default()
        });
    }

    /// The request for display.
    pub(super) fn parts(self) -> RequestParts<'a> {
        let Self { method, path, host, protocol, request_id, client: fwd, service_ms, bytes, .. } = self;
        let status = request::status(self.status);
        let shown = RequestParts { method, path, host, protocol, request_id, fwd, ..RequestParts::default() };
        RequestParts { status, service_ms, bytes, ..shown }
    }
}
