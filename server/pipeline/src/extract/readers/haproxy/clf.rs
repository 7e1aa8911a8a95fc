//! HAProxy's HTTP log in its CLF variant, `option httplog clf`: a Common log line with the fields
//! of the usual form behind it, one word each.
//!
//! ```text
//! CLIENT - - [DATE] "REQUEST" STATUS BYTES "" "" PORT MS "FRONTEND" "BACKEND" "SERVER" TR Tw Tc Tr Ta STATE
//!     ACTIVE FRONTEND BACKEND SERVER RETRIES SERVER_QUEUE BACKEND_QUEUE COOKIE COOKIE HEADERS
//! ```
//! Its date is in GMT. A reader of Common log lines reads it too, without the timers.

use memchr::memchr;

use super::{
    super::{request, words::Words},
    entry::{Entry, are_counts, code, count, is_no_request, is_state, request_parts, service_ms, timer},
};
use crate::date;

/// What stands in place of referrer and agent.
const PLACES: &[u8] = b"\"\" \"\" ";
/// Bytes of `27/Nov/2026:10:00:00 +0000`.
const DATE_BYTES: usize = 26;

/// Reads a line; `None` for any other text.
pub(super) fn entry(msg: &[u8]) -> Option<Entry<'_>> {
    let client = memchr(b' ', msg)?;
    let rest = msg[client..].strip_prefix(b" - - [")?;
    let (date, rest) = rest.split_at_checked(DATE_BYTES)?;
    let mut words = Words(rest.strip_prefix(b"] ")?);
    let line = words.quoted()?;
    let status = match words.word()? {
        b"-1" => 0,
        other => Some(request::status(other)).filter(|it| *it != 0)?,
    };
    let bytes = words.word()?;
    words.0 = words.0.strip_prefix(PLACES)?;
    let (_port, _ms) = (words.number()?, words.number()?);
    let (_frontend, _backend, _server) = (words.text()?, words.text()?, words.text()?);
    let mut timers = [None; 5];
    for (place, value) in timers.iter_mut().enumerate() {
        *value = timer(words.text()?, place)?;
    }
    let state = words.text().filter(|it| is_state(it))?;
    for _ in 0..7 {
        words.text().filter(|it| are_counts(it, 1))?;
    }
    let [_, queue_ms, connect_ms, ..] = timers;
    let bytes = if bytes.starts_with(b"+") { None } else { Some(count(bytes)?) };
    let service_ms = service_ms(timers, status);
    let [method, host, path, protocol] = request_parts(line)?;
    let at_ms = date::parse(date)?.at_ms();
    let client = &msg[..client];
    let code = code(state);
    let is_request = !is_no_request(line, status, state, bytes);
    let values = Entry { is_request, queue_ms, connect_ms, service_ms, bytes, ..Entry::default() };
    Some(Entry { at_ms, client, method, host, path, protocol, status, code, ..values })
}
