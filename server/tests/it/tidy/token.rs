//! Splits Rust into tokens as far as the rules need it: words, punctuation, literals and comments,
//! each with its line.
//!
//! It does not check the grammar, since the compiler has read the same files.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Word,
    /// One punctuation character, or `::`.
    Sign,
    /// A string, a character or a lifetime.
    Literal,
    Comment,
}

#[derive(Clone, Copy, Debug)]
pub struct Token<'a> {
    pub kind: Kind,
    pub text: &'a str,
    /// The line number, from 1.
    pub line: usize,
}

impl Token<'_> {
    pub fn is(&self, text: &str) -> bool {
        self.text == text && matches!(self.kind, Kind::Word | Kind::Sign)
    }
}

/// All tokens of a file, including comments.
pub fn tokens(text: &str) -> Vec<Token<'_>> {
    let (mut rest, mut line, mut found) = (text, 1, vec![]);
    while let Some(first) = rest.chars().next() {
        let (kind, length) = next(rest, first);
        let (token, after) = rest.split_at(length);
        if !first.is_whitespace() {
            found.push(Token { kind, text: token, line });
        }
        line += token.matches('\n').count();
        rest = after;
    }
    found
}

/// All tokens of a file except comments.
pub fn code(text: &str) -> Vec<Token<'_>> {
    tokens(text).into_iter().filter(|it| it.kind != Kind::Comment).collect()
}

/// The kind and the length in bytes of the token at the start of `rest`.
fn next(rest: &str, first: char) -> (Kind, usize) {
    if rest.starts_with("//") {
        return (Kind::Comment, rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return (Kind::Comment, block_comment(rest));
    }
    if let Some(length) = text_literal(rest) {
        return (Kind::Literal, length);
    }
    if first.is_alphanumeric() || first == '_' {
        return (Kind::Word, rest.find(|it: char| !it.is_alphanumeric() && it != '_').unwrap_or(rest.len()));
    }
    if rest.starts_with("::") { (Kind::Sign, 2) } else { (Kind::Sign, first.len_utf8()) }
}

fn block_comment(rest: &str) -> usize {
    let (mut at, mut depth) = (0, 0);
    while let Some(byte) = rest.as_bytes().get(at) {
        let pair = rest.as_bytes().get(at..at + 2);
        match pair {
            Some(b"/*") => (at, depth) = (at + 2, depth + 1),
            Some(b"*/") => (at, depth) = (at + 2, depth - 1),
            _ => at += usize::from(*byte > 0),
        }
        if depth == 0 {
            return at;
        }
    }
    rest.len()
}

/// The length of a string, character or lifetime with its prefix, or `None` for other tokens.
fn text_literal(rest: &str) -> Option<usize> {
    let prefix = rest.find(|it: char| !it.is_ascii_alphabetic()).filter(|length| *length <= 2)?;
    let is_raw = match &rest[..prefix] {
        "" | "b" | "c" => false,
        "r" | "br" | "cr" => true,
        _ => return None,
    };
    let quoted = &rest[prefix..];
    if is_raw {
        let hashes = quoted.find(|it| it != '#')?;
        let inside = quoted[hashes..].strip_prefix('"')?;
        let end = format!("\"{}", &quoted[..hashes]);
        return Some(rest.len() - inside.len() + inside.find(&end)? + end.len());
    }
    match quoted.chars().next()? {
        '"' => Some(prefix + closing(quoted, '"')),
        '\'' => Some(prefix + character(quoted)),
        _ => None,
    }
}

/// The length of a token such as `'x'`, `'\n'` or `'static`.
fn character(quoted: &str) -> usize {
    let mut inside = quoted[1..].chars();
    let first = inside.next().unwrap_or_default();
    if first == '\\' || inside.next() == Some('\'') {
        return closing(quoted, '\'');
    }
    1 + quoted[1..].find(|it: char| !it.is_alphanumeric() && it != '_').unwrap_or(quoted.len() - 1)
}

/// The length of a literal up to its closing quote, skipping escaped quotes.
fn closing(quoted: &str, quote: char) -> usize {
    let mut is_escaped = false;
    for (at, character) in quoted.char_indices().skip(1) {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            _ if character == quote => return at + 1,
            _ => {}
        }
    }
    quoted.len()
}

#[test]
fn ok_words_stand_apart_from_texts_and_comments() {
    let text = "use a::b; // use c\n/* x /* y */ z */ let s = \"use \\\" d\"; let r = br#\"e\"f\"#;\nlet c = '\\''; let d = 'x'; fn f<'a>() {}";
    let words: Vec<_> = tokens(text).iter().filter(|it| it.kind == Kind::Word).map(|it| it.text).collect();
    assert_eq!(words, ["use", "a", "b", "let", "s", "let", "r", "let", "c", "let", "d", "fn", "f"]);
    let literals: Vec<_> = tokens(text).iter().filter(|it| it.kind == Kind::Literal).map(|it| it.text).collect();
    assert_eq!(literals, ["\"use \\\" d\"", "br#\"e\"f\"#", "'\\''", "'x'", "'a"]);
    assert_eq!(tokens(text).last().map(|it| it.line), Some(3));
}
