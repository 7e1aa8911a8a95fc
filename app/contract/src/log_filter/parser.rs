//! Reads the text of a filter, one term after the other. What they mean is in the parent module.
//!
//! Linear in the text, and recursive in brackets alone.

use super::{
    error::{DEPTH_MAX, LogFilterError, LogFilterProblem as Problem, TERMS_MAX},
    expr::Expr,
    term::{Comparator, FieldOp, Pattern, Term, number},
    text::Needle,
};

/// Parses a whole text.
pub(super) fn parse(text: &str) -> Result<Expr, LogFilterError> {
    if text.trim().is_empty() {
        return Ok(Expr::All(vec![]));
    }
    let mut parser = Parser { text, at: 0, terms: 0, depth: 0 };
    let expr = parser.any().and_then(|expr| {
        if parser.rest().starts_with(')') { Err((parser.at, Problem::LooseBracket)) } else { Ok(expr) }
    });
    expr.map_err(|(at, problem)| LogFilterError { at: text[..at].chars().count(), problem })
}

/// What is wrong, and where in bytes.
type Failure = (usize, Problem);

struct Parser<'a> {
    text: &'a str,
    /// Position of the next byte.
    at: usize,
    terms: usize,
    /// Brackets that are open.
    depth: usize,
}

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn skip_blanks(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    /// Takes a keyword that stands alone.
    fn keyword(&mut self, word: &str) -> bool {
        let is_end =
            |rest: &str| rest.is_empty() || rest.starts_with(|it: char| it.is_whitespace() || "()".contains(it));
        let is_next = self.rest().strip_prefix(word).is_some_and(is_end);
        self.at += if is_next { word.len() } else { 0 };
        is_next
    }

    /// Alternatives, up to the end or a closing bracket.
    fn any(&mut self) -> Result<Expr, Failure> {
        let mut parts = vec![self.all()?];
        self.skip_blanks();
        while self.keyword("OR") {
            let at = self.at - "OR".len();
            parts.push(self.all()?);
            if parts.iter().any(|it| *it == Expr::All(vec![])) {
                return Err((at, Problem::NoTerm("OR")));
            }
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Expr::Any(parts) })
    }

    /// Terms that must all hold, up to `OR`, the end or a closing bracket.
    fn all(&mut self) -> Result<Expr, Failure> {
        let (mut parts, mut after_and) = (vec![], None);
        loop {
            self.skip_blanks();
            let begun = self.at;
            let is_end = self.rest().is_empty() || self.rest().starts_with(')');
            let is_or = self.keyword("OR");
            self.at = begun;
            if is_end || is_or {
                break;
            }
            if self.keyword("AND") {
                if parts.is_empty() || after_and.is_some() {
                    return Err((begun, Problem::NoTerm("AND")));
                }
                after_and = Some(begun);
                continue;
            }
            parts.push(self.one()?);
            after_and = None;
        }
        match after_and {
            Some(at) => Err((at, Problem::NoTerm("AND"))),
            None if parts.len() == 1 => Ok(parts.remove(0)),
            None => Ok(Expr::All(parts)),
        }
    }

    /// A term or a group, excluded or not.
    fn one(&mut self) -> Result<Expr, Failure> {
        let mut is_excluded = false;
        let begun = self.at;
        while self.keyword("NOT") {
            is_excluded = !is_excluded;
            self.skip_blanks();
        }
        let is_end = self.rest().is_empty() || self.rest().starts_with(')');
        if self.at > begun && is_end {
            return Err((begun, Problem::NoTerm("NOT")));
        }
        let after_sign = self.rest().strip_prefix('-').and_then(|it| it.chars().next());
        // A dash that stands alone is a word.
        if after_sign.is_some_and(|it| !it.is_whitespace() && it != ')') {
            is_excluded = !is_excluded;
            self.at += 1;
        }
        let expr = if self.rest().starts_with('(') { self.group()? } else { self.term()? };
        Ok(match expr {
            Expr::Not(inner) if is_excluded => *inner,
            expr if is_excluded => Expr::Not(Box::new(expr)),
            expr => expr,
        })
    }

    /// What stands in brackets.
    fn group(&mut self) -> Result<Expr, Failure> {
        let begun = self.at;
        if self.depth == DEPTH_MAX {
            return Err((begun, Problem::TooDeep));
        }
        self.depth += 1;
        self.at += 1;
        let inside = self.any()?;
        if !self.rest().starts_with(')') {
            return Err((begun, Problem::OpenBracket));
        }
        if inside == Expr::All(vec![]) {
            return Err((begun, Problem::NoTerm("brackets")));
        }
        self.at += 1;
        self.depth -= 1;
        Ok(inside)
    }

    /// A word, a quoted text or a comparison.
    fn term(&mut self) -> Result<Expr, Failure> {
        let begun = self.at;
        if self.terms == TERMS_MAX {
            return Err((begun, Problem::TooManyTerms));
        }
        self.terms += 1;
        let (word, is_quoted) = if self.rest().starts_with('"') { (self.quoted()?, true) } else { self.word()? };
        let raw = &self.text[begun..self.at];
        let field = if raw.starts_with('"') { None } else { field(raw, &word).map_err(|it| (begun, it))? };
        let (is_excluded, pattern) =
            field.unwrap_or((false, Pattern::Text(Needle { text: word, keeps_case: is_quoted })));
        if pattern == Pattern::Text(Needle { text: String::new(), keeps_case: true }) {
            // Quotes without a text between them.
            return Ok(Expr::All(vec![]));
        }
        let term = Expr::Has(Term { text: raw.to_owned(), pattern });
        Ok(if is_excluded { Expr::Not(Box::new(term)) } else { term })
    }

    /// A text in quotes, unescaped.
    fn quoted(&mut self) -> Result<String, Failure> {
        let begun = self.at;
        let mut inside = String::new();
        let mut chars = self.rest().char_indices().skip(1).peekable();
        while let Some((at, char)) = chars.next() {
            match char {
                '"' => {
                    self.at = begun + at + 1;
                    return Ok(inside);
                }
                '\\' => inside.push(chars.next_if(|it| matches!(it.1, '"' | '\\')).map_or('\\', |it| it.1)),
                _ => inside.push(char),
            }
        }
        Err((begun, Problem::OpenQuote))
    }

    /// A word without the quotes in it, and whether it has any: `a="b c"` is one word. A closing
    /// bracket ends it inside a group, unless the word itself has opened it.
    fn word(&mut self) -> Result<(String, bool), Failure> {
        let (mut word, mut is_quoted, mut own_brackets) = (String::new(), false, 0_usize);
        while let Some(char) = self.rest().chars().next().filter(|it| !it.is_whitespace()) {
            match char {
                '"' => {
                    word.push_str(&self.quoted()?);
                    is_quoted = true;
                    continue;
                }
                ')' if own_brackets == 0 && (self.depth > 0 || word.is_empty()) => break,
                ')' => own_brackets = own_brackets.saturating_sub(1),
                '(' => own_brackets += 1,
                '\\' if self.rest()[1..].starts_with('"') => {
                    word.push('"');
                    self.at += 2;
                    continue;
                }
                _ => {}
            }
            word.push(char);
            self.at += char.len_utf8();
        }
        Ok((word, is_quoted))
    }
}

/// A word that is a comparison of a field, and whether it excludes. `raw` is the word with its
/// quotes.
fn field(raw: &str, word: &str) -> Result<Option<(bool, Pattern)>, Problem> {
    let Some(end) = word.find(['=', '<', '>', '~', '!', ':']) else { return Ok(None) };
    let (key, rest) = word.split_at(end);
    let is_key = |it: char| it.is_ascii_alphanumeric() || "_.#@-".contains(it);
    // A quoted key is a text.
    if !key.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_')
        || !key.chars().all(is_key)
        || !raw.starts_with(key)
    {
        return Ok(None);
    }
    let signs = ["!=", "<=", ">=", "<", ">", "=", "~", ":"];
    let Some(sign) = signs.into_iter().find(|it| rest.starts_with(it)) else { return Ok(None) };
    let (value, raw_value) = (&rest[sign.len()..], raw.get(end + sign.len()..).unwrap_or_default());
    let (key, comparison) = (key.to_owned(), || word[..end + sign.len()].to_owned());
    if sign == ":" {
        // `std::io`, `http://a` and `Error:` are words.
        let is_word = value.is_empty() || value.starts_with([':', '/', '\\']);
        let needle = |text: &str| Needle { text: text.to_owned(), keeps_case: raw_value.starts_with('"') };
        return Ok((!is_word).then(|| (false, Pattern::Labelled { key, value: needle(value), whole: needle(word) })));
    }
    if raw_value.is_empty() {
        return Err(Problem::NoValue(comparison()));
    }
    let needle = Needle { text: value.to_owned(), keeps_case: raw_value.starts_with('"') };
    let op = match sign {
        "=" | "!=" if raw_value == "*" => FieldOp::Contains(Needle::default()),
        "=" | "!=" => FieldOp::Equals(needle),
        "~" => FieldOp::Contains(needle),
        _ => {
            let comparator = match sign {
                "<" => Comparator::Less,
                "<=" => Comparator::LessOrEqual,
                ">" => Comparator::Greater,
                _ => Comparator::GreaterOrEqual,
            };
            let Some(than) = number(value) else {
                return Err(Problem::NoNumber { comparison: comparison(), found: value.to_owned() });
            };
            FieldOp::Compares(comparator, than)
        }
    };
    Ok(Some((sign == "!=", Pattern::Field { key, op })))
}

#[cfg(test)]
mod tests;
