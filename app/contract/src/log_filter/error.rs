//! Why a text is not a filter: what is wrong, where, and what was expected.

use std::fmt;

use crate::error::quoted;

/// Most terms of a filter: each is searched for in every line.
pub(super) const TERMS_MAX: usize = 32;
/// Most brackets within each other: reading them is recursive.
pub(super) const DEPTH_MAX: usize = 8;

/// Why a text is not a filter, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogFilterError {
    /// Where, in characters from 0.
    pub at: usize,
    /// What is wrong there.
    pub problem: LogFilterProblem,
}

/// What is wrong with a filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogFilterProblem {
    /// More than [`TERMS_MAX`] terms.
    TooManyTerms,
    /// More than [`DEPTH_MAX`] brackets within each other.
    TooDeep,
    /// A quote that no other closes.
    OpenQuote,
    /// A bracket that no other closes.
    OpenBracket,
    /// A closing bracket without an opening one.
    LooseBracket,
    /// Nothing to search for before, after or between these: `OR`, `AND`, `NOT`, brackets.
    NoTerm(&'static str),
    /// A comparison such as `status>=` without a value.
    NoValue(String),
    /// A comparison of numbers with another text.
    NoNumber {
        /// The field and the sign, such as `service>`.
        comparison: String,
        /// The value.
        found: String,
    },
}

impl fmt::Display for LogFilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use LogFilterProblem::{
            LooseBracket, NoNumber, NoTerm, NoValue, OpenBracket, OpenQuote, TooDeep, TooManyTerms,
        };
        match &self.problem {
            TooManyTerms => {
                write!(f, "expected at most {TERMS_MAX} words and comparisons, found more")
            }
            TooDeep => {
                write!(f, "expected at most {DEPTH_MAX} brackets within each other, found more")
            }
            OpenQuote => f.write_str("expected a closing quote, found the end of the search"),
            OpenBracket => f.write_str("expected a closing bracket, found the end of the search"),
            LooseBracket => {
                f.write_str("expected a word or a comparison, found \")\"; text with brackets needs quotes")
            }
            NoTerm(beside) => write!(f, "expected a word or a comparison beside {beside}, found none"),
            NoValue(comparison) => {
                write!(f, "expected a value after {}, found none; text needs quotes", quoted(comparison))
            }
            NoNumber { comparison, found } => write!(
                f,
                "expected a number such as 500 or 250ms after {}, found {}; text needs quotes",
                quoted(comparison),
                quoted(found)
            ),
        }?;
        write!(f, " (search, character {})", self.at + 1)
    }
}

impl std::error::Error for LogFilterError {}
