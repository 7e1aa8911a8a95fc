//! Writes records of other formats as frames of syslog (RFC 5424), the one form in which batches
//! are stored. Whatever reads stored batches (the pipeline, replays, searches, exports, the page
//! that inspects a batch) therefore reads every format's records.
//!
//! What a record means is decided by its format's own file, not here.
//!
//! # Limits
//! [`FRAMES_BYTES_MAX`] for all frames of one request; further records are lost and counted. A
//! text that is too long becomes a frame that is too long, which the pipeline counts as a loss.

use std::fmt::Write as _;

use jiff::Timestamp;
use pipeline::{FRAME_BYTES_MAX, RECORDS_LOST};

use crate::block::BODY_BYTES_MAX;

/// Most bytes of all frames of one request: three bodies. Frames can be longer than the records
/// that they are made of.
pub(crate) const FRAMES_BYTES_MAX: usize = 3 * BODY_BYTES_MAX;
/// Longest name in a header, bytes. RFC 5424 allows 48 for an app and 128 for a process.
const NAME_BYTES_MAX: usize = 128;
/// Longest header, bytes: count, priority, time and three names.
const HEADER_BYTES_MAX: usize = 16 + 40 + 3 * (NAME_BYTES_MAX + 1);
/// Longest reason that a report of lost records states, bytes.
const REASON_BYTES_MAX: usize = 300;

/// The severity of a line without one: informational.
pub(crate) const INFORMATIONAL: u8 = 6;
const FACILITY_USER: u8 = 1;
const WARNING: u8 = 4;

/// Header of one line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Header<'a> {
    /// Severity of syslog, 0 (emergency) to 7 (debug).
    pub severity: u8,
    /// Its own time, unix milliseconds; `None` if the record has none.
    pub at_ms: Option<i64>,
    /// Where it was written, such as a host; empty for unknown.
    pub host: &'a str,
    /// Name of the program; empty for unknown. `app` is a dyno behind a router.
    pub app: &'a str,
    /// The process, such as `web.1`; empty for unknown.
    pub proc_id: &'a str,
}

impl Default for Header<'_> {
    fn default() -> Self {
        Self { severity: INFORMATIONAL, at_ms: None, host: "", app: "", proc_id: "" }
    }
}

/// Writes the frames of one request.
#[derive(Debug)]
pub(crate) struct FrameWriter {
    bodies: Vec<Vec<u8>>,
    /// Bytes of all bodies.
    bytes: usize,
    /// The header of one line.
    head: String,
    /// The time that was last written, and its text: neighbours mostly share it.
    at_ms: Option<i64>,
    time: String,
    lines: u64,
    lost: u64,
    /// Records for which there was no room.
    no_room: u64,
    is_timed: bool,
}

impl Default for FrameWriter {
    fn default() -> Self {
        Self {
            bodies: vec![],
            bytes: 0,
            head: String::with_capacity(HEADER_BYTES_MAX),
            at_ms: None,
            time: "-".to_owned(),
            lines: 0,
            lost: 0,
            no_room: 0,
            is_timed: true,
        }
    }
}

impl FrameWriter {
    /// Writes a line. Whether there was room; otherwise it counts as lost.
    pub(crate) fn line(&mut self, header: &Header<'_>, text: &[u8]) -> bool {
        // One byte too many is kept, so that the pipeline counts a frame that is too long.
        let text = &text[..text.len().min(FRAME_BYTES_MAX + 1)];
        if self.bytes + HEADER_BYTES_MAX + text.len() > FRAMES_BYTES_MAX {
            self.no_room += 1;
            return false;
        }
        self.lines += 1;
        self.is_timed &= header.at_ms.is_some();
        self.write(header, text);
        true
    }

    /// Reports records that could not be used, in a line that the pipeline counts as losses.
    pub(crate) fn lose(&mut self, records: u64, why: &str) {
        if records == 0 {
            return;
        }
        self.lost += records;
        let why = &why[..why.floor_char_boundary(REASON_BYTES_MAX)];
        let header = Header { severity: WARNING, app: "streamgauge", proc_id: "receiver", ..Header::default() };
        self.write(&header, format!("{records} {} {why}", RECORDS_LOST[usize::from(records > 1)]).as_bytes());
    }

    /// Bytes of all frames so far.
    pub(crate) const fn bytes(&self) -> usize {
        self.bytes
    }

    /// Ends the request, with a report of the records for which there was no room.
    pub(crate) fn end(mut self) -> Frames {
        let no_room = std::mem::take(&mut self.no_room);
        self.lose(no_room, "expected records that take at most 24 MiB as lines in one request");
        Frames { bodies: self.bodies, lost: self.lost, is_timed: self.is_timed && self.lines > 0 }
    }

    fn write(&mut self, header: &Header<'_>, text: &[u8]) {
        self.set_time(header.at_ms);
        self.head.clear();
        let priority = FACILITY_USER << 3 | header.severity.min(7);
        // Writing to a `String` cannot fail.
        let _written = write!(self.head, "<{priority}>1 {} ", self.time);
        for name in [header.host, header.app, header.proc_id] {
            push_name(&mut self.head, name);
            self.head.push(' ');
        }
        self.head.push_str("- - ");
        let count = (self.head.len() + text.len()).to_string();
        let bytes = count.len() + 1 + self.head.len() + text.len();
        if self.bodies.last().is_none_or(|it| it.len() + bytes > BODY_BYTES_MAX) {
            self.bodies.push(Vec::new());
        }
        let Some(body) = self.bodies.last_mut() else { return };
        for part in [count.as_bytes(), b" ", self.head.as_bytes(), text] {
            body.extend_from_slice(part);
        }
        self.bytes += bytes;
    }

    fn set_time(&mut self, at_ms: Option<i64>) {
        if self.at_ms != at_ms {
            self.at_ms = at_ms;
            self.time.clear();
            match at_ms.and_then(|it| Timestamp::from_millisecond(it).ok()) {
                Some(time) => _ = write!(self.time, "{time:.3}"),
                None => self.time.push('-'),
            }
        }
    }
}

/// The frames of one request.
#[derive(Debug)]
pub(crate) struct Frames {
    /// In bodies that a block can hold; none if there are no records.
    pub bodies: Vec<Vec<u8>>,
    /// Records that could not be used.
    pub lost: u64,
    /// Whether every record had a time of its own. Two requests with the same bytes are then one
    /// request that was sent twice; otherwise the same may have happened twice.
    pub is_timed: bool,
}

/// Writes a name as a word: characters that a header can't have become `_`.
fn push_name(head: &mut String, name: &str) {
    let name = &name[..name.floor_char_boundary(NAME_BYTES_MAX)];
    head.extend(name.chars().map(|it| if it.is_ascii_graphic() { it } else { '_' }));
    if name.is_empty() {
        head.push('-');
    }
}

#[cfg(test)]
mod tests {
    use pipeline::{Loss, Origin, Reducer};

    use super::*;

    const NOW_MS: i64 = 1_790_000_000_000;

    fn reduce(frames: &Frames) -> Vec<pipeline::Delta> {
        let origin = Origin { received_ms: NOW_MS, ..Origin::default() };
        frames.bodies.iter().map(|it| Reducer::new().reduce(it, &origin)).collect()
    }

    fn text(frames: &Frames) -> String {
        frames.bodies.iter().map(|it| String::from_utf8_lossy(it)).collect()
    }

    #[test]
    fn ok_headers() {
        let mut writer = FrameWriter::default();
        let header = Header { severity: 3, at_ms: Some(NOW_MS), host: "a b", app: "app", proc_id: "web.1" };
        assert!(writer.line(&header, b"one\ntwo"));
        assert!(writer.line(&Header::default(), b""));
        assert_eq!(
            text(&writer.end()),
            "56 <11>1 2026-09-21T14:13:20.000Z a_b app web.1 - - one\ntwo18 <14>1 - - - - - - "
        );
    }

    #[test]
    fn ok_only_records_with_times_are_known_again() {
        for (times, expected) in [(&[Some(1), Some(2)][..], true), (&[Some(1), None], false), (&[], false)] {
            let mut writer = FrameWriter::default();
            for at_ms in times {
                writer.line(&Header { at_ms: *at_ms, ..Header::default() }, b"text");
            }
            writer.lose(1, "expected an object, found a number");
            assert_eq!(writer.end().is_timed, expected, "{times:?}");
        }
    }

    #[test]
    fn err_lost_records_are_counted_with_the_reason() {
        for (records, report) in [(1, "1 record lost: expected an object"), (3, "3 records lost: expected an object")] {
            let mut writer = FrameWriter::default();
            writer.lose(records, "expected an object");
            writer.line(&Header::default(), &vec![b'x'; FRAME_BYTES_MAX + 5]);
            let frames = writer.end();
            let delta = &reduce(&frames)[0];
            assert_eq!(delta.losses, [(Loss::Record, records), (Loss::FrameLength, 1)]);
            let reason = delta.samples.iter().find(|it| it.loss == Loss::Record).map(|it| &*it.text);
            assert_eq!((reason, frames.lost), (Some(report), records));
        }
    }

    #[test]
    fn err_no_room() {
        let mut writer = FrameWriter::default();
        let line = vec![b'x'; 1 << 20];
        let fit = (0..40).filter(|_| writer.line(&Header::default(), &line)).count();
        let frames = writer.end();
        assert_eq!((frames.bodies.len(), frames.lost), (4, 40 - fit as u64));
        assert!(frames.bodies.iter().all(|it| it.len() <= BODY_BYTES_MAX));
        let deltas = reduce(&frames);
        let lost: u64 = deltas.iter().flat_map(|it| &it.losses).map(|it| it.1).sum();
        let lines: u64 = deltas.iter().map(|it| it.lines).sum();
        assert_eq!((lost, lines), (frames.lost, fit as u64 + 1));
    }
}
