//! What to ask for the lines behind a chart of the App page: those of what was clicked, or of the span that was chosen. Pure.

use contract::{Level, LogKind, LogQuery, LogTime, Span, heat as rows};

use super::{
    charts::{ERRORS, HEAT, LOAD, MEMORY, RESPONSE, THROUGHPUT, WAITING},
    heatmap::row_name,
};
use crate::{
    chart::{card::Words, cursor::Pin},
    page::logs::query::class_filter,
};

/// How much before and after a report of a dyno its lines are shown, seconds.
const DYNO_S: i64 = 30;

/// What to ask for the lines that made what was clicked: those of its time, and of its status, code, dyno or duration. `shown_s` is the span of
/// the charts, unix seconds.
#[must_use]
pub fn question(pin: &Pin, shown_s: (i64, i64)) -> LogQuery {
    let (from_s, to_s) = pin.span_s(shown_s);
    let mut asked = LogQuery { time: LogTime::Span(Span::clamped(from_s, to_s)), ..LogQuery::default() };
    let chart = |words: &[Words]| words.iter().any(|it| it.title == pin.chart);
    let series = pin.series.as_deref();
    if chart(&[THROUGHPUT, RESPONSE, HEAT, WAITING]) {
        asked.kind = Some(LogKind::Router);
    }
    match series {
        Some(class) if chart(&[THROUGHPUT]) => asked.filter = class_filter(class),
        Some(name) if chart(&[HEAT]) => {
            let row = (0..rows::ROWS).find(|it| row_name(*it) == name).unwrap_or_default();
            // Routers count whole milliseconds.
            let edge = |row| rows::edge_ms(row).ceil();
            asked.filter = match row {
                0 => format!("service<{:.0}ms", edge(1)),
                _ if row == rows::ROWS - 1 => format!("service>={:.0}ms", edge(row)),
                _ => format!("service>={:.0}ms service<{:.0}ms", edge(row), edge(row + 1)),
            };
        }
        Some(code) if chart(&[ERRORS]) && code.starts_with('H') => {
            (asked.kind, asked.filter) = (Some(LogKind::Router), format!("code={code}"));
        }
        Some(code) if chart(&[ERRORS]) => asked.filter = code.to_owned(),
        None if chart(&[ERRORS]) => asked.level = Some(Level::Error),
        Some(dyno) if chart(&[MEMORY, LOAD]) => {
            // It reports now and then: what it did before and after is meant.
            if let Some(at_s) = pin.at_s {
                asked.time = LogTime::Span(Span::clamped(at_s - DYNO_S, at_s + DYNO_S));
            }
            asked.source = dyno.to_owned();
        }
        _ => {}
    }
    asked
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::logs::query::address;

    #[test]
    fn ok_a_click_asks_for_its_lines() {
        for (chart, series, step_s, expected) in [
            ("Throughput", Some("5xx"), 1, "q=status%3E%3D500%20status%3C600&kind=router&from=1007&to=1008"),
            ("Throughput", None, 10, "kind=router&from=1000&to=1010"),
            ("Response time", Some("p99"), 1, "kind=router&from=1007&to=1008"),
            (
                "Latency heatmap",
                Some("16–25 ms"),
                3,
                "q=service%3E%3D16ms%20service%3C25ms&kind=router&from=1005&to=1008",
            ),
            (
                "Latency heatmap",
                Some("1–1.6 s"),
                1,
                "q=service%3E%3D1000ms%20service%3C1600ms&kind=router&from=1007&to=1008",
            ),
            ("Errors", Some("H12"), 5, "q=code%3DH12&kind=router&from=1005&to=1010"),
            ("Errors", Some("R14"), 1, "q=R14&from=1007&to=1008"),
            ("Errors", None, 1, "level=error&from=1007&to=1008"),
            ("Memory", Some("web.1"), 1, "source=web.1&from=977&to=1037"),
            ("Load", None, 1, "from=1007&to=1008"),
            ("", None, 0, "from=1007&to=1008"),
        ] {
            let pin = Pin { at_s: Some(1_007), step_s, chart: chart.to_owned(), series: series.map(str::to_owned) };
            assert_eq!(address("a", &question(&pin, (0, 9))), format!("/apps/a/logs?{expected}"), "{chart} {series:?}");
        }
        let chosen = Pin { at_s: None, step_s: 1, chart: "Memory".to_owned(), series: Some("web.1".to_owned()) };
        assert_eq!(address("a", &question(&chosen, (900, 960))), "/apps/a/logs?source=web.1&from=900&to=960");
    }
}
