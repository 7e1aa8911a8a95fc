//! The preview of a rule: three occurrences in the last seven days.

use contract::{
    Error, Range, Span, Stat, Step,
    alert::{Condition, IncidentState, Occurrence, Preview, PreviewQuery, Signal, Verdict},
    series::{Points, QueryAnswer},
};

use crate::{NOW_S, data::apps};

/// Hours before now at which it would have fired, and for how many minutes.
const FIRED: [(i64, i64); 3] = [(140, 90), (71, 240), (9, 45)];

pub(crate) fn of(query: PreviewQuery) -> Result<Preview, Error> {
    let rule = query.rule.checked().map_err(Error::Invalid)?;
    let rule = rule.get();
    let app = rule.app.clone().unwrap_or(query.app);
    if !apps().iter().any(|it| it.app == app) {
        return Err(Error::NotFound(format!("there is no app named {app}")));
    }
    let step_s = Range::Week.step_s();
    let to_s = NOW_S - NOW_S.rem_euclid(step_s);
    let span = Span::clamped(to_s - Range::Week.length_s(), to_s);
    let fired =
        FIRED.map(|(hours, minutes)| Span::clamped(NOW_S - hours * 3_600, NOW_S - hours * 3_600 + minutes * 60));
    let limit = match rule.condition {
        Condition::Threshold { limit, .. } => limit,
        _ => 300.0,
    };
    let value = |at_s: i64| {
        let wave = (at_s / step_s).rem_euclid(13) as f64 / 40.0;
        limit * (if fired.iter().any(|it| it.contains(at_s)) { 1.15 + wave } else { 0.4 + wave })
    };
    let points = (span.from_s()..to_s).step_by(step_s as usize).map(|it| (it, value(it))).collect();
    let (metric, stat, unit) = match &rule.signal {
        Signal::Metric { metric, stat, .. } => (metric.clone(), *stat, "ms"),
        Signal::Search { .. } => ("lines".to_owned(), Stat::Count, ""),
    };
    let occurrence =
        |span: &Span| Occurrence { span: *span, group: String::new(), value: value(span.from_s() + step_s) };
    Ok(Preview {
        span,
        occurrences: fired.iter().map(occurrence).collect(),
        sentence: "In the last 7 days it would have fired 3 times.".to_owned(),
        chart: QueryAnswer {
            metric,
            stat,
            unit: unit.to_owned(),
            step: Step::clamped(step_s),
            series: vec![Points { labels: [].into(), points }],
            compared: None,
        },
        limits: vec![(span.from_s(), limit)],
        now: vec![Verdict {
            app,
            group: String::new(),
            at_ms: NOW_S * 1_000,
            value: Some(value(to_s - step_s)),
            limit: Some(limit),
            usual: None,
            state: None::<IncidentState>,
        }],
    })
}
