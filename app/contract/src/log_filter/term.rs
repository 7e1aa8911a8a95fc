//! The terms of a filter, and how the value of a field compares. The grammar is in the parent
//! module; texts are not read here, apart from numbers.

use super::text::Needle;

/// One term: a text or a field that a line must have.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// The term as it was typed, without the sign that excludes it.
    pub text: String,
    /// What is searched for.
    pub pattern: Pattern,
}

/// What a term searches for.
#[derive(Clone, Debug, PartialEq)]
pub enum Pattern {
    /// A text anywhere in the line.
    Text(Needle),
    /// A field with a value. Names of fields match in either case.
    Field {
        /// Name of the field.
        key: String,
        /// What its value must be.
        op: FieldOp,
    },
    /// `key:value`: a field that has the value, or a line that contains the whole text.
    Labelled {
        /// Name of the field.
        key: String,
        /// Its value.
        value: Needle,
        /// Key and value as they stand in the text.
        whole: Needle,
    },
}

/// What the value of a field must be.
#[derive(Clone, Debug, PartialEq)]
pub enum FieldOp {
    /// Exactly this text.
    Equals(Needle),
    /// A text that contains this one.
    Contains(Needle),
    /// A number that compares like this, in the units of [`number`].
    Compares(Comparator, f64),
}

/// How two numbers compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparator {
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

impl FieldOp {
    /// Whether the value of a field matches.
    #[must_use]
    pub fn matches(&self, value: &str) -> bool {
        match self {
            Self::Equals(needle) => needle.equals(value),
            Self::Contains(needle) => needle.is_in(value),
            Self::Compares(comparator, than) => number(value).is_some_and(|it| comparator.holds(it, *than)),
        }
    }
}

impl Comparator {
    fn holds(self, left: f64, right: f64) -> bool {
        match self {
            Self::Less => left < right,
            Self::LessOrEqual => left <= right,
            Self::Greater => left > right,
            Self::GreaterOrEqual => left >= right,
        }
    }
}

/// The number that a text begins with; a time with a unit in milliseconds. Other units are ignored,
/// because both sides of a comparison have the same.
#[must_use]
pub fn number(text: &str) -> Option<f64> {
    let text = text.trim();
    let mut end = text.find(|it: char| !matches!(it, '0'..='9' | '.' | '-')).unwrap_or(text.len());
    if let Some(exponent) = text[end..].strip_prefix(['e', 'E']) {
        let digits = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        let unit = digits.trim_start_matches(|it: char| it.is_ascii_digit());
        if unit.len() < digits.len() {
            end = text.len() - unit.len();
        }
    }
    let value: f64 = text[..end].parse().ok()?;
    Some(match text[end..].trim_start() {
        "s" => value * 1_000.0,
        "us" | "\u{b5}s" | "\u{3bc}s" => value / 1_000.0,
        "ns" => value / 1_000_000.0,
        _ => value,
    })
}
