//! Replies in Prometheus' shape, which its clients need in the place of `application/problem+json`.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;

use super::{
    evaluate::Value,
    window::{Labels, Line, Moments},
};
use crate::store::query;

/// A reply.
#[derive(Serialize)]
struct Reply<T> {
    status: &'static str,
    data: T,
}

/// A refusal.
#[derive(Serialize)]
struct Refusal {
    status: &'static str,
    #[serde(rename = "errorType")]
    error_type: &'static str,
    error: String,
}

/// The data of a query.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Data {
    result_type: &'static str,
    result: serde_json::Value,
}

/// A moment and a value: `[seconds, "value"]`.
type Point = (f64, String);

/// Many values of a line.
#[derive(Serialize)]
struct Many {
    metric: Labels,
    values: Vec<Point>,
}

/// One value of a line.
#[derive(Serialize)]
struct One {
    metric: Labels,
    value: Point,
}

/// A reply with data.
pub(crate) fn success<T: Serialize>(data: T) -> Response {
    Json(Reply { status: "success", data }).into_response()
}

/// 400 for parameters that can't be read.
pub(crate) fn invalid(error: String) -> Response {
    refusal(StatusCode::BAD_REQUEST, "bad_data", error)
}

/// 422 for a question that is not answered here.
pub(crate) fn unsupported(error: String) -> Response {
    refusal(StatusCode::UNPROCESSABLE_ENTITY, "execution", error)
}

/// The reply to a question that the store could not answer.
pub(crate) fn failed(error: query::Error) -> Response {
    match error {
        query::Error::Invalid(text) | query::Error::NotFound(text) => unsupported(text),
        query::Error::TooLong => refusal(StatusCode::SERVICE_UNAVAILABLE, "timeout", error.to_string()),
        query::Error::Store(error) => {
            tracing::error!(%error, "a Prometheus query failed");
            let text = "the store could not be read; see the server's log for details";
            refusal(StatusCode::INTERNAL_SERVER_ERROR, "internal", text.to_owned())
        }
    }
}

fn refusal(status: StatusCode, error_type: &'static str, error: String) -> Response {
    (status, Json(Refusal { status: "error", error_type, error })).into_response()
}

/// What an instant query comes to.
pub(crate) fn instant(value: Value, moments: &Moments) -> Response {
    let at_s = moments.at_ms.first().map_or(0.0, |it| seconds(*it));
    let data = match value {
        Value::Number(it) => data("scalar", &(at_s, number(it))),
        Value::Lines(lines) => {
            let one = |line: Line| {
                let value = line.values.first().copied().flatten()?;
                Some(One { metric: line.labels, value: (at_s, number(value)) })
            };
            data("vector", &lines.into_iter().filter_map(one).collect::<Vec<_>>())
        }
    };
    success(data)
}

/// What a query of a range comes to.
pub(crate) fn range(value: Value, moments: &Moments) -> Response {
    let lines = match value {
        Value::Number(it) => vec![Line { labels: Labels::new(), values: vec![Some(it); moments.at_ms.len()] }],
        Value::Lines(lines) => lines,
    };
    let many = |line: Line| {
        let points = moments.at_ms.iter().zip(line.values);
        let values: Vec<Point> = points.filter_map(|(at_ms, it)| Some((seconds(*at_ms), number(it?)))).collect();
        (!values.is_empty()).then_some(Many { metric: line.labels, values })
    };
    success(data("matrix", &lines.into_iter().filter_map(many).collect::<Vec<_>>()))
}

fn data<T: Serialize>(result_type: &'static str, result: &T) -> Data {
    Data { result_type, result: serde_json::to_value(result).unwrap_or_default() }
}

fn seconds(at_ms: i64) -> f64 {
    at_ms as f64 / 1_000.0
}

fn number(value: f64) -> String {
    match value {
        it if it.is_nan() => "NaN".to_owned(),
        it if it.is_infinite() => if it > 0.0 { "+Inf" } else { "-Inf" }.to_owned(),
        it => it.to_string(),
    }
}
