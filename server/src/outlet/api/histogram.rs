//! `GET /api/v1/apps/{app}/logs/bars`: how many lines were found when; and the same for the Logs page.

use std::time::{Duration, Instant};

use axum::{
    Json,
    extract::{Path, Query, State, rejection::QueryRejection},
    response::{IntoResponse, Response},
};
use contract::{Error, LogHistogram, LogQuery, Span};

use super::{
    logs::{Params, failed, page_wanted, question, told},
    losses,
};
use crate::{
    outlet::state::Outlet,
    store::log::{
        histogram,
        search::{SCAN_MAX, Wanted},
        search_slots,
    },
};

/// Most bars of a span.
const BARS_MAX: i64 = 120;
/// Widths of a bar, seconds; of longer spans whole days.
const STEPS_S: [i64; 12] = [1, 2, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600, 21_600];
const DAY_S: i64 = 86_400;

/// Counts lines.
pub async fn bars(
    State(outlet): State<Outlet>,
    Path(app): Path<String>,
    asked: Result<Query<Params>, QueryRejection>,
) -> Response {
    let wanted = match question(&outlet, &app, asked) {
        Ok(wanted) => wanted,
        Err(refused) => return refused,
    };
    match count(&outlet, &app, wanted, SCAN_MAX).await {
        Ok(bars) => Json(bars).into_response(),
        Err(error) => failed(&outlet, &app, &error),
    }
}

/// Counts lines for the Logs page, for no longer than `time_max`.
///
/// # Errors
/// As those of the lines themselves.
pub async fn page(outlet: &Outlet, app: String, asked: LogQuery, time_max: Duration) -> Result<LogHistogram, Error> {
    let wanted = page_wanted(outlet, &app, LogQuery { before_ms: None, ..asked }, None)?;
    count(outlet, &app, wanted, time_max).await.map_err(|error| told(outlet, &app, &error))
}

async fn count(
    outlet: &Outlet,
    app: &str,
    wanted: Wanted,
    time_max: Duration,
) -> Result<LogHistogram, search_slots::Error> {
    let begun = Instant::now();
    let (from_s, to_s) = (wanted.from_ms.div_euclid(1_000), (wanted.to_ms + 999).div_euclid(1_000));
    let step_s = step_s(to_s - from_s);
    let from_s = from_s.div_euclid(step_s) * step_s;
    let wanted = Wanted { from_ms: from_s * 1_000, ..wanted };
    let (store, name) = (outlet.reader.store.clone(), app.to_owned());
    let aggregates = outlet.reader.store.counts.run(time_max, move |stop| async move {
        histogram::count(&store, &name, &wanted, step_s * 1_000, &stop).await
    });
    let bars = aggregates.await?;
    let length_s = step_s * i64::try_from(bars.all.len()).unwrap_or(0);
    let span = Span::clamped(from_s, from_s + length_s);
    let lost = losses::spans(outlet, app, span, step_s).await.unwrap_or_default();
    Ok(LogHistogram {
        from_s,
        step_s,
        all: bars.all,
        errors: bars.errors,
        lost,
        counted_from_ms: bars.counted_from_ms,
        scanned_bytes: bars.scanned_bytes,
        took_ms: begun.elapsed().as_millis() as u64,
    })
}

/// The narrowest width of which a span has at most [`BARS_MAX`].
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
