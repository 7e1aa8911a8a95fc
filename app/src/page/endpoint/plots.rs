//! The charts of an endpoint: their texts, their content, and the lines behind a click. The
//! percentiles and the heatmap are drawn as those of a whole app. Pure.

use contract::{AppPage, ChartId, EndpointPage, LogQuery, Span, StatusClass};

use crate::{
    chart::{
        look::Look,
        pin::Pin,
        plot::{Plot, Series, Shape},
        scale::Scale,
        spec::{ChartSpec, Past},
    },
    page::app::{
        heatmap::heat,
        log_query::{Query, of_latency, of_row, router},
        plots::{CODES, base, highest_stacked, response},
    },
    part::{
        endpoint_address::lines_of,
        number::{Figure, grouped, latency, latency_label, rate, short},
    },
};

/// The text of charts without requests.
const NO_REQUESTS: &str = "No requests in this range, or too few for charts";

/// A chart of the page.
#[derive(Clone, Copy, Debug)]
pub struct EndpointChart {
    pub spec: ChartSpec,
    /// Its content.
    pub plot: fn(&EndpointPage) -> Plot,
    /// Narrows the query for the endpoint's lines to those that made what was clicked.
    query: Query,
}

/// Every chart of the page.
pub const CHARTS: [EndpointChart; 4] = [
    EndpointChart {
        spec: ChartSpec {
            id: ChartId::Throughput,
            title: "Throughput",
            caption: "requests/s",
            figure: |it| Figure { unit: "", ..rate(it) },
            label: short,
            empty: NO_REQUESTS,
            legend_max: 4,
            past: Past::Mean,
            has_ends: false,
        },
        plot: |it| throughput(&it.page),
        query: router,
    },
    EndpointChart {
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
        plot: |it| response(&it.page, it.page.span.ends()),
        query: of_latency,
    },
    EndpointChart {
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
        plot: |it| heat(&it.page, it.page.span.ends()),
        query: of_row,
    },
    EndpointChart {
        spec: ChartSpec {
            id: ChartId::Errors,
            title: "Errors",
            caption: "by status and code",
            figure: count,
            label: short,
            empty: "No errors in this range",
            legend_max: 6,
            past: Past::Total,
            has_ends: false,
        },
        plot: errors,
        query: router,
    },
];

fn count(value: f64) -> Figure {
    Figure { text: grouped(value.round() as i64), unit: "" }
}

/// The query for the lines of a pin: those of the endpoint in its time.
#[must_use]
pub fn log_query(pin: &Pin, page: &EndpointPage) -> LogQuery {
    let (from_s, to_s) = pin.span_s(page.page.span.ends());
    let mut query = lines_of(&page.query, Span::clamped(from_s, to_s));
    if let Some(chart) = CHARTS.iter().find(|it| Some(it.spec.id) == pin.chart) {
        (chart.query)(pin, &mut query);
    }
    query
}

/// Requests a second: failed ones, and below them all others.
fn throughput(page: &AppPage) -> Plot {
    let of = |name: &str, color, class: StatusClass| {
        let points = page.buckets.iter().filter_map(|it| Some((it.at_s, it.requests_per_s?[class]))).collect();
        Series { name: name.to_owned(), color, look: Look::Solid, points }
    };
    let series = vec![of("not 5xx", "--s2", StatusClass::Success), of("5xx", "--s5", StatusClass::ServerError)];
    let scale = Scale::linear(highest_stacked(&series), 0.1);
    base(page, page.span.ends(), Shape::Stack, series, scale)
}

/// Errors by status and code.
fn errors(page: &EndpointPage) -> Plot {
    let named = page.errors.iter().zip(CODES);
    let series: Vec<Series> = named
        .map(|(of, color)| Series { name: of.name(), color, look: Look::Solid, points: of.points.clone() })
        .collect();
    let scale = Scale::linear(highest_stacked(&series), 4.0);
    base(&page.page, page.page.span.ends(), Shape::Bars, series, scale)
}
