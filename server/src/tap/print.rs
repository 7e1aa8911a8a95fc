//! A stretch of time as a line: drawn anew over the last one on a terminal, added below it elsewhere, or as JSON.

use std::{
    fmt::Write as _,
    io::{self, Write},
    time::Duration,
};

use contract::StatusClass;
use serde_json::json;

use dashboard::part::{number, time};

use super::gauge::Sums;
use crate::receiver::logs::now_ms;

/// How lines are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// One line that is drawn over, for a terminal.
    Redraw,
    /// One line after another.
    Plain,
    /// One JSON object a line.
    Json,
}

/// Error codes that a line has room for; the rest are summed up.
const CODES_MAX: usize = 6;

/// Prints lines.
#[derive(Debug)]
pub struct Printer<W> {
    out: W,
    style: Style,
}

impl<W: Write> Printer<W> {
    /// A printer that has printed nothing.
    pub const fn new(out: W, style: Style) -> Self {
        Self { out, style }
    }

    /// Prints what came in the last second.
    ///
    /// # Errors
    /// What writing says.
    pub fn second(&mut self, sums: &Sums, took: Duration) -> io::Result<()> {
        let clock = time::clock_seconds(now_ms().div_euclid(1_000));
        match self.style {
            Style::Redraw => write!(self.out, "\r\x1b[2K{clock}  {}", figures(sums, took))?,
            Style::Plain => writeln!(self.out, "{clock}  {}", figures(sums, took))?,
            Style::Json => writeln!(self.out, "{}", object("second", sums, took))?,
        }
        self.out.flush()
    }

    /// Prints what came in all.
    ///
    /// # Errors
    /// What writing says.
    pub fn summary(&mut self, sums: &Sums, took: Duration) -> io::Result<()> {
        let length_s = took.as_secs_f64();
        match self.style {
            Style::Json => {
                let mut all = object("all", sums, took);
                all["unmatched_lines"] = sums.kinds.unmatched.into();
                all["unmatched_examples"] = sums.kinds.examples().collect();
                writeln!(self.out, "{all}")?;
            }
            style => {
                let clear = if style == Style::Redraw { "\r\x1b[2K" } else { "" };
                writeln!(
                    self.out,
                    "{clear}{} lines in {length_s:.1} s: {} requests, {}",
                    grouped(sums.lines),
                    grouped(sums.requests_total()),
                    figures(sums, took)
                )?;
                if let Some(told) = sums.kinds.told() {
                    writeln!(self.out, "{told}")?;
                }
            }
        }
        self.out.flush()
    }
}

fn figures(sums: &Sums, took: Duration) -> String {
    let per_s = |n: u64| rate(n as f64 / took.as_secs_f64().max(1e-9));
    let mut text = format!("{} req/s", per_s(sums.requests_total()));
    for (name, q) in [("p50", 0.5), ("p95", 0.95), ("p99", 0.99)] {
        let value = sums.service.quantile(q).map_or("-".to_owned(), milliseconds);
        let _ = write!(text, "  {name} {value}");
    }
    for class in StatusClass::ALL {
        let _ = write!(text, "  {} {}", class.word(), grouped(sums.requests[class]));
    }
    let mut codes: Vec<_> = sums.errors.iter().collect();
    codes.sort_by_key(|it| std::cmp::Reverse(it.1));
    for (code, n) in codes.iter().take(CODES_MAX) {
        let _ = write!(text, "  {code} {}", grouped(**n));
    }
    if codes.len() > CODES_MAX {
        let rest: u64 = codes[CODES_MAX..].iter().map(|it| *it.1).sum();
        let _ = write!(text, "  other codes {}", grouped(rest));
    }
    let _ = write!(text, "  {} lines/s", per_s(sums.lines));
    if sums.lost > 0 {
        let _ = write!(text, "  lost {}", grouped(sums.lost));
    }
    text
}

fn object(span: &str, sums: &Sums, took: Duration) -> serde_json::Value {
    let [ok, redirected, client, server] = sums.requests.values();
    let quantile = |q| sums.service.quantile(q);
    json!({
        "span": span, "at_ms": now_ms(), "length_s": took.as_secs_f64(),
        "lines": sums.lines, "requests": sums.requests_total(),
        "service_ms": {
            "count": sums.service.count, "p50": quantile(0.5), "p95": quantile(0.95), "p99": quantile(0.99),
            "max": (sums.service.count > 0).then_some(sums.service.max),
        },
        "classes": { "2xx": ok, "3xx": redirected, "4xx": client, "5xx": server },
        "errors": sums.errors, "lost": sums.lost,
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

/// `1,204,500`, as on the pages.
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
