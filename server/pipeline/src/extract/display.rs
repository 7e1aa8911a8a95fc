//! Messages for display, read by the same readers that count them.
//!
//! Nothing is counted here. Path and `fwd` hold the client's words: the readers find their end in a
//! way that no client can influence, so that no request can write its own status. Masks and signs
//! for control characters stay as the text has them.

use super::{
    json,
    parts::RequestParts,
    platform_code::is_error_code,
    readers::{READERS, Writer, router},
};
use crate::{Line, date, logfmt::Pairs};

/// The parts of the request that a message of `source` (its PROCID) describes: a line of the
/// router, or of any web server's access log, also of one behind a router.
///
/// `None` for other text, and for a request line without method, path or status: its text says more
/// than its parts.
#[must_use]
pub fn request_parts<'a>(source: &[u8], msg: &'a [u8]) -> Option<RequestParts<'a>> {
    let writer = if source == b"router" { Writer::Router } else { Writer::WebServer };
    let mut dates = date::Parser::default();
    let readers = READERS.iter().filter(|it| it.writers.contains(&writer));
    let parts = readers.filter_map(|it| it.parts).find_map(|read| read(msg, &mut dates))?;
    let is_whole = !parts.method.is_empty() && !parts.path.is_empty() && parts.status != 0;
    is_whole.then_some(parts)
}

/// The error code in a line of the platform, such as `H12`, `R14` or `L10`, or in a proxy's line
/// about a request, such as `sH--`. Codes in other lines, and in a client's path, are ignored.
#[must_use]
pub fn error_code<'a>(line: &Line<'a>) -> Option<&'a [u8]> {
    let code = match line.proc_id {
        b"router" => router::code(line.msg),
        _ if line.app == b"heroku" => line.msg.strip_prefix(b"Error ")?.get(..3)?,
        _ => return Some(request_parts(line.proc_id, line.msg)?.code).filter(|it| !it.is_empty()),
    };
    Some(code).filter(|it| is_error_code(it))
}

/// The value of a field of a line that is a JSON object, with the escapes of a string.
#[must_use]
pub fn json_field<'a>(msg: &'a [u8], key: &[u8]) -> Option<&'a [u8]> {
    json::Fields::of(msg)?.find(|it| it.0 == key).map(|it| it.1.bytes())
}

/// The pairs of a message of `source`, read as its reader does: the router does not escape what
/// clients send.
#[must_use]
pub fn pairs<'a>(source: &[u8], msg: &'a [u8]) -> Pairs<'a> {
    if source == b"router" { Pairs::guarded(msg, router::GUARDS) } else { Pairs::new(msg) }
}
