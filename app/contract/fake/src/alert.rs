//! Incidents and rules that several pages show.

use std::collections::BTreeMap;

use contract::{
    Label, Span, Stat,
    alert::{
        BuiltIn, Cause, Condition, Direction, Incident, IncidentId, IncidentMark, IncidentState, RuleDraft, RuleId,
        Severity, Signal,
    },
};

use crate::NOW_S;

/// The incidents that are not over, and one that is.
pub(crate) fn incidents() -> Vec<Incident> {
    let (critical, warning) = (Severity::Critical, Severity::Warning);
    vec![
        Incident {
            what: "H12 request timeouts, 41/min".to_owned(),
            detail: "820 of 6,240 requests in 20 min, usually 2".to_owned(),
            remedy: "Look for the endpoint whose service time grew, and for what it waits on.".to_owned(),
            ..incident(12, "checkout", Cause::Requests, critical, RuleId::BuiltIn(BuiltIn::RouterCodes), 1_500)
        },
        Incident {
            what: "p95 of db.query 512 ms".to_owned(),
            detail: "limit 400 ms, web.1".to_owned(),
            ..incident(15, "api", Cause::Own(3), warning, RuleId::Own(3), 1_140)
        },
        Incident {
            what: "Memory full in 40 min".to_owned(),
            detail: "web.2 at 471 of 512 MB, growing 1 MB/min".to_owned(),
            remedy: "Restart the dyno, or give it more memory.".to_owned(),
            state: IncidentState::Pending,
            fired_ms: None,
            ..incident(16, "api", Cause::Memory, warning, RuleId::BuiltIn(BuiltIn::Memory), 90)
        },
        Incident {
            what: "No log lines for 3 h 12 min".to_owned(),
            detail: "usually at most 18 min".to_owned(),
            remedy: "Check that the app runs and that its drain still exists.".to_owned(),
            state: IncidentState::Unknown,
            ..incident(9, "staging", Cause::Silence, Severity::Info, RuleId::BuiltIn(BuiltIn::Silence), 11_520)
        },
        Incident {
            what: "8.0 % server errors".to_owned(),
            detail: "8 of 100 requests in 5 min, usually 0.2 %".to_owned(),
            remedy: "Compare with the release before it.".to_owned(),
            state: IncidentState::Resolved,
            resolved_ms: Some((NOW_S - 80_000) * 1_000),
            ..incident(7, "checkout", Cause::Requests, critical, RuleId::BuiltIn(BuiltIn::Errors), 81_500)
        },
    ]
}

fn incident(id: i64, app: &str, cause: Cause, severity: Severity, rule: RuleId, age_s: i64) -> Incident {
    let began_ms = (NOW_S - age_s) * 1_000;
    let rule_name = match rule {
        RuleId::BuiltIn(BuiltIn::RouterCodes) => "Router errors",
        RuleId::BuiltIn(BuiltIn::Errors) => "Server errors",
        RuleId::BuiltIn(BuiltIn::Memory) => "Memory",
        RuleId::BuiltIn(_) => "Silence",
        RuleId::Own(_) => "Slow queries",
    };
    Incident {
        id: IncidentId(id),
        app: app.to_owned(),
        cause,
        severity,
        state: IncidentState::Firing,
        rule,
        rule_name: rule_name.to_owned(),
        what: String::new(),
        detail: String::new(),
        remedy: String::new(),
        began_ms,
        fired_ms: Some(began_ms + 30_000),
        resolved_ms: None,
        worst_ms: began_ms + age_s * 400,
        metric: Some(if cause == Cause::Requests { "router.errors" } else { "db.query" }.to_owned()),
    }
}

/// The incidents of an app as marks.
pub(crate) fn marks(app: &str) -> Vec<IncidentMark> {
    let seconds = |ms: i64| ms.div_euclid(1_000);
    let mark = |incident: Incident| IncidentMark {
        id: incident.id,
        span: Span::clamped(seconds(incident.began_ms), incident.resolved_ms.map_or(NOW_S, seconds)),
        is_open: incident.resolved_ms.is_none(),
        severity: incident.severity,
        what: incident.what,
    };
    incidents().into_iter().filter(|it| it.app == app && it.fired_ms.is_some()).map(mark).collect()
}

/// A rule of the user's own.
pub(crate) fn rule() -> RuleDraft {
    RuleDraft {
        name: "Slow queries".to_owned(),
        app: Some("api".to_owned()),
        signal: Signal::Metric {
            metric: "db.query".to_owned(),
            stat: Stat::Percentile(95.0),
            only: BTreeMap::new(),
            by: vec![Label::Source],
        },
        window_s: RuleDraft::WINDOW_S,
        condition: Condition::Threshold { direction: Direction::Above, limit: 400.0, clear: Some(350.0) },
        for_s: 120,
        clear_s: RuleDraft::CLEAR_S,
        severity: Severity::Warning,
        remind_s: Some(14_400),
        remedy: "Look for a query without an index.".to_owned(),
        is_enabled: true,
    }
}
