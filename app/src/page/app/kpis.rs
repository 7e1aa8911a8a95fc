//! The metrics above the charts: of the last minute on the live page, of the whole range otherwise.
//! Those of the live page are compared with what is usual at this hour, where that is known. Others
//! are compared with the same time of the day before, or with the span before for ranges longer
//! than a day.

use contract::{
    AppPage, Kpis, Range,
    alert::{self, Band, Basis},
};
use leptos::prelude::*;

use crate::part::{
    number::{Figure, Number, digits, grouped, latency, nothing, percent, rate},
    time::{clock, day, length},
    type_erasure::erased_text,
    zone::short,
};

/// A relative change smaller than this counts as none.
const SAME: f64 = 0.005;
/// From this factor on a change is written as a factor, below it in percent.
const TIMES_MIN: f64 = 2.5;
/// From this factor on an increase of latency or errors is marked.
const WORSE: f64 = 1.25;
/// Error rates below this are never marked.
const ERRORS_MIN: f64 = 0.01;

/// A metric of the row.
struct Kpi {
    name: &'static str,
    /// Its value on a page.
    now: fn(&AppPage) -> Option<f64>,
    /// Its value in the span that is compared with.
    before: fn(&Kpis) -> Option<f64>,
    figure: fn(f64) -> Figure,
    /// What its usual values are known as.
    usual: alert::Figure,
    is_bad_when_higher: bool,
}

const KPIS: [Kpi; 5] = [
    Kpi {
        name: "Requests",
        now: |it| pick(it, it.summary.requests_per_s, it.kpis.requests_per_s),
        before: |it| it.requests_per_s,
        figure: rate,
        usual: alert::Figure::Requests,
        is_bad_when_higher: false,
    },
    Kpi {
        name: "p50",
        now: |it| pick(it, it.summary.p50_ms, it.kpis.p50_ms),
        before: |it| it.p50_ms,
        figure: latency,
        usual: alert::Figure::P50,
        is_bad_when_higher: true,
    },
    Kpi {
        name: "p95",
        now: |it| pick(it, it.summary.p95_ms, it.kpis.p95_ms),
        before: |it| it.p95_ms,
        figure: latency,
        usual: alert::Figure::P95,
        is_bad_when_higher: true,
    },
    Kpi {
        name: "p99",
        now: |it| pick(it, it.summary.p99_ms, it.kpis.p99_ms),
        before: |it| it.p99_ms,
        figure: latency,
        usual: alert::Figure::P99,
        is_bad_when_higher: true,
    },
    Kpi {
        name: "Error rate",
        now: |it| pick(it, it.summary.error_rate, it.kpis.error_rate),
        before: |it| it.error_rate,
        figure: percent,
        usual: alert::Figure::ErrorRate,
        is_bad_when_higher: true,
    },
];

/// The row of metrics.
#[component]
pub fn KpiRow(state: RwSignal<AppPage>, range: Range) -> impl IntoView {
    let span = match range {
        Range::Live => "last minute".to_owned(),
        _ => format!("over {}", length_of(range)),
    };
    let kpi = |kpi: &'static Kpi| {
        let figure = Signal::derive(move || state.with(kpi.now).map_or_else(nothing, kpi.figure));
        let note = if range == Range::Live && kpi.name == "Requests" { "last 10 s".to_owned() } else { span.clone() };
        let compared = Memo::new(move |_| state.with(|page| compared(kpi, page)));
        let words = {
            let note = note.clone();
            erased_text(move || {
                compared.with(|it| it.as_ref().map_or_else(|| note.clone(), |change| change.text.clone()))
            })
        };
        let is_bad = move || compared.with(|it| it.as_ref().is_some_and(|change| change.is_bad));
        let title = move || {
            let usual = state.with(|it| usual_now(kpi, it).and_then(|_| usual_from(it)));
            usual.map_or_else(|| note.clone(), |usual| format!("{note}; {usual}"))
        };
        // What is beyond the usual, or clearly other than before, is seen without reading.
        let look = move || {
            let way = state.with(|page| way(kpi, page));
            // Errors need no comparison.
            let is_failing = kpi.name == "Error rate"
                && compared.with(Option::is_none)
                && state.with(kpi.now).is_some_and(|it| it >= ERRORS_MIN);
            if is_bad() || is_failing { format!("worse {way}") } else { way.to_owned() }
        };
        view! {
            <div class=look>
                <dt>{kpi.name}</dt><dd><Number figure /></dd><dd class="cmp" class:bad=is_bad title=title>{words}</dd>
            </div>
        }
    };
    let kpis = KPIS.iter().map(kpi).collect_view();
    let dynos = Signal::derive(move || {
        let dynos = state.with(|it| it.summary.dynos);
        dynos.map_or_else(nothing, |n| Figure { text: grouped(i64::from(n)), unit: "" })
    });
    let lines = Signal::derive(move || rate(state.with(|it| it.summary.lines_per_s)));
    view! {
        <dl class="kpis">
            {kpis}
            <div><dt>"Dynos"</dt><dd><Number figure=dynos /></dd><dd class="cmp">"last 2 min"</dd></div>
            <div><dt>"Log lines"</dt><dd><Number figure=lines /></dd><dd class="cmp">"last 10 s"</dd></div>
        </dl>
    }
}

/// Which way a metric went, as a class: beyond its usual range, or by more than a quarter since the
/// time that it is compared with; empty for neither.
fn way(kpi: &Kpi, page: &AppPage) -> &'static str {
    let usual = usual_now(kpi, page).map(|it| (it.low, it.high));
    let before = || (kpi.before)(page.previous.as_ref()?).map(|it| (it / WORSE, it * WORSE));
    let Some((now, (low, high))) = (kpi.now)(page).zip(usual.or_else(before)) else { return "" };
    match now {
        it if it > high => "up",
        it if it < low => "down",
        _ => "",
    }
}

/// How a metric has changed since the time that it is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Change {
    /// The change in words.
    text: String,
    /// Whether it is marked.
    is_bad: bool,
}

/// What is usual for a metric of the live page.
fn usual_now(kpi: &Kpi, page: &AppPage) -> Option<Band> {
    if page.range == Range::Live { page.usual_now(kpi.usual) } else { None }
}

/// What that was worked out from, in words. Hours are whole ones of UTC, as they were counted; they
/// are named by the clock of the page.
fn usual_from(page: &AppPage) -> Option<String> {
    let hour_s = page.at_ms.div_euclid(3_600_000) * 3_600;
    let hour = format!("{}–{} {}", clock(hour_s), clock(hour_s + 3_600), short(hour_s));
    let weekday = day(hour_s);
    Some(match page.usual_from? {
        Basis::Weeks => format!("usual on {} {hour}, from earlier weeks", &weekday[..3]),
        Basis::Days => format!("usual at {hour}, from earlier days"),
        Basis::Hours => "usual in the last 24 h".to_owned(),
    })
}

/// A metric beside its usual range: a rate with both ends, others with the middle.
fn against_usual(kpi: &Kpi, now: f64, band: Band) -> Change {
    let text = match (kpi.usual, (kpi.figure)(band.mid)) {
        (alert::Figure::Requests, _) => usual_rate(band),
        (_, mid) => format!("usually {} {}", mid.text, mid.unit),
    };
    let is_small = kpi.usual == alert::Figure::ErrorRate && now < ERRORS_MIN;
    Change { text, is_bad: kpi.is_bad_when_higher && now > band.high && !is_small }
}

/// A usual rate: of few requests by the minute or by the hour, so that it is not all zeros.
fn usual_rate(Band { low, high, .. }: Band) -> String {
    let (each, unit) = match high {
        10.0.. => (1.0, "s"),
        it if it * 60.0 >= 10.0 => (60.0, "min"),
        _ => (3_600.0, "h"),
    };
    let [low, high] = [low, high].map(|it| grouped((it * each).round() as i64));
    if low == high { format!("usually {low}/{unit}") } else { format!("usually {low}–{high}/{unit}") }
}

/// The change of a metric; `None` when a value is unknown.
fn compared(kpi: &Kpi, page: &AppPage) -> Option<Change> {
    if let Some((band, now)) = usual_now(kpi, page).zip((kpi.now)(page)) {
        return Some(against_usual(kpi, now, band));
    }
    let (now, before) = ((kpi.now)(page)?, (kpi.before)(page.previous.as_ref()?)?);
    let is_longer = page.range.earlier_s() > 86_400;
    let when = if is_longer { format!("prior {}", length_of(page.range)) } else { "yesterday".to_owned() };
    if kpi.name == "Error rate" {
        let figure = percent(before);
        let is_bad = now > before * WORSE && now >= ERRORS_MIN;
        return Some(Change { text: format!("{} % {when}", figure.text), is_bad });
    }
    if before <= 0.0 {
        return None;
    }
    let change = now / before;
    let text = match change {
        it if (it - 1.0).abs() < SAME => format!("same as {when}"),
        it if it >= TIMES_MIN => format!("{}× {when}", digits(it)),
        it if it < 1.0 => format!("\u{2212}{:.0} % vs. {when}", (1.0 - it) * 100.0),
        it => format!("+{:.0} % vs. {when}", (it - 1.0) * 100.0),
    };
    Some(Change { text, is_bad: kpi.is_bad_when_higher && change >= WORSE })
}

/// The length of a range in words.
fn length_of(range: Range) -> String {
    if matches!(range, Range::Custom(..)) { length(range.length_s()) } else { range.label().to_owned() }
}

/// The value of the last minute on the live page, else the one over the range.
fn pick(page: &AppPage, live: Option<f64>, over_range: Option<f64>) -> Option<f64> {
    if page.range == Range::Live { live } else { over_range }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]
mod tests {
    use super::*;

    fn page(p99_ms: Option<f64>, before: Option<Kpis>) -> AppPage {
        let kpis = Kpis { p99_ms, error_rate: Some(0.074), ..Kpis::default() };
        let json = serde_json::json!({
            "at_ms": 0, "id": 1, "range": "1h", "span": [0, 3600], "step_s": 10, "columns": [],
            "memory_quota_mb": null, "kpis": kpis, "previous": before,
            "summary": { "app": "a", "health": "healthy", "reasons": [], "since_ms": null, "requests_per_s": null, "p50_ms": null,
                "p95_ms": null, "p99_ms": null, "error_rate": null, "dynos": null, "lines_per_s": 0.0, "lost_lines": 0, "folded": 0,
                "last_line_ms": null, "spark": [] }
        });
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn ok_changes_in_words() {
        for (now, before, text, is_bad) in [
            (129.0, 100.0, "+29 % vs. yesterday", true),
            (104.0, 100.0, "+4 % vs. yesterday", false),
            (100.2, 100.0, "same as yesterday", false),
            (80.0, 100.0, "\u{2212}20 % vs. yesterday", false),
            (6_800.0, 100.0, "68.0× yesterday", true),
        ] {
            let before = Kpis { p99_ms: Some(before), ..Kpis::default() };
            assert_eq!(
                compared(&KPIS[3], &page(Some(now), Some(before))),
                Some(Change { text: text.to_owned(), is_bad })
            );
        }
        let before = Kpis { error_rate: Some(0.0003), ..Kpis::default() };
        assert_eq!(
            compared(&KPIS[4], &page(None, Some(before))),
            Some(Change { text: "0.03 % yesterday".to_owned(), is_bad: true })
        );
    }

    #[test]
    fn ok_which_way_a_metric_went() {
        for (now, before, expected) in [(129.0, 100.0, "up"), (104.0, 100.0, ""), (70.0, 100.0, "down")] {
            let before = Kpis { p99_ms: Some(before), ..Kpis::default() };
            assert_eq!(way(&KPIS[3], &page(Some(now), Some(before))), expected, "{now}");
        }
        assert_eq!(way(&KPIS[3], &page(Some(1.0), None)), "");
    }

    #[test]
    fn ok_the_usual_in_words() {
        for (at, now, band, text, is_bad) in [
            (0, 5.0, [300.0, 320.0, 340.0], "usually 300–340/s", false),
            (0, 5.0, [1.0, 1.1, 1.25], "usually 60–75/min", false),
            (0, 5.0, [0.0, 0.0, 0.01], "usually 0–36/h", false),
            (0, 5.0, [0.0, 0.0, 0.0], "usually 0/h", false),
            (3, 1_400.0, [360.0, 420.0, 500.0], "usually 420 ms", true),
            (3, 499.0, [360.0, 420.0, 500.0], "usually 420 ms", false),
            (4, 0.009, [0.0, 0.001, 0.004], "usually 0.10 %", false),
            (4, 0.02, [0.0, 0.001, 0.004], "usually 0.10 %", true),
        ] {
            let [low, mid, high] = band;
            let found = against_usual(&KPIS[at], now, Band { low, mid, high });
            assert_eq!(found, Change { text: text.to_owned(), is_bad });
        }
    }

    #[test]
    fn ok_what_is_usual_says_where_it_is_from() {
        let mut page = page(None, None);
        page.at_ms = 1_790_000_000_000;
        for (basis, expected) in [
            (None, None),
            (Some(Basis::Weeks), Some("usual on Mon 14:00–15:00 UTC, from earlier weeks")),
            (Some(Basis::Days), Some("usual at 14:00–15:00 UTC, from earlier days")),
            (Some(Basis::Hours), Some("usual in the last 24 h")),
        ] {
            page.usual_from = basis;
            assert_eq!(usual_from(&page).as_deref(), expected);
        }
    }

    #[test]
    fn ok_nothing_is_invented() {
        assert_eq!(compared(&KPIS[3], &page(Some(5.0), None)), None);
        assert_eq!(compared(&KPIS[3], &page(Some(5.0), Some(Kpis::default()))), None);
        assert_eq!(compared(&KPIS[3], &page(None, Some(Kpis { p99_ms: Some(5.0), ..Kpis::default() }))), None);
    }
}
