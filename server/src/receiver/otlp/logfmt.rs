//! Writes pairs of logfmt into the text of a line.

/// Appends ` key=value`. Keys are cut at blanks and signs that end a key; values are quoted where
/// needed, with `\n` for a line end, so that every value is read back as it was.
pub(super) fn push(text: &mut String, key: &str, value: &str) {
    if !text.is_empty() {
        text.push(' ');
    }
    text.extend(key.chars().map(|it| if is_plain(it) { it } else { '_' }));
    text.push('=');
    if value.chars().all(is_plain) {
        text.push_str(value);
        return;
    }
    text.push('"');
    for letter in value.chars() {
        match letter {
            '"' | '\\' => text.extend(['\\', letter]),
            '\n' => text.push_str("\\n"),
            _ if letter.is_control() => text.push(' '),
            _ => text.push(letter),
        }
    }
    text.push('"');
}

/// Appends ` key=value` of a value that must be one word.
pub(super) fn push_word(text: &mut String, key: &str, value: &str) {
    text.push(' ');
    text.push_str(key);
    text.push('=');
    text.extend(value.chars().map(|it| if is_plain(it) { it } else { '_' }));
}

fn is_plain(letter: char) -> bool {
    !letter.is_whitespace() && !letter.is_control() && !matches!(letter, '"' | '=' | '\\')
}

#[cfg(test)]
mod tests {
    use pipeline::logfmt::Pairs;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ok_pairs() {
        let mut text = String::from("begin");
        for (key, value) in [("a", "1"), ("b c", "two words"), ("d", "\"q\" \\ \n"), ("e", "")] {
            push(&mut text, key, value);
        }
        assert_eq!(text, r#"begin a=1 b_c="two words" d="\"q\" \\ \n" e="#);
    }

    proptest! {
        #[test]
        fn ok_values_come_back(value in "[a-z \"\\\\=]{0,20}") {
            let mut text = String::new();
            push(&mut text, "key", &value);
            let pair = Pairs::new(text.as_bytes()).next().map(|it| it.unescaped().into_owned());
            prop_assert_eq!(pair, Some(value.into_bytes()));
        }
    }
}
