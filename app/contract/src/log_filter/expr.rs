//! A filter as a tree of terms. Reading it from a text is the parser's business.

use super::term::Term;

/// A filter as a tree, as deep as its brackets.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// A term.
    Has(Term),
    /// The opposite.
    Not(Box<Expr>),
    /// All of these; every line if there are none.
    All(Vec<Expr>),
    /// One or more of these.
    Any(Vec<Expr>),
}

impl Expr {
    /// Adds the terms that a line should have; excluded ones are left out.
    pub(super) fn add_wanted<'a>(&'a self, terms: &mut Vec<&'a Term>) {
        match self {
            Self::Has(term) => terms.push(term),
            Self::Not(_) => {}
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|it| it.add_wanted(terms)),
        }
    }
}
