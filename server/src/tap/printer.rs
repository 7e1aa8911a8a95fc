//! Prints the statistics of a period: as a line that replaces the last one on a terminal, as a line
//! of its own elsewhere, or as JSON. Computes nothing.

use std::{
    fmt::Write as _,
    io::{self, Write},
    time::Duration,
};

use serde_json::json;

use dashboard::part::{number, time};

use super::stats::Stats;
use crate::clock::now_ms;

/// How statistics are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// One line that is overwritten, for a terminal.
    Redraw,
    /// One line after another.
    Plain,
    /// One JSON object per line.
    Json,
}

/// Most error codes on one line; the others are added up.
const CODES_MAX: usize = 6;

/// Prints statistics to `out`.
#[derive(Debug)]
pub(crate) struct Printer<W> {
    out: W,
    style: Style,
}

impl<W: Write> Printer<W> {
    /// A printer for `out`.
    pub(crate) const fn new(out: W, style: Style) -> Self {
        Self { out, style }
    }

    /// Prints the statistics of a second that took `took`.
    ///
    /// # Errors
    /// When writing fails.
    pub(crate) fn second(&mut self, stats: &Stats, took: Duration) -> io::Result<()> {
        let clock = time::clock_seconds(now_ms().div_euclid(1_000));
        match self.style {
            Style::Redraw => write!(self.out, "\r\x1b[2K{clock}  {}", figures(stats, took))?,
            Style::Plain => writeln!(self.out, "{clock}  {}", figures(stats, took))?,
            Style::Json => writeln!(self.out, "{}", object("second", stats, took))?,
        }
        self.out.flush()
    }

    /// Prints the statistics of the whole run.
    ///
    /// # Errors
    /// When writing fails.
    pub(crate) fn summary(&mut self, stats: &Stats, took: Duration) -> io::Result<()> {
        let length_s = took.as_secs_f64();
        match self.style {
            Style::Json => {
                let mut all = object("all", stats, took);
                all["unmatched_lines"] = stats.unmatched.unmatched_lines.into();
                all["unmatched_examples"] = stats.unmatched.examples().collect();
                writeln!(self.out, "{all}")?;
            }
            style => {
                let clear = if style == Style::Redraw { "\r\x1b[2K" } else { "" };
                writeln!(
                    self.out,
                    "{clear}{} lines in {length_s:.1} s: {} requests, {}",
                    grouped(stats.lines),
                    grouped(stats.requests_total()),
                    figures(stats, took)
                )?;
                if let Some(summary) = stats.unmatched.summary() {
                    writeln!(self.out, "{summary}")?;
                }
            }
        }
        self.out.flush()
    }
}

fn figures(stats: &Stats, took: Duration) -> String {
    let per_s = |n: u64| rate(n as f64 / took.as_secs_f64().max(1e-9));
    let mut text = format!("{} req/s", per_s(stats.requests_total()));
    for (name, q) in [("p50", 0.5), ("p95", 0.95), ("p99", 0.99)] {
        let value = stats.service.quantile(q).map_or("-".to_owned(), milliseconds);
        let _ = write!(text, "  {name} {value}");
    }
    for (name, n) in ["2xx", "3xx", "4xx", "5xx"].into_iter().zip(stats.requests) {
        let _ = write!(text, "  {name} {}", grouped(n));
    }
    let mut codes: Vec<_> = stats.errors.iter().collect();
    codes.sort_by_key(|it| std::cmp::Reverse(it.1));
    for (code, n) in codes.iter().take(CODES_MAX) {
        let _ = write!(text, "  {code} {}", grouped(**n));
    }
    if codes.len() > CODES_MAX {
        let rest: u64 = codes[CODES_MAX..].iter().map(|it| *it.1).sum();
        let _ = write!(text, "  other codes {}", grouped(rest));
    }
    let _ = write!(text, "  {} lines/s", per_s(stats.lines));
    if stats.lost > 0 {
        let _ = write!(text, "  lost {}", grouped(stats.lost));
    }
    text
}

fn object(span: &str, stats: &Stats, took: Duration) -> serde_json::Value {
    let [ok, redirected, client, server] = stats.requests;
    let quantile = |q| stats.service.quantile(q);
    json!({
        "span": span, "at_ms": now_ms(), "length_s": took.as_secs_f64(),
        "lines": stats.lines, "requests": stats.requests_total(),
        "service_ms": {
            "count": stats.service.count, "p50": quantile(0.5), "p95": quantile(0.95), "p99": quantile(0.99),
            "max": (stats.service.count > 0).then_some(stats.service.max),
        },
        "classes": { "2xx": ok, "3xx": redirected, "4xx": client, "5xx": server },
        "errors": stats.errors, "lost": stats.lost,
    })
}

fn milliseconds(ms: f64) -> String {
    match ms {
        ms if ms < 10.0 => format!("{ms:.1} ms"),
        ms if ms < 1_000.0 => format!("{ms:.0} ms"),
        ms => format!("{:.2} s", ms / 1_000.0),
    }
}

fn rate(per_s: f64) -> String {
    if per_s < 10.0 { format!("{per_s:.1}") } else { grouped(per_s.round() as u64) }
}

/// A number as on the pages: `1,204,500`.
fn grouped(n: u64) -> String {
    number::grouped(i64::try_from(n).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_numbers() {
        for (n, expected) in [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(n), expected);
        }
        for (ms, expected) in [(0.0, "0.0 ms"), (9.5, "9.5 ms"), (23.4, "23 ms"), (1_500.0, "1.50 s")] {
            assert_eq!(milliseconds(ms), expected);
        }
        assert_eq!((rate(3.25), rate(1_203.6)), ("3.2".to_owned(), "1,204".to_owned()));
        assert_eq!(time::clock_seconds(1_790_000_005), "14:13:25");
    }
}
