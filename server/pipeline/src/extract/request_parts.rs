//! The parts of a request line for display, read by the same readers that count it.
//!
//! Nothing is counted here. Path and `fwd` hold the client's words: the readers end them where a client cannot reach, so
//! that no request can write its own status. Masks and signs for control characters stay as the text has them.

use super::{READERS, Writer, is_error_code, router};
use crate::{Line, date, logfmt::Pairs};

/// A request as one line describes it, borrowed from the line. Texts are empty and numbers `None` where the line has none.
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
    /// Bytes of the response body.
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
pub(super) type ReadParts = for<'a> fn(&'a [u8], &mut date::Reader) -> Option<RequestParts<'a>>;

/// The parts of the request that a message of `source` (its PROCID) describes: a line of the router, or of any web
/// server's access log, also one behind a router.
///
/// `None` for other text, and for a request line without method, path or status: its text says more than its parts.
#[must_use]
pub fn request_parts<'a>(source: &[u8], msg: &'a [u8]) -> Option<RequestParts<'a>> {
    let writer = if source == b"router" { Writer::Router } else { Writer::WebServer };
    let mut dates = date::Reader::default();
    let readers = READERS.iter().filter(|it| it.writers.contains(&writer));
    let parts = readers.filter_map(|it| it.parts).find_map(|read| read(msg, &mut dates))?;
    let is_whole = !parts.method.is_empty() && !parts.path.is_empty() && parts.status != 0;
    is_whole.then_some(parts)
}

/// The platform's code in a line of its own, such as `H12`, `R14` or `L10`. Codes in lines of others, and in a client's
/// path, are none.
#[must_use]
pub fn error_code<'a>(line: &Line<'a>) -> Option<&'a [u8]> {
    let code = match line.proc_id {
        b"router" => router::code(line.msg),
        _ if line.app == b"heroku" => line.msg.strip_prefix(b"Error ")?.get(..3)?,
        _ => return None,
    };
    Some(code).filter(|it| is_error_code(it))
}

/// The pairs of a message of `source`, read as its reader does: the router does not escape what clients send.
#[must_use]
pub fn pairs<'a>(source: &[u8], msg: &'a [u8]) -> Pairs<'a> {
    if source == b"router" { Pairs::guarded(msg, router::GUARDS) } else { Pairs::new(msg) }
}
