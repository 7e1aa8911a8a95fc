//! Prometheus Alertmanager: `POST /api/v2/alerts` with an alert for each incident.
//!
//! An alert without `endsAt` is resolved by Alertmanager itself after its `resolve_timeout` of five
//! minutes, so clients are asked to send it again and again. Ours says instead that it ends in 30
//! days, and once more when it is over. So nobody is told that it is resolved while this server
//! restarts, and an alert that was told to be over stays over. Alertmanager keeps alerts in memory:
//! one that restarts meanwhile hears of the incident again with the next message about it.
//! <https://prometheus.io/docs/alerting/latest/alerts_api/>

use std::collections::BTreeMap;

use contract::alert::{Incident, Severity};
use serde_json::{Value, json};

use super::{
    cut::{Unit, cut, plain},
    text::{Message, rfc3339},
};
use crate::store::alert::notice::{Notice, NoticeKind};

/// When an alert ends of which nothing more is heard, milliseconds.
const ENDS_AFTER_MS: i64 = 30 * 86_400_000;
/// When the alert of a test ends, milliseconds.
const TEST_ENDS_AFTER_MS: i64 = 60_000;
/// Longest value of a label and an annotation, characters.
const LABEL_CHARS_MAX: usize = 200;
const ANNOTATION_CHARS_MAX: usize = 1_000;

/// The body of a message. Of several notices about one incident the last counts.
#[must_use]
pub(crate) fn body(message: &Message) -> Value {
    let mut last: BTreeMap<i64, (&Notice, &Incident)> = BTreeMap::new();
    for notice in &message.notices {
        if let Some(incident) = &notice.incident {
            last.insert(incident.id.0, (notice, incident));
        }
    }
    let mut alerts: Vec<Value> = last.values().flat_map(|(notice, incident)| of(message, notice, incident)).collect();
    if alerts.is_empty() {
        let labels = json!({ "alertname": "StreamgaugeTest", "severity": "info" });
        let annotations = json!({ "summary": message.text.title, "description": message.text.detail });
        alerts.push(alert(
            &labels,
            &annotations,
            message.now_ms,
            message.now_ms + TEST_ENDS_AFTER_MS,
            message.base.clone(),
        ));
    }
    Value::Array(alerts)
}

/// The alert of an incident. Its severity is a label, and labels are what an alert is known by: so
/// those of lesser severity end when it becomes more urgent, and with it when it is over.
fn of(message: &Message, notice: &Notice, incident: &Incident) -> Vec<Value> {
    let short = |it: &str| cut(it, ANNOTATION_CHARS_MAX, Unit::Chars, plain);
    let annotations = json!({
        "summary": short(&notice.line()),
        "description": short(&incident.detail),
        "remedy": short(&incident.remedy),
        "rule": short(&incident.rule_name),
    });
    let is_over = notice.kind == NoticeKind::Resolved;
    // It can't end before it begins.
    let over_ms = incident.resolved_ms.unwrap_or(notice.at_ms).max(incident.began_ms);
    let lesser = Severity::ALL.into_iter().filter(|it| *it > incident.severity);
    let lesser = lesser.filter(|_| is_over || notice.kind == NoticeKind::Escalated);
    let one = |severity: Severity, ends_ms: i64| {
        let labels = json!({
            "alertname": incident.cause,
            "app": cut(&incident.app, LABEL_CHARS_MAX, Unit::Chars, plain),
            "severity": severity,
        });
        alert(&labels, &annotations, incident.began_ms, ends_ms, message.incident_url(incident.id))
    };
    let ends_ms = if is_over { over_ms } else { message.now_ms.saturating_add(ENDS_AFTER_MS) };
    let ended_ms = if is_over { over_ms } else { notice.at_ms.max(incident.began_ms) };
    [one(incident.severity, ends_ms)].into_iter().chain(lesser.map(|it| one(it, ended_ms))).collect()
}

fn alert(labels: &Value, annotations: &Value, starts_ms: i64, ends_ms: i64, url: Option<String>) -> Value {
    json!({
        "labels": labels,
        "annotations": annotations,
        "startsAt": rfc3339(starts_ms),
        "endsAt": rfc3339(ends_ms),
        "generatorURL": url.unwrap_or_default(),
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]
mod tests {
    use super::*;
    use crate::outlet::notify::sample;

    #[test]
    fn ok_every_message_is_alerts() {
        for message in sample::messages() {
            let body = body(&message);
            for alert in body.as_array().filter(|it| !it.is_empty()).unwrap() {
                let labels = alert["labels"].as_object().unwrap();
                assert!(!labels["alertname"].as_str().unwrap().is_empty());
                assert!(alert["startsAt"].as_str().unwrap() <= alert["endsAt"].as_str().unwrap());
                assert!(alert["generatorURL"].as_str().unwrap().starts_with("https://"));
            }
        }
    }

    #[test]
    fn ok_an_alert_fires_until_it_is_over() {
        let of = |kind| body(&sample::message(vec![sample::notice(kind, 12, "checkout")]));
        let (opened, worse, over) = (of(NoticeKind::Opened), of(NoticeKind::Escalated), of(NoticeKind::Resolved));
        let labels = json!({ "alertname": "requests", "app": "checkout", "severity": "critical" });
        assert_eq!((&opened[0]["labels"], &opened[0]["endsAt"]), (&labels, &json!("2026-12-27T09:04:00Z")));
        assert_eq!((&over[0]["labels"], &over[0]["endsAt"]), (&labels, &json!("2026-11-27T09:14:00Z")));
        assert_eq!([&opened, &worse, &over].map(|it| it.as_array().unwrap().len()), [1, 3, 3]);
        assert_eq!(
            (&worse[1]["labels"]["severity"], &worse[1]["endsAt"]),
            (&json!("warning"), &json!("2026-11-27T09:03:00Z"))
        );
    }

    #[test]
    fn ok_a_digest_tells_the_last_of_each() {
        let message = sample::message(vec![
            sample::notice(NoticeKind::Opened, 1, "a"),
            sample::notice(NoticeKind::Opened, 2, "b"),
            sample::notice(NoticeKind::Resolved, 1, "a"),
        ]);
        let body = body(&message);
        let ends: Vec<&str> = body.as_array().unwrap().iter().map(|it| it["endsAt"].as_str().unwrap()).collect();
        assert_eq!((ends.len(), ends[0], ends[3]), (4, "2026-11-27T09:14:00Z", "2026-12-27T09:04:00Z"));
    }
}
