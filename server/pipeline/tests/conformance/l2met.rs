//! Compares values with l2met 2.0, which has no suite for them. The rule is from its source: the
//! value is the leading run of digits with at most one dot, and the unit is the text without digits
//! and dots at both ends. Other readers of values are not compared.

use pipeline::number;

use crate::{facts::lossy, report::Report};

const FILE: &str = "l2met/values";

/// Each value with l2met's number and unit.
const VALUES: &[(&str, &str)] = &[
    ("4", "4 "),
    ("4ms", "4 ms"),
    ("180.43MB", "180.43 MB"),
    (".5", "0.5 "),
    ("5.", "5 "),
    ("1.2.3", "1.2 "),
    ("10.10.10.1", "10.1 "),
    ("5errors", "5 errors"),
    ("5e", "5 e"),
    ("-5", "none"),
    ("ms", "none"),
    ("7.9341e-05s", "7.9341 e-05s"),
    ("1e3", "1 e"),
    ("1.5E+2ms", "1.5 E+2ms"),
];

/// Compares every value with our reading.
pub fn compare(report: &mut Report) {
    for (text, expected) in VALUES {
        let found = number::l2met(text.as_bytes());
        let found = found.map_or_else(|| "none".to_owned(), |(value, unit)| format!("{value} {}", lossy(unit)));
        report.check(FILE, text, expected, &found);
    }
}
