//! `GET /api/v1/apps/{app}/usual`: what is usual for an app at this hour, or the usual ranges of
//! one figure over a span.

use axum::{
    Json,
    extract::{Path, Query, State, rejection::QueryRejection},
    response::{IntoResponse, Response},
};
use contract::{
    Span,
    alert::{BandPoint, Figure, Usual},
    error::excerpt,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    answer::{invalid, no_app, unanswered},
    params,
};
use crate::{clock::now_ms, outlet::state::Outlet, store::query};

/// The parameters of the URL.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Params {
    figure: Option<String>,
    from: Option<String>,
    to: Option<String>,
}

/// What is usual at this hour of the week.
#[derive(Serialize, ToSchema)]
pub(crate) struct UsualNow {
    app: String,
    /// The start of the hour, unix seconds; null where too little is known.
    hour_s: Option<i64>,
    /// How many earlier hours were compared.
    compared_hours: Option<usize>,
    usual: Option<Usual>,
}

/// What was usual in a span.
#[derive(Serialize, ToSchema)]
pub(crate) struct UsualBands {
    app: String,
    figure: Figure,
    /// `[start of the hour in unix seconds, low, middle, high]`.
    points: Vec<BandPoint>,
}

/// What is usual for an app.
pub(crate) async fn usual(
    State(outlet): State<Outlet>,
    Path(app): Path<String>,
    params: Result<Query<Params>, QueryRejection>,
) -> Response {
    let params = params.map_err(|it| it.body_text());
    let asked = match params.and_then(|Query(params)| read(&params, now_ms())) {
        Ok(asked) => asked,
        Err(text) => return invalid(&text),
    };
    if !outlet.knows(&app) {
        return no_app(&app);
    }
    let Some((figure, span)) = asked else {
        let now = outlet.usual.of(&app);
        let usual = now.as_ref().map(|it| it.usual);
        let hours = now.as_ref().map(|it| (it.hour_s, it.hours));
        let (hour_s, compared) = hours.unzip();
        return Json(UsualNow { app, hour_s, compared_hours: compared, usual }).into_response();
    };
    match outlet.usual.bands(&app, &[figure], span).await {
        Ok(bands) => {
            let points = bands.into_iter().next().map(|it| it.points).unwrap_or_default();
            Json(UsualBands { app, figure, points }).into_response()
        }
        Err(query::Error::NotFound(_)) => no_app(&app),
        Err(error) => unanswered(error, &app, "usual ranges"),
    }
}

/// The figure and the span whose ranges are wanted; `None` for this hour's values.
fn read(params: &Params, now_ms: i64) -> Result<Option<(Figure, Span)>, String> {
    let span = params::span(params.from.as_deref(), params.to.as_deref(), now_ms)?;
    let Some(word) = params.figure.as_deref().filter(|it| !it.is_empty()) else {
        if params.from.is_some() || params.to.is_some() {
            return Err("expected figure= beside from= and to=, found none".to_owned());
        }
        return Ok(None);
    };
    let known = Figure::ALL.into_iter().find(|it| it.word() == word);
    let words = || Figure::ALL.map(Figure::word).join(", ");
    let figure =
        known.ok_or_else(|| format!("expected figure= to be one of {}, found {:?}", words(), excerpt(word)))?;
    Ok(Some((figure, span)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW_MS: i64 = 1_790_000_000_500;

    fn asked(figure: Option<&str>, from: Option<&str>) -> Result<Option<(Figure, Span)>, String> {
        read(&Params { figure: figure.map(str::to_owned), from: from.map(str::to_owned), to: None }, NOW_MS)
    }

    #[test]
    fn ok_questions() {
        assert_eq!(asked(None, None), Ok(None));
        let span = Span::clamped(1_789_996_400, 1_790_000_001);
        assert_eq!(asked(Some("p99"), Some("-1h")), Ok(Some((Figure::P99, span))));
        assert_eq!(asked(Some("error-rate"), None), Ok(Some((Figure::ErrorRate, span))));
    }

    #[test]
    fn err_questions() {
        assert!(asked(Some("p98"), None).is_err_and(|it| it.contains("p98") && it.contains("error-rate")));
        assert!(asked(Some("p99"), Some("soon")).is_err_and(|it| it.contains("soon")));
        assert!(asked(None, Some("-1h")).is_err_and(|it| it.contains("figure=")));
    }
}
