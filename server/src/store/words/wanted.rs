//! What the tokens of a block must be for one of its lines to match a filter: what is looked up in
//! the block's filter of words before the block is read.

use contract::log_filter::{Expr, FieldOp, Needle, Pattern};

use super::token::{Class, Tokens, is_hex};

/// A part of a token that is looked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Piece {
    /// Its bytes, in lower case.
    pub text: Box<[u8]>,
    /// Whether the token begins with it.
    pub is_start: bool,
    /// Whether the token ends with it.
    pub is_end: bool,
}

/// What a block must have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Nothing is known.
    Anything,
    /// A token with this piece.
    Piece(Piece),
    /// All of these.
    All(Vec<Self>),
    /// One of these.
    Any(Vec<Self>),
}

impl Piece {
    /// Whether it is a token as a whole.
    pub(super) const fn is_whole(&self) -> bool {
        self.is_start && self.is_end
    }

    /// As it is searched for between line ends.
    pub(super) fn in_dictionary(&self) -> Box<[u8]> {
        let end = |it: bool| if it { &b"\n"[..] } else { b"" };
        [end(self.is_start), &self.text, end(self.is_end)].concat().into()
    }
}

impl Wanted {
    /// What a filter wants.
    pub(crate) fn of(expr: &Expr) -> Self {
        match expr {
            Expr::Not(_) => Self::Anything,
            Expr::Has(term) => Self::of_pattern(&term.pattern),
            Expr::All(parts) => Self::all(parts.iter().map(Self::of).collect()),
            Expr::Any(parts) => Self::any(parts.iter().map(Self::of).collect()),
        }
    }

    /// A text that stands between other signs than those of tokens.
    pub(crate) fn whole(text: &[u8]) -> Self {
        Self::text(text, Edges { is_start: true, is_end: true })
    }

    /// Whether every block has it.
    pub(crate) const fn is_anything(&self) -> bool {
        matches!(self, Self::Anything)
    }

    /// Every piece in it.
    pub(super) fn pieces(&self) -> Vec<&Piece> {
        match self {
            Self::Anything => vec![],
            Self::Piece(it) => vec![it],
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::pieces).collect(),
        }
    }

    fn of_pattern(pattern: &Pattern) -> Self {
        match pattern {
            Pattern::Text(it) => Self::open(it),
            Pattern::Field { key, op } => Self::field(key, op),
            Pattern::Labelled { key, value, whole } => {
                Self::any(vec![Self::open(whole), Self::field(key, &FieldOp::Equals(value.clone()))])
            }
        }
    }

    /// A text anywhere in a line. Its quotes may be escaped there; a backslash is no part of a
    /// token.
    fn open(needle: &Needle) -> Self {
        Self::text(needle.text.as_bytes(), Edges { is_start: false, is_end: false })
    }

    fn field(key: &str, op: &FieldOp) -> Self {
        let key = Self::whole(key.as_bytes());
        match op {
            FieldOp::Equals(value) if is_literal(value) => Self::all(vec![key, Self::whole(value.text.as_bytes())]),
            FieldOp::Contains(value) if is_literal(value) && !is_of_number(value) => {
                Self::all(vec![key, Self::open(value)])
            }
            _ => key,
        }
    }

    fn all(parts: Vec<Self>) -> Self {
        let mut parts: Vec<_> = parts.into_iter().filter(|it| !it.is_anything()).collect();
        // Long ones are rare: without one of them the others need not be looked up.
        parts.sort_by_key(|it| std::cmp::Reverse(it.length()));
        match parts.len() {
            0 => Self::Anything,
            1 => parts.remove(0),
            _ => Self::All(parts),
        }
    }

    /// Bytes of the longest piece that is certainly wanted.
    fn length(&self) -> usize {
        match self {
            Self::Anything => 0,
            Self::Piece(it) => it.text.len(),
            Self::All(parts) => parts.iter().map(Self::length).max().unwrap_or(0),
            Self::Any(parts) => parts.iter().map(Self::length).min().unwrap_or(0),
        }
    }

    fn any(parts: Vec<Self>) -> Self {
        if parts.iter().any(Self::is_anything) { Self::Anything } else { Self::Any(parts) }
    }

    fn text(text: &[u8], edges: Edges) -> Self {
        let text = text.to_ascii_lowercase();
        let tokens = Tokens::new(&text);
        Self::all(tokens.map(|it| of_token(&text, it.at, it.bytes, it.class, edges)).collect())
    }
}

/// Whether a text begins and ends where tokens do.
#[derive(Clone, Copy, Debug)]
struct Edges {
    is_start: bool,
    is_end: bool,
}

/// What a token of a text wants, which begins at `at`.
fn of_token(text: &[u8], at: usize, bytes: &[u8], class: Class, edges: Edges) -> Wanted {
    let end = at + bytes.len();
    let piece =
        Piece { text: bytes.into(), is_start: at > 0 || edges.is_start, is_end: end < text.len() || edges.is_end };
    if class == Class::Uuid {
        // Where it is a part of something longer, its parts are tokens.
        let part = |bytes: &[u8]| Wanted::Piece(Piece { text: bytes.into(), is_start: true, is_end: true });
        let parts = [&bytes[9..13], &bytes[14..18], &bytes[19..23]].map(part).to_vec();
        let whole = Piece { is_start: true, is_end: true, ..piece };
        return Wanted::Any(vec![Wanted::Piece(whole), Wanted::All(parts)]);
    }
    // In a block it may be a part of a UUID, of which a filter has only the whole.
    let is_beside = |it: Option<&u8>| it == Some(&b'-');
    let before = at.checked_sub(1).and_then(|it| text.get(it));
    if matches!(bytes.len(), 4 | 8 | 12) && is_hex(bytes) && (is_beside(before) || is_beside(text.get(end))) {
        return Wanted::Anything;
    }
    Wanted::Piece(piece)
}

/// Whether a value stands in a line as it is, in logfmt, in JSON and in plain text, apart from
/// signs that are no part of tokens: JSON may write a number in several ways.
fn is_literal(value: &Needle) -> bool {
    let text = value.text.as_bytes();
    // JSON has no zeros before a number, but ids do.
    let is_id = matches!(text, [b'0', b'0'..=b'9', ..]) || text.iter().all(u8::is_ascii_digit);
    let is_number = !is_id && value.text.trim().parse::<f64>().is_ok();
    let is_list = matches!(text.first(), Some(b'[' | b'{'));
    !is_number && !is_list && text.iter().all(|it| matches!(it, b' '..=b'~'))
}

/// Whether a value may be a part of a number.
fn is_of_number(value: &Needle) -> bool {
    value.text.bytes().all(|it| matches!(it, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-'))
}

#[cfg(test)]
mod tests {
    use contract::LogFilter;

    use super::*;

    /// A short form: a piece with `|` at its fixed ends, `&` and `+` for all and any, `?` for
    /// anything.
    fn short(wanted: &Wanted) -> String {
        let joined =
            |parts: &[Wanted], sign: &str| format!("({})", parts.iter().map(short).collect::<Vec<_>>().join(sign));
        match wanted {
            Wanted::Anything => "?".to_owned(),
            Wanted::All(parts) => joined(parts, "&"),
            Wanted::Any(parts) => joined(parts, "+"),
            Wanted::Piece(it) => {
                let end = |it: bool| if it { "|" } else { "" };
                format!("{}{}{}", end(it.is_start), String::from_utf8_lossy(&it.text), end(it.is_end))
            }
        }
    }

    #[track_caller]
    fn check(filter: &str, expected: &str) {
        let parsed = LogFilter::parse(filter);
        assert_eq!(parsed.as_ref().map(|it| short(&Wanted::of(it.expr()))), Ok(expected.to_owned()), "{filter}");
    }

    #[test]
    fn ok_words_and_fields() {
        check("", "?");
        check("Timeout", "timeout");
        check("\"pool is full\"", "(pool|&|full&|is|)");
        check("\" pool \"", "|pool|");
        check("-healthcheck", "?");
        check("a OR b", "(a+b)");
        check("a OR -b", "?");
        check("code=H12", "(|code|&|h12|)");
        check("code!=H12", "?");
        check("path~/orders", "(|orders&|path|)");
        check("service>1s", "|service|");
        check("level:warn", "((level|&|warn)+(|level|&|warn|))");
        check("\"---\"", "?");
    }

    #[test]
    fn ok_values_that_may_be_written_otherwise() {
        check("ms=12.5", "|ms|");
        check("ms=12", "(|ms|&|12|)");
        check("ms=1e5", "|ms|");
        check("id=001e5", "(|001e5|&|id|)");
        check("name=größe", "|name|");
        check("tags=[1]", "|tags|");
        check("a=*", "|a|");
        check("ms~12", "|ms|");
        check("ms~x12", "(x12&|ms|)");
    }

    #[test]
    fn ok_uuids_and_parts_of_them() {
        const ID: &str = "8601b555-6a83-4c12-8269-97c8e32cdb22";
        check(ID, &format!("(|{ID}|+(|6a83|&|4c12|&|8269|))"));
        check("8601b555-6a83", "?");
        check("8601b555", "8601b555");
        check("x=6a83", "(|6a83|&|x|)");
    }
}
