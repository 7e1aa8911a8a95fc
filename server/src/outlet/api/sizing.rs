//! `GET /api/v1/apps/{app}/sizing`: how many dynos an app needs.

use axum::{
    Json,
    extract::{Path, Query, State, rejection::QueryRejection},
    response::{IntoResponse, Response},
};
use contract::{
    Range,
    sizing::{AT_ONCE_MAX, ProcessSizing, QueueSizing, Sizing, SizingQuery},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    answer::{invalid, unanswered},
    params,
};
use crate::{clock::now_ms, outlet::state::Outlet, store::query, watch::sizing::reading};

/// The parameters of the URL.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Params {
    range: Option<String>,
    from: Option<String>,
    to: Option<String>,
    at_once: Option<String>,
}

/// The answer.
#[derive(Serialize, ToSchema)]
pub(crate) struct SizingAnswer {
    app: String,
    from_s: i64,
    to_s: i64,
    /// Width of the steps among which the peak was found, seconds.
    step_s: i64,
    /// How many requests or jobs a dyno handles at once.
    at_once: u32,
    processes: Vec<ProcessSizing>,
    queues: Vec<QueueSizing>,
    processes_left_out: u32,
    queues_left_out: u32,
}

/// Answers how many dynos an app needs.
pub(crate) async fn sizing(
    State(outlet): State<Outlet>,
    Path(app): Path<String>,
    params: Result<Query<Params>, QueryRejection>,
) -> Response {
    let now_ms = now_ms();
    let params = params.map_err(|it| it.body_text());
    let query = match params.and_then(|Query(params)| read(&params, now_ms)) {
        Ok(query) => query,
        Err(text) => return invalid(&text),
    };
    match find(&outlet, &app, query, now_ms).await {
        Ok(sizing) => {
            let Sizing { query, span, step_s, processes, queues, processes_left_out, queues_left_out } = sizing;
            let (from_s, to_s) = span.ends();
            let at_once = query.at_once;
            Json(SizingAnswer {
                app,
                from_s,
                to_s,
                step_s,
                at_once,
                processes,
                queues,
                processes_left_out,
                queues_left_out,
            })
            .into_response()
        }
        Err(error) => unanswered(error, &app, "sizing"),
    }
}

/// How many dynos an app needs.
///
/// # Errors
/// See [`query::Error`].
pub(crate) async fn find(outlet: &Outlet, app: &str, query: SizingQuery, now_ms: i64) -> Result<Sizing, query::Error> {
    let query = SizingQuery { at_once: query.at_once.clamp(1, AT_ONCE_MAX), ..query };
    reading::read(&outlet.reader, app, query, now_ms.div_euclid(1_000)).await
}

fn read(params: &Params, now_ms: i64) -> Result<SizingQuery, String> {
    let at_once = params::count("at_once", params.at_once.as_deref(), 1, AT_ONCE_MAX as usize)?;
    // Five minutes are too short to say anything.
    let ranges: Vec<Range> = Range::ALL.into_iter().filter(|it| *it != Range::Live).collect();
    let ends = (params.from.as_deref(), params.to.as_deref());
    let range = params::range(params.range.as_deref(), ends, (&ranges, Range::Week), now_ms)?;
    Ok(SizingQuery { range, at_once: u32::try_from(at_once).unwrap_or(AT_ONCE_MAX) })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW_MS: i64 = 1_790_000_000_500;

    fn set(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn ok_questions() {
        assert_eq!(read(&Params::default(), NOW_MS), Ok(SizingQuery::default()));
        let day = Params { range: set("24h"), at_once: set("5"), ..Params::default() };
        assert_eq!(read(&day, NOW_MS), Ok(SizingQuery { range: Range::Day, at_once: 5 }));
        let span = Params { from: set("-2h"), to: set("-1h"), at_once: set("0"), ..Params::default() };
        let range = Range::between(1_789_992_800, 1_789_996_400);
        assert_eq!(read(&span, NOW_MS), Ok(SizingQuery { range, at_once: 1 }));
    }

    #[test]
    fn err_questions() {
        let refused = |params: &Params, text: &str| assert!(read(params, NOW_MS).is_err_and(|it| it.contains(text)));
        refused(&Params { range: set("live"), ..Params::default() }, "1h, 6h, 24h, 7d, 30d, found \"live\"");
        refused(&Params { at_once: set("x"), ..Params::default() }, "at_once=");
        refused(&Params { from: set("soon"), ..Params::default() }, "from=");
        refused(&Params { range: set("7d"), from: set("-1h"), ..Params::default() }, "found both");
    }
}
