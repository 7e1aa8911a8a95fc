//! Texts of a filter: how they compare with the text of a line, and how they are written.
//! Searches in whole blocks are the store's.

/// A text that is searched for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needle {
    /// The text, without its quotes.
    pub text: String,
    /// Whether upper and lower case differ; otherwise the letters A to Z match in either case.
    pub keeps_case: bool,
}

impl Needle {
    /// Whether a text is the whole of it.
    #[must_use]
    pub fn equals(&self, text: &str) -> bool {
        if self.keeps_case { text == self.text } else { text.eq_ignore_ascii_case(&self.text) }
    }

    /// Whether it is a part of a text.
    #[must_use]
    pub fn is_in(&self, text: &str) -> bool {
        if self.keeps_case { text.contains(&self.text) } else { find_ignoring_case(text, &self.text).is_some() }
    }
}

/// Where a text contains another, whatever the case of letters A to Z; a byte position.
#[must_use]
pub fn find_ignoring_case(text: &str, part: &str) -> Option<usize> {
    if part.is_empty() {
        return Some(0);
    }
    text.as_bytes().windows(part.len()).position(|it| it.eq_ignore_ascii_case(part.as_bytes()))
}

/// A value as it is written in a filter: in quotes where it would not be read back otherwise.
#[must_use]
pub fn quote(value: &str) -> String {
    let is_plain = |it: char| !it.is_whitespace() && !matches!(it, '"' | '\\' | '(' | ')' | '*');
    if !value.is_empty() && value.chars().all(is_plain) {
        return value.to_owned();
    }
    let escaped = value.replace('\\', "\\\\").replace('"', "\\\"");
    ["\"", &escaped, "\""].concat()
}

/// A filter with one more term, which must hold besides all others. Nothing changes if the term
/// stands there already.
#[must_use]
pub fn with_term(filter: &str, term: &str) -> String {
    let filter = filter.trim();
    if filter.is_empty() || filter == term {
        return term.to_owned();
    }
    if filter.split_whitespace().any(|it| it == term) {
        return filter.to_owned();
    }
    let has_or = filter.split_whitespace().any(|it| it == "OR");
    let parts = if has_or { ["(", filter, ") ", term] } else { ["", filter, " ", term] };
    parts.concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LogFilter;

    #[test]
    fn ok_terms_are_added() {
        for (filter, term, expected) in [
            ("", "a=1", "a=1"),
            (" b ", "a=1", "b a=1"),
            ("b a=1", "a=1", "b a=1"),
            ("b OR c", "-a=1", "(b OR c) -a=1"),
        ] {
            assert_eq!(with_term(filter, term), expected, "{filter}");
        }
    }

    #[test]
    fn ok_quoted_values_come_back() {
        for value in ["", "a", "two words", "say \"hi\"", "a\\b", "\\", "(x", "*", "ü\n"] {
            let filter = LogFilter::parse(&["k=", &quote(value)].concat());
            let terms = filter.as_ref().map(|it| it.wanted_terms().len());
            assert_eq!(terms, Ok(1), "{value}");
            let matches = filter.is_ok_and(|filter| match &filter.wanted_terms()[0].pattern {
                crate::log_filter::Pattern::Field { op, .. } => op.matches(value) && !op.matches("else"),
                _ => false,
            });
            assert!(matches, "{value}");
        }
    }

    #[test]
    fn ok_texts_in_either_case() {
        for (text, part, expected) in
            [("aBcd", "bC", Some(1)), ("aBcd", "", Some(0)), ("é", "É", None), ("a", "ab", None)]
        {
            assert_eq!(find_ignoring_case(text, part), expected, "{text} {part}");
        }
    }
}
