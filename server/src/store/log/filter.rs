//! Matches lines with a [`LogFilter`]. Fields are those of logfmt, or the first level of a JSON
//! object. The grammar of filters is in `contract`, and the fields of a router's line are the
//! pipeline's.

use std::cell::OnceCell;

use contract::{
    LogFilter,
    log_filter::{self as term, Expr, FieldOp, Needle, Pattern},
};
use pipeline::{Line, extract, find::Find, mask::plain};
use serde_json::{Map, Value};

use super::needed::Needed;

/// A filter with prepared searchers.
#[derive(Clone, Debug)]
pub(crate) struct Matcher {
    root: Node,
    needed: Needed,
}

#[derive(Clone, Debug)]
enum Node {
    Text(TextFinder),
    Field { key: String, op: FieldOp },
    Not(Box<Self>),
    All(Vec<Self>),
    Any(Vec<Self>),
}

/// A text, and how it stands where its quotes are escaped.
#[derive(Clone, Debug)]
struct TextFinder {
    plain: Find,
    escaped: Option<Find>,
}

impl Matcher {
    /// Prepares a filter.
    #[must_use]
    pub(crate) fn new(filter: &LogFilter) -> Self {
        Self { root: Node::of(filter.expr()), needed: Needed::of(filter.expr()) }
    }

    /// Whether a line matches, as it is shown.
    #[must_use]
    pub(crate) fn matches(&self, line: &Line<'_>) -> bool {
        if self.matches_all() {
            return true;
        }
        let shown = plain(line.msg);
        // Parsed once, however many fields the filter has.
        self.root.is_met(&Line { msg: &shown, ..*line }, &OnceCell::new())
    }

    /// Whether every line matches.
    fn matches_all(&self) -> bool {
        matches!(&self.root, Node::All(parts) if parts.is_empty())
    }

    /// Whether a line of a block may match, found out without reading its lines.
    #[must_use]
    pub(crate) fn may_match(&self, block: &[u8]) -> bool {
        self.needed.is_in(block)
    }
}

impl Node {
    fn of(expr: &Expr) -> Self {
        let all = |parts: &[Expr]| parts.iter().map(Self::of).collect();
        match expr {
            Expr::Not(inner) => Self::Not(Box::new(Self::of(inner))),
            Expr::All(parts) => Self::All(all(parts)),
            Expr::Any(parts) => Self::Any(all(parts)),
            Expr::Has(term) => match &term.pattern {
                Pattern::Text(needle) => Self::Text(TextFinder::new(needle)),
                Pattern::Field { key, op } => Self::Field { key: key.clone(), op: op.clone() },
                Pattern::Labelled { key, value, whole } => {
                    let field = Self::Field { key: key.clone(), op: FieldOp::Equals(value.clone()) };
                    Self::Any(vec![Self::Text(TextFinder::new(whole)), field])
                }
            },
        }
    }

    fn is_met(&self, line: &Line<'_>, json: &Json) -> bool {
        match self {
            Self::Text(finder) => finder.is_in(line.msg),
            Self::Field { key, op } => has_field(line, key, op, json),
            Self::Not(inner) => !inner.is_met(line, json),
            Self::All(parts) => parts.iter().all(|it| it.is_met(line, json)),
            Self::Any(parts) => parts.iter().any(|it| it.is_met(line, json)),
        }
    }
}

impl TextFinder {
    fn new(Needle { text, keeps_case }: &Needle) -> Self {
        let find = |text: &str| Find::new(text.as_bytes(), *keeps_case);
        let escaped = text.contains('"').then(|| find(&text.replace('\\', "\\\\").replace('"', "\\\"")));
        Self { plain: find(text), escaped }
    }

    fn is_in(&self, msg: &[u8]) -> bool {
        self.plain.is_in(msg) || self.escaped.as_ref().is_some_and(|it| it.is_in(msg))
    }
}

type Json = OnceCell<Option<Map<String, Value>>>;

/// The object that a line is; `None` for other lines.
pub(super) fn json_of(msg: &[u8]) -> Option<Map<String, Value>> {
    if msg.first() == Some(&b'{') { serde_json::from_slice(msg).ok() } else { None }
}

fn has_field(line: &Line<'_>, key: &str, op: &FieldOp, json: &Json) -> bool {
    match json.get_or_init(|| json_of(line.msg)) {
        Some(map) => map.iter().filter(|it| it.0.eq_ignore_ascii_case(key)).any(|(_, value)| match value {
            Value::String(text) => op.matches(text),
            other => op.matches(&other.to_string()),
        }),
        None => has_pair(line, key, op),
    }
}

/// The number in a field of a line, a time with a unit in milliseconds; `None` where it has no such
/// field or the field is no number.
#[must_use]
pub(crate) fn number(line: &Line<'_>, key: &str) -> Option<f64> {
    let shown = plain(line.msg);
    let value = match json_of(&shown) {
        Some(map) => match map.get(key)? {
            Value::String(text) => term::number(text),
            other => term::number(&other.to_string()),
        },
        None => {
            let mut pairs = extract::pairs(line.proc_id, &shown).filter(|it| it.key == key.as_bytes());
            pairs.next().and_then(|it| term::number(std::str::from_utf8(it.value).ok()?))
        }
    };
    value.filter(|it| it.is_finite())
}

fn has_pair(line: &Line<'_>, key: &str, op: &FieldOp) -> bool {
    let mut of_key = extract::pairs(line.proc_id, line.msg).filter(|it| it.key.eq_ignore_ascii_case(key.as_bytes()));
    of_key.any(|pair| op.matches(&String::from_utf8_lossy(&pair.unescaped())))
}

#[cfg(test)]
mod tests;
