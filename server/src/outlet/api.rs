//! `GET /api/v1/apps`, and the points of a metric: JSON or CSV for scripts.

use axum::{
    Json,
    extract::{Path, Query, State, rejection::QueryRejection},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use contract::{Error, Overview};
use serde::Deserialize;

use super::{Outlet, asked, csv};
use crate::{
    clock::now_ms,
    problem::problem,
    store::query::{self, Question},
};

/// What a question's URL may say.
#[derive(Debug, Deserialize)]
pub struct Asked {
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

/// Every app with its health.
pub async fn apps(State(outlet): State<Outlet>) -> Json<Overview> {
    Json((*outlet.board.overview()).clone())
}

/// A metric's points.
pub async fn query(
    State(outlet): State<Outlet>,
    Path(app): Path<String>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Response {
    let now_ms = now_ms();
    let asked = asked.map(|Query(asked)| asked).map_err(|it| it.body_text());
    let parts = asked.and_then(|asked| {
        let is_csv = is_csv(asked.format.as_deref())?;
        Ok((is_csv, asked::earlier_s(asked.compare.as_deref())?, question(app, asked, now_ms)?))
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

/// The reply about an app that is not there.
pub(super) fn no_app(app: &str) -> Response {
    problem(StatusCode::NOT_FOUND, &super::unknown_app(app).to_string())
}

/// The reply to a question that makes no sense.
pub(super) fn invalid(text: &str) -> Response {
    problem(StatusCode::BAD_REQUEST, text)
}

/// The reply when as many search as may.
pub(super) fn busy() -> Response {
    let mut response = problem(StatusCode::SERVICE_UNAVAILABLE, &Error::Busy.to_string());
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
    response
}

/// The reply when the store can't be read; why, our log says.
pub(super) fn unreadable() -> Response {
    problem(StatusCode::INTERNAL_SERVER_ERROR, "the store could not be read; the server's log says why")
}

/// Any other path below `/api`.
pub async fn unknown(Path(rest): Path<String>) -> Response {
    problem(StatusCode::NOT_FOUND, &format!("there is no /api/{rest}"))
}

/// What the words mean.
///
/// # Errors
/// A sentence that says what was expected.
pub fn question(app: String, asked: Asked, now_ms: i64) -> Result<Question, String> {
    Ok(Question {
        app,
        metric: asked.metric,
        stat: asked.stat.as_deref().unwrap_or("rate").parse()?,
        span: asked::span(asked.from.as_deref(), asked.to.as_deref(), now_ms)?,
        step: asked::step(asked.step.as_deref())?,
        by: asked::labels(asked.by.as_deref())?,
    })
}

fn is_csv(format: Option<&str>) -> Result<bool, String> {
    match format {
        None | Some("json") => Ok(false),
        Some("csv") => Ok(true),
        Some(other) => Err(format!("expected format= to be json or csv, found {:?}", asked::cut(other))),
    }
}
