//! Senders' own reports of lines that they lost: L10 of logplex, L12 and L13 of log-shuttle.
//!
//! `Error L10 (output buffer overflow): 491 messages dropped since …` and `Error L13: 3 messages lost since …`. Other
//! texts of these senders are left to the other readers.

use memchr::memmem;

use super::{Sink, is_error_code};
use crate::number;

/// Reads a report; whether the text is one.
pub(super) fn read(msg: &[u8], sink: &mut impl Sink) -> bool {
    let Some((code, rest)) = msg.strip_prefix(b"Error ").and_then(|rest| rest.split_at_checked(3)) else {
        return false;
    };
    if code[0] != b'L' || !is_error_code(code) {
        return false;
    }
    let Some(colon) = memmem::find(rest, b": ") else { return false };
    let rest = &rest[colon + 2..];
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let Some(lines) = number::whole(rest) else { return false };
    if !rest[digits..].starts_with(b" message") {
        return false;
    }
    sink.lost(code, lines);
    true
}
