//! `GET /api/v1/apps/{app}/charts/{chart}`: the points that a chart of the dashboard draws, as JSON
//! or CSV. With `method=` and `path=` the chart is that of one endpoint.
//!
//! The points are put together by the same code as on the page. Points of any metric are answered
//! by `query`.

use std::collections::BTreeMap;

use axum::{
    Json,
    extract::{Path, Query, State, rejection::QueryRejection},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use contract::{ChartId, EndpointQuery, Error, Range, error::excerpt};
use dashboard::{
    chart::plot::Plot,
    page::{app::chart_table, endpoint::plots},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{dashboard as app_page, endpoint};
use crate::{
    clock::now_ms,
    outlet::{
        api::{
            answer::{invalid, refused},
            csv, params,
        },
        state::Outlet,
    },
    problem::problem,
    watch::zone::Zone,
};

/// The parameters of the URL.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Params {
    range: Option<String>,
    from: Option<String>,
    to: Option<String>,
    method: Option<String>,
    path: Option<String>,
    format: Option<String>,
    tz: Option<String>,
}

/// What is asked for.
#[derive(Debug, PartialEq)]
struct Asked {
    chart: ChartId,
    range: Range,
    /// The endpoint; `None` for the whole app.
    endpoint: Option<EndpointQuery>,
    /// The zone of a CSV file; `None` for JSON.
    csv_zone: Option<Zone>,
}

/// The answer.
#[derive(Serialize, ToSchema)]
pub(crate) struct ChartPoints {
    app: String,
    chart: &'static str,
    unit: &'static str,
    from_s: i64,
    to_s: i64,
    /// Width of a step, seconds.
    step_s: i64,
    /// Width of the window that a percentile is of, seconds; 0 where it is that of the step.
    window_s: i64,
    series: Vec<ChartSeries>,
}

/// A line of a chart.
#[derive(Serialize, ToSchema)]
pub(crate) struct ChartSeries {
    name: String,
    /// `[unix seconds, value]`.
    #[schema(value_type = Vec<Vec<f64>>)]
    points: Vec<(i64, f64)>,
}

/// Answers with the points of a chart.
pub(crate) async fn points(
    State(outlet): State<Outlet>,
    Path((app, chart)): Path<(String, String)>,
    params: Result<Query<Params>, QueryRejection>,
) -> Response {
    let Some(chart) = ChartId::from_word(&chart).filter(|it| *it != ChartId::Metric) else {
        let words: Vec<_> = chart_table::CHARTS.iter().map(|it| it.spec.id.word()).collect();
        let found = excerpt(&chart);
        return problem(
            StatusCode::NOT_FOUND,
            &format!("expected the chart to be one of {}, found {found:?}", words.join(", ")),
        );
    };
    let params = params.map_err(|it| it.body_text());
    let asked = match params.and_then(|Query(params)| read(chart, params, now_ms())) {
        Ok(asked) => asked,
        Err(text) => return invalid(&text),
    };
    let zone = asked.csv_zone.clone();
    match plot(&outlet, &app, asked).await {
        Ok(plot) => {
            if let Some(zone) = zone {
                let rows = table(&plot, unit(chart), &zone);
                return csv::file(&format!("{app}-{}-{}", chart.word(), plot.from_s), &rows);
            }
            let series = plot.series.into_iter().map(|it| ChartSeries { name: it.name, points: it.points }).collect();
            let (chart, unit) = (chart.word(), unit(chart));
            let Plot { from_s, to_s, step_s, window_s, .. } = plot;
            Json(ChartPoints { app, chart, unit, from_s, to_s, step_s, window_s, series }).into_response()
        }
        Err(error) => refused(&error),
    }
}

fn read(chart: ChartId, params: Params, now_ms: i64) -> Result<Asked, String> {
    let ends = (params.from.as_deref(), params.to.as_deref());
    let range = params::range(params.range.as_deref(), ends, (&Range::ALL, Range::default()), now_ms)?;
    let is_csv = match params.format.as_deref() {
        None | Some("json") => false,
        Some("csv") => true,
        Some(other) => return Err(format!("expected format= to be json or csv, found {:?}", excerpt(other))),
    };
    let zone = params::zone(params.tz.as_deref())?;
    let endpoint = params.path.map(|path| EndpointQuery { method: params.method.unwrap_or_default(), path, range });
    if endpoint.is_some() && !plots::CHARTS.iter().any(|it| it.spec.id == chart) {
        return Err(format!("expected a chart that endpoints have, found {}", chart.word()));
    }
    Ok(Asked { chart, range, endpoint, csv_zone: is_csv.then_some(zone) })
}

async fn plot(outlet: &Outlet, app: &str, asked: Asked) -> Result<Plot, Error> {
    let summary = outlet.summary(app).await?;
    if let Some(query) = asked.endpoint {
        let page = endpoint::make(outlet, summary, query, now_ms()).await?;
        let chart = plots::CHARTS.iter().find(|it| it.spec.id == asked.chart);
        return chart.map(|it| (it.plot)(&page)).ok_or(Error::Internal);
    }
    let page = app_page::make(outlet, summary, asked.range, now_ms()).await?;
    let chart = chart_table::CHARTS.iter().find(|it| it.spec.id == asked.chart);
    chart.map(|it| (it.plot)(&page, page.span.ends())).ok_or(Error::Internal)
}

/// The unit of a chart's values.
const fn unit(chart: ChartId) -> &'static str {
    match chart {
        ChartId::Throughput => "requests/s",
        ChartId::Latency | ChartId::Connect => "ms",
        ChartId::Heatmap => "requests",
        ChartId::Errors => "errors",
        ChartId::Memory => "MB",
        ChartId::Load | ChartId::Metric => "",
    }
}

/// A row for each step, a column for each series.
fn table(plot: &Plot, unit: &str, zone: &Zone) -> Vec<Vec<String>> {
    let mut steps: BTreeMap<i64, Vec<Option<f64>>> = BTreeMap::new();
    for (column, series) in plot.series.iter().enumerate() {
        for (at_s, value) in &series.points {
            let row = steps.entry(*at_s).or_insert_with(|| vec![None; plot.series.len()]);
            // Single requests of one second share its row: the longest stands for them.
            row[column] = Some(row[column].map_or(*value, |other| other.max(*value)));
        }
    }
    let name = |name: &String| if unit.is_empty() { name.clone() } else { format!("{name} {unit}") };
    let head = csv::time_heads(zone).into_iter().chain(plot.series.iter().map(|it| name(&it.name))).collect();
    let text = |value: Option<f64>| value.map_or_else(String::new, |it| it.to_string());
    let row = |(at_s, values): (i64, Vec<Option<f64>>)| {
        csv::time_fields(at_s, zone).into_iter().chain(values.into_iter().map(text)).collect()
    };
    std::iter::once(head).chain(steps.into_iter().map(row)).collect()
}

#[cfg(test)]
mod tests {
    use dashboard::chart::{
        look::Look,
        plot::{Series, Shape},
    };

    use super::*;

    #[test]
    fn ok_a_row_a_step_and_a_column_a_series() {
        let series = |name: &str, points: &[(i64, f64)]| Series {
            name: name.to_owned(),
            color: "--s2",
            look: Look::Solid,
            points: points.to_vec(),
        };
        let shown = vec![series("p50", &[(0, 1.5), (10, 2.0)]), series("request", &[(10, 3.0), (10, 2.5)])];
        let plot = Plot { series: shown, ..Plot::empty(Shape::Lines, (0, 60), 10) };
        let expected =
            [["time", "p50 ms", "request ms"], ["1970-01-01T00:00:00Z", "1.5", ""], ["1970-01-01T00:00:10Z", "2", "3"]];
        assert_eq!(table(&plot, "ms", &Zone::UTC), expected);
    }

    #[test]
    fn err_questions() {
        let asked = |chart, query: &str| {
            let uri = format!("http://localhost/?{query}").parse().map_err(|_| "uri".to_owned())?;
            let Query(params) = Query::<Params>::try_from_uri(&uri).map_err(|it| it.to_string())?;
            read(chart, params, 0)
        };
        for (chart, query, expected) in [
            (ChartId::Load, "range=2w", "expected range= to be one of live, 1h, 6h, 24h, 7d, 30d, found \"2w\""),
            (ChartId::Load, "range=1h&from=-1h", "expected range= or from= and to=, found both"),
            (ChartId::Load, "format=png", "expected format= to be json or csv, found \"png\""),
            (ChartId::Load, "path=/a", "expected a chart that endpoints have, found load"),
            (ChartId::Load, "from=now&to=-1h", "expected to= after from=, found from 0 to 0"),
        ] {
            assert_eq!(asked(chart, query), Err(expected.to_owned()), "{query}");
        }
    }
}
