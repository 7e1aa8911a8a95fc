//! What to ask for the lines behind the chart of the Metrics page: those of its time and group. Pure.

use contract::{LogKind, LogQuery, LogTime, MetricsPageQuery, Span};

use crate::page::logs::query::class_filter;

/// What to ask for the lines of a span, and of the group that was clicked.
#[must_use]
pub fn question((from_s, to_s): (i64, i64), series: Option<&str>, asked: &MetricsPageQuery) -> LogQuery {
    let kind = asked.metric.starts_with("router.").then_some(LogKind::Router);
    let mut lines = LogQuery { time: LogTime::Span(Span::clamped(from_s, to_s)), kind, ..LogQuery::default() };
    // A group without a name has no value to look for; the earlier time's is no group.
    let group = series.filter(|it| !it.starts_with('(') && !it.ends_with(" before"));
    match (asked.by.as_str(), group) {
        ("source", Some(source)) => lines.source = source.to_owned(),
        ("class", Some(class)) => lines.filter = class_filter(class),
        // Paths are counted with their ids taken out: what is left of them before the first is in the lines.
        ("path", Some(path)) => lines.filter = format!("path~{}", path.split(':').next().unwrap_or_default()),
        (field @ ("status" | "method" | "code"), Some(value)) => lines.filter = format!("{field}={value}"),
        _ => {}
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::logs::query::address;

    #[test]
    fn ok_a_click_asks_for_its_lines() {
        for (metric, by, series, expected) in [
            ("router.service", "", Some("router.service"), "kind=router&from=960&to=1020"),
            ("router.requests", "class", Some("5xx"), "q=status%3E%3D500%20status%3C600&kind=router&from=960&to=1020"),
            ("router.requests", "path", Some("/orders/:id"), "q=path~%2Forders%2F&kind=router&from=960&to=1020"),
            ("router.errors", "code", Some("H12"), "q=code%3DH12&kind=router&from=960&to=1020"),
            ("dyno.memory", "source", Some("web.1"), "source=web.1&from=960&to=1020"),
            ("dyno.memory", "source", Some("(other)"), "from=960&to=1020"),
            ("dyno.memory", "source", Some("web.1 before"), "from=960&to=1020"),
            ("jobs", "source", None, "from=960&to=1020"),
        ] {
            let asked =
                MetricsPageQuery { metric: metric.to_owned(), by: by.to_owned(), ..MetricsPageQuery::default() };
            assert_eq!(
                address("a", &question((960, 1_020), series, &asked)),
                format!("/apps/a/logs?{expected}"),
                "{metric} {series:?}"
            );
        }
    }
}
