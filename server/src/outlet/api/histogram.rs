//! `GET /api/v1/apps/{app}/logs/histogram`: how many lines match in each step of a span; and the
//! same for the Logs page.

use std::time::{Duration, Instant};

use axum::{
    Json,
    extract::{Path, Query, State, rejection::QueryRejection},
    http::Uri,
    response::{IntoResponse, Redirect, Response},
};
use contract::{Error, LogHistogram, LogQuery, Span};

use super::{
    log_params::{LogParams, compile},
    logs::{compile_page, search_error, search_failed},
    losses,
};
use crate::{
    outlet::state::Outlet,
    store::{
        log::{compiled_query::CompiledQuery, histogram, search::SCAN_MAX},
        search_slots,
    },
};

/// Most bars of a histogram.
const BARS_MAX: i64 = 120;
/// Widths of a bar, seconds; longer spans have bars of whole days.
const STEPS_S: [i64; 12] = [1, 2, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600, 21_600];
const DAY_S: i64 = 86_400;

/// Counts lines.
pub(crate) async fn histogram(
    State(outlet): State<Outlet>,
    Path(app): Path<String>,
    params: Result<Query<LogParams>, QueryRejection>,
) -> Response {
    let query = match compile(&outlet, &app, params) {
        Ok(query) => query,
        Err(reply) => return reply,
    };
    match count(&outlet, &app, query, SCAN_MAX).await {
        Ok(histogram) => Json(histogram).into_response(),
        Err(error) => search_failed(&outlet, &app, &error),
    }
}

/// Redirects `/logs/bars`, an earlier address of histograms, with its parameters.
pub(crate) async fn moved(uri: Uri) -> Redirect {
    let path = uri.path().strip_suffix("bars").unwrap_or_default();
    let query = uri.query().map(|it| format!("?{it}")).unwrap_or_default();
    Redirect::permanent(&format!("{path}histogram{query}"))
}

/// Counts lines for the Logs page, for `time_max` at most. The query's cursor is ignored: the whole
/// span is counted.
///
/// # Errors
/// As those of [`super::logs::page`].
pub(crate) async fn page(
    outlet: &Outlet,
    app: String,
    query: LogQuery,
    time_max: Duration,
) -> Result<LogHistogram, Error> {
    let query = compile_page(outlet, &app, &LogQuery { before: None, ..query })?;
    count(outlet, &app, query, time_max).await.map_err(|error| search_error(outlet, &app, &error))
}

async fn count(
    outlet: &Outlet,
    app: &str,
    mut query: CompiledQuery,
    time_max: Duration,
) -> Result<LogHistogram, search_slots::Error> {
    let begun = Instant::now();
    let (from_s, to_s) = (query.span_ms.start.div_euclid(1_000), (query.span_ms.end + 999).div_euclid(1_000));
    let step_s = step_s(to_s - from_s);
    let from_s = from_s.div_euclid(step_s) * step_s;
    query.span_ms.start = from_s * 1_000;
    let (store, name) = (outlet.reader.store.clone(), app.to_owned());
    let counting = outlet.reader.store.counts.run(time_max, move |cancel| async move {
        histogram::count(&store, &name, &query, step_s * 1_000, &cancel).await
    });
    let counted = counting.await?;
    let length_s = step_s * i64::try_from(counted.all.len()).unwrap_or(0);
    let span = Span::clamped(from_s, from_s + length_s);
    let lost = losses::intervals(outlet, app, span, step_s).await.unwrap_or_default();
    Ok(LogHistogram {
        from_s,
        step_s,
        all: counted.all,
        errors: counted.errors,
        lost,
        counted_from_ms: counted.counted_from_ms,
        scanned_bytes: counted.scanned_bytes,
        took_ms: begun.elapsed().as_millis() as u64,
    })
}

/// The narrowest width with which a span has at most [`BARS_MAX`] bars; both in seconds.
fn step_s(length_s: i64) -> i64 {
    let fits = |it: &i64| length_s / it <= BARS_MAX;
    STEPS_S.into_iter().find(fits).unwrap_or_else(|| (length_s / BARS_MAX / DAY_S + 1) * DAY_S)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_widths() {
        for (length_s, expected) in
            [(1, 1), (120, 1), (900, 10), (3_600, 30), (21_600, 300), (86_400, 1_800), (90 * DAY_S, DAY_S)]
        {
            assert_eq!(step_s(length_s), expected, "{length_s}");
            assert!(length_s / step_s(length_s) <= BARS_MAX);
        }
    }
}
