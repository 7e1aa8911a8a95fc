//! The grammar of a log filter: what a line must contain, and what it must not contain. The server
//! matches lines with it, and pages highlight the same texts. Lines themselves are not read here.
//!
//! ```text
//! timeout "pool exhausted" -healthcheck status=503 service>=1s path~/orders -dyno=web.3
//! ```
//! Every term must match. A word or a quoted text occurs anywhere in the line, case-sensitive. `-`
//! excludes what it stands before. `field=value` is exact, `!=` is its opposite, `~` means
//! "contains", and `<`, `<=`, `>`, `>=` compare numbers; a time with a unit (`250ms`, `1.5s`)
//! counts in milliseconds. What looks like a comparison but is not a valid one is a word. Inside
//! quotes, `\"` and `\\` are a quote and a backslash.
//!
//! # Limits
//! [`LogFilter::TERMS_MAX`] terms: each is searched for in every line.

mod parser;

mod term;

use std::fmt;

pub use term::{Comparator, FieldOp, Pattern, Term, number};

/// A parsed filter; the empty one matches every line.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LogFilter {
    terms: Vec<Term>,
}

/// Why a text is not a filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFilterError {
    /// More than [`LogFilter::TERMS_MAX`] terms.
    TooManyTerms,
}

impl fmt::Display for LogFilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooManyTerms => {
                write!(f, "expected at most {} words and comparisons in q=, found more", LogFilter::TERMS_MAX)
            }
        }
    }
}

impl std::error::Error for LogFilterError {}

impl LogFilter {
    /// Most terms of a filter.
    pub const TERMS_MAX: usize = 32;

    /// Parses a filter.
    ///
    /// # Errors
    /// [`LogFilterError::TooManyTerms`]; any other text is a filter.
    pub fn parse(text: &str) -> Result<Self, LogFilterError> {
        let mut terms = vec![];
        let mut rest = text.trim_start();
        while !rest.is_empty() {
            let (term, after) = parser::term(rest);
            rest = after.trim_start();
            if term.pattern != Pattern::Text(String::new()) {
                if terms.len() == Self::TERMS_MAX {
                    return Err(LogFilterError::TooManyTerms);
                }
                terms.push(term);
            }
        }
        Ok(Self { terms })
    }

    /// The terms; all of them must hold for a line to match.
    #[must_use]
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// A text that every matching line contains, if there is one: the longest, which is usually the
    /// rarest.
    #[must_use]
    pub fn required_text(&self) -> Option<&str> {
        let texts = self.terms.iter().filter(|it| !it.is_excluded).map(|term| match &term.pattern {
            // Its quotes may be escaped in the line.
            Pattern::Text(text) if text.contains(['"', '\\']) => "",
            Pattern::Text(text) => text.as_str(),
            Pattern::Field { op: FieldOp::Equals(text) | FieldOp::Contains(text), key } if is_never_escaped(text) => {
                if text.len() > key.len() {
                    text
                } else {
                    key
                }
            }
            Pattern::Field { key, .. } => key,
        });
        texts.max_by_key(|it| it.len()).filter(|it| !it.is_empty())
    }

    /// Texts of two bytes or more that are worth highlighting in matching lines: words, and values
    /// of fields.
    #[must_use]
    pub fn highlights(&self) -> Vec<String> {
        let included = self.terms.iter().filter(|it| !it.is_excluded);
        let texts = included.filter_map(|term| match &term.pattern {
            Pattern::Text(text) => Some(text),
            Pattern::Field { op: FieldOp::Equals(text) | FieldOp::Contains(text), .. } => Some(text),
            Pattern::Field { op: FieldOp::Compares(..), .. } => None,
        });
        texts.filter(|it| it.len() > 1).cloned().collect()
    }
}

/// Whether a value is written the same way in logfmt, in JSON and in plain text.
fn is_never_escaped(text: &str) -> bool {
    text.bytes().all(|it| it.is_ascii_graphic() && !matches!(it, b'"' | b'\\' | b'/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_what_is_highlighted() {
        for (text, expected) in [
            ("a timeout \"two words\" -not", &["timeout", "two words"][..]),
            ("status=503 path~/orders service>1s x!=abc", &["503", "/orders"]),
            ("", &[]),
            (r#"msg="say \"hi\" now" -"a \"b\"" "a=\"b c\"""#, &["say \"hi\" now", "a=\"b c\""]),
            ("\"open end", &["open end"]),
        ] {
            assert_eq!(
                LogFilter::parse(text).map(|it| it.highlights()).as_deref(),
                Ok(&*expected.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>()),
                "{text}"
            );
        }
    }

    #[test]
    fn err_too_many_terms() {
        let words = |n: usize| (0..n).map(|it| format!("-w{it} ")).collect::<String>();
        assert!(LogFilter::parse(&words(LogFilter::TERMS_MAX)).is_ok());
        assert!(LogFilter::parse(&words(LogFilter::TERMS_MAX + 1)).is_err_and(|it| it.to_string().contains("32")));
    }
}
