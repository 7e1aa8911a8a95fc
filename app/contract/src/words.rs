//! How a search is cut into words: the same on the server, which looks for them, and in the page, which marks them.
//!
//! What a word means (a field, a comparison, an exclusion) is not said here.

/// What stands before the quote that closes a text, or all of it, and what comes after that; `\"` and `\\` are a quote and a backslash.
#[must_use]
pub fn quoted(text: &str) -> (String, &str) {
    let mut inside = String::new();
    let mut signs = text.char_indices();
    while let Some((at, sign)) = signs.next() {
        match sign {
            '"' => return (inside, &text[at + 1..]),
            '\\' if text[at + 1..].starts_with(['"', '\\']) => inside.extend(signs.next().map(|it| it.1)),
            _ => inside.push(sign),
        }
    }
    (inside, "")
}

/// The first word of a text, without the quotes in it: `a="b c"` is one word.
#[must_use]
pub fn word(text: &str) -> (String, &str) {
    let (mut word, mut rest) = (String::new(), text);
    while let Some(sign) = rest.chars().next().filter(|it| !it.is_whitespace()) {
        if sign == '"' {
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
