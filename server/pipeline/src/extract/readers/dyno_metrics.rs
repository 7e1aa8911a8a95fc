//! Memory and load of dynos, which Heroku logs about every 20 seconds for each dyno.
//!
//! ```text
//! source=web.1 dyno=heroku.2808254.d97d0ea7-… sample#memory_total=21.00MB sample#memory_pgpgin=348836pages
//! ```
//! Gauges keep the names and units of the line. Their source is the PROCID. The dyno's UUID is not kept.

use memchr::memmem;

use super::{Context, Example, Needle, Reader, Sink, Writer, sample};
use crate::{Line, logfmt::Pairs};

pub(super) const READER: Reader = Reader {
    name: "dyno_metrics",
    title: "Dyno runtime metrics",
    writers: &[Writer::DynoManager],
    examples: &[Example {
        app: "heroku",
        proc_id: "web.1",
        msg: "source=web.1 dyno=heroku.1.d97d0ea7-cf3d-411b-b453-d2943a50b456 sample#memory_total=21.00MB sample#load_avg_1m=2.46",
    }],
    metrics: &["memory_total", "load_avg_1m"],
    events: &[],
    parts: None,
};

static DYNO: Needle = Needle::new(|| memmem::Finder::new(" dyno=heroku."));

/// Reads the gauges of a line; whether it is of this format.
pub(super) fn read(line: &Line<'_>, _: &mut Context<'_>, sink: &mut impl Sink) -> bool {
    if !line.msg.starts_with(b"source=") || !DYNO.is_in(line.msg) {
        return false;
    }
    for pair in Pairs::new(line.msg) {
        sample::read(&pair, line.proc_id, |_| b"", sink);
    }
    true
}
