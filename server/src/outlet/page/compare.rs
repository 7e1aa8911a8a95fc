//! The Compare page: the releases of an app, and its endpoints before and after one of them.
//!
//! What is compared and how is decided in `api::compare` and `watch::release`.

use contract::{AppHeader, ComparePage, CompareQuery, Error, Event, Span, SpanMs};

use super::dashboard::hide;
use crate::{
    live::events::page_event,
    outlet::{
        api::compare::{Asked, BACK_MS, LIMIT, answer, bounded},
        state::Outlet,
    },
    store::{events, query},
};

/// Most releases to choose from, the newest.
const RELEASES_MAX: usize = 50;

/// Makes the Compare page of the app that the header names.
///
/// # Errors
/// [`Error::Internal`] when the store can't be read.
pub(super) async fn page(outlet: &Outlet, head: AppHeader, query: CompareQuery) -> Result<ComparePage, Error> {
    let (app, now_ms) = (head.summary.app.clone(), head.at_ms);
    let span = SpanMs { from_ms: now_ms - BACK_MS, to_ms: now_ms + 1_000 };
    let found = events::releases(&outlet.reader.store, &outlet.reader.aggregates, &app, span, RELEASES_MAX).await;
    let found = found.map_err(|error| hide(query::Error::Store(error)))?;
    let releases: Vec<Event> = found.iter().map(page_event).collect();
    let newest_s = releases.first().map(|it| it.at_s);
    let answer = match asked(&query, newest_s) {
        Err(problem) => Err(problem),
        Ok(None) => Ok(None),
        Ok(Some(asked)) => match answer(outlet, &app, asked, LIMIT, now_ms).await {
            Ok(comparison) => Ok(Some(comparison)),
            Err(query::Error::Invalid(text)) => Err(text),
            Err(error @ query::Error::TooLong) => Err(error.to_string()),
            Err(error) => return Err(hide(error)),
        },
    };
    Ok(ComparePage { head, query, releases, answer })
}

/// What is compared; `None` where there is no release.
fn asked(query: &CompareQuery, newest_s: Option<i64>) -> Result<Option<Asked>, String> {
    if let Some((before, after)) = query.spans {
        return Ok(Some(Asked::Spans { before: bounded(before)?, after: bounded(after)? }));
    }
    let at_s = query.at_s.map(|it| it.clamp(Span::FIRST_S, Span::LAST_S)).or(newest_s);
    let length_s = query.length_s.clamp(CompareQuery::LENGTH_S_MIN, CompareQuery::LENGTH_S_MAX);
    Ok(at_s.map(|at_s| Asked::Around { at_s: Some(at_s), length_s }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_and_err_what_is_asked() {
        let around = |at_s, length_s| Ok(Some(Asked::Around { at_s: Some(at_s), length_s }));
        let spans = |before_s, after_s| {
            let (before, after) = (Span::clamped(0, before_s), Span::clamped(9_000_000, 9_000_000 + after_s));
            (CompareQuery { spans: Some((before, after)), ..CompareQuery::default() }, Asked::Spans { before, after })
        };
        let of = |at_s, length_s| CompareQuery { at_s, length_s, spans: None };
        let (week, wanted) = spans(60, CompareQuery::LENGTH_S_MAX);
        let (longer, _) = spans(CompareQuery::LENGTH_S_MAX + 1, 60);
        for (query, newest_s, expected) in [
            (CompareQuery::default(), None, Ok(None)),
            (CompareQuery::default(), Some(77), around(77, 3_600)),
            (of(Some(5), 900), Some(77), around(5, 900)),
            (of(Some(i64::MAX), i64::MIN), None, around(Span::LAST_S, CompareQuery::LENGTH_S_MIN)),
            (week, Some(77), Ok(Some(wanted))),
            (longer, Some(77), Err("expected spans of at most 7 days, found one of 604801 s".to_owned())),
        ] {
            assert_eq!(asked(&query, newest_s), expected, "{query:?}");
        }
    }
}
