//! The table of charts: one row for each, with its texts, its content, and the log query behind a
//! click on it. Order is that of the page.

use contract::{AppPage, ChartId, Label, LogQuery, LogTime, Span, Stat};

use super::{
    heatmap::heat,
    log_query::{Query, any_line, of_class, of_dyno, of_error, of_latency, of_row, router},
    plots::{errors, load, memory, response, throughput, waiting},
};
use crate::{
    chart::{
        pin::Pin,
        plot::Plot,
        spec::{ChartSpec, Past},
    },
    part::number::{Figure, digits, grouped, latency, latency_label, rate, short},
};

/// A row of the table.
#[derive(Clone, Copy, Debug)]
pub struct AppChart {
    /// Its texts and formats.
    pub spec: ChartSpec,
    /// Its content over a span, unix seconds.
    pub plot: fn(&AppPage, (i64, i64)) -> Plot,
    /// Narrows a query for the lines of a pin's span to those that made what was clicked.
    pub query: Query,
    /// Whether it stands among the large charts at the top.
    pub is_large: bool,
    /// What a rule about this chart measures, unless it is changed in the form.
    pub alert: Option<ChartAlert>,
}

/// What a rule about a chart measures.
#[derive(Clone, Copy, Debug)]
pub struct ChartAlert {
    pub metric: &'static str,
    pub stat: Stat,
    pub by: &'static [Label],
}

const fn alert(metric: &'static str, stat: Stat, by: &'static [Label]) -> Option<ChartAlert> {
    Some(ChartAlert { metric, stat, by })
}

/// The text of charts without requests.
const NO_REQUESTS: &str = "No requests in this range";

/// Every chart of the page.
pub const CHARTS: [AppChart; 7] = [
    AppChart {
        spec: ChartSpec {
            id: ChartId::Throughput,
            title: "Throughput",
            caption: "requests/s by status class",
            figure: bare_rate,
            label: short,
            empty: NO_REQUESTS,
            legend_max: 4,
            past: Past::Mean,
            has_ends: true,
        },
        plot: throughput,
        query: of_class,
        is_large: true,
        alert: alert("router.requests", Stat::Rate, &[]),
    },
    AppChart {
        spec: ChartSpec {
            id: ChartId::Latency,
            title: "Response time",
            caption: "router service time, log scale",
            figure: latency,
            label: latency_label,
            empty: NO_REQUESTS,
            legend_max: 5,
            past: Past::Max,
            has_ends: true,
        },
        plot: response,
        query: of_latency,
        is_large: true,
        alert: alert("router.service", Stat::Percentile(95.0), &[]),
    },
    AppChart {
        spec: ChartSpec {
            id: ChartId::Heatmap,
            title: "Latency heatmap",
            caption: "requests by service time",
            figure: count,
            label: latency_label,
            empty: NO_REQUESTS,
            legend_max: 4,
            past: Past::Total,
            has_ends: false,
        },
        plot: heat,
        query: of_row,
        is_large: true,
        alert: alert("router.service", Stat::Percentile(99.0), &[]),
    },
    AppChart {
        spec: ChartSpec {
            id: ChartId::Errors,
            title: "Errors",
            caption: "by error code",
            figure: count,
            label: short,
            empty: "No errors in this range",
            legend_max: 3,
            past: Past::Total,
            has_ends: false,
        },
        plot: errors,
        query: of_error,
        is_large: false,
        alert: alert("router.errors", Stat::Sum, &[Label::Code]),
    },
    AppChart {
        spec: ChartSpec {
            id: ChartId::Memory,
            title: "Memory",
            caption: "MB by dyno",
            figure: count,
            label: short,
            empty: "No memory reported in this range",
            legend_max: 4,
            past: Past::Max,
            has_ends: true,
        },
        plot: memory,
        query: of_dyno,
        is_large: false,
        alert: alert("memory_total", Stat::Max, &[Label::Source]),
    },
    AppChart {
        spec: ChartSpec {
            id: ChartId::Connect,
            title: "Connect vs. service time",
            caption: "p95",
            figure: latency,
            label: latency_label,
            empty: NO_REQUESTS,
            legend_max: 3,
            past: Past::Max,
            has_ends: true,
        },
        plot: waiting,
        query: router,
        is_large: false,
        alert: alert("router.connect", Stat::Percentile(95.0), &[]),
    },
    AppChart {
        spec: ChartSpec {
            id: ChartId::Load,
            title: "Load",
            caption: "1 min average by dyno",
            figure: bare_digits,
            label: short,
            empty: "No load reported in this range",
            legend_max: 4,
            past: Past::Max,
            has_ends: true,
        },
        plot: load,
        query: of_dyno,
        is_large: false,
        alert: alert("load_avg_1m", Stat::Mean, &[Label::Source]),
    },
];

/// The query for the lines that made what was clicked: those of its time, and of its status, code,
/// dyno or duration. `shown_s` is the span of the charts, unix seconds. A pin on a chart that is
/// not known asks for all lines of its time.
#[must_use]
pub fn log_query(pin: &Pin, shown_s: (i64, i64)) -> LogQuery {
    let (from_s, to_s) = pin.span_s(shown_s);
    let mut query = LogQuery { time: LogTime::Span(Span::clamped(from_s, to_s)), ..LogQuery::default() };
    let chart = CHARTS.iter().find(|it| Some(it.spec.id) == pin.chart);
    chart.map_or(any_line as Query, |it| it.query)(pin, &mut query);
    query
}

fn count(value: f64) -> Figure {
    Figure { text: grouped(value.round() as i64), unit: "" }
}

fn bare_digits(value: f64) -> Figure {
    Figure { text: digits(value), unit: "" }
}

/// A rate without its unit, which the caption has.
fn bare_rate(value: f64) -> Figure {
    Figure { unit: "", ..rate(value) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::LogSort;

    use crate::{page::app::plots::page, part::log_address::log_address};

    #[test]
    fn ok_a_click_asks_for_its_lines() {
        for (chart, series, step_s, expected) in [
            ("throughput", Some("5xx"), 1, "q=status%3E%3D500%20status%3C600&kind=router&from=1007&to=1008"),
            ("throughput", None, 10, "kind=router&from=1000&to=1010"),
            ("latency", Some("p99"), 1, "kind=router&from=1007&to=1008"),
            ("heatmap", Some("16–25 ms"), 3, "q=service%3E%3D16ms%20service%3C25ms&kind=router&from=1005&to=1008"),
            ("heatmap", Some("1–1.6 s"), 1, "q=service%3E%3D1000ms%20service%3C1600ms&kind=router&from=1007&to=1008"),
            ("errors", Some("H12"), 5, "q=code%3DH12&kind=router&from=1005&to=1010"),
            ("errors", Some("R14"), 1, "q=R14&from=1007&to=1008"),
            ("errors", None, 1, "level=error&from=1007&to=1008"),
            ("memory", Some("web.1"), 1, "source=web.1&from=977&to=1037"),
            ("load", None, 1, "from=1007&to=1008"),
            ("connect", Some("queue"), 1, "kind=router&from=1007&to=1008"),
            ("", None, 0, "from=1007&to=1008"),
        ] {
            let series = series.map(str::to_owned);
            let pin = Pin { chart: ChartId::from_word(chart), series, ..Pin::moment(1_007, step_s) };
            let expected = format!("/apps/a/logs?{expected}");
            assert_eq!(log_address("a", &log_query(&pin, (0, 9))), expected, "{chart} {:?}", pin.series);
        }
        let memory =
            Pin { at_s: None, chart: Some(ChartId::Memory), series: Some("web.1".to_owned()), ..Pin::moment(0, 1) };
        assert_eq!(log_address("a", &log_query(&memory, (900, 960))), "/apps/a/logs?source=web.1&from=900&to=960");
    }

    #[test]
    fn ok_a_percentile_asks_for_the_requests_at_and_above_it() {
        for (series, value, expected) in [
            ("max", Some(30_000), "q=service%3E%3D30000ms&kind=router&from=978&to=1008"),
            ("p99", Some(30_000), "q=service%3E%3D29700ms&kind=router&from=978&to=1008"),
            ("p50", Some(7), "q=service%3E%3D6ms&kind=router&from=978&to=1008"),
            ("p50", None, "kind=router&from=978&to=1008"),
        ] {
            let (chart, series) = (Some(ChartId::Latency), Some(series.to_owned()));
            let query = log_query(&Pin { chart, series, value, window_s: 30, ..Pin::moment(1_007, 1) }, (0, 9));
            assert_eq!(log_address("a", &query), format!("/apps/a/logs?{expected}"));
            assert_eq!(query.sort == LogSort::Slowest, value.is_some());
        }
    }

    #[test]
    fn ok_no_data_is_an_empty_plot() {
        for chart in &CHARTS {
            assert!((chart.plot)(&page(vec![]), (701, 1001)).is_empty(), "{}", chart.spec.title);
        }
    }

    #[test]
    fn ok_every_chart_has_one_row() {
        for (at, chart) in CHARTS.iter().enumerate() {
            assert_eq!(CHARTS.iter().position(|it| it.spec.id == chart.spec.id), Some(at), "{}", chart.spec.title);
        }
    }
}
