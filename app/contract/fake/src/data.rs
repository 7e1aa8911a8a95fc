//! The apps, and pieces that several pages show.

use contract::{
    AppSummary, Event, EventKind, Health, Level, LineId, LogLine, Reason, RequestParts, SparkPoint, alert::ChangeLink,
};

use crate::NOW_S;

pub(crate) fn summary(app: &str, health: Health, rate: Option<f64>, reasons: Vec<Reason>) -> AppSummary {
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
        incidents: if app == "checkout" { vec![12] } else { vec![] },
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

pub(crate) fn reason(health: Health, what: &str, detail: &str) -> Reason {
    Reason { health, what: what.to_owned(), detail: detail.to_owned() }
}

pub(crate) fn apps() -> Vec<AppSummary> {
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

pub(crate) fn line(index: u32) -> LogLine {
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
        request_id: None,
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

/// What changed before the incident 12; nothing before others.
pub(crate) fn changes(incidents: &[i64], began_s: i64) -> Vec<ChangeLink> {
    let link = |text: &str, href: String| ChangeLink { text: text.to_owned(), href };
    let around = |before_s: i64| format!("/apps/checkout?from={}&to={began_s}", began_s - before_s);
    match incidents {
        [12, ..] => vec![
            link("v214 released 14:03", around(1_080)),
            link("3 dynos restarted 14:03", around(1_070)),
            link("H12 from 14:06 (+3 min)", format!("/apps/checkout/logs?q=code%3DH12&from={began_s}&to={NOW_S}")),
        ],
        _ => vec![],
    }
}

pub(crate) fn event(at_s: i64) -> Event {
    Event { at_s, kind: EventKind::Release, source: String::new(), text: "Release v214 created by user ***".to_owned() }
}
