//! Labels as Loki's protobuf form writes them: `{app="shop", pod="web-1"}`.

use std::borrow::Cow;

use crate::receiver::json::{raw, record::Record};

/// Most labels of a stream that are looked at.
const LABELS_MAX: usize = 100;

/// Takes the labels of a text into a record. Reading ends where the text is no list of labels.
pub(super) fn read<'a>(text: &'a str, record: &mut Record<'a>) {
    let mut rest = text.trim_start().strip_prefix('{').unwrap_or_default();
    for _ in 0..LABELS_MAX {
        let Some((name, after)) = rest.split_once('=') else { return };
        let after = after.trim_start();
        let Some(end) = string_end(after) else { return };
        let (value, after) = after.split_at(end);
        record.put(name.trim(), unquoted(value));
        rest = after.trim_start().strip_prefix(',').unwrap_or_default();
    }
}

/// Where the string ends that a text begins with.
fn string_end(text: &str) -> Option<usize> {
    let mut bytes = text.bytes().enumerate();
    (bytes.next()?.1 == b'"').then_some(())?;
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'\\' => _ = bytes.next()?,
            b'"' => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// Go's escapes that labels contain are those of JSON; others stay as they are.
fn unquoted(value: &str) -> Cow<'_, str> {
    match raw::text(value) {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim_matches('"')),
        owned @ Cow::Owned(_) => owned,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_labels() {
        for (text, expected) in [
            (r#"{app="shop", pod="web-1",x=""}"#, ("shop", "web-1")),
            (r#"{ pod = "a\"b" , app="c,d}" }"#, ("c,d}", "a\"b")),
            (r#"{app="shop", pod="w"#, ("shop", "")),
            ("", ("", "")),
            ("{=", ("", "")),
        ] {
            let mut record = Record::default();
            read(text, &mut record);
            assert_eq!((record.app(), record.process()), expected, "{text}");
        }
    }
}
