//! The parts of a request line for display.

use crate::date;

/// A request as one line describes it, borrowed from the line. Texts are empty and numbers `None`
/// where the line has none.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RequestParts<'a> {
    /// HTTP method as the line has it, also one that no client should send; never empty.
    pub method: &'a [u8],
    /// Host that the client asked for.
    pub host: &'a [u8],
    /// Path and query, in the client's words; never empty.
    pub path: &'a [u8],
    /// Status that the client saw, 100 to 599.
    pub status: u16,
    /// Code of the platform, such as `H12`.
    pub code: &'a [u8],
    /// Meaning of the code, in the platform's words: `Request timeout`.
    pub desc: &'a [u8],
    /// Time from the connection to the last byte, ms.
    pub service_ms: Option<f64>,
    /// Time to connect to the dyno, ms.
    pub connect_ms: Option<f64>,
    /// Time in a queue before that, ms.
    pub queue_ms: Option<f64>,
    /// Bytes of the response, as [`super::request::Request::bytes`].
    pub bytes: Option<f64>,
    /// Dyno that answered, such as `web.1`.
    pub dyno: &'a [u8],
    /// Identifier of the request.
    pub request_id: &'a [u8],
    /// Address of the client, or the chain of addresses that it claims.
    pub fwd: &'a [u8],
    /// Protocol, such as `https` or `HTTP/1.1`.
    pub protocol: &'a [u8],
}

/// How a reader reads the parts of a line; the dates are a buffer.
pub(super) type ReadParts = for<'a> fn(&'a [u8], &mut date::Parser) -> Option<RequestParts<'a>>;
