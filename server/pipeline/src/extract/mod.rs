//! Messages become measurements: who wrote a message decides who reads it.
//!
//! The readers see one line and remember nothing but their buffers. Where measurements go is the caller's [`Sink`].

/// Senders' own reports of lines that they lost.
pub mod report;

/// The router's request lines.
pub mod router;

/// Error codes in the lines of the dyno manager.
pub mod error;

/// The dynos' memory and load.
pub mod runtime;

/// The conventions of l2met.
pub mod l2met;

use crate::{Line, Loss, series::SeriesRef};

/// One value of one series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measurement<'a> {
    /// The series, borrowed from the line.
    pub series: SeriesRef<'a>,
    /// Its value, finite.
    pub value: f64,
}

/// Where measurements go.
pub trait Sink {
    /// Takes in a measurement that a line holds.
    fn measure(&mut self, measurement: &Measurement<'_>);

    /// Takes in measurements of one line that belong together. The series of each of `others` must follow, place by
    /// place, from that of `lead`: who has seen the lead's series before knows theirs without another search.
    fn measure_together<const N: usize>(&mut self, lead: &Measurement<'_>, others: &[Option<Measurement<'_>>; N]);

    /// Takes in a sender's report that it lost `lines` lines, with its code, such as `L10`.
    fn lost(&mut self, code: &[u8], lines: u64);

    /// Takes note of something in the line that was not used.
    fn lose(&mut self, loss: Loss);
}

/// The readers, with their buffers.
#[derive(Clone, Debug, Default)]
pub struct Extractor {
    source: Vec<u8>,
}

impl Extractor {
    /// Gives every measurement of a line to `sink`. `source_prefix` is that of [`crate::Origin`].
    pub fn extract(&mut self, line: &Line<'_>, source_prefix: &str, sink: &mut impl Sink) {
        let is_read = match line.proc_id {
            b"router" => router::read(line.msg, sink),
            b"logplex" | b"log-shuttle" => report::read(line.msg, sink),
            _ if line.app == b"heroku" => {
                runtime::read(line.proc_id, line.msg, sink) || error::read(line.proc_id, line.msg, sink)
            }
            _ => false,
        };
        if !is_read {
            l2met::read(line.msg, source_prefix, &mut self.source, sink);
        }
    }
}

fn is_error_code(text: &[u8]) -> bool {
    matches!(text, [b'H' | b'R' | b'L', tens, ones] if tens.is_ascii_digit() && ones.is_ascii_digit())
}
