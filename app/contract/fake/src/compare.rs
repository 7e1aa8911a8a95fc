//! The Compare page: an endpoint that got slower, one as before, and one with few requests. The app
//! that is silent has no release.

use contract::{
    AppHeader, ComparePage, CompareQuery, Health, ReleaseComparison, Span,
    release::{Certainty, ComparedFigure, ComparedRequests, EndpointChange, FigureChange, Verdict},
};

use crate::{NOW_S, data::event};

/// When the release was, unix seconds.
const AT_S: i64 = NOW_S - 1_800;

pub(crate) fn page(head: AppHeader, query: CompareQuery) -> ComparePage {
    let is_silent = head.summary.health == Health::Silent;
    let releases = if is_silent { vec![] } else { vec![event(AT_S), event(AT_S - 90_000)] };
    let answer = match query.spans {
        Some((before, _)) if before.length_s() > CompareQuery::LENGTH_S_MAX => {
            Err("expected spans of at most 7 days".to_owned())
        }
        None if is_silent => Ok(None),
        _ => Ok(Some(comparison(query))),
    };
    ComparePage { head, query, releases, answer }
}

fn comparison(query: CompareQuery) -> ReleaseComparison {
    let around = (Span::clamped(AT_S - 3_600, AT_S), Span::clamped(AT_S + 180, NOW_S));
    let (before, after) = query.spans.unwrap_or(around);
    let endpoint = |path: &str, requests: (u64, u64), p95: (f64, f64), certainty, verdict, says: &str| {
        let change = |figure| {
            let (before, after) = match figure {
                ComparedFigure::Errors => (0.002, 0.0021),
                ComparedFigure::Rate => (12.4, 13.1),
                _ => p95,
            };
            let is_p95 = figure == ComparedFigure::P95;
            FigureChange {
                figure,
                before: Some(before),
                after: Some(after),
                certainty: if is_p95 { certainty } else { certainty.min(Certainty::Same) },
                last_week: Some(before),
                certainty_of_week: certainty,
            }
        };
        EndpointChange {
            method: "POST".to_owned(),
            path: path.to_owned(),
            requests: ComparedRequests { before: requests.0, after: requests.1, last_week: 1_900 },
            figures: ComparedFigure::ALL.into_iter().map(change).collect(),
            verdict,
            says: vec![says.to_owned()],
        }
    };
    let slower = "p95 of POST /orders 180 ms \u{2192} 420 ms, n 1,980/2,140, sure; 180 ms a week ago";
    let calm = "POST /cart is as before, n 9,100/9,020";
    let few = "too little traffic of POST /<b> since v214 to tell, n 14/3";
    ReleaseComparison {
        release: query.spans.is_none().then(|| event(AT_S)),
        before,
        after,
        last_week: Span::clamped(after.from_s() - 604_800, after.to_s() - 604_800),
        endpoints: vec![
            endpoint("/orders", (1_980, 2_140), (180.0, 420.0), Certainty::Sure, Verdict::Worse, slower),
            endpoint("/cart", (9_100, 9_020), (90.0, 91.0), Certainty::Same, Verdict::Same, calm),
            endpoint("/<b>", (14, 3), (90.0, 900.0), Certainty::TooFew, Verdict::TooFew, few),
        ],
        left_out: 7,
    }
}
