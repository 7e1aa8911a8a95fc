//! Adds up what arrives in a second, and writes it as lines of l2met: `count#NAME=5`,
//! `sample#NAME=17` for gauges and the sizes of sets, `measure#NAME=12ms` for each value of a timer
//! or distribution.
//!
//! Values of a rate below 1 count as often as they stand for. A gauge keeps its value for relative
//! changes, and is written only in seconds in which it was sent.
//!
//! # Limits
//! [`NAMES_MAX`] names of metrics by app and source, [`VALUES_MAX`] values and members of sets in a
//! second, [`REPEATS_MAX`] for a value. What exceeds them is refused and counted.

use std::{
    fmt::Write as _,
    hash::{Hash, Hasher},
};

use rustc_hash::{FxHashMap, FxHashSet, FxHasher};

use super::packet::{Metric, Type, number};
use crate::receiver::{app_frames::AppFrames, frames::Header};

/// Most names that are known at once.
pub(crate) const NAMES_MAX: usize = 10_000;
/// Most values of timers, distributions and sets in a second.
pub(crate) const VALUES_MAX: usize = 200_000;
/// How often a value of a sampled timer counts at most.
const REPEATS_MAX: f64 = 1_000.0;
/// Seconds after which a gauge that is not sent any more is forgotten.
const GAUGE_IDLE_MAX: u32 = 3_600;
/// Bytes after which a line ends.
const LINE_BYTES: usize = 4_000;

/// What has arrived since the last flush, and the values of gauges.
#[derive(Debug, Default)]
pub(crate) struct Table {
    /// By app, source, name and kind.
    entries: FxHashMap<Box<str>, Entry>,
    key: String,
    /// Values and members that have arrived since the last flush.
    values: usize,
    /// Values that were refused since the last flush.
    refused: u64,
}

#[derive(Debug)]
enum Entry {
    Counter(f64),
    Gauge {
        value: f64,
        idle_s: u32,
    },
    /// Values, and how often each of them counts.
    Values {
        values: Vec<(f64, u32)>,
        unit: &'static str,
    },
    Set(FxHashSet<u64>),
}

impl Table {
    /// Adds the values of a metric.
    pub(crate) fn add(&mut self, metric: &Metric<'_>) {
        let kind = match metric.kind {
            Type::Counter => 'c',
            Type::Gauge => 'g',
            Type::Timer => 't',
            Type::Distribution => 'd',
            Type::Set => 's',
        };
        self.key.clear();
        for part in [metric.app, metric.source, metric.name] {
            self.key.extend(part.chars().map(|it| if is_plain(it) { it } else { '_' }));
            self.key.push(' ');
        }
        self.key.push(kind);
        if !self.entries.contains_key(&*self.key) {
            if self.entries.len() >= NAMES_MAX {
                self.refused += 1;
                return;
            }
            self.entries.insert(self.key.as_str().into(), Entry::of(metric.kind));
        }
        let Some(entry) = self.entries.get_mut(&*self.key) else { return };
        for value in metric.values.split(':') {
            let has_room = self.values < VALUES_MAX;
            match entry.add(value, metric.rate, has_room) {
                Some(kept) => self.values += kept,
                None => self.refused += 1,
            }
        }
    }

    /// Counts lines that are none of statsd.
    pub(crate) const fn refuse(&mut self, lines: u64) {
        self.refused += lines;
    }

    /// Whether nothing has arrived since the last flush.
    pub(crate) fn is_empty(&self) -> bool {
        let is_idle = |it: &Entry| matches!(it, Entry::Gauge { idle_s, .. } if *idle_s > 0);
        self.refused == 0 && self.entries.values().all(is_idle)
    }

    /// Writes what has arrived, and begins anew.
    pub(crate) fn flush(&mut self, at_ms: i64, frames: &mut AppFrames) {
        let mut lines: FxHashMap<&str, String> = FxHashMap::default();
        for (key, entry) in &self.entries {
            let (place, metric) = place(key);
            let line = lines.entry(place).or_default();
            entry.write(metric, |pair| {
                line.push_str(pair);
                if line.len() > LINE_BYTES {
                    write_line(place, line, at_ms, frames);
                    line.clear();
                }
            });
        }
        for (place, line) in lines {
            if !line.is_empty() {
                write_line(place, &line, at_ms, frames);
            }
        }
        for _ in 0..std::mem::take(&mut self.refused) {
            frames.lose(|| "expected lines of statsd with a number, within its limits".into());
        }
        self.values = 0;
        self.entries.retain(|_, entry| match entry {
            Entry::Gauge { idle_s, .. } => {
                *idle_s += 1;
                *idle_s < GAUGE_IDLE_MAX
            }
            _ => false,
        });
    }
}

impl Entry {
    fn of(kind: Type) -> Self {
        match kind {
            Type::Counter => Self::Counter(0.0),
            Type::Gauge => Self::Gauge { value: 0.0, idle_s: 1 },
            Type::Timer => Self::Values { values: vec![], unit: "ms" },
            Type::Distribution => Self::Values { values: vec![], unit: "" },
            Type::Set => Self::Set(FxHashSet::default()),
        }
    }

    /// Adds a value; returns how much room it takes, or `None` if it is refused.
    fn add(&mut self, text: &str, rate: f64, has_room: bool) -> Option<usize> {
        match self {
            Self::Set(_) if !has_room => None,
            Self::Set(members) => {
                let mut hasher = FxHasher::default();
                text.hash(&mut hasher);
                Some(usize::from(members.insert(hasher.finish())))
            }
            Self::Counter(sum) => {
                *sum += number(text)?.0 / rate;
                Some(0)
            }
            Self::Gauge { value, idle_s } => {
                let (stated, is_relative) = number(text)?;
                *value = if is_relative { *value + stated } else { stated };
                *idle_s = 0;
                Some(0)
            }
            Self::Values { values, .. } => {
                let (value, _) = number(text).filter(|_| has_room)?;
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "1 to 1,000")]
                let times = (1.0 / rate).round().clamp(1.0, REPEATS_MAX) as u32;
                values.push((value, times));
                Some(times as usize)
            }
        }
    }

    /// Gives each pair of l2met with a blank before it.
    fn write(&self, name: &str, mut found: impl FnMut(&str)) {
        match self {
            Self::Counter(sum) => found(&format!(" count#{name}={sum}")),
            Self::Gauge { value, idle_s: 0 } => found(&format!(" sample#{name}={value}")),
            Self::Gauge { .. } => {}
            Self::Set(members) => found(&format!(" sample#{name}={}", members.len())),
            Self::Values { values, unit } => {
                let mut pair = String::new();
                for (value, times) in values {
                    pair.clear();
                    // Writing to a `String` cannot fail.
                    let _written = write!(pair, " measure#{name}={value}{unit}");
                    (0..*times).for_each(|_| found(&pair));
                }
            }
        }
    }
}

/// What a name can have in a pair of l2met.
fn is_plain(character: char) -> bool {
    character.is_ascii_alphanumeric() || "._-/:".contains(character)
}

/// App and source of a key, and the name of its metric.
fn place(key: &str) -> (&str, &str) {
    let key = &key[..key.len().saturating_sub(2)];
    key.rsplit_once(' ').unwrap_or(("", key))
}

fn write_line(place: &str, pairs: &str, at_ms: i64, frames: &mut AppFrames) {
    let (app, source) = place.split_once(' ').unwrap_or((place, ""));
    let text = if source.is_empty() { pairs.trim_start().to_owned() } else { format!("source={source}{pairs}") };
    let header = Header { at_ms: Some(at_ms), app: "statsd", proc_id: source, ..Header::default() };
    frames.line(app, &header, text.as_bytes());
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{
        super::packet::{Item, items},
        *,
    };

    fn add(table: &mut Table, packet: &str) {
        for item in items(packet.as_bytes()) {
            if let Item::Metric(metric) = item {
                table.add(&metric);
            }
        }
    }

    /// The texts of the lines of a flush, sorted.
    fn flushed(table: &mut Table) -> (Vec<String>, u64) {
        let mut frames = AppFrames::of(&Arc::from("app"));
        table.flush(1_790_000_000_000, &mut frames);
        let all = frames.end().unwrap_or_default();
        let body: Vec<u8> = all.iter().flat_map(|it| it.1.bodies.concat()).collect();
        let texts = pipeline::Frames::new(&body).filter_map(Result::ok).filter_map(|frame| {
            let line = pipeline::syslog::parse(frame, false).ok()?;
            (line.app == b"statsd").then(|| String::from_utf8_lossy(line.msg).into_owned())
        });
        let mut texts: Vec<_> = texts.collect();
        texts.sort();
        (texts, all.iter().map(|it| it.1.lost).sum())
    }

    #[test]
    fn ok_each_type() {
        for (packet, expected) in [
            ("a:1|c\na:2|c|@0.5", "count#a=5"),
            ("a:7|g\na:+2|g\na:-4|g", "sample#a=5"),
            ("a:12.5|ms", "measure#a=12.5ms"),
            ("a:3|h|@0.5", "measure#a=3 measure#a=3"),
            ("a:1:2:1|s", "sample#a=2"),
            ("a b=\"c\":1|c|#dyno:web.1,env:x", "source=web.1 count#a_b__c_=1"),
        ] {
            let mut table = Table::default();
            add(&mut table, packet);
            assert_eq!(flushed(&mut table), (vec![expected.to_owned()], 0), "{packet}");
            assert!(table.is_empty());
        }
    }

    #[test]
    fn ok_gauges_keep_their_value() {
        let mut table = Table::default();
        add(&mut table, "a:7|g\nb:1|c");
        flushed(&mut table);
        assert_eq!(flushed(&mut table).0, Vec::<String>::new());
        add(&mut table, "a:+1|g");
        assert_eq!(flushed(&mut table).0, ["sample#a=8"]);
    }

    #[test]
    fn err_limits() {
        let mut table = Table::default();
        (0..NAMES_MAX + 5).for_each(|it| add(&mut table, &format!("n{it}:1|c")));
        add(&mut table, "n0:x|c\nn0:NaN|c");
        assert_eq!(flushed(&mut table).1, 7);
        let mut table = Table::default();
        (0..VALUES_MAX + 5).for_each(|it| add(&mut table, &format!("a:{it}|ms")));
        add(&mut table, "s:1|s");
        assert_eq!(flushed(&mut table).1, 6);
    }
}
