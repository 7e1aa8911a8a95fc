//! Matches lines with a [`LogFilter`]. Fields are those of logfmt, or the first level of a JSON
//! object. The grammar of filters is in `contract`, and the fields of a router's line are the
//! pipeline's.

use std::cell::OnceCell;

use contract::{
    LogFilter,
    log_filter::{self as term, FieldOp, Pattern},
};
use memchr::memmem;
use pipeline::{Line, extract, logfmt::unescape, mask::plain};
use serde_json::{Map, Value};

/// Whether a line matches, as it is shown.
#[must_use]
pub(crate) fn matches(filter: &LogFilter, line: &Line<'_>) -> bool {
    if filter.terms().is_empty() {
        return true;
    }
    let shown = plain(line.msg);
    let line = &Line { msg: &shown, ..*line };
    // Parsed once, however many fields the filter has.
    let json = OnceCell::new();
    filter.terms().iter().all(|term| term.is_excluded != has(line, &term.pattern, &json))
}

type Json = OnceCell<Option<Map<String, Value>>>;

fn json_of(msg: &[u8]) -> Option<Map<String, Value>> {
    if msg.first() == Some(&b'{') { serde_json::from_slice(msg).ok() } else { None }
}

fn has(line: &Line<'_>, pattern: &Pattern, json: &Json) -> bool {
    match pattern {
        Pattern::Text(text) => {
            let contains = |text: &str| memmem::find(line.msg, text.as_bytes()).is_some();
            contains(text) || (text.contains('"') && contains(&text.replace('\\', "\\\\").replace('"', "\\\"")))
        }
        Pattern::Field { key, op } => match json.get_or_init(|| json_of(line.msg)) {
            Some(map) => map.get(key).is_some_and(|value| match value {
                Value::String(text) => op.matches(text),
                other => op.matches(&other.to_string()),
            }),
            None => has_pair(line, key, op),
        },
    }
}

/// The number in a field of a line, a time with a unit in milliseconds; `None` where it has no such
/// field or the field is no number.
#[must_use]
pub(crate) fn number(line: &Line<'_>, key: &str) -> Option<f64> {
    let shown = plain(line.msg);
    let value = match json_of(&shown) {
        Some(map) => match map.get(key)? {
            Value::String(text) => term::number(text),
            other => term::number(&other.to_string()),
        },
        None => {
            let mut pairs = extract::pairs(line.proc_id, &shown).filter(|it| it.key == key.as_bytes());
            pairs.next().and_then(|it| term::number(std::str::from_utf8(it.value).ok()?))
        }
    };
    value.filter(|it| it.is_finite())
}

fn has_pair(line: &Line<'_>, key: &str, op: &FieldOp) -> bool {
    extract::pairs(line.proc_id, line.msg).filter(|it| it.key == key.as_bytes()).any(|pair| {
        let mut unescaped = vec![];
        if pair.is_escaped {
            unescape(pair.value, &mut unescaped);
        }
        op.matches(&String::from_utf8_lossy(if pair.is_escaped { &unescaped } else { pair.value }))
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]
mod tests {
    use super::*;

    const ROUTER: &str = "at=info method=GET path=\"/orders/7?a=\\\"b status=1 \" host=h fwd=\"1.1.1.1\" dyno=web.3 connect=1ms \
                          service=1250ms status=503 bytes=0";

    #[track_caller]
    fn check(proc_id: &str, msg: &str, text: &str, expected: bool) {
        let line = Line { proc_id: proc_id.as_bytes(), msg: msg.as_bytes(), ..Line::default() };
        let filter = LogFilter::parse(text).unwrap();
        assert_eq!(matches(&filter, &line), expected, "{text} {filter:?}");
        if expected && let Some(required) = filter.required_text() {
            assert!(msg.contains(required), "{text}: {required} is not in it");
        }
    }

    #[test]
    fn ok_fields_of_a_router_line() {
        for (question, expected) in [
            ("", true),
            ("status=503", true),
            ("status=50", false),
            ("status=1", false),
            ("status!=503", false),
            ("-status=503", false),
            ("-status!=503", true),
            ("status>=500 status<600", true),
            ("status>503", false),
            ("service>1s", true),
            ("service>=1250", true),
            ("service<1.25s", false),
            ("path~/orders", true),
            ("path=/orders", false),
            ("dyno=web.3 -nowhere", true),
            ("\"dyno=web\"", true),
            ("dyno=web", false),
            ("nothing=1", false),
            ("nothing!=1", true),
            ("a<b", false),
            ("service>x", false),
        ] {
            check("router", ROUTER, question, expected);
        }
    }

    #[test]
    fn ok_words_and_other_forms() {
        let json = r#"{"level":"error","ms":12.5,"ok":false,"text":"a/b"}"#;
        for (msg, question, expected) in [
            ("two words", "\"two words\"", true),
            ("two  words", "\"two words\"", false),
            ("two words", "two -three", true),
            ("two words", "two -words", false),
            ("a - b", "a - b", true),
            ("two words", "-\"two words\"", false),
            ("an open end -", "- \"open end", true),
            ("no end", "- \"open end", false),
            ("a=1 path=/a", "a=1 -path=\"/a\"", false),
            ("http://a?b=c", "http://a?b=c", true),
            ("msg=\"two words\" a=1", "msg=\"two words\"", true),
            ("12:30:05 x", "12:30:05", true),
            (json, "level=error ms>12 ok=false", true),
            (json, "text=a/b", true),
            (json, "level=err", false),
            ("", "-a", true),
        ] {
            check("web.1", msg, question, expected);
        }
    }

    #[test]
    fn ok_quotes_in_quotes_and_blanks_before_units() {
        let escaped = r#"msg="say \"hi\" now" wait="12 ms" far="1.5 s" small=7.9341e-05s odd="2 frogs" dir="a\\b""#;
        let json = r#"{"msg":"say \"hi\" now","wait":" 12ms "}"#;
        let plain = r#"he said "hi" and left"#;
        for (msg, question, expected) in [
            (escaped, r#"msg="say \"hi\" now""#, true),
            (escaped, r#"msg="say hi now""#, false),
            (escaped, r#"msg~\"hi\""#, true),
            (escaped, r#""say \"hi\"""#, true),
            (escaped, r#"dir="a\\b""#, true),
            (json, r#"msg="say \"hi\" now""#, true),
            (json, r#""say \"hi\" now""#, true),
            (plain, r#""said \"hi\"""#, true),
            (plain, r#"\"hi\""#, true),
            (plain, r#"-"said \"hi\"""#, false),
            (plain, r#""said \"ho\"""#, false),
            (escaped, "wait>=12ms wait<=12", true),
            (escaped, "wait>12", false),
            (escaped, r#"far>"1.4 s" far<1600"#, true),
            (escaped, "small<0.08 small>0.079", true),
            (escaped, "odd=\"2 frogs\" odd>1", true),
            (json, "wait>11 wait<13", true),
        ] {
            check("web.1", msg, question, expected);
        }
    }
}
