//! `GET /api/v1/apps`, and the points of a metric: JSON or CSV for scripts.

use axum::{
    Json,
    extract::{Path, Query, State, rejection::QueryRejection},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use contract::Overview;
use serde::Deserialize;

use super::{Outlet, csv};
use crate::{
    receiver::{logs::now_ms, refusal::problem},
    store::query::{self, Question, plan::Step},
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
        Ok((is_csv, earlier_s(asked.compare.as_deref())?, question(app, asked, now_ms)?))
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
    let stat = asked.stat.as_deref().unwrap_or("rate").parse()?;
    let from_s = time_s("from", asked.from.as_deref().unwrap_or("-1h"), now_ms)?;
    // The present second counts: what is in it was asked for.
    let to_s = asked.to.as_deref().map_or(Ok(now_ms.div_euclid(1_000) + 1), |it| time_s("to", it, now_ms))?;
    let step = match asked.step.as_deref() {
        None | Some("auto") => Step::Auto,
        Some("all") => Step::All,
        Some(text) => Step::Seconds(
            text.parse()
                .map_err(|_| format!("expected step= to be auto, all or a number of seconds, found {text:?}"))?,
        ),
    };
    let by = asked.by.as_deref().unwrap_or("").split(',').map(str::trim).filter(|it| !it.is_empty() && *it != "none");
    Ok(Question { app, metric: asked.metric, stat, from_s, to_s, step, by: by.map(str::to_owned).collect() })
}

fn is_csv(format: Option<&str>) -> Result<bool, String> {
    match format {
        None | Some("json") => Ok(false),
        Some("csv") => Ok(true),
        Some(other) => Err(format!("expected format= to be json or csv, found {other:?}")),
    }
}

/// How much earlier, seconds.
///
/// # Errors
/// A sentence that says what was expected.
pub fn earlier_s(text: Option<&str>) -> Result<Option<i64>, String> {
    let wrong = |text: &str| format!("expected compare= to be a length of time such as 1d or 7d, found {text:?}");
    let parse = |text: &str| match crate::config::duration::parse(text).map(|it| it.as_secs()) {
        Ok(seconds @ 1..) => i64::try_from(seconds).map_err(|_| wrong(text)),
        _ => Err(wrong(text)),
    };
    text.map(parse).transpose()
}

/// A moment: unix seconds, RFC 3339, `now`, or a length of time before now such as `-1h`.
pub(super) fn time_s(name: &str, text: &str, now_ms: i64) -> Result<i64, String> {
    if text == "now" {
        return Ok(now_ms.div_euclid(1_000));
    }
    let ago = text.strip_prefix('-').and_then(|it| crate::config::duration::parse(it).ok());
    if let Some(ago) = ago {
        return Ok(now_ms.div_euclid(1_000) - i64::try_from(ago.as_secs()).unwrap_or(i64::MAX / 2));
    }
    if let Ok(seconds) = text.parse::<i64>() {
        return Ok(seconds);
    }
    // A plus sign that was not escaped arrives as a space.
    pipeline::time::parse(text.replace(' ', "+").as_bytes())
        .map(|ms| ms.div_euclid(1_000))
        .ok_or_else(|| format!("expected {name}= to be unix seconds, RFC 3339, now, or such as -1h, found {text:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW_MS: i64 = 1_790_000_000_500;

    #[track_caller]
    fn check(text: &str, expected: Option<i64>) {
        assert_eq!(time_s("from", text, NOW_MS).ok(), expected, "{text}");
    }

    #[test]
    fn ok_times() {
        check("now", Some(1_790_000_000));
        check("-1h", Some(1_789_996_400));
        check("1789996400", Some(1_789_996_400));
        check("2026-09-21T14:13:20Z", Some(1_790_000_000));
        check("2026-09-21T16:13:20+02:00", Some(1_790_000_000));
        check("2026-09-21T16:13:20 02:00", Some(1_790_000_000));
    }

    #[test]
    fn err_times() {
        for text in ["", "yesterday", "-1w", "2026-09-21"] {
            check(text, None);
        }
    }
}
