//! Counts the lines that were read, delivered and lost, and formats the frames that report losses
//! to the server.
//!
//! Dropped lines (the queue was full) are reported as L12, undeliverable lines as L13, at the
//! beginning of the next batch, as log-shuttle does it. A report whose own batch is lost is sent
//! again.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use serde::{Deserialize, Serialize};

use super::formatter::push_frame;
use crate::clock;

/// Counts of lines, shared by all threads.
#[derive(Debug, Default)]
pub(crate) struct Losses {
    taken: AtomicU64,
    delivered: AtomicU64,
    due: Mutex<Report>,
}

/// Lines that were not delivered, for one reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LostLines {
    pub lines: u64,
    /// When the first of them was given up, unix microseconds.
    pub since_us: i64,
}

/// Losses that have not been reported to the server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Report {
    /// Lines dropped because the queue was full.
    pub dropped: Option<LostLines>,
    /// Lines that could not be delivered.
    pub lost: Option<LostLines>,
}

impl Losses {
    /// Counts lines that were put into a batch.
    pub(crate) fn take(&self, lines: u64) {
        self.taken.fetch_add(lines, Ordering::Relaxed);
    }

    /// Counts lines that were delivered.
    pub(crate) fn deliver(&self, lines: u64) {
        self.delivered.fetch_add(lines, Ordering::Relaxed);
    }

    /// Records lines that were dropped because the queue was full.
    pub(crate) fn drop_lines(&self, lines: u64, at_us: i64) {
        self.add_report(Report { dropped: Some(LostLines { lines, since_us: at_us }), lost: None });
    }

    /// Records lines that could not be delivered.
    pub(crate) fn lose(&self, lines: u64, at_us: i64) {
        self.add_report(Report { dropped: None, lost: Some(LostLines { lines, since_us: at_us }) });
    }

    /// Adds to the report that is due.
    pub(crate) fn add_report(&self, report: Report) {
        self.due.lock().unwrap_or_else(PoisonError::into_inner).add(report);
    }

    /// Takes the report that is due; afterwards none is.
    pub(crate) fn take_report(&self) -> Report {
        std::mem::take(&mut *self.due.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Lines that were read and not delivered, for any reason.
    pub(crate) fn undelivered(&self) -> u64 {
        self.taken.load(Ordering::Relaxed).saturating_sub(self.delivered.load(Ordering::Relaxed))
    }
}

impl Report {
    /// Adds further losses.
    pub(crate) fn add(&mut self, more: Self) {
        self.dropped = add(self.dropped, more.dropped);
        self.lost = add(self.lost, more.lost);
    }

    /// Number of frames that [`Self::push_frames`] appends.
    #[must_use]
    pub(crate) fn frames(&self) -> u64 {
        u64::from(self.dropped.is_some()) + u64::from(self.lost.is_some())
    }

    /// Appends the frames that report the losses, dropped lines first.
    pub(crate) fn push_frames(&self, out: &mut Vec<u8>, appname: &str, at_us: i64) {
        for (code, what, count) in [("L12", "dropped", self.dropped), ("L13", "lost", self.lost)] {
            let Some(LostLines { lines, since_us }) = count else { continue };
            let mut header = b"<172>1 ".to_vec();
            clock::push_timestamp(&mut header, at_us);
            header.extend_from_slice(format!(" heroku {appname} log-shuttle - - ").as_bytes());
            let mut text = format!("Error {code}: {lines} messages {what} since ").into_bytes();
            clock::push_timestamp(&mut text, since_us);
            push_frame(out, &header, &text, true);
        }
    }
}

fn add(due: Option<LostLines>, more: Option<LostLines>) -> Option<LostLines> {
    match (due, more) {
        (Some(a), Some(b)) => Some(LostLines { lines: a.lines + b.lines, since_us: a.since_us.min(b.since_us) }),
        (due, more) => due.or(more),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lost(lines: u64, since_us: i64) -> Option<LostLines> {
        Some(LostLines { lines, since_us })
    }

    #[test]
    fn ok_reports_add_up_and_settle_once() {
        let losses = Losses::default();
        losses.drop_lines(3, 2_000_000);
        losses.drop_lines(4, 1_000_000);
        losses.lose(5, 3_000_000);
        let report = losses.take_report();
        assert_eq!(report, Report { dropped: lost(7, 1_000_000), lost: lost(5, 3_000_000) });
        assert_eq!(losses.take_report(), Report::default());
        losses.add_report(report);
        losses.lose(1, 9_000_000);
        assert_eq!(losses.take_report().lost, lost(6, 3_000_000));
    }

    #[test]
    fn ok_missing_is_what_did_not_arrive() {
        let losses = Losses::default();
        losses.take(10);
        losses.deliver(7);
        assert_eq!(losses.undelivered(), 3);
    }

    #[test]
    fn ok_pipeline_reads_the_frames() {
        let report = Report { dropped: lost(7, 1_000_000), lost: lost(5, 3_000_000) };
        let mut out = Vec::new();
        report.push_frames(&mut out, "checkout", 4_000_000);
        let texts: Vec<_> = pipeline::Frames::new(&out)
            .map(|frame| pipeline::syslog::parse(frame.expect("a frame"), false).expect("a message"))
            .map(|line| format!("{} {}", String::from_utf8_lossy(line.proc_id), String::from_utf8_lossy(line.msg)))
            .collect();
        let expected = [
            "log-shuttle Error L12: 7 messages dropped since 1970-01-01T00:00:01.000000+00:00",
            "log-shuttle Error L13: 5 messages lost since 1970-01-01T00:00:03.000000+00:00",
        ];
        assert_eq!(texts, expected);
    }
}
