//! The App page.

use contract::{
    Addon, AddonMetric, AppPage, ByStatusClass, ChartBucket, CodeCount, Endpoint, EndpointPage, EndpointQuery, Error,
    ErrorCode, Health, HeatCounts, Kpis, Quantiles, Range, ReleaseEffect, SourceValue, Span, StatusErrors, Unmatched,
    alert::{Band, BandPoint, Basis, Figure, FigureBands},
};

use crate::{
    NOW_S, OPEN_INCIDENTS,
    alert::marks,
    data::{apps, changes, event},
};

pub(crate) fn page(app: &str, range: Range) -> Result<AppPage, Error> {
    let Some(summary) = apps().into_iter().find(|it| it.app == *app) else {
        return Err(Error::NotFound(format!("there is no app named {app}")));
    };
    let step_s = range.step_s();
    let to_s = NOW_S - NOW_S.rem_euclid(step_s);
    let span = range.span_s().unwrap_or_else(|| Span::clamped(to_s - range.length_s(), to_s));
    let from_s = span.from_s();
    let steps = range.length_s() / step_s;
    let quiet = summary.health == Health::Silent;
    let buckets = if quiet { vec![] } else { (0..steps).map(|it| bucket(from_s + it * step_s)).collect() };
    Ok(AppPage {
        at_ms: NOW_S * 1_000,
        id: 1,
        range,
        span,
        step_s,
        window_s: if range == Range::Live { 10 } else { 0 },
        buckets,
        memory_quota_mb: (!quiet).then_some(512.0),
        kpis: Kpis {
            requests: if quiet { 0 } else { 93_600 },
            requests_per_s: summary.requests_per_s,
            p50_ms: summary.p50_ms,
            p95_ms: summary.p95_ms,
            p99_ms: summary.p99_ms,
            error_rate: summary.error_rate,
            lost_lines: 0,
        },
        previous: (!quiet).then_some(Kpis {
            requests: 90_000,
            requests_per_s: Some(300.0),
            p50_ms: Some(38.0),
            p95_ms: Some(100.0),
            p99_ms: Some(1_000.0),
            error_rate: Some(0.0003),
            lost_lines: 0,
        }),
        usual_from: (!quiet).then_some(Basis::Weeks),
        usual: if quiet { vec![] } else { usual(range, span) },
        events: if quiet { vec![] } else { vec![event(from_s + range.length_s() / 2)] },
        incidents: marks(app),
        changes: changes(&summary.incidents, NOW_S - 1_500),
        endpoints: if quiet { vec![] } else { vec![endpoint()] },
        are_endpoints_of_range: range != Range::Live,
        addons: if quiet { vec![] } else { vec![addon()] },
        losses: vec![],
        unmatched: if quiet { Unmatched::default() } else { unmatched() },
        summary,
        open_incidents: OPEN_INCIDENTS,
    })
}

pub(crate) fn endpoint_page(app: &str, query: EndpointQuery) -> Result<EndpointPage, Error> {
    let page = page(app, query.range)?;
    let kpis = page.kpis;
    let points = page.buckets.iter().take(3).map(|it| (it.at_s, 4.0)).collect();
    let errors = vec![StatusErrors { status: 503, code: "H12".to_owned(), points }];
    let before = Kpis { p95_ms: Some(180.0), ..kpis };
    let release =
        ReleaseEffect { at_s: NOW_S - 1_800, text: "Release v42".to_owned(), length_s: 1_800, before, after: kpis };
    Ok(EndpointPage { page, query, errors, release: Some(release) })
}

fn bucket(at_s: i64) -> ChartBucket {
    let wave = f64::from(u8::try_from(at_s.rem_euclid(11)).unwrap_or(0));
    let code = |code: &[u8], count: f64| ErrorCode::from_bytes(code).map(|code| CodeCount { code, count });
    let dyno = |source: &str, value: f64| SourceValue { source: source.to_owned(), value };
    let is_report = at_s % 20 == 0;
    ChartBucket {
        at_s,
        requests_per_s: Some(ByStatusClass::new([250.0 + wave, 27.0, 11.0, 2.0 * wave])),
        service_ms: Some(Quantiles {
            p50: 60.0 + wave,
            p95: 190.0 + 8.0 * wave,
            p99: 420.0 + 80.0 * wave,
            max: 2_000.0,
        }),
        is_few: false,
        errors: if wave > 6.0 {
            [code(b"H12", wave), code(b"H13", 2.0)].into_iter().flatten().collect()
        } else {
            vec![]
        },
        memory_mb: if is_report {
            vec![dyno("web.1", 300.0 + wave), dyno("web.2", 410.0 + 12.0 * wave)]
        } else {
            vec![]
        },
        load: if is_report { vec![dyno("web.1", 0.4 + wave / 10.0)] } else { vec![] },
        queue_ms: Some(5.0 + wave),
        connect_ms: Some(1.0 + wave / 10.0),
        heat: Some(HeatCounts { first_row: 6, counts: vec![4, 30, 120, 260, 90, 31, 4, 0, 1 + wave as u32] }),
        lines: 320,
        lost: if (NOW_S - 400..NOW_S - 100).contains(&at_s) && wave > 8.0 { 41 } else { 0 },
    }
}

fn endpoint() -> Endpoint {
    let (method, path) = ("POST".to_owned(), "/orders/:id/payments".to_owned());
    let service_ms = Quantiles { p50: 1_200.0, p95: 29_800.0, p99: 30_000.0, max: 30_000.0 };
    Endpoint { method, path, requests: 38_204, errors: 382, service_ms: Some(service_ms) }
}

fn unmatched() -> Unmatched {
    Unmatched { lines: 38, of: 100, samples: vec!["web.1: <b>Started</b> GET".to_owned()] }
}

fn addon() -> Addon {
    let connections = AddonMetric {
        name: "Connections".to_owned(),
        metric: "active-connections".to_owned(),
        value: 14.0,
        unit: String::new(),
        limit: Some(120.0),
    };
    Addon { name: "DATABASE".to_owned(), what: "Postgres".to_owned(), at_s: NOW_S - 20, metrics: vec![connections] }
}

/// What is usual in each hour of a span. The error rate, which no chart shows, is known of short
/// ranges alone.
fn usual(range: Range, span: Span) -> Vec<FigureBands> {
    let hour_s = |at_s: i64| at_s - at_s.rem_euclid(3_600);
    let bands = |(figure, low, mid, high): (Figure, f64, f64, f64)| {
        let hours = (0..=span.length_s() / 3_600 + 1).map(|it| hour_s(span.from_s()) + it * 3_600);
        let point = |at_s: i64| BandPoint { at_s, band: Band { low, mid, high } };
        FigureBands { figure, points: hours.take_while(|it| *it <= span.to_s()).map(point).collect() }
    };
    let all = [
        (Figure::Requests, 300.0, 320.0, 340.0),
        (Figure::ErrorRate, 0.0, 0.001, 0.004),
        (Figure::P50, 30.0, 36.0, 44.0),
        (Figure::P95, 250.0, 290.0, 340.0),
        (Figure::P99, 360.0, 420.0, 500.0),
    ];
    let is_short = matches!(range, Range::Live | Range::Hour);
    all.into_iter().filter(|it| is_short || it.0 != Figure::ErrorRate).map(bands).collect()
}
