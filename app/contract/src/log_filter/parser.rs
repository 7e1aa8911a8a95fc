//! Reads the terms of a filter one after the other. What they mean is in the parent module.

use super::term::{Comparator, FieldOp, Pattern, Term, number};

/// The term that a text begins with, and the rest of the text.
pub(super) fn term(text: &str) -> (Term, &str) {
    let after_sign = text.strip_prefix('-').filter(|it| !it.is_empty() && !it.starts_with(char::is_whitespace));
    let has_sign = after_sign.is_some();
    let text = after_sign.unwrap_or(text);
    if let Some(inside) = text.strip_prefix('"') {
        let (quoted, rest) = quoted(inside);
        return (Term { is_excluded: has_sign, pattern: Pattern::Text(quoted) }, rest);
    }
    let (word, rest) = word(text);
    let term = match field(&word) {
        Some(it) => Term { is_excluded: has_sign != it.is_excluded, ..it },
        None => Term { is_excluded: has_sign, pattern: Pattern::Text(word) },
    };
    (term, rest)
}

/// A word that is a comparison of a field.
fn field(word: &str) -> Option<Term> {
    let end = word.find(['=', '<', '>', '~', '!'])?;
    let (key, rest) = word.split_at(end);
    let is_key = |it: char| it.is_ascii_alphanumeric() || "_.#@-".contains(it);
    if !key.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_') || !key.chars().all(is_key) {
        return None;
    }
    let comparators = [
        ("<=", Comparator::LessOrEqual),
        (">=", Comparator::GreaterOrEqual),
        ("<", Comparator::Less),
        (">", Comparator::Greater),
    ];
    let (is_excluded, op) =
        match comparators.iter().find_map(|(sign, comparator)| Some((*comparator, rest.strip_prefix(sign)?))) {
            Some((comparator, value)) => (false, FieldOp::Compares(comparator, number(value)?)),
            None => match (rest.strip_prefix("!="), rest.strip_prefix('='), rest.strip_prefix('~')) {
                (Some(value), ..) => (true, FieldOp::Equals(value.to_owned())),
                (_, Some(value), _) => (false, FieldOp::Equals(value.to_owned())),
                (.., Some(value)) => (false, FieldOp::Contains(value.to_owned())),
                _ => return None,
            },
        };
    Some(Term { is_excluded, pattern: Pattern::Field { key: key.to_owned(), op } })
}

/// The text before the closing quote (all of it if there is none), unescaped, and the rest behind
/// that quote.
fn quoted(text: &str) -> (String, &str) {
    let mut inside = String::new();
    let mut chars = text.char_indices();
    while let Some((at, char)) = chars.next() {
        match char {
            '"' => return (inside, &text[at + 1..]),
            '\\' if text[at + 1..].starts_with(['"', '\\']) => inside.extend(chars.next().map(|it| it.1)),
            _ => inside.push(char),
        }
    }
    (inside, "")
}

/// The first word of a text without the quotes in it, and the rest: `a="b c"` is one word.
fn word(text: &str) -> (String, &str) {
    let (mut word, mut rest) = (String::new(), text);
    while let Some(char) = rest.chars().next().filter(|it| !it.is_whitespace()) {
        if char == '"' {
            let (inside, after) = quoted(&rest[1..]);
            word.push_str(&inside);
            rest = after;
        } else {
            rest = rest.strip_prefix('\\').filter(|it| it.starts_with('"')).unwrap_or(rest);
            word.extend(rest.chars().next());
            rest = &rest[rest.chars().next().map_or(0, char::len_utf8)..];
        }
    }
    (word, rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_what_is_no_comparison_is_a_word() {
        for text in ["http://a?b=c", "service>x", "=a", "a!b", "-", "a<"] {
            let expected = Term { is_excluded: false, pattern: Pattern::Text(text.to_owned()) };
            assert_eq!(term(text), (expected, ""), "{text}");
        }
    }
}
