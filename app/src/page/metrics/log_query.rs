//! The log query for the lines behind the chart of the Metrics page: those of a time and of a
//! group. Pure.

use contract::{Label, LogKind, LogQuery, LogTime, MetricsPageQuery, Span};

use crate::part::log_address::class_filter;

/// The query for the lines of a span, and of the group that was clicked.
#[must_use]
pub fn log_query(span: Span, series: Option<&str>, query: &MetricsPageQuery) -> LogQuery {
    let kind = query.metric.starts_with("router.").then_some(LogKind::Router);
    let mut lines = LogQuery { time: LogTime::Span(span), kind, ..LogQuery::default() };
    // A group without a name has no value to search for, and one of the earlier time is not in the
    // span.
    let group = series.filter(|it| !it.starts_with('(') && !it.ends_with(" (earlier)"));
    match (query.by.as_slice(), group) {
        ([Label::Source], Some(source)) => lines.source = source.to_owned(),
        ([Label::Class], Some(class)) => lines.filter = class_filter(class),
        // Paths are counted with their ids folded: lines have the part before the first id.
        ([Label::Path], Some(path)) => lines.filter = format!("path~{}", path.split(':').next().unwrap_or_default()),
        ([field @ (Label::Status | Label::Method | Label::Code)], Some(value)) => {
            lines.filter = format!("{field}={value}");
        }
        _ => {}
    }
    lines
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]
mod tests {
    use super::*;
    use crate::part::log_address::log_address;

    #[test]
    fn ok_a_click_asks_for_its_lines() {
        for (metric, by, series, expected) in [
            ("router.service", "", Some("router.service"), "kind=router&from=960&to=1020"),
            ("router.requests", "class", Some("5xx"), "q=status%3E%3D500%20status%3C600&kind=router&from=960&to=1020"),
            ("router.requests", "path", Some("/orders/:id"), "q=path~%2Forders%2F&kind=router&from=960&to=1020"),
            ("router.errors", "code", Some("H12"), "q=code%3DH12&kind=router&from=960&to=1020"),
            ("dyno.memory", "source", Some("web.1"), "source=web.1&from=960&to=1020"),
            ("dyno.memory", "source", Some("(other)"), "from=960&to=1020"),
            ("dyno.memory", "source", Some("web.1 (earlier)"), "from=960&to=1020"),
            ("jobs", "source", None, "from=960&to=1020"),
        ] {
            let by = Label::list(by).unwrap();
            let query = MetricsPageQuery { metric: metric.to_owned(), by, ..MetricsPageQuery::default() };
            assert_eq!(
                log_address("a", &log_query(Span::clamped(960, 1_020), series, &query)),
                format!("/apps/a/logs?{expected}"),
                "{metric} {series:?}"
            );
        }
    }
}
