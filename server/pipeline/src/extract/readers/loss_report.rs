//! Reports of senders about lines that they lost: L10 of logplex, L12 and L13 of log-shuttle; and
//! of our own receivers about records that could not be made into lines.
//!
//! ```text
//! Error L10 (output buffer overflow): 491 messages dropped since …
//! Error L10 (output buffer overflow): drain 'd.0f…' dropped 1 messages since …
//! Error L10 (drain buffer overflow) -> This drain dropped 1101 messages since …
//! Error L13: 3 messages lost since …
//! 2 records lost: expected an object, found a number           (APP-NAME streamgauge)
//! ```
//! The wording has changed over the years, so only its core is required: a number of messages, and
//! `dropped` or `lost`. L11 and L15 are about a tail session and are not counted. Other texts of
//! these senders are left to other readers.

use memchr::memchr;

use super::{Context, Example, Reader, Sink, Writer, is_error_code};
use crate::{Line, number};

/// What follows the number of records in a receiver's report, before the reason: of one, of more.
pub const RECORDS_LOST: [&str; 2] = ["record lost:", "records lost:"];

pub(super) const READER: Reader = Reader {
    name: "loss_report",
    title: "Loss reports (L10, L12, L13)",
    writers: &[Writer::LogSender],
    examples: &[
        Example {
            app: "heroku",
            proc_id: "logplex",
            msg: "Error L10 (output buffer overflow): 491 messages dropped since 2026-11-27T10:00:00+00:00.",
        },
        Example {
            app: "app",
            proc_id: "log-shuttle",
            msg: "Error L12: 222 messages dropped since 2026-11-27T10:00:00Z.",
        },
    ],
    metrics: &["drain.lost"],
    events: &[],
    parts: None,
};

/// Reads a report; whether the line is one.
pub(super) fn read(line: &Line<'_>, _: &mut Context<'_>, sink: &mut impl Sink) -> bool {
    let msg = line.msg;
    if line.app == b"streamgauge" {
        return lost_records(msg).map(|records| sink.lose_records(records)).is_some();
    }
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

/// How many records a receiver could not make into lines.
fn lost_records(text: &[u8]) -> Option<u64> {
    let end = memchr(b' ', text)?;
    let is_report = RECORDS_LOST.iter().any(|it| text[end + 1..].starts_with(it.as_bytes()));
    is_report.then(|| number::whole(&text[..end]))?
}

/// How many messages were dropped or lost, and which of the two words says so.
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
