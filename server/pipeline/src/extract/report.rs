//! Senders' own reports of lines that they lost: L10 of logplex, L12 and L13 of log-shuttle.
//!
//! ```text
//! Error L10 (output buffer overflow): 491 messages dropped since …
//! Error L10 (output buffer overflow): drain 'd.0f…' dropped 1 messages since …
//! Error L10 (drain buffer overflow) -> This drain dropped 1101 messages since …
//! Error L13: 3 messages lost since …
//! ```
//! The wording has changed over the years, so that only its kernel is asked for: a number of messages, dropped or lost.
//! L11 and L15 are of somebody's tail session. Other texts of these senders are left to the other readers.

use super::{Sink, is_error_code};
use crate::number;

/// Reads a report; whether the text is one.
pub(super) fn read(msg: &[u8], sink: &mut impl Sink) -> bool {
    let text = msg.strip_prefix(b"Error ").unwrap_or(msg);
    let code = text.split_at_checked(3).map(|it| it.0).filter(|it| is_error_code(it));
    let Some((lines, verb)) = lost(text) else { return false };
    let code: &[u8] = match code {
        Some(code @ (b"L10" | b"L12" | b"L13")) => code,
        Some(_) => return false,
        None if text.starts_with(b"drain ") || text.starts_with(b"Drain ") => b"L10",
        None if verb == b"lost" => b"L13",
        None => return false,
    };
    sink.lost(code, lines);
    true
}

/// How many messages are said to be dropped or lost, and which of them.
fn lost(text: &[u8]) -> Option<(u64, &[u8])> {
    let mut words = text.split(|byte| *byte == b' ');
    let (mut before, mut number) = (&b""[..], &b""[..]);
    loop {
        let word = words.next()?;
        if matches!(word, b"message" | b"messages") && number.iter().all(u8::is_ascii_digit) {
            let is_verb = |word: &&[u8]| matches!(*word, b"dropped" | b"lost");
            let verb = words.next().filter(is_verb).or_else(|| Some(before).filter(is_verb))?;
            return Some((number::whole(number)?, verb));
        }
        (before, number) = (number, word);
    }
}
