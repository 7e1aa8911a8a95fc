//! Endpoints before and after a release, each by itself: another mix of traffic is not a slower
//! release. Pure; which spans are compared is decided elsewhere.

mod difference;

pub(crate) mod spans;

use std::cmp::Reverse;

use contract::release::{Certainty, ComparedFigure, ComparedRequests, EndpointChange, FigureChange, Verdict};
use pipeline::Cell;

use super::rule::words::{grouped, latency, percent, rate};
use difference::{of_quantile, of_rate, of_share};

/// From so many requests on, an endpoint that has none in the other span is new, or gone.
const NEW_MIN: u64 = 20;

/// An endpoint's requests in one span.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Side<'a> {
    /// All requests.
    pub requests: u64,
    /// Those that the server failed.
    pub errors: u64,
    /// Service times, milliseconds.
    pub service: &'a Cell,
    /// Length of the span, seconds.
    pub length_s: i64,
}

/// An endpoint in the span before, in the span after, and in that a week earlier.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sides<'a> {
    pub before: Side<'a>,
    pub after: Side<'a>,
    pub last_week: Side<'a>,
}

impl Side<'_> {
    fn value(&self, figure: ComparedFigure) -> Option<f64> {
        let share = |of: u64| (self.requests > 0).then(|| of as f64 / self.requests as f64);
        match figure {
            ComparedFigure::Errors => share(self.errors.min(self.requests)),
            ComparedFigure::Rate => Some(self.requests as f64 / self.length_s.max(1) as f64),
            _ => self.service.quantile(quantile(figure)),
        }
    }

    fn differs(&self, other: &Side<'_>, figure: ComparedFigure) -> Certainty {
        match figure {
            ComparedFigure::Errors => of_share((self.errors, self.requests), (other.errors, other.requests)),
            ComparedFigure::Rate => of_rate((self.requests, self.length_s), (other.requests, other.length_s)),
            _ => of_quantile(self.service, other.service, quantile(figure)),
        }
    }
}

const fn quantile(figure: ComparedFigure) -> f64 {
    match figure {
        ComparedFigure::P95 => 0.95,
        ComparedFigure::P99 => 0.99,
        _ => 0.5,
    }
}

/// Compares one endpoint. `since` is the release for people, such as `v142`.
pub(crate) fn compare(method: &str, path: &str, sides: &Sides<'_>, since: &str) -> EndpointChange {
    let Sides { before, after, last_week } = sides;
    let change = |figure| FigureChange {
        figure,
        before: before.value(figure),
        after: after.value(figure),
        certainty: before.differs(after, figure),
        last_week: last_week.value(figure).filter(|_| last_week.requests > 0),
        certainty_of_week: if last_week.requests > 0 { last_week.differs(after, figure) } else { Certainty::TooFew },
    };
    let figures: Vec<FigureChange> = ComparedFigure::ALL.into_iter().map(change).collect();
    let requests = ComparedRequests { before: before.requests, after: after.requests, last_week: last_week.requests };
    let name = if method.is_empty() { path.to_owned() } else { format!("{method} {path}") };
    let verdict = verdict(requests, &figures);
    let says = sentences(&name, since, requests, &figures, verdict);
    EndpointChange { method: method.to_owned(), path: path.to_owned(), requests, figures, verdict, says }
}

fn verdict(requests: ComparedRequests, figures: &[FigureChange]) -> Verdict {
    let ComparedRequests { before, after, .. } = requests;
    let has = |is_worse| figures.iter().any(|it| it.is_worse() == Some(is_worse));
    let is_known = || figures.iter().any(|it| it.figure != ComparedFigure::Rate && it.certainty == Certainty::Same);
    if before == 0 && after >= NEW_MIN {
        Verdict::New
    } else if after == 0 && before >= NEW_MIN && figures.iter().any(differs) {
        Verdict::Gone
    } else if has(true) {
        Verdict::Worse
    } else if has(false) {
        Verdict::Better
    } else if is_known() {
        Verdict::Same
    } else {
        Verdict::TooFew
    }
}

fn differs(change: &FigureChange) -> bool {
    change.certainty >= Certainty::Likely
}

/// Puts the endpoints that got worse first, then those with the most requests.
pub(crate) fn rank(endpoints: &mut [EndpointChange]) {
    endpoints.sort_by_key(|endpoint| {
        let worst = endpoint.figures.iter().filter(|it| it.is_worse() == Some(true)).map(|it| it.certainty).max();
        (Reverse(worst), Reverse(endpoint.requests.after + endpoint.requests.before))
    });
}

fn sentences(
    name: &str,
    since: &str,
    requests: ComparedRequests,
    figures: &[FigureChange],
    verdict: Verdict,
) -> Vec<String> {
    let ComparedRequests { before, after, .. } = requests;
    let n = format!("n {}/{}", grouped(before), grouped(after));
    match verdict {
        Verdict::New => return vec![format!("{name} is new since {since}: {} requests", grouped(after))],
        Verdict::Gone => return vec![format!("{name} has no requests since {since}, {} before", grouped(before))],
        _ => {}
    }
    // What got worse is said first, and of that the surest.
    let mut changed: Vec<&FigureChange> = figures.iter().filter(|it| differs(it)).collect();
    changed.sort_by_key(|it| (it.is_worse() != Some(true), Reverse(it.certainty)));
    let says: Vec<String> = changed.into_iter().filter_map(|it| sentence(name, it, &n)).collect();
    if !says.is_empty() {
        return says;
    }
    if verdict == Verdict::Same {
        return vec![format!("{name} is as before, {n}")];
    }
    let when = if before < after { "before" } else { "since" };
    vec![format!("too little traffic of {name} {when} {since} to tell, {n}")]
}

/// `p95 of POST /orders 180 ms → 420 ms, n 1,980/2,140, sure; as a week ago (410 ms)`.
fn sentence(name: &str, change: &FigureChange, n: &str) -> Option<String> {
    let (figure, value): (&str, fn(f64) -> String) = match change.figure {
        ComparedFigure::P50 => ("p50", latency),
        ComparedFigure::P95 => ("p95", latency),
        ComparedFigure::P99 => ("p99", latency),
        ComparedFigure::Errors => ("errors", percent),
        ComparedFigure::Rate => ("requests", rate),
    };
    let (before, after) = (value(change.before?), value(change.after?));
    let week = match (change.last_week.map(value), change.certainty_of_week) {
        (Some(last_week), Certainty::Same) => format!("; as a week ago ({last_week})"),
        (Some(last_week), Certainty::Likely | Certainty::Sure) => format!("; {last_week} a week ago"),
        _ => String::new(),
    };
    Some(format!("{figure} of {name} {before} \u{2192} {after}, {n}, {}{week}", change.certainty.word()))
}

#[cfg(test)]
mod tests {
    use pipeline::Kind;

    use super::*;

    /// Requests that take from so many to twice as many milliseconds.
    fn service(n: u64, ms: f64) -> Cell {
        let mut cell = Cell::default();
        (0..n).for_each(|at| cell.record(Kind::Distribution, ms * (1.0 + at as f64 / n as f64), 0));
        cell
    }

    /// Compares so many requests, errors and milliseconds in an hour each.
    fn compared(all: [(u64, u64, f64); 3]) -> EndpointChange {
        let cells = all.map(|(n, _, ms)| service(n, ms));
        let side = |at: usize| Side { requests: all[at].0, errors: all[at].1, service: &cells[at], length_s: 3_600 };
        compare("POST", "/orders", &Sides { before: side(0), after: side(1), last_week: side(2) }, "v142")
    }

    #[track_caller]
    fn check(all: [(u64, u64, f64); 3], expected: &[&str]) {
        assert_eq!(compared(all).says, expected);
    }

    #[test]
    fn ok_sentences() {
        check([(1_980, 0, 100.0), (2_140, 0, 100.0), (0, 0, 1.0)], &["POST /orders is as before, n 1,980/2,140"]);
        check(
            [(1_980, 4, 100.0), (2_140, 171, 100.0), (0, 0, 1.0)],
            &["errors of POST /orders 0.20 % → 8.0 %, n 1,980/2,140, sure"],
        );
        check(
            [(1_980, 0, 100.0), (9, 0, 100.0), (0, 0, 1.0)],
            &["requests of POST /orders 0.6/s → 0.1/min, n 1,980/9, sure"],
        );
        check(
            [(14, 0, 100.0), (3, 0, 900.0), (0, 0, 1.0)],
            &["too little traffic of POST /orders since v142 to tell, n 14/3"],
        );
        check([(0, 0, 1.0), (240, 0, 100.0), (0, 0, 1.0)], &["POST /orders is new since v142: 240 requests"]);
        check([(240, 0, 1.0), (0, 0, 100.0), (0, 0, 1.0)], &["POST /orders has no requests since v142, 240 before"]);
    }

    #[test]
    fn ok_verdicts() {
        for (all, expected) in [
            ([(1_980, 4, 100.0), (2_140, 171, 100.0), (0, 0, 1.0)], Verdict::Worse),
            ([(2_000, 0, 100.0), (2_000, 0, 200.0), (0, 0, 1.0)], Verdict::Worse),
            // Quicker, and more errors.
            ([(2_000, 0, 200.0), (2_000, 200, 100.0), (0, 0, 1.0)], Verdict::Worse),
            ([(2_000, 0, 200.0), (2_000, 0, 100.0), (0, 0, 1.0)], Verdict::Better),
            ([(2_000, 0, 100.0), (900, 0, 100.0), (0, 0, 1.0)], Verdict::Same),
            ([(14, 0, 100.0), (3, 0, 900.0), (0, 0, 1.0)], Verdict::TooFew),
            ([(0, 0, 1.0), (240, 0, 100.0), (0, 0, 1.0)], Verdict::New),
            ([(240, 0, 1.0), (0, 0, 100.0), (0, 0, 1.0)], Verdict::Gone),
        ] {
            assert_eq!(compared(all).verdict, expected, "{all:?}");
        }
    }

    #[test]
    fn ok_the_week_before_beside_it() {
        let slower = compared([(2_000, 0, 100.0), (2_000, 0, 200.0), (2_000, 0, 200.0)]);
        assert_eq!(slower.says.len(), 3);
        assert!(slower.says[0].starts_with("p50 of POST /orders 1"), "{:?}", slower.says);
        assert!(slower.says.iter().all(|it| it.contains("sure; as a week ago (")), "{:?}", slower.says);
        let slower = compared([(2_000, 0, 100.0), (2_000, 0, 200.0), (2_000, 0, 100.0)]);
        assert!(slower.says.iter().all(|it| it.ends_with(" a week ago")), "{:?}", slower.says);
    }

    #[test]
    fn ok_another_mix_is_not_slower() {
        // All requests together got slower; each endpoint did not.
        let fast = compared([(3_000, 0, 10.0), (300, 0, 10.0), (0, 0, 1.0)]);
        let slow = compared([(300, 0, 900.0), (3_000, 0, 900.0), (0, 0, 1.0)]);
        for endpoint in [fast, slow] {
            let times = endpoint.figures.iter().filter(|it| it.figure != ComparedFigure::Rate);
            assert!(times.clone().all(|it| it.certainty <= Certainty::Same), "{endpoint:?}");
        }
    }

    #[test]
    fn ok_what_got_worse_is_first() {
        let calm = compared([(9_000, 0, 100.0), (9_000, 0, 100.0), (0, 0, 1.0)]);
        let faster = compared([(5_000, 0, 200.0), (5_000, 0, 100.0), (0, 0, 1.0)]);
        let slower = compared([(300, 0, 100.0), (300, 0, 200.0), (0, 0, 1.0)]);
        let mut all = [calm.clone(), faster.clone(), slower.clone()];
        rank(&mut all);
        assert_eq!(all, [slower, calm, faster]);
    }
}
