//! Filters against lines: of the router, of logfmt, of JSON, and any filter against any line with
//! an evaluator as simple as can be.
#![expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]

use proptest::prelude::*;

use super::*;

mod words;

const ROUTER: &str = "at=info method=GET path=\"/orders/7?a=\\\"b status=1 \" host=h fwd=\"1.1.1.1\" dyno=web.3 connect=1ms \
                      service=1250ms status=503 bytes=0";

#[track_caller]
fn check(proc_id: &str, msg: &str, text: &str, expected: bool) {
    let line = Line { proc_id: proc_id.as_bytes(), msg: msg.as_bytes(), ..Line::default() };
    let filter = LogFilter::parse(text).unwrap();
    let matcher = Matcher::new(&filter);
    assert_eq!(matcher.matches(&line), expected, "{text} {filter:?}");
    assert!(!expected || matcher.may_match(msg.as_bytes()), "{text}: a block with this line would be skipped");
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
        ("STATUS=503 dyno=WEB.3", true),
        ("dyno=\"WEB.3\"", false),
        ("status:503", true),
        ("-status:503", false),
        ("code=*", false),
        ("Service=*", true),
        ("status=404 OR status=503", true),
        ("(status=404 OR status=500) dyno=web.3", false),
        ("-(status=404 OR dyno=web.3)", false),
        ("-(status=404 dyno=web.3)", true),
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
        ("Two Words", "two WORDS", true),
        ("Two Words", "\"two\"", false),
        ("Two Words", "\"Two\"", true),
        ("one", "one OR two", true),
        ("said level:warn twice", "level:warn", true),
        ("level=warn", "LEVEL:Warn", true),
        ("level=warning", "level:warn", false),
        ("std::io failed", "STD::io", true),
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

/// A filter of the oracle: a letter of the line, or a tree.
#[derive(Clone, Debug)]
enum Any {
    Word(String),
    Exact(String),
    Field(String, String),
    Not(Box<Any>),
    All(Vec<Any>),
    Or(Vec<Any>),
}

impl Any {
    fn text(&self) -> String {
        let joined =
            |parts: &[Self], sign: &str| format!("({})", parts.iter().map(Self::text).collect::<Vec<_>>().join(sign));
        match self {
            Self::Word(it) => it.clone(),
            Self::Exact(it) => format!("\"{it}\""),
            Self::Field(key, value) => format!("{key}={value}"),
            Self::Not(it) => format!("-{}", it.text()),
            Self::All(parts) => joined(parts, " "),
            Self::Or(parts) => joined(parts, " OR "),
        }
    }

    fn holds(&self, line: &str) -> bool {
        match self {
            Self::Word(it) => line.to_lowercase().contains(&it.to_lowercase()),
            Self::Exact(it) => line.contains(it.as_str()),
            Self::Field(key, value) => {
                line.to_lowercase().split(' ').any(|it| it == format!("{key}={value}").to_lowercase())
            }
            Self::Not(it) => !it.holds(line),
            Self::All(parts) => parts.iter().all(|it| it.holds(line)),
            Self::Or(parts) => parts.iter().any(|it| it.holds(line)),
        }
    }
}

fn any_filter() -> impl Strategy<Value = Any> {
    let leaf = prop_oneof![
        "[abAB]{1,2}".prop_map(Any::Word),
        "[abAB]{1,2}".prop_map(Any::Exact),
        ("[aB]", "[abAB]{1,2}").prop_map(|(key, value)| Any::Field(key, value)),
    ];
    leaf.prop_recursive(4, 12, 3, |inner| {
        let parts = proptest::collection::vec(inner.clone(), 1..4);
        prop_oneof![
            inner
                .prop_filter("a sign before a sign is a word", |it| !matches!(it, Any::Not(_)))
                .prop_map(|it| Any::Not(Box::new(it))),
            parts.clone().prop_map(Any::All),
            parts.prop_map(Any::Or),
        ]
    })
}

proptest! {
    #[test]
    fn ok_matches_what_the_oracle_matches(filter in any_filter(), line in "([abAB]{1,2}(=[abAB]{1,2})? ){0,4}[abAB]") {
        check("web.1", &line, &filter.text(), filter.holds(&line));
    }

    #[test]
    fn ok_any_text_is_a_filter_or_an_error(text in "\\PC{0,60}|([()\"\\\\=<>~:*! a1é-]|OR|AND|NOT|k>=){0,60}", line in "\\PC{0,40}") {
        if let Ok(filter) = LogFilter::parse(&text) {
            let line = Line { proc_id: b"web.1", msg: line.as_bytes(), ..Line::default() };
            let matcher = Matcher::new(&filter);
            prop_assert!(!matcher.matches(&line) || matcher.may_match(line.msg));
        }
    }
}
