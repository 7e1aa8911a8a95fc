//! The dynos' memory and load, which Heroku writes about every 20 seconds for each dyno.
//!
//! ```text
//! source=web.1 dyno=heroku.2808254.d97d0ea7-… sample#memory_total=21.00MB sample#memory_pgpgin=348836pages
//! ```
//! Gauges keep the names and units of the line; their source is the PROCID. Which dyno UUID wrote it is not kept.

use memchr::memmem;

use super::{Needle, Sink, sample};
use crate::logfmt::Pairs;

static DYNO: Needle = Needle::new(|| memmem::Finder::new(" dyno=heroku."));

/// Reads the gauges of a text; whether it is such a line.
pub(super) fn read(proc_id: &[u8], msg: &[u8], sink: &mut impl Sink) -> bool {
    if !msg.starts_with(b"source=") || !DYNO.is_in(msg) {
        return false;
    }
    for pair in Pairs::new(msg) {
        sample::read(&pair, proc_id, |_| b"", sink);
    }
    true
}
