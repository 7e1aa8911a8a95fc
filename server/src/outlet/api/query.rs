//! `GET /api/v1/apps/{app}/query`: the points of a metric as JSON or CSV.

use axum::{
    Json,
    extract::{Path, Query, State, rejection::QueryRejection},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use super::{answer::unreadable, csv, params};
use crate::{
    clock::now_ms,
    outlet::state::Outlet,
    problem::problem,
    store::query::{self, Question},
};

/// What a question's URL may say.
#[derive(Debug, Deserialize)]
pub struct Params {
    /// The metric's name.
    pub metric: String,
    /// The statistic; `rate` unless told otherwise.
    pub stat: Option<String>,
    /// Start of the range; an hour ago unless told otherwise.
    pub from: Option<String>,
    /// End of the range; now unless told otherwise.
    pub to: Option<String>,
    /// Width of a step; `auto` unless told otherwise.
    pub step: Option<String>,
    /// Labels to group by.
    pub by: Option<String>,
    /// How much earlier the same range is wanted too, such as `7d`.
    pub compare: Option<String>,
    /// `json` unless told otherwise, or `csv`.
    pub format: Option<String>,
}

/// A metric's points.
pub async fn query(
    State(outlet): State<Outlet>,
    Path(app): Path<String>,
    asked: Result<Query<Params>, QueryRejection>,
) -> Response {
    let now_ms = now_ms();
    let asked = asked.map(|Query(asked)| asked).map_err(|it| it.body_text());
    let parts = asked.and_then(|asked| {
        let is_csv = is_csv(asked.format.as_deref())?;
        Ok((is_csv, params::earlier_s(asked.compare.as_deref())?, question(app, asked, now_ms)?))
    });
    let (is_csv, offset_s, question) = match parts {
        Ok(parts) => parts,
        Err(text) => return problem(StatusCode::BAD_REQUEST, &text),
    };
    let now_s = now_ms.div_euclid(1_000);
    match outlet.reader.ask_beside(&question, offset_s, now_s).await {
        Ok(answer) if is_csv => csv::reply(&question, &answer),
        Ok(answer) => Json(answer).into_response(),
        Err(query::Error::NotFound(text)) => problem(StatusCode::NOT_FOUND, &text),
        Err(query::Error::Invalid(text)) => problem(StatusCode::BAD_REQUEST, &text),
        Err(error @ query::Error::TooLong) => problem(StatusCode::SERVICE_UNAVAILABLE, &error.to_string()),
        Err(query::Error::Store(error)) => {
            tracing::error!(app = question.app, metric = question.metric, %error, "a query failed");
            unreadable()
        }
    }
}

/// What the words mean.
///
/// # Errors
/// A sentence that says what was expected.
pub fn question(app: String, asked: Params, now_ms: i64) -> Result<Question, String> {
    Ok(Question {
        app,
        metric: asked.metric,
        stat: asked.stat.as_deref().unwrap_or("rate").parse()?,
        span: params::span(asked.from.as_deref(), asked.to.as_deref(), now_ms)?,
        step: params::step(asked.step.as_deref())?,
        by: params::labels(asked.by.as_deref())?,
    })
}

fn is_csv(format: Option<&str>) -> Result<bool, String> {
    match format {
        None | Some("json") => Ok(false),
        Some("csv") => Ok(true),
        Some(other) => Err(format!("expected format= to be json or csv, found {:?}", params::cut(other))),
    }
}
