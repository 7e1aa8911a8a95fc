//! Seeded traffic of many kinds, as other people's apps send it: what each benchmark of speed is
//! run with, so that nothing is tuned to one of them. The seed is chosen anew for each run.
//!
//! A mix is a way to write lines and a way to cut them into batches. The same lines are had as
//! frames for the server and as text for `tap` and `awk`.

mod lines;
mod records;

use std::{env, fmt::Write};

use crate::{
    clock::{now_ms, stamp},
    process::Server,
    random::Random,
};

/// Batches of about this size where a mix says nothing else.
const BATCH_BYTES: usize = 100 * 1_024;
/// The time between two lines, microseconds.
const STEP_US: i64 = 200;
/// Apps of the mix of many apps.
pub const APPS: u64 = 1_000;
/// Apps of one shared drain; the server takes 200.
pub const APPS_PER_DRAIN: u64 = 200;

/// A line without its time.
pub(crate) struct Line {
    pri: u8,
    program: &'static str,
    process: String,
    text: String,
    /// How much older it is than the line before it, microseconds.
    late_us: i64,
}

/// How lines become batches.
#[derive(Clone, Copy)]
enum Cut {
    Bytes,
    Lines { least: u64, most: u64 },
    Apps { lines: u64 },
}

/// A kind of traffic.
pub struct Mix {
    /// Its name in results.
    pub name: &'static str,
    line: fn(&mut Random) -> Line,
    cut: Cut,
    /// Whether its text form is the message alone, as in the log file of a proxy.
    is_plain: bool,
}

/// A batch of one app.
pub struct Batch {
    /// The number of its app.
    pub app: u64,
    /// The octet-counted frames.
    pub body: Vec<u8>,
    /// The number of its lines.
    pub lines: u64,
}

/// The batches of a mix, and the same lines as text.
pub struct Made {
    /// In the order in which they are sent.
    pub batches: Vec<Batch>,
    /// A line each, as `heroku logs -t` prints them or as they stand in a log file.
    pub text: String,
}

/// Every mix.
pub const MIXES: [Mix; 10] = [
    Mix { name: "labels", line: lines::mixed, cut: Cut::Bytes, is_plain: false },
    Mix { name: "small batches", line: lines::mixed, cut: Cut::Lines { least: 1, most: 20 }, is_plain: false },
    Mix { name: "one line a batch", line: lines::mixed, cut: Cut::Lines { least: 1, most: 1 }, is_plain: false },
    Mix { name: "1,000 apps", line: lines::mixed, cut: Cut::Apps { lines: 20 }, is_plain: false },
    Mix { name: "l2met", line: lines::measured, cut: Cut::Bytes, is_plain: false },
    Mix { name: "JSON", line: records::json, cut: Cut::Bytes, is_plain: false },
    Mix { name: "access log", line: records::access, cut: Cut::Bytes, is_plain: true },
    Mix { name: "long rare paths", line: lines::rare, cut: Cut::Bytes, is_plain: false },
    Mix { name: "bursts, late", line: lines::late, cut: Cut::Bytes, is_plain: false },
    Mix { name: "app text", line: lines::prose, cut: Cut::Bytes, is_plain: false },
];

/// The seed of a run: `SEED`, or another one each time.
#[must_use]
pub fn seed() -> u64 {
    env::var("SEED").ok().and_then(|it| it.parse().ok()).unwrap_or(now_ms().cast_unsigned())
}

/// The lines that a server has counted of the first `apps` apps.
#[must_use]
pub fn counted(server: &Server, apps: u64) -> u64 {
    let of = |app: u64| server.value(&format!("app{app}"), "drain.lines", "sum").unwrap_or(0.0) as u64;
    (0..apps).map(of).sum()
}

impl Mix {
    /// `count` lines, the newest of them at `end_ms` (unix milliseconds).
    #[must_use]
    pub fn make(&self, seed: u64, count: u64, end_ms: i64) -> Made {
        let mut random = Random(seed | 1);
        let mut made = Made { batches: Vec::new(), text: String::new() };
        let begin_us = end_ms * 1_000 - count.cast_signed() * STEP_US;
        let (mut batch, mut wanted) = (Batch { app: 0, body: Vec::new(), lines: 0 }, self.lines(&mut random));
        for number in 0..count {
            let line = (self.line)(&mut random);
            let time = stamp(begin_us + number.cast_signed() * STEP_US - line.late_us);
            let Line { pri, program, process, text, .. } = line;
            let message = format!("<{pri}>1 {time} host {program} {process} - {text}\n");
            batch.body.extend_from_slice(format!("{} {message}", message.len()).as_bytes());
            batch.lines += 1;
            if self.is_plain {
                made.text.push_str(&text);
                made.text.push('\n');
            } else {
                writeln!(made.text, "{time} {program}[{process}]: {text}").unwrap();
            }
            if batch.lines >= wanted || batch.body.len() >= BATCH_BYTES || number + 1 == count {
                let app = (batch.app + 1) % if matches!(self.cut, Cut::Apps { .. }) { APPS } else { 1 };
                made.batches.push(std::mem::replace(&mut batch, Batch { app, body: Vec::new(), lines: 0 }));
                wanted = self.lines(&mut random);
            }
        }
        made
    }

    /// How many lines the next batch has at most.
    fn lines(&self, random: &mut Random) -> u64 {
        match self.cut {
            Cut::Bytes => u64::MAX,
            Cut::Lines { least, most } => least + random.below(most - least + 1),
            Cut::Apps { lines } => lines,
        }
    }
}

#[test]
fn ok_batches_hold_the_lines_of_the_text() {
    for mix in &MIXES {
        let made = mix.make(7, 2_000, 1_790_000_000_000);
        assert_eq!(made.batches.iter().map(|it| it.lines).sum::<u64>(), 2_000, "{}", mix.name);
        assert_eq!(made.text.lines().count(), 2_000, "{}", mix.name);
        assert_eq!(made.text, mix.make(7, 2_000, 1_790_000_000_000).text, "{}", mix.name);
        assert_ne!(made.text, mix.make(9, 2_000, 1_790_000_000_000).text, "{}", mix.name);
    }
}
