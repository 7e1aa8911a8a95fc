//! The parameters of a URL that searches log lines, parsed into a [`LogQuery`].

use axum::{
    extract::{Query, rejection::QueryRejection},
    response::Response,
};
use contract::{
    Level, LogCursor, LogKind, LogLimit, LogQuery, LogSort, LogTime, error::excerpt, log_filter::LogFilterError,
};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    answer::{invalid, no_app},
    params,
};
use crate::{clock::now_ms, outlet::state::Outlet, store::log::compiled_query::CompiledQuery};

/// Lines in one answer unless `limit=` says otherwise.
const LIMIT: usize = 100;

/// The parameters as they stand in the URL.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct LogParams {
    q: Option<String>,
    source: Option<String>,
    kind: Option<String>,
    level: Option<String>,
    endpoint: Option<String>,
    from: Option<String>,
    to: Option<String>,
    before_ms: Option<i64>,
    limit: Option<String>,
}

impl LogParams {
    /// The query at the moment `now_ms`, unix milliseconds. Without a time it is about the last
    /// hour.
    ///
    /// # Errors
    /// What was expected, and what was found.
    fn parse(self, now_ms: i64) -> Result<LogQuery, String> {
        let span = params::span(self.from.as_deref(), self.to.as_deref(), now_ms)?;
        let limit = params::count("limit", self.limit.as_deref(), LIMIT, LogLimit::MAX.into())?;
        Ok(LogQuery {
            filter: self.q.unwrap_or_default(),
            source: self.source.unwrap_or_default(),
            kind: word("kind", self.kind, "router, app or platform", LogKind::from_word)?,
            level: word("level", self.level, "error or warning", Level::from_word)?,
            endpoint: self.endpoint.unwrap_or_default(),
            time: LogTime::Span(span),
            before: self.before_ms.map(LogCursor::new),
            through: None,
            limit: LogLimit::new(limit as u64),
            sort: LogSort::Newest,
        })
    }

    /// The same parameters without a time.
    fn at_any_time(self) -> Self {
        Self { from: None, to: None, before_ms: None, ..self }
    }
}

/// A parameter that is one of a few words; `None` if it is absent or empty.
fn word<T>(
    name: &str,
    text: Option<String>,
    expected: &str,
    from_word: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, String> {
    let Some(text) = text.filter(|it| !it.is_empty()) else { return Ok(None) };
    let unknown = || format!("expected {name}= to be {expected}, found {:?}", excerpt(&text));
    from_word(&text).map(Some).ok_or_else(unknown)
}

/// The query of a URL about an app, ready for the store.
///
/// # Errors
/// The reply to parameters that are not valid, or if there is no such app.
#[expect(clippy::result_large_err, reason = "the reply is sent at once")]
pub(crate) fn compile(
    outlet: &Outlet,
    app: &str,
    params: Result<Query<LogParams>, QueryRejection>,
) -> Result<CompiledQuery, Response> {
    let now_ms = now_ms();
    compile_with(outlet, app, parse(params, now_ms), |it| CompiledQuery::new(it, now_ms))
}

/// The query of a URL about every app.
///
/// # Errors
/// The reply to parameters that are not valid.
#[expect(clippy::result_large_err, reason = "the reply is sent at once")]
pub(crate) fn compile_for_all(params: Result<Query<LogParams>, QueryRejection>) -> Result<CompiledQuery, Response> {
    let now_ms = now_ms();
    compile_valid(parse(params, now_ms), |it| CompiledQuery::new(it, now_ms))
}

/// The query of a tail's URL, which is about lines of any time; times in it are ignored.
///
/// # Errors
/// As those of [`compile`].
#[expect(clippy::result_large_err, reason = "the reply is sent at once")]
pub(crate) fn compile_tail(
    outlet: &Outlet,
    app: &str,
    params: Result<Query<LogParams>, QueryRejection>,
) -> Result<CompiledQuery, Response> {
    let params = params.map(|Query(it)| Query(it.at_any_time()));
    compile_with(outlet, app, parse(params, now_ms()), CompiledQuery::at_any_time)
}

fn parse(params: Result<Query<LogParams>, QueryRejection>, now_ms: i64) -> Result<LogQuery, String> {
    params.map_err(|it| it.body_text()).and_then(|Query(it)| it.parse(now_ms))
}

#[expect(clippy::result_large_err, reason = "the reply is sent at once")]
fn compile_with(
    outlet: &Outlet,
    app: &str,
    query: Result<LogQuery, String>,
    compile: impl Fn(&LogQuery) -> Result<CompiledQuery, LogFilterError>,
) -> Result<CompiledQuery, Response> {
    let compiled = compile_valid(query, compile)?;
    if outlet.knows(app) { Ok(compiled) } else { Err(no_app(app)) }
}

#[expect(clippy::result_large_err, reason = "the reply is sent at once")]
fn compile_valid(
    query: Result<LogQuery, String>,
    compile: impl Fn(&LogQuery) -> Result<CompiledQuery, LogFilterError>,
) -> Result<CompiledQuery, Response> {
    query.and_then(|it| compile(&it).map_err(|error| error.to_string())).map_err(|text| invalid(&text))
}

#[cfg(test)]
mod tests {
    use contract::Span;

    use super::*;

    const NOW_MS: i64 = 1_790_000_000_500;

    #[track_caller]
    fn check(url: &str, expected: Result<LogQuery, &str>) {
        let uri = format!("/logs?{url}").parse().unwrap_or_default();
        let query = parse(Query::try_from_uri(&uri), NOW_MS);
        match expected {
            Ok(expected) => assert_eq!(query, Ok(expected), "{url}"),
            Err(part) => assert!(query.as_ref().is_err_and(|it| it.contains(part)), "{url}: {query:?}"),
        }
    }

    #[test]
    fn ok_urls() {
        let hour = LogTime::Span(Span::clamped(1_789_996_400, 1_790_000_001));
        let plain = LogQuery { time: hour, limit: LogLimit::new(100), ..LogQuery::default() };
        check("", Ok(plain.clone()));
        check("kind=&level=&limit=&source=&q=", Ok(plain.clone()));
        check(
            "q=a%20b&source=web&kind=platform&level=error&endpoint=GET%20/a&before_ms=-7&limit=99999",
            Ok(LogQuery {
                filter: "a b".to_owned(),
                source: "web".to_owned(),
                kind: Some(LogKind::Platform),
                level: Some(Level::Error),
                endpoint: "GET /a".to_owned(),
                before: Some(LogCursor::new(0)),
                limit: LogLimit::new(1_000),
                ..plain.clone()
            }),
        );
        check("from=5&to=9", Ok(LogQuery { time: LogTime::Span(Span::clamped(5, 9)), ..plain }));
    }

    #[test]
    fn err_urls() {
        for (url, part) in [
            ("kind=dyno", "router, app or platform, found \"dyno\""),
            ("level=loud", "error or warning, found \"loud\""),
            ("from=yesterday", "from="),
            ("from=9&to=5", "after"),
            ("limit=-1", "-1"),
            ("before_ms=x", "before_ms"),
        ] {
            check(url, Err(part));
        }
    }
}
