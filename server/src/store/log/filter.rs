//! What a line must say to be found: words, phrases, fields, and what it must not say.
//!
//! ```text
//! timeout "pool exhausted" -healthcheck status=503 service>=1s path~/orders -dyno=web.3
//! ```
//! A word occurs anywhere in the text, capitals as they are. `field=value` is exact, `!=` its opposite, `~` "holds", and `<`, `<=`, `>`, `>=`
//! compare numbers; of times with a unit (`250ms`, `1.5s`) the milliseconds. Fields are those of logfmt and the first level of JSON. `\"` is a
//! quote in what is quoted, in a question as in a line.
//!
//! # Limits
//! [`TERMS_MAX`] terms: each is looked for in every line.

use std::cell::OnceCell;

use contract::words::{quoted, word};
use memchr::memmem;
use pipeline::{
    Line,
    extract::router::GUARDS,
    logfmt::{Pairs, unescape},
    mask::plain,
};
use serde_json::{Map, Value};

/// Most terms of a question.
pub const TERMS_MAX: usize = 32;

/// Everything that a line must fulfil.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Condition {
    terms: Vec<Term>,
}

#[derive(Clone, Debug, PartialEq)]
struct Term {
    is_without: bool,
    says: Says,
}

#[derive(Clone, Debug, PartialEq)]
enum Says {
    Text(String),
    Field { key: String, is: Is },
}

/// What the value of a field is.
#[derive(Clone, Debug, PartialEq)]
enum Is {
    Exactly(String),
    Holding(String),
    Comparison(Sign, f64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    Less,
    LessOrSame,
    More,
    MoreOrSame,
}

impl Condition {
    /// Reads a question. What is no comparison is a word.
    ///
    /// # Errors
    /// A sentence, when there are more than [`TERMS_MAX`] terms.
    pub fn new(text: &str) -> Result<Self, String> {
        let mut terms = vec![];
        let mut rest = text.trim_start();
        while !rest.is_empty() {
            let unsigned = rest.strip_prefix('-').filter(|it| !it.is_empty() && !it.starts_with(char::is_whitespace));
            let is_without = unsigned.is_some();
            rest = unsigned.unwrap_or(rest);
            let (is_without, says, after) = match rest.strip_prefix('"') {
                Some(inside) => {
                    let (text, after) = quoted(inside);
                    (is_without, Says::Text(text), after)
                }
                None => {
                    let (word, after) = word(rest);
                    let (is_not, says) = field(&word).unwrap_or((false, Says::Text(word)));
                    (is_without != is_not, says, after)
                }
            };
            rest = after.trim_start();
            if says != Says::Text(String::new()) {
                if terms.len() == TERMS_MAX {
                    return Err(format!("expected at most {TERMS_MAX} words and comparisons in q=, found more"));
                }
                terms.push(Term { is_without, says });
            }
        }
        Ok(Self { terms })
    }

    /// Whether a line fulfils it, as it is shown.
    #[must_use]
    pub fn admits(&self, line: &Line<'_>) -> bool {
        if self.terms.is_empty() {
            return true;
        }
        let shown = plain(line.msg);
        let line = &Line { msg: &shown, ..*line };
        // Read once, however many fields are asked for.
        let json = OnceCell::new();
        self.terms.iter().all(|term| term.is_without != says(line, &term.says, &json))
    }

    /// A text that every line holds that fulfils it: the longest, which is the rarest as a rule.
    #[must_use]
    pub fn needle(&self) -> Option<&str> {
        let texts = self.terms.iter().filter(|it| !it.is_without).map(|it| match &it.says {
            // Its quotes may stand in the line with a backslash each.
            Says::Text(text) if text.contains(['"', '\\']) => "",
            Says::Text(text) => text.as_str(),
            Says::Field { is: Is::Exactly(text) | Is::Holding(text), key } if is_plain(text) => {
                if text.len() > key.len() { text } else { key }
            }
            Says::Field { key, .. } => key,
        });
        texts.max_by_key(|it| it.len()).filter(|it| !it.is_empty())
    }
}

/// Whether a value stands in its line as it is, without escapes.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|it| it.is_ascii_graphic() && !matches!(it, b'"' | b'\\' | b'/'))
}

/// A comparison, and whether it is turned round.
fn field(word: &str) -> Option<(bool, Says)> {
    let end = word.find(['=', '<', '>', '~', '!'])?;
    let (key, rest) = word.split_at(end);
    let is_key = |it: char| it.is_ascii_alphanumeric() || "_.#@-".contains(it);
    if !key.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_') || !key.chars().all(is_key) {
        return None;
    }
    let signs = [("<=", Sign::LessOrSame), (">=", Sign::MoreOrSame), ("<", Sign::Less), (">", Sign::More)];
    let key = key.to_owned();
    if let Some((sign, value)) = signs.iter().find_map(|(text, sign)| Some((*sign, rest.strip_prefix(text)?))) {
        return Some((false, Says::Field { key, is: Is::Comparison(sign, number(value)?) }));
    }
    let (is_not, is) = match (rest.strip_prefix("!="), rest.strip_prefix('='), rest.strip_prefix('~')) {
        (Some(value), ..) => (true, Is::Exactly(value.to_owned())),
        (_, Some(value), _) => (false, Is::Exactly(value.to_owned())),
        (.., Some(value)) => (false, Is::Holding(value.to_owned())),
        _ => return None,
    };
    Some((is_not, Says::Field { key, is }))
}

/// A number; of a time with a unit its milliseconds. Other units are left: both sides of a comparison have the same.
fn number(text: &str) -> Option<f64> {
    let text = text.trim();
    let mut end = text.find(|it: char| !matches!(it, '0'..='9' | '.' | '-')).unwrap_or(text.len());
    if let Some(exponent) = text[end..].strip_prefix(['e', 'E']) {
        let digits = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        let unit = digits.trim_start_matches(|it: char| it.is_ascii_digit());
        if unit.len() < digits.len() {
            end = text.len() - unit.len();
        }
    }
    let value: f64 = text[..end].parse().ok()?;
    Some(match text[end..].trim_start() {
        "s" => value * 1_000.0,
        "us" | "\u{b5}s" | "\u{3bc}s" => value / 1_000.0,
        "ns" => value / 1_000_000.0,
        _ => value,
    })
}

type Json = OnceCell<Option<Map<String, Value>>>;

fn json_of(msg: &[u8]) -> Option<Map<String, Value>> {
    if msg.first() == Some(&b'{') { serde_json::from_slice(msg).ok() } else { None }
}

fn says(line: &Line<'_>, says: &Says, json: &Json) -> bool {
    match says {
        Says::Text(text) => {
            let holds = |text: &str| memmem::find(line.msg, text.as_bytes()).is_some();
            holds(text) || (text.contains('"') && holds(&text.replace('\\', "\\\\").replace('"', "\\\"")))
        }
        Says::Field { key, is } => {
            if let Some(map) = json.get_or_init(|| json_of(line.msg)) {
                return map.get(key).is_some_and(|it| match it {
                    Value::String(text) => fits(text, is),
                    other => fits(&other.to_string(), is),
                });
            }
            // A path may hold anything, quotes too: the router does not escape it.
            let guards = if line.proc_id == b"router" { GUARDS } else { &[] };
            let mut pairs = Pairs::guarded(line.msg, guards).filter(|it| it.key == key.as_bytes());
            pairs.any(|it| {
                let mut plain = vec![];
                if it.is_escaped {
                    unescape(it.value, &mut plain);
                }
                fits(&String::from_utf8_lossy(if it.is_escaped { &plain } else { it.value }), is)
            })
        }
    }
}

fn fits(value: &str, is: &Is) -> bool {
    match is {
        Is::Exactly(text) => value == text,
        Is::Holding(text) => value.contains(text),
        Is::Comparison(sign, than) => number(value).is_some_and(|it| match sign {
            Sign::Less => it < *than,
            Sign::LessOrSame => it <= *than,
            Sign::More => it > *than,
            Sign::MoreOrSame => it >= *than,
        }),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]
mod tests {
    use super::*;

    const ROUTER: &str = "at=info method=GET path=\"/orders/7?a=\\\"b status=1 \" host=h fwd=\"1.1.1.1\" dyno=web.3 connect=1ms \
                          service=1250ms status=503 bytes=0";

    #[track_caller]
    fn check(proc_id: &str, msg: &str, question: &str, expected: bool) {
        let line = Line { proc_id: proc_id.as_bytes(), msg: msg.as_bytes(), ..Line::default() };
        let condition = Condition::new(question).unwrap();
        assert_eq!(condition.admits(&line), expected, "{question} {condition:?}");
        if expected && let Some(needle) = condition.needle() {
            assert!(msg.contains(needle), "{question}: {needle} is no part of it");
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

    #[test]
    fn err_too_many_terms() {
        let words = |n: usize| (0..n).map(|it| format!("-w{it} ")).collect::<String>();
        assert!(Condition::new(&words(TERMS_MAX)).is_ok());
        assert!(Condition::new(&words(TERMS_MAX + 1)).is_err_and(|it| it.contains("32")));
    }
}
