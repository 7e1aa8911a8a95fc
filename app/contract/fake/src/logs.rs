//! The Logs page.

use contract::{
    AppHeader, Error, LogContext, LogContextQuery, LogCursor, LogFilter, LogHistogram, LogPage, LogQuery, LogTime,
    LossInterval, RequestId, RequestLine, RequestPage, Span,
    errors_page::{ErrorGroup, ErrorGroups, ErrorsPage},
    log::{LogField, LogWhy, UnmatchedTerm},
};

use crate::{
    NOW_S,
    data::{apps, event, line},
};

pub(crate) fn page(app: String, query: &LogQuery) -> Result<LogPage, Error> {
    if !apps().iter().any(|it| it.app == app) {
        return Err(Error::NotFound(format!("there is no app named {app}")));
    }
    let is_found = query.filter != "nothing";
    let lines = if is_found { vec![line(7)] } else { vec![] };
    let unmatched = UnmatchedTerm { term: query.filter.clone(), is_field_unknown: false };
    let why = LogWhy { is_whole: !is_found, unmatched: if is_found { vec![] } else { vec![unmatched] } };
    let (before, events) = (Some(LogCursor::new(NOW_S * 1_000)), vec![event(NOW_S - 1)]);
    let span = query.time.resolve(NOW_S);
    Ok(LogPage {
        app,
        span,
        lines,
        events,
        through: 812,
        before,
        scanned_bytes: 1_200_000,
        took_ms: 3,
        highlights: vec![],
        problem: LogFilter::parse(&query.filter).err().map_or_else(String::new, |it| it.to_string()),
        why,
    })
}

pub(crate) fn errors(head: AppHeader, time: LogTime) -> ErrorsPage {
    let group = |text: &str, first_s: i64| ErrorGroup {
        text: text.to_owned(),
        source: "web.1".to_owned(),
        count: 1_234,
        first_ms: first_s * 1_000,
        last_ms: NOW_S * 1_000,
        counts: (0..48).collect(),
        newest: line(7).id,
        filter: "\"Timeout after\"".to_owned(),
    };
    let groups = vec![group("Timeout after #ms", NOW_S), group("no row <#>", NOW_S - 7_000)];
    let span = time.resolve(NOW_S);
    let (from_ms, to_ms) = (span.from_s() * 1_000, span.to_s() * 1_000);
    let errors = ErrorGroups { groups, others: 5, from_ms, to_ms, scanned_bytes: 1_200_000, took_ms: 3 };
    ErrorsPage { head, span, release: Some(event(NOW_S - 60)), errors }
}

pub(crate) fn request(id: RequestId) -> RequestPage {
    let of = |of: &str, n| {
        let line = line(n);
        RequestLine { of: of.to_owned(), line: contract::LogLine { at_ms: line.at_ms + 100 * i64::from(n), ..line } }
    };
    let lines = if id.as_str() == "unknown" { vec![] } else { vec![of("checkout", 3), of("billing", 7)] };
    RequestPage { id, lines, is_cut: false, scanned_bytes: 1_200_000, took_ms: 3 }
}

pub(crate) fn fields() -> Vec<LogField> {
    let values = vec!["200".to_owned(), "503".to_owned()];
    vec![LogField { name: "status".to_owned(), lines: 7, values }]
}

pub(crate) fn histogram() -> LogHistogram {
    let (from_s, step_s) = (NOW_S - 3_600, 30);
    let all: Vec<u32> = (0..120).map(|it| 300 + it % 7).collect();
    let errors = (0..120).map(|it| if it > 80 { 40 } else { 0 }).collect();
    LogHistogram {
        from_s,
        step_s,
        all,
        errors,
        lost: vec![LossInterval { span: Span::clamped(NOW_S - 1_800, NOW_S - 1_740), lines: 41 }],
        counted_from_ms: from_s * 1_000,
        scanned_bytes: 1_200_000,
        took_ms: 3,
    }
}

pub(crate) fn context(app: &str, query: &LogContextQuery) -> Result<LogContext, Error> {
    if query.id != line(7).id {
        return Err(Error::NotFound(format!("log line {} of {app} not found; it may have expired", query.id)));
    }
    Ok(LogContext {
        line: line(7),
        means: "H12: request timeout".into(),
        fields: vec![("code".to_owned(), "H12".to_owned()), ("desc".to_owned(), "Request timeout".to_owned())],
        before: (0..7).map(line).collect(),
        after: (8..12).map(line).collect(),
        has_more_before: true,
        has_more_after: false,
    })
}
