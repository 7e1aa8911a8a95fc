//! Families of samples, and how they are written: text 0.0.4 and `OpenMetrics` 1.0, which differ in
//! the names of counters, the writing of numbers and the end.

use std::{
    collections::BTreeMap,
    fmt::{self, Write},
};

use super::accept::Form;

/// Labels of a sample, in the order in which they are written.
pub(crate) type Labels = Vec<(&'static str, String)>;

/// The type of a family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    Counter,
    Gauge,
    Histogram,
}

impl Type {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }
}

/// What is known of one series.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Sample {
    /// A total, and since when, unix milliseconds.
    Counter { total: f64, since_ms: i64 },
    /// A value, and when it was measured, unix milliseconds.
    Gauge { value: f64, at_ms: i64 },
    /// A distribution since a time, unix milliseconds.
    Histogram {
        /// How many values are at most each bound of the family; empty where that isn't known.
        below: Vec<u64>,
        count: u64,
        /// Their sum; `None` where one of them was negative, since it must never fall.
        sum: Option<f64>,
        since_ms: i64,
    },
}

impl Sample {
    /// Takes in another of the same labels: two metrics whose names differ only in what Prometheus
    /// can't write, or only in their unit.
    fn merge(&mut self, other: Self) {
        match (self, other) {
            (Self::Counter { total, since_ms }, Self::Counter { total: more, since_ms: at_ms }) => {
                (*total, *since_ms) = (*total + more, (*since_ms).min(at_ms));
            }
            (Self::Gauge { value, at_ms }, Self::Gauge { value: newer, at_ms: newer_ms }) if newer_ms > *at_ms => {
                (*value, *at_ms) = (newer, newer_ms);
            }
            (
                Self::Histogram { below, count, sum, since_ms },
                Self::Histogram { below: more, count: n, sum: added, since_ms: at_ms },
            ) => {
                if below.len() == more.len() {
                    below.iter_mut().zip(more).for_each(|(below, more)| *below += more);
                } else {
                    below.clear();
                }
                *count += n;
                *sum = sum.zip(added).map(|(one, other)| one + other);
                *since_ms = (*since_ms).min(at_ms);
            }
            _ => {}
        }
    }
}

/// Samples of one name.
#[derive(Clone, Debug)]
pub(crate) struct Family {
    pub of: Type,
    pub help: String,
    pub unit: String,
    /// The bounds of its histograms, in its unit.
    pub bounds: Vec<f64>,
    samples: BTreeMap<Labels, Sample>,
}

impl Family {
    #[must_use]
    pub(crate) const fn new(of: Type, help: String, unit: String, bounds: Vec<f64>) -> Self {
        Self { of, help, unit, bounds, samples: BTreeMap::new() }
    }

    /// Adds a sample.
    pub(crate) fn add(&mut self, labels: Labels, sample: Sample) {
        match self.samples.get_mut(&labels) {
            Some(known) => known.merge(sample),
            None => drop(self.samples.insert(labels, sample)),
        }
    }

    /// How many lines it takes without its head.
    #[must_use]
    pub(crate) fn lines(&self) -> usize {
        let each = match self.of {
            Type::Counter => 2,
            Type::Gauge => 1,
            Type::Histogram => self.bounds.len() + 4,
        };
        self.samples.len() * each
    }
}

/// Families by name: a counter's without `_total`.
pub(crate) type Families = BTreeMap<String, Family>;

/// Writes families.
///
/// # Errors
/// Never: a string takes everything.
pub(crate) fn write(families: &Families, form: Form) -> Result<String, fmt::Error> {
    let mut out = String::new();
    for (name, family) in families {
        Writer { out: &mut out, name, is_open_metrics: form.is_open_metrics() }.family(family)?;
    }
    if form.is_open_metrics() {
        out.push_str("# EOF\n");
    }
    Ok(out)
}

struct Writer<'a> {
    out: &'a mut String,
    name: &'a str,
    is_open_metrics: bool,
}

impl Writer<'_> {
    fn family(&mut self, family: &Family) -> fmt::Result {
        let name = self.name;
        let total = if family.of == Type::Counter && !self.is_open_metrics { "_total" } else { "" };
        let help = escaped(&family.help, self.is_open_metrics);
        if self.is_open_metrics {
            writeln!(self.out, "# TYPE {name} {}", family.of.word())?;
            if !family.unit.is_empty() {
                writeln!(self.out, "# UNIT {name} {}", family.unit)?;
            }
            writeln!(self.out, "# HELP {name} {help}")?;
        } else {
            writeln!(self.out, "# HELP {name}{total} {help}")?;
            writeln!(self.out, "# TYPE {name}{total} {}", family.of.word())?;
        }
        family.samples.iter().try_for_each(|(labels, sample)| self.sample(labels, sample, &family.bounds))
    }

    fn sample(&mut self, labels: &Labels, sample: &Sample, bounds: &[f64]) -> fmt::Result {
        match sample {
            Sample::Counter { total, since_ms } => {
                self.line("_total", labels, None, &number(*total))?;
                self.created(labels, *since_ms)
            }
            Sample::Gauge { value, .. } => self.line("", labels, None, &number(*value)),
            Sample::Histogram { below, count, sum, since_ms } => {
                for (bound, n) in bounds.iter().zip(below) {
                    self.line("_bucket", labels, Some(&self.bound(*bound)), &n.to_string())?;
                }
                self.line("_bucket", labels, Some("+Inf"), &count.to_string())?;
                if let Some(sum) = sum {
                    self.line("_sum", labels, None, &number(*sum))?;
                }
                self.line("_count", labels, None, &count.to_string())?;
                self.created(labels, *since_ms)
            }
        }
    }

    /// Since when something is counted, seconds; only `OpenMetrics` has a place for that.
    fn created(&mut self, labels: &Labels, since_ms: i64) -> fmt::Result {
        if self.is_open_metrics {
            self.line("_created", labels, None, &number(since_ms as f64 / 1_000.0))
        } else {
            Ok(())
        }
    }

    fn line(&mut self, end: &str, labels: &Labels, bound: Option<&str>, value: &str) -> fmt::Result {
        write!(self.out, "{}{end}", self.name)?;
        let labels = labels.iter().map(|(name, value)| (*name, &**value)).chain(bound.map(|it| ("le", it)));
        let mut mark = '{';
        for (name, value) in labels {
            write!(self.out, "{mark}{name}=\"{}\"", escaped(value, true))?;
            mark = ',';
        }
        if mark == ',' {
            self.out.push('}');
        }
        writeln!(self.out, " {value}")
    }

    /// A bound as each form has it: `1` or `1.0`.
    fn bound(&self, bound: f64) -> String {
        if self.is_open_metrics { format!("{bound:?}") } else { number(bound) }
    }
}

/// A number as Go reads it.
fn number(value: f64) -> String {
    match value {
        it if it.is_nan() => "NaN".to_owned(),
        it if it.is_infinite() => if it > 0.0 { "+Inf" } else { "-Inf" }.to_owned(),
        it if it.abs() >= 1e17 => format!("{it:e}"),
        it => it.to_string(),
    }
}

/// A text with what would end it early escaped. Quotes of a help text are escaped by `OpenMetrics`
/// alone.
fn escaped(text: &str, has_quotes: bool) -> String {
    let text = text.replace('\\', "\\\\").replace('\n', "\\n");
    if has_quotes { text.replace('"', "\\\"") } else { text }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]
mod tests {
    use super::*;

    fn families() -> Families {
        let mut families = Families::new();
        let label = |value: &str| vec![("path", value.to_owned())];
        let mut hits = Family::new(Type::Counter, "Hits \"of\" a \\ b".to_owned(), String::new(), vec![]);
        hits.add(label("/\"a\"\\\n"), Sample::Counter { total: 2.0, since_ms: 1_500 });
        hits.add(label("/\"a\"\\\n"), Sample::Counter { total: 1.5, since_ms: 2_500 });
        families.insert("hits".to_owned(), hits);
        let mut time = Family::new(Type::Histogram, "Times".to_owned(), "seconds".to_owned(), vec![0.5, 1.0]);
        let sample = Sample::Histogram { below: vec![1, 3], count: 4, sum: Some(7.25), since_ms: 1_000 };
        time.add(vec![], sample.clone());
        time.add(vec![], sample);
        families.insert("time_seconds".to_owned(), time);
        families
    }

    #[test]
    fn ok_text() {
        let expected = "# HELP hits_total Hits \"of\" a \\\\ b\n# TYPE hits_total counter\n\
            hits_total{path=\"/\\\"a\\\"\\\\\\n\"} 3.5\n\
            # HELP time_seconds Times\n# TYPE time_seconds histogram\n\
            time_seconds_bucket{le=\"0.5\"} 2\ntime_seconds_bucket{le=\"1\"} 6\ntime_seconds_bucket{le=\"+Inf\"} 8\n\
            time_seconds_sum 14.5\ntime_seconds_count 8\n";
        assert_eq!(write(&families(), Form::Text).unwrap(), expected);
    }

    #[test]
    fn ok_open_metrics() {
        let expected = "# TYPE hits counter\n# HELP hits Hits \\\"of\\\" a \\\\ b\n\
            hits_total{path=\"/\\\"a\\\"\\\\\\n\"} 3.5\nhits_created{path=\"/\\\"a\\\"\\\\\\n\"} 1.5\n\
            # TYPE time_seconds histogram\n# UNIT time_seconds seconds\n# HELP time_seconds Times\n\
            time_seconds_bucket{le=\"0.5\"} 2\ntime_seconds_bucket{le=\"1.0\"} 6\ntime_seconds_bucket{le=\"+Inf\"} 8\n\
            time_seconds_sum 14.5\ntime_seconds_count 8\ntime_seconds_created 1\n# EOF\n";
        assert_eq!(write(&families(), Form::OpenMetrics).unwrap(), expected);
    }
}
