//! The Metrics page, and the header of all pages of an app.

use contract::{
    AppHeader, Error, Kind, Label, LossCount, LossInterval, MetricsPage, MetricsPageQuery, Span, Stat, Step,
    series::{Comparison, MetricInfo, Points, QueryAnswer},
};

use crate::{
    NOW_S, OPEN_INCIDENTS,
    alert::marks,
    data::{apps, event},
};

pub(crate) fn page(app: &str, query: MetricsPageQuery) -> Result<MetricsPage, Error> {
    let head = head(app)?;
    let info = |metric: &str, kind: Kind, unit: &str| MetricInfo {
        metric: metric.into(),
        kind,
        unit: unit.into(),
        sources: vec!["web.1".into()],
        labels: vec![Label::Source],
        series: 2,
        last: Some(41.5),
        last_ms: Some(NOW_S * 1_000),
    };
    let metrics = vec![
        info("db.query", Kind::Distribution, "ms"),
        info("http.duration", Kind::Distribution, "ms"),
        info("http.duration.error", Kind::Gauge, "%"),
        info("jobs.done", Kind::Counter, ""),
    ];
    let span = Span::clamped(NOW_S - query.range.length_s(), NOW_S);
    let step_s = query.range.step_s();
    let points = (0..60).map(|it| (span.from_s() + it * step_s, 40.0 + it as f64)).collect::<Vec<_>>();
    let series = vec![Points { labels: [(Label::Source, "web.1".to_owned())].into(), points }];
    let compared = query.compare.map(|_| Comparison { offset_s: 86_400, series: series.clone() });
    let (metric, stat, unit) = ("db.query".to_owned(), Stat::Percentile(95.0), "ms".to_owned());
    let answer = match (&query.problem, query.metric.as_str()) {
        (Some(problem), _) => Err(problem.clone()),
        (None, "" | "db.query" | "http.duration") => {
            let step = Step::clamped(step_s);
            Ok(QueryAnswer { metric: metric.clone(), stat, unit, step, series, compared })
        }
        (None, other) => Err(format!("there is no metric named {other}")),
    };
    let metric = if query.metric.is_empty() { metric } else { query.metric.clone() };
    let query = MetricsPageQuery { metric, stat: Some(stat), ..query };
    let losses = vec![LossInterval { span: Span::clamped(NOW_S - 1_800, NOW_S - 1_740), lines: 41 }];
    Ok(MetricsPage {
        head,
        metrics,
        query,
        span,
        events: vec![event(NOW_S - 1_440)],
        incidents: marks(app),
        losses,
        answer,
    })
}

pub(crate) fn head(app: &str) -> Result<AppHeader, Error> {
    let Some(mut summary) = apps().into_iter().find(|it| it.app == *app) else {
        return Err(Error::NotFound(format!("there is no app named {app}")));
    };
    summary.lost_lines = 12;
    let losses = vec![LossCount { reason: "L10".into(), means: "output buffer overflow".into(), count: 12 }];
    Ok(AppHeader { at_ms: NOW_S * 1_000, summary, losses, events: vec![], open_incidents: OPEN_INCIDENTS })
}
