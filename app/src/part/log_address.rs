//! The address of the Logs page, to which charts, events and endpoints link. It holds the whole
//! query: `?q=&source=&kind=&level=&endpoint=&back=&from=&to=&before=`. Without a time the page is
//! live. Pure.

use contract::{Level, LogCursor, LogKind, LogQuery, LogTime, LookBack, Span};

use super::address::{Query, add};

/// The query that an address holds. What is not valid is left out.
#[must_use]
pub fn of_address(address: &Query) -> LogQuery {
    let number = |name: &str| address.word(name).parse::<i64>().ok();
    let span = number("from").zip(number("to")).map(|(from_s, to_s)| Span::clamped(from_s, to_s));
    let back = LookBack::from_word(address.word("back"));
    LogQuery {
        filter: address.word("q").to_owned(),
        source: address.word("source").to_owned(),
        kind: LogKind::from_word(address.word("kind")),
        level: Level::from_word(address.word("level")),
        endpoint: address.word("endpoint").to_owned(),
        time: span.map(LogTime::Span).or(back.map(LogTime::Back)).unwrap_or_default(),
        before: number("before").map(LogCursor::new),
        ..LogQuery::default()
    }
}

/// The address of a query.
#[must_use]
pub fn log_address(app: &str, query: &LogQuery) -> String {
    with_query(["/apps/", app, "/logs"].concat(), query)
}

/// The address of the page that exports what a query finds.
#[must_use]
pub fn export_address(app: &str, query: &LogQuery) -> String {
    with_query(["/apps/", app, "/logs/export"].concat(), query)
}

/// The address of the page that saves a query, and lists what was saved.
#[must_use]
pub fn saving_address(app: &str, query: &LogQuery) -> String {
    with_query(["/searches?app=", app].concat(), query)
}

/// The address of a path with a query.
#[must_use]
pub fn with_query(path: String, query: &LogQuery) -> String {
    let mut address = path;
    for (name, value) in query_words(query).iter().filter(|it| !it.1.is_empty()) {
        add(&mut address, name, value);
    }
    address
}

/// The names and values that stand for a query, in an address or in a form. Empty values may be
/// left out.
#[must_use]
pub fn query_words(query: &LogQuery) -> [(&'static str, String); 9] {
    let (from, to) =
        query.time.span().map_or_else(Default::default, |it| (it.from_s().to_string(), it.to_s().to_string()));
    [
        ("q", query.filter.clone()),
        ("source", query.source.clone()),
        ("kind", query.kind.map_or("", LogKind::word).to_owned()),
        ("level", query.level.map_or("", Level::word).to_owned()),
        ("endpoint", query.endpoint.clone()),
        ("back", query.time.back().map_or("", LookBack::word).to_owned()),
        ("from", from),
        ("to", to),
        ("before", query.before.map(|it| it.at_ms().to_string()).unwrap_or_default()),
    ]
}

/// The filter of a status class, such as `5xx`.
#[must_use]
pub fn class_filter(class: &str) -> String {
    let first = class.chars().next().and_then(|it| it.to_digit(10)).unwrap_or_default();
    format!("status>={first}00 status<{}00", first + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_an_address_comes_back() {
        let query = LogQuery {
            filter: "a b&\"é\"-x status>=500".to_owned(),
            source: "web.1".to_owned(),
            kind: Some(LogKind::Platform),
            level: Some(Level::Error),
            endpoint: "GET /a/:id".to_owned(),
            time: LogTime::Back(LookBack::SixHours),
            before: Some(LogCursor::new(7)),
            ..LogQuery::default()
        };
        let text = log_address("api", &query);
        let expected = "/apps/api/logs?q=a%20b%26%22%C3%A9%22-x%20status%3E%3D500&source=web.1&kind=platform&level=error&endpoint=GET%20%2Fa%2F%3Aid&back=6h&before=7";
        assert_eq!(text, expected);
        assert_eq!(of_address(&Query::parse(text.split_once('?').map_or("", |it| it.1))), query);
        assert!(!query.is_live());
        let plain = LogQuery::default();
        assert_eq!((log_address("api", &plain).as_str(), plain.is_live()), ("/apps/api/logs", true));
        assert_eq!(export_address("api", &query), expected.replace("/logs?", "/logs/export?"));
    }
}
