//! Cuts texts to the limits of channels, in the unit in which each channel counts, and escapes them
//! while it counts. A text that was cut ends with `…`.

/// What a limit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Bytes of UTF-8.
    Bytes,
    /// Unicode code points, which Go calls runes.
    Chars,
    /// Code units of UTF-16, in which JavaScript and Telegram count.
    Utf16,
}

impl Unit {
    /// How long a text is.
    #[must_use]
    pub(crate) fn len(self, text: &str) -> usize {
        match self {
            Self::Bytes => text.len(),
            Self::Chars => text.chars().count(),
            Self::Utf16 => text.encode_utf16().count(),
        }
    }
}

/// Writes a character so that it means only itself.
pub(crate) type Escape = fn(char, &mut String);

/// No escaping.
pub(crate) fn plain(found: char, out: &mut String) {
    out.push(found);
}

/// Escapes a text, however long it is.
#[must_use]
pub(crate) fn escaped(text: &str, escape: Escape) -> String {
    let mut out = String::with_capacity(text.len());
    text.chars().for_each(|it| escape(it, &mut out));
    out
}

/// The end of a text that was cut.
const ELLIPSIS: char = '…';

/// Escapes a text and cuts the result to `max`. Neither a character nor its escape is torn apart.
#[must_use]
pub(crate) fn cut(text: &str, max: usize, unit: Unit, escape: Escape) -> String {
    let mut out = String::with_capacity(text.len().min(4 * max));
    // The end and the length of what fits together with the ellipsis.
    let room = max.saturating_sub(unit.len(ELLIPSIS.encode_utf8(&mut [0; 4])));
    let (mut len, mut fits) = (0, 0);
    for found in text.chars() {
        let before = out.len();
        escape(found, &mut out);
        len += unit.len(&out[before..]);
        if len <= room {
            fits = out.len();
        }
        if len > max {
            out.truncate(fits);
            if room > 0 || max > 0 {
                out.push(ELLIPSIS);
            }
            return if unit.len(&out) <= max { out } else { String::new() };
        }
    }
    out
}

/// Replaces control characters, line ends among them, by spaces: a name cannot begin a line or a
/// header of its own. Characters that turn the direction of a text are left out.
#[must_use]
pub(crate) fn one_line(text: &str) -> String {
    let is_turning = |it: &char| matches!(it, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let line = text.chars().filter(|it| !is_turning(it));
    let spaced = |it: char| if it.is_control() || matches!(it, '\u{2028}' | '\u{2029}' | '\u{a0}') { ' ' } else { it };
    line.map(spaced).collect()
}

/// Names below a head: `Critical, H12 request timeouts: checkout, search`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Group {
    /// What they have in common.
    pub head: String,
    /// The names.
    pub names: Vec<String>,
}

/// Longest head and longest name in a list, characters.
const HEAD_CHARS_MAX: usize = 120;
const NAME_CHARS_MAX: usize = 60;
/// Room for the last line of a list that was cut, in any unit.
const MORE_MAX: usize = 24;

/// Writes groups, one a line, escaped and in at most `max`. What does not fit is counted in the
/// last line: `… and 57 more`.
#[must_use]
pub(crate) fn list(groups: &[Group], max: usize, unit: Unit, escape: Escape) -> String {
    let room = max.saturating_sub(MORE_MAX);
    let total: usize = groups.iter().map(|it| it.names.len()).sum();
    let (mut out, mut len, mut named) = (String::new(), 0, 0);
    'all: for group in groups {
        let line = if out.is_empty() { "" } else { "\n" };
        let head = cut(&group.head, HEAD_CHARS_MAX, Unit::Chars, escape);
        for (index, name) in group.names.iter().enumerate() {
            let name = cut(name, NAME_CHARS_MAX, Unit::Chars, escape);
            let piece = if index == 0 { format!("{line}{head}: {name}") } else { format!(", {name}") };
            len += unit.len(&piece);
            // The last name needs no room for what is left out.
            if len > if named + 1 == total { max } else { room } {
                break 'all;
            }
            out.push_str(&piece);
            named += 1;
        }
    }
    match total - named {
        0 => out,
        // Not even one fits.
        left if out.is_empty() => cut(&format!("{left} incidents"), max, unit, plain),
        left => format!("{out}\n… and {left} more"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn doubled(found: char, out: &mut String) {
        if found.is_alphanumeric() { out.push(found) } else { out.extend(['\\', found]) }
    }

    #[test]
    fn ok_texts_are_cut_between_characters() {
        let check = |text: &str, max, unit, expected: &str| assert_eq!(cut(text, max, unit, plain), expected);
        check("abc", 3, Unit::Chars, "abc");
        check("abcd", 3, Unit::Chars, "ab…");
        check("abcdef", 5, Unit::Bytes, "ab…");
        check("🦀🦀🦀", 5, Unit::Utf16, "🦀🦀…");
        check("🦀🦀🦀", 6, Unit::Utf16, "🦀🦀🦀");
        check("🦀🦀🦀", 7, Unit::Bytes, "🦀…");
        check("🦀", 1, Unit::Bytes, "");
        check("ab", 1, Unit::Chars, "…");
        assert_eq!(cut("a.b", 3, Unit::Chars, doubled), "a…");
    }

    #[test]
    fn ok_a_list_says_how_many_are_left_out() {
        let group = |head: &str, count: usize| Group {
            head: head.to_owned(),
            names: (1..=count).map(|it| format!("app-{it:03}")).collect(),
        };
        let groups = [group("Critical", 2), group("Resolved", 1)];
        assert_eq!(list(&groups, 100, Unit::Chars, plain), "Critical: app-001, app-002\nResolved: app-001");
        let found = list(&[group("Critical", 300)], 100, Unit::Chars, plain);
        assert!(found.starts_with("Critical: app-001, ") && found.ends_with("\n… and 293 more"), "{found}");
        assert_eq!(list(&[group("Critical", 300)], 30, Unit::Chars, plain), "300 incidents");
        assert_eq!(list(&[group("Critical", 300)], 3_000, Unit::Chars, plain).matches("app-").count(), 300);
    }

    proptest! {
        #[test]
        fn ok_nothing_is_longer_than_its_limit(text in ".{0,200}", max in 0_usize..120) {
            for unit in [Unit::Bytes, Unit::Chars, Unit::Utf16] {
                for escape in [plain as Escape, doubled] {
                    let found = cut(&text, max, unit, escape);
                    prop_assert!(unit.len(&found) <= max);
                    let whole = escaped(&text, escape);
                    let kept = found.strip_suffix(ELLIPSIS).unwrap_or(&found);
                    prop_assert!(whole.starts_with(kept) || found == whole);
                    prop_assert_eq!(found == whole, unit.len(&whole) <= max);
                }
                let group = Group { head: text.clone(), names: vec![text.clone(); 30] };
                prop_assert!(unit.len(&list(&[group], max, unit, doubled)) <= max.max(1));
            }
            let is_one = !one_line(&text).contains(['\n', '\r', '\0', '\u{202e}']);
            prop_assert!(is_one);
        }
    }
}
