//! A backend with fixed data, so that pages can be rendered in tests without a server.
//!
//! Four apps, one in each state; the same answer every time.

use contract::{
    Addon, AddonMetric, Answer, AppHeader, AppPage, AppSummary, Backend, ByStatusClass, ChartBucket, CodeCount,
    Endpoint, Error, ErrorCode, Event, EventKind, Health, HeatCounts, Kind, Kpis, Label, Level, LineId, LogContext,
    LogContextQuery, LogCursor, LogHistogram, LogLine, LogPage, LogQuery, LossCount, LossInterval, MetricsPage,
    MetricsPageQuery, Overview, Quantiles, Range, Reason, RequestParts, SourceValue, Span, SparkPoint, Stat, Step,
    Totals, Unmatched,
    alert::{
        AlertChange, AlertsPage, Band, BandPoint, Basis, Changed, Figure, FigureBands, IncidentId, IncidentPage,
        Preview, PreviewQuery,
    },
    series::{Comparison, MetricInfo, Points, QueryAnswer},
};

/// Noon of a fixed day, unix seconds.
pub const NOW_S: i64 = 1_790_000_000;

/// The fixed backend; `empty` has no apps at all.
#[derive(Clone, Copy, Debug, Default)]
pub struct Fake {
    /// Whether it knows no app.
    pub empty: bool,
}

fn summary(app: &str, health: Health, rate: Option<f64>, reasons: Vec<Reason>) -> AppSummary {
    let steps = if rate.is_some() { SparkPoint::STEPS } else { 0 };
    let spark = (0..steps)
        .map(|step| {
            let age_s = i64::try_from(SparkPoint::STEPS - step).unwrap_or(0) * SparkPoint::STEP_S;
            let wave = f32::from(u8::try_from(step % 7).unwrap_or(0));
            let errors_per_s = if health == Health::Failing && step > 20 { 2.0 + wave } else { 0.0 };
            SparkPoint { at_s: NOW_S - age_s, per_s: 20.0 + wave, errors_per_s }
        })
        .collect();
    let scale = if health == Health::Failing { 20.0 } else { 1.0 };
    AppSummary {
        app: app.to_owned(),
        health,
        reasons,
        since_ms: Some((NOW_S - 1_500) * 1_000),
        incidents: vec![],
        requests_per_s: rate,
        p50_ms: rate.map(|_| 38.0),
        p95_ms: rate.map(|_| 310.0 * scale),
        p99_ms: rate.map(|_| 1_420.0 * scale),
        error_rate: rate.map(|_| if health == Health::Failing { 0.074 } else { 0.0031 }),
        dynos: rate.map(|_| 6),
        lines_per_s: rate.unwrap_or(0.0) * 1.5,
        lost_lines: 0,
        overflowed: 0,
        last_line_ms: Some((NOW_S - if health == Health::Silent { 11_520 } else { 0 }) * 1_000),
        last_event: (health == Health::Failing).then(|| event(NOW_S - 1_440)),
        spark,
    }
}

fn reason(health: Health, what: &str, detail: &str) -> Reason {
    Reason { health, what: what.to_owned(), detail: detail.to_owned() }
}

fn apps() -> Vec<AppSummary> {
    vec![
        summary(
            "checkout",
            Health::Failing,
            Some(312.0),
            vec![reason(Health::Failing, "H12 request timeouts", "41/min since 14:06")],
        ),
        summary(
            "api",
            Health::Degraded,
            Some(488.0),
            vec![reason(Health::Degraded, "R14 memory quota exceeded", "3/min since 14:02")],
        ),
        summary("storefront", Health::Healthy, Some(221.4), vec![]),
        summary("staging", Health::Silent, None, vec![reason(Health::Silent, "no log lines for 3 h 12 min", "")]),
    ]
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

impl Backend for Fake {
    fn overview(&self) -> Answer<'_, Overview> {
        let apps = if self.empty { vec![] } else { apps() };
        let totals = if self.empty {
            Totals::default()
        } else {
            Totals {
                requests_per_s: 1_021.4,
                p99_ms: Some(1_420.0),
                error_rate: Some(0.016),
                dynos: 18,
                lines_per_s: 6_120.0,
                lost_lines: 0,
                lines: 1_204_518,
            }
        };
        Box::pin(async move { Ok(Overview { at_ms: NOW_S * 1_000, id: 1, apps, totals }) })
    }

    fn app(&self, app: String, range: Range) -> Answer<'_, AppPage> {
        Box::pin(async move {
            let Some(summary) = apps().into_iter().find(|it| it.app == app) else {
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
                incidents: vec![],
                endpoints: if quiet { vec![] } else { vec![endpoint()] },
                are_endpoints_of_range: range != Range::Live,
                addons: if quiet { vec![] } else { vec![addon()] },
                losses: vec![],
                unmatched: if quiet { Unmatched::default() } else { unmatched() },
                summary,
            })
        })
    }

    fn log_page(&self, app: String, query: LogQuery) -> Answer<'_, LogPage> {
        Box::pin(async move {
            if !apps().iter().any(|it| it.app == app) {
                return Err(Error::NotFound(format!("there is no app named {app}")));
            }
            let lines = if query.filter == "nothing" { vec![] } else { vec![line(7)] };
            let (before, events) = (Some(LogCursor::new(NOW_S * 1_000)), vec![event(NOW_S - 1)]);
            let span = query.time.resolve(NOW_S);
            Ok(LogPage {
                app,
                span,
                lines,
                events,
                through: 812,
                before,
                scanned_bytes: 1_200_000,
                took_ms: 3,
                highlights: vec![],
            })
        })
    }

    fn log_histogram(&self, _app: String, _query: LogQuery, _is_brief: bool) -> Answer<'_, LogHistogram> {
        Box::pin(async {
            let (from_s, step_s) = (NOW_S - 3_600, 30);
            let all: Vec<u32> = (0..120).map(|it| 300 + it % 7).collect();
            let errors = (0..120).map(|it| if it > 80 { 40 } else { 0 }).collect();
            Ok(LogHistogram {
                from_s,
                step_s,
                all,
                errors,
                lost: vec![LossInterval { span: Span::clamped(NOW_S - 1_800, NOW_S - 1_740), lines: 41 }],
                counted_from_ms: from_s * 1_000,
                scanned_bytes: 1_200_000,
                took_ms: 3,
            })
        })
    }

    fn log_context(&self, app: String, query: LogContextQuery) -> Answer<'_, LogContext> {
        Box::pin(async move {
            if query.id != line(7).id {
                return Err(Error::NotFound(format!("log line {} of {app} not found; it may have expired", query.id)));
            }
            Ok(LogContext {
                line: line(7),
                means: "H12: request timeout".into(),
                before: (0..7).map(line).collect(),
                after: (8..12).map(line).collect(),
                has_more_before: true,
                has_more_after: false,
            })
        })
    }

    fn metrics(&self, app: String, query: MetricsPageQuery) -> Answer<'_, MetricsPage> {
        Box::pin(async move {
            let head = self.head(app).await?;
            let info = |metric: &str, kind: Kind, unit: &str| MetricInfo {
                metric: metric.into(),
                kind,
                unit: unit.into(),
                sources: vec!["web.1".into()],
                series: 2,
                last: Some(41.5),
                last_ms: Some(NOW_S * 1_000),
            };
            let metrics = vec![info("db.query", Kind::Distribution, "ms"), info("jobs.done", Kind::Counter, "")];
            let span = Span::clamped(NOW_S - query.range.length_s(), NOW_S);
            let step_s = query.range.step_s();
            let points = (0..60).map(|it| (span.from_s() + it * step_s, 40.0 + it as f64)).collect::<Vec<_>>();
            let series = vec![Points { labels: [(Label::Source, "web.1".to_owned())].into(), points }];
            let compared = query.compare.map(|_| Comparison { offset_s: 86_400, series: series.clone() });
            let (metric, stat, unit) = ("db.query".to_owned(), Stat::Percentile(95.0), "ms".to_owned());
            let answer = match (&query.problem, query.metric.as_str()) {
                (Some(problem), _) => Err(problem.clone()),
                (None, "" | "db.query") => {
                    let step = Step::clamped(step_s);
                    Ok(QueryAnswer { metric: metric.clone(), stat, unit, step, series, compared })
                }
                (None, other) => Err(format!("there is no metric named {other}")),
            };
            let metric = if query.metric.is_empty() { metric } else { query.metric.clone() };
            let query = MetricsPageQuery { metric, stat: Some(stat), ..query };
            let losses = vec![LossInterval { span: Span::clamped(NOW_S - 1_800, NOW_S - 1_740), lines: 41 }];
            let (events, incidents) = (vec![event(NOW_S - 1_440)], vec![]);
            Ok(MetricsPage { head, metrics, query, span, events, incidents, losses, answer })
        })
    }

    fn head(&self, app: String) -> Answer<'_, AppHeader> {
        Box::pin(async move {
            let Some(mut summary) = apps().into_iter().find(|it| it.app == app) else {
                return Err(Error::NotFound(format!("there is no app named {app}")));
            };
            summary.lost_lines = 12;
            let losses = vec![LossCount { reason: "L10".into(), means: "output buffer overflow".into(), count: 12 }];
            Ok(AppHeader { at_ms: NOW_S * 1_000, summary, losses, events: vec![] })
        })
    }

    fn alerts(&self) -> Answer<'_, AlertsPage> {
        Box::pin(async { Err(Error::Internal) })
    }

    fn incident(&self, id: IncidentId) -> Answer<'_, IncidentPage> {
        Box::pin(async move { Err(Error::NotFound(format!("there is no incident {id}"))) })
    }

    fn preview_rule(&self, query: PreviewQuery) -> Answer<'_, Preview> {
        Box::pin(async move { Err(Error::NotFound(format!("there is no app named {}", query.app))) })
    }

    fn change_alerts(&self, _change: AlertChange) -> Answer<'_, Changed> {
        Box::pin(async { Ok(Changed::default()) })
    }
}

fn line(index: u32) -> LogLine {
    let text =
        "at=error code=H12 desc=\"Request timeout\" method=POST path=\"/orders\" host=h fwd=\"1.1.1.1\" dyno=web.3 \
                connect=1ms service=30000ms status=503 bytes=0"
            .to_owned();
    LogLine {
        id: LineId { block: 812, index },
        at_ms: NOW_S * 1_000 + 44,
        app: "heroku".into(),
        source: "router".into(),
        level: Level::Error,
        bytes: text.len() as u64,
        text,
        request: Some(Box::new(RequestParts {
            method: "POST".into(),
            path: "/orders".into(),
            status: 503,
            code: Some("H12".into()),
            description: Some("Request timeout".into()),
            host: Some("h".into()),
            dyno: Some("web.3".into()),
            connect_ms: Some(1.0),
            service_ms: Some(30_000.0),
            bytes: Some(0.0),
            ..RequestParts::default()
        })),
    }
}

fn event(at_s: i64) -> Event {
    Event { at_s, kind: EventKind::Release, source: String::new(), text: "Release v214 created by user ***".to_owned() }
}

fn endpoint() -> Endpoint {
    let (method, path) = ("POST".to_owned(), "/orders/:id/payments".to_owned());
    let service_ms = Quantiles { p50: 1_200.0, p95: 29_800.0, p99: 30_000.0, max: 30_000.0 };
    Endpoint { method, path, requests: 38_204, service_ms: Some(service_ms) }
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
