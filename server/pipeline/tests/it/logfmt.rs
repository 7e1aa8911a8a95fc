//! Pairs of logfmt: tables, and generated texts compared with their pairs. The meaning of keys is
//! not tested here.

use pipeline::logfmt::{Guard, Pairs, unescape};
use proptest::prelude::*;

fn pairs(text: &str) -> (Vec<(String, String)>, bool) {
    let mut pairs = Pairs::new(text.as_bytes());
    let found = pairs
        .by_ref()
        .map(|pair| {
            let mut value = Vec::new();
            if pair.is_escaped {
                unescape(pair.value, &mut value);
            } else {
                value.extend_from_slice(pair.value);
            }
            (String::from_utf8_lossy(pair.key).into_owned(), String::from_utf8_lossy(&value).into_owned())
        })
        .collect();
    (found, pairs.is_unterminated())
}

#[track_caller]
fn check(text: &str, expected: &[(&str, &str)]) {
    let (found, is_unterminated) = pairs(text);
    let found: Vec<_> = found.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    assert_eq!(found, expected, "text: {text:?}");
    assert!(!is_unterminated, "text: {text:?}");
}

#[test]
fn ok_bare() {
    check("", &[]);
    check("  \t\n", &[]);
    check("k", &[("k", "")]);
    check("k=", &[("k", "")]);
    check("k= j=1", &[("k", ""), ("j", "1")]);
    check("a=1 a=2\tb=3\nc", &[("a", "1"), ("a", "2"), ("b", "3"), ("c", "")]);
    check("path=/a?b=c&d=e host=h", &[("path", "/a?b=c&d=e"), ("host", "h")]);
    check("a=b\"c d", &[("a", "b\"c"), ("d", "")]);
    check("a==", &[("a", "=")]);
    check("=a \" b", &[("a", ""), ("b", "")]);
    check("\"k\"=v", &[("k", ""), ("v", "")]);
    check("k='v w'", &[("k", "'v"), ("w'", "")]);
}

#[test]
fn ok_quoted() {
    check(r#"a="" b="c d""#, &[("a", ""), ("b", "c d")]);
    check(r#"a="b"c=d"#, &[("a", "b"), ("c", "d")]);
    check(r#"a="\" \\ \n\t\r \x""#, &[("a", "\" \\ \n\t\r \\x")]);
    check(r#"a="\u00e9 \ud83d\ude00 \ud83d \u12""#, &[("a", "é 😀 \\ud83d \\u12")]);
}

#[test]
fn err_unterminated_keeps_earlier_pairs() {
    for (text, rest) in [(r#"a=1 b="c d=2"#, "c d=2"), (r#"a=1 b="c\"#, "c\\"), (r#"a=1 b=""#, "")] {
        let expected = vec![("a".to_owned(), "1".to_owned()), ("b".to_owned(), rest.to_owned())];
        assert_eq!(pairs(text), (expected, true), "text: {text:?}");
    }
}

#[test]
fn ok_a_guarded_value_ends_at_the_last_possible_place() {
    let text = br#"path="/a" host=x b" host=y c=1 path="/z" d=2"#;
    let found: Vec<_> =
        Pairs::guarded(text, &[Guard { key: b"path", follower: b" host=" }]).map(|it| (it.key, it.value)).collect();
    let expected: [(&[u8], &[u8]); 5] =
        [(b"path", br#"/a" host=x b"#), (b"host", b"y"), (b"c", b"1"), (b"path", b"/z"), (b"d", b"2")];
    assert_eq!(found, expected);
}

fn quoted(value: &str) -> String {
    let escaped: String = value
        .chars()
        .map(|character| match character {
            '"' | '\\' => format!("\\{character}"),
            '\n' => "\\n".to_owned(),
            _ if character.is_control() => format!("\\u{:04x}", u32::from(character)),
            _ => character.to_string(),
        })
        .collect();
    format!("\"{escaped}\"")
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn ok_printed_pairs_come_back(
        expected in prop::collection::vec(("[a-z#.é]{1,12}", "[ -~\n\u{7f}éß]{0,30}"), 0..12),
        spaces in prop::collection::vec("[ \t]{1,3}", 12),
    ) {
        let text: String =
            expected.iter().zip(&spaces).map(|((key, value), space)| format!("{key}={}{space}", quoted(value))).collect();
        prop_assert_eq!(pairs(&text), (expected, false));
    }

    #[test]
    fn ok_bare_values_end_at_the_first_blank(value in prop::collection::vec(0x21u8.., 0..40), blank in 0u8..=0x20) {
        prop_assume!(value.first() != Some(&b'"'));
        let text = [b"k=", &value[..], &[blank], b"rest"].concat();
        let found: Vec<_> = Pairs::new(&text).map(|it| (it.key.to_vec(), it.value.to_vec())).collect();
        prop_assert_eq!(found, vec![(b"k".to_vec(), value), (b"rest".to_vec(), vec![])]);
    }
}
