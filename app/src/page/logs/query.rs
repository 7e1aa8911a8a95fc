//! The question of the Logs page, and the address that holds it: `?q=&source=&kind=&level=&back=&from=&to=&before=`. Without a time the page
//! follows what comes. Pure.

use contract::{
    LogKind, LogQuery, Span,
    words::{quoted, word},
};

use crate::part::address::{Query, add};

/// How far back one can look, as in the address and in words.
pub const BACK: [(&str, &str); 6] =
    [("15m", "15 min"), ("1h", "1 h"), ("6h", "6 h"), ("24h", "24 h"), ("3d", "3 d"), ("7d", "7 d")];
/// Levels, as in the address and in words.
pub const LEVELS: [(&str, &str); 3] = [("", "Any level"), ("warning", "Warnings"), ("error", "Errors")];

/// The question that an address holds.
#[must_use]
pub fn asked_in(query: &Query) -> LogQuery {
    let word = |name: &str| query.word(name).to_owned();
    let known = |list: &[(&str, &str)], word: String| {
        list.iter().find(|it| it.0 == word).map(|it| it.0.to_owned()).unwrap_or_default()
    };
    LogQuery {
        words: word("q"),
        source: word("source"),
        kind: LogKind::from_word(&word("kind")),
        level: known(&LEVELS, word("level")),
        back: known(&BACK, word("back")),
        span_s: word("from")
            .parse()
            .ok()
            .zip(word("to").parse().ok())
            .map(|(from_s, to_s)| Span::clamped(from_s, to_s)),
        before_ms: word("before").parse().ok(),
        through: None,
    }
}

/// Whether the page follows what comes.
#[must_use]
pub fn is_live(asked: &LogQuery) -> bool {
    asked.back.is_empty() && asked.span_s.is_none() && asked.before_ms.is_none()
}

/// The address of a question, with what comes after its `?`.
#[must_use]
pub fn address(app: &str, asked: &LogQuery) -> String {
    let mut address = format!("/apps/{app}/logs");
    let (from, to) = asked.span_s.map_or_else(Default::default, |it| (it.from_s().to_string(), it.to_s().to_string()));
    let parts = [
        ("q", asked.words.clone()),
        ("source", asked.source.clone()),
        ("kind", asked.kind.map(|it| it.word().to_owned()).unwrap_or_default()),
        ("level", asked.level.clone()),
        ("back", asked.back.clone()),
        ("from", from),
        ("to", to),
        ("before", asked.before_ms.map(|it| it.to_string()).unwrap_or_default()),
    ];
    for (name, value) in parts.iter().filter(|it| !it.1.is_empty()) {
        add(&mut address, name, value);
    }
    address
}

/// The condition of a status class, such as `5xx`.
#[must_use]
pub fn of_class(class: &str) -> String {
    let first = class.chars().next().and_then(|it| it.to_digit(10)).unwrap_or_default();
    format!("status>={first}00 status<{}00", first + 1)
}

/// Texts of a question that lines hold, to be marked in them: words, and the values of fields.
#[must_use]
pub fn marked(words: &str) -> Vec<String> {
    let mut found = vec![];
    let mut rest = words.trim_start();
    while !rest.is_empty() {
        let (is_without, after) = rest.strip_prefix('-').map_or((false, rest), |it| (true, it));
        let (word, after, is_phrase) = match after.strip_prefix('"') {
            Some(inside) => {
                let (text, after) = quoted(inside);
                (text, after, true)
            }
            None => {
                let (text, after) = word(after);
                (text, after, false)
            }
        };
        rest = after.trim_start();
        let is_compared = !is_phrase && (word.contains(['<', '>']) || word.contains("!="));
        let text = if is_phrase { &*word } else { word.split_once(['=', '~']).map_or(&*word, |it| it.1) };
        if !is_without && !is_compared && text.len() > 1 {
            found.push(text.to_owned());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_an_address_comes_back() {
        let asked = LogQuery {
            words: "a b&\"é\"-x status>=500".to_owned(),
            source: "web.1".to_owned(),
            kind: Some(LogKind::Platform),
            level: "error".to_owned(),
            back: "6h".to_owned(),
            span_s: None,
            before_ms: Some(7),
            through: None,
        };
        let text = address("api", &asked);
        let expected = "/apps/api/logs?q=a%20b%26%22%C3%A9%22-x%20status%3E%3D500&source=web.1&kind=platform&level=error&back=6h&before=7";
        assert_eq!(text, expected);
        assert!(!is_live(&asked));
        let plain = LogQuery::default();
        assert_eq!((address("api", &plain).as_str(), is_live(&plain)), ("/apps/api/logs", true));
    }

    #[test]
    fn ok_what_is_marked() {
        for (words, expected) in [
            ("a timeout \"two words\" -not", &["timeout", "two words"][..]),
            ("status=503 path~/orders service>1s x!=abc", &["503", "/orders"]),
            ("", &[]),
            (r#"msg="say \"hi\" now" -"a \"b\"" "a=\"b c\"""#, &["say \"hi\" now", "a=\"b c\""]),
            ("\"open end", &["open end"]),
        ] {
            assert_eq!(marked(words), expected, "{words}");
        }
    }
}
