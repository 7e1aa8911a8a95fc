//! What a block must contain for one of its lines to match a filter. It is looked for in the whole
//! block before any line of it is read: most blocks do not have it.

use contract::log_filter::{Expr, FieldOp, Needle, Pattern};
use pipeline::mask::MayShow;

/// What a block must contain.
#[derive(Clone, Debug)]
pub(super) enum Needed {
    /// Nothing is known.
    Nothing,
    /// A text, and its length as a measure of how rare it is.
    Text(MayShow, usize),
    /// One or more of these.
    OneOf(Vec<Self>),
}

impl Needed {
    /// What a filter needs. Of several needs that must all be met it is the rarest.
    pub(super) fn of(expr: &Expr) -> Self {
        match expr {
            Expr::Not(_) => Self::Nothing,
            Expr::Has(term) => Self::of_pattern(&term.pattern),
            Expr::All(parts) => parts.iter().map(Self::of).max_by_key(Self::rarity).unwrap_or(Self::Nothing),
            Expr::Any(parts) => {
                let parts: Vec<_> = parts.iter().map(Self::of).collect();
                if parts.iter().any(|it| matches!(it, Self::Nothing)) { Self::Nothing } else { Self::OneOf(parts) }
            }
        }
    }

    fn of_pattern(pattern: &Pattern) -> Self {
        let text = |text: &str, keeps_case| Self::Text(MayShow::new(text.as_bytes(), keeps_case), text.len());
        match pattern {
            // Its quotes may be escaped in the line.
            Pattern::Text(it) if it.text.is_empty() || it.text.contains(['"', '\\']) => Self::Nothing,
            Pattern::Text(it) => text(&it.text, it.keeps_case),
            Pattern::Field { key, op: FieldOp::Equals(value) | FieldOp::Contains(value) }
            | Pattern::Labelled { key, value, .. }
                if is_never_escaped(value) && value.text.len() > key.len() =>
            {
                text(&value.text, value.keeps_case)
            }
            Pattern::Field { key, .. } | Pattern::Labelled { key, .. } => text(key, false),
        }
    }

    fn rarity(&self) -> usize {
        match self {
            Self::Nothing => 0,
            Self::Text(_, bytes) => *bytes,
            Self::OneOf(parts) => parts.iter().map(Self::rarity).min().unwrap_or(0),
        }
    }

    /// Whether a block contains it.
    pub(super) fn is_in(&self, block: &[u8]) -> bool {
        match self {
            Self::Nothing => true,
            Self::Text(it, _) => it.is_in(block),
            Self::OneOf(parts) => parts.iter().any(|it| it.is_in(block)),
        }
    }
}

/// Whether a value is written the same way in logfmt, in JSON and in plain text.
fn is_never_escaped(value: &Needle) -> bool {
    value.text.bytes().all(|it| it.is_ascii_graphic() && !matches!(it, b'"' | b'\\' | b'/'))
}
