//! The grammar of a log filter: what a line must contain, and what it must not contain. The API,
//! pages, tails and alert rules share it. Lines themselves are not read here.
//!
//! ```text
//! timeout "Pool exhausted" -healthcheck status=503 service>=1s (path~/orders OR dyno=web.3)
//! ```
//! All terms must hold. `OR` separates alternatives and binds less tightly than the blank between
//! two terms, which `AND` may stand for; brackets group. `-` or `NOT` excludes what it stands
//! before.
//!
//! - A word occurs anywhere in the line, whatever the case of its letters A to Z. A quoted text
//!   keeps its case. Inside quotes, `\"` and `\\` are a quote and a backslash.
//! - `field=value` is the whole value, `!=` its opposite, `~` means "contains"; a quoted value
//!   keeps its case, and `field=*` is any value. `<`, `<=`, `>`, `>=` compare numbers; a time with
//!   a unit (`250ms`, `1.5s`) counts in milliseconds.
//! - `field:value` is the same as `field=value`, and is also found where it stands in the text.
//!
//! # Limits
//! [`LogFilter::TERMS_MAX`] terms, because each is searched for in every line, and
//! [`LogFilter::DEPTH_MAX`] brackets within each other, because reading them is recursive.

mod error;

mod expr;

mod parser;

mod term;

mod text;

pub use error::{LogFilterError, LogFilterProblem};
pub use expr::Expr;
pub use term::{Comparator, FieldOp, Pattern, Term, number};
pub use text::{Needle, find_ignoring_case, quote, with_term};

/// A parsed filter; the empty one matches every line.
#[derive(Clone, Debug, PartialEq)]
pub struct LogFilter {
    expr: Expr,
}

impl Default for LogFilter {
    fn default() -> Self {
        Self { expr: Expr::All(vec![]) }
    }
}

impl LogFilter {
    /// Most terms of a filter.
    pub const TERMS_MAX: usize = error::TERMS_MAX;
    /// Most brackets within each other.
    pub const DEPTH_MAX: usize = error::DEPTH_MAX;

    /// Parses a filter.
    ///
    /// # Errors
    /// What is wrong, and where.
    pub fn parse(text: &str) -> Result<Self, LogFilterError> {
        parser::parse(text).map(|expr| Self { expr })
    }

    /// The filter as a tree.
    #[must_use]
    pub const fn expr(&self) -> &Expr {
        &self.expr
    }

    /// Whether it matches every line because it says nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.expr == Expr::All(vec![])
    }

    /// The terms that a line should have, in the order of the text; excluded ones are left out.
    #[must_use]
    pub fn wanted_terms(&self) -> Vec<&Term> {
        let mut terms = vec![];
        self.expr.add_wanted(&mut terms);
        terms
    }

    /// Texts of two bytes or more that are worth highlighting in matching lines: words, and values
    /// of fields.
    #[must_use]
    pub fn highlights(&self) -> Vec<String> {
        let texts = self.wanted_terms().into_iter().filter_map(|term| match &term.pattern {
            Pattern::Text(needle) | Pattern::Labelled { value: needle, .. } => Some(needle),
            Pattern::Field { op: FieldOp::Equals(needle) | FieldOp::Contains(needle), .. } => Some(needle),
            Pattern::Field { op: FieldOp::Compares(..), .. } => None,
        });
        texts.map(|it| it.text.clone()).filter(|it| it.len() > 1).collect()
    }
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
            ("(code:H12 OR boom) NOT (this OR that)", &["H12", "boom"]),
            ("code=*", &[]),
        ] {
            assert_eq!(
                LogFilter::parse(text).map(|it| it.highlights()).as_deref(),
                Ok(&*expected.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>()),
                "{text}"
            );
        }
    }

    #[test]
    fn ok_the_empty_filter() {
        for text in ["", "  \t "] {
            assert_eq!(LogFilter::parse(text), Ok(LogFilter::default()));
        }
        assert!(LogFilter::default().is_empty() && !LogFilter::parse("a").is_ok_and(|it| it.is_empty()));
    }
}
