//! Custom webhooks, after Standard Webhooks: a typed JSON body below 20 kB, signed. Types are
//! `incident.opened`, `.escalated`, `.reminder`, `.flapping`, `.resolved`, `incidents.digest` and
//! `test`.
//! <https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>

use contract::alert::Incident;
use serde_json::{Value, json};

use super::{
    cut::{Unit, cut, plain},
    text::{Message, rfc3339},
};
use crate::store::alert::notice::{Notice, NoticeKind};

/// Most bytes of a body; the specification asks for less than 20 kB.
const BODY_BYTES_MAX: usize = 20_000;
/// Longest text, bytes.
const TEXT_BYTES_MAX: usize = 1_000;
/// Most bytes of the incidents of a digest. The first names of a group have its head as well.
const DIGEST_BYTES_MAX: usize = 18_500;

/// The body of a message.
#[must_use]
pub(crate) fn body(message: &Message) -> Vec<u8> {
    let sizes = [TEXT_BYTES_MAX, 300, 100, 0];
    let written = sizes.iter().map(|it| sized(message, *it).to_string());
    let mut written = written.skip_while(|it| it.len() >= BODY_BYTES_MAX);
    written.next().unwrap_or_default().into_bytes()
}

fn sized(message: &Message, text_max: usize) -> Value {
    let at_ms = message.notices.last().map_or(message.now_ms, |it| it.at_ms);
    let (kind, data) = match message.notices.as_slice() {
        [notice] if !message.is_digest => match &notice.incident {
            Some(incident) => (event(notice.kind), one(message, notice, incident, text_max)),
            None => ("test", json!({ "text": message.text.detail })),
        },
        notices => ("incidents.digest", digest(message, notices, text_max)),
    };
    json!({ "type": kind, "timestamp": rfc3339(at_ms), "data": data })
}

const fn event(kind: NoticeKind) -> &'static str {
    match kind {
        NoticeKind::Opened => "incident.opened",
        NoticeKind::Escalated => "incident.escalated",
        NoticeKind::Reminder => "incident.reminder",
        NoticeKind::Flapping => "incident.flapping",
        NoticeKind::Resolved => "incident.resolved",
        NoticeKind::Test => "test",
    }
}

fn one(message: &Message, notice: &Notice, incident: &Incident, text_max: usize) -> Value {
    let short = |it: &str| cut(it, text_max, Unit::Bytes, plain);
    let others: Vec<String> = notice.others.iter().take(5).map(|it| short(it)).collect();
    json!({
        "incident": incident.id,
        "app": short(&incident.app),
        "cause": incident.cause,
        "severity": incident.severity,
        "state": incident.state,
        "rule": incident.rule,
        "rule_name": short(&incident.rule_name),
        "title": short(&message.text.title),
        "what": short(&incident.what),
        "detail": short(&incident.detail),
        "remedy": short(&incident.remedy),
        "value": notice.value,
        "limit": notice.limit,
        "usual": notice.usual,
        "unit": short(&notice.unit),
        "metric": incident.metric.as_deref().map(short),
        "others": others,
        "began": rfc3339(incident.began_ms),
        "worst": rfc3339(incident.worst_ms),
        "fired": incident.fired_ms.map(rfc3339),
        "resolved": incident.resolved_ms.map(rfc3339),
        "url": message.incident_url(incident.id),
    })
}

/// Groups of incidents, as many as fit; `more` counts the others.
fn digest(message: &Message, notices: &[Notice], text_max: usize) -> Value {
    let mut groups: Vec<(Value, Vec<Value>)> = Vec::new();
    let (mut bytes, mut more) = (0, 0);
    for notice in notices {
        let Some(incident) = &notice.incident else { continue };
        let head = json!({
            "event": event(notice.kind),
            "severity": incident.severity,
            "rule_name": cut(&incident.rule_name, text_max.min(200), Unit::Bytes, plain),
        });
        let name = json!({ "id": incident.id, "app": cut(&incident.app, text_max.min(100), Unit::Bytes, plain) });
        let known = groups.iter().position(|it| it.0 == head);
        let len = name.to_string().len() + 1 + known.map_or(head.to_string().len() + 20, |_| 0);
        if more > 0 || bytes + len > DIGEST_BYTES_MAX {
            more += 1;
            continue;
        }
        bytes += len;
        match known {
            Some(at) => groups[at].1.push(name),
            None => groups.push((head, vec![name])),
        }
    }
    let groups: Vec<Value> = groups
        .into_iter()
        .map(|(mut head, names)| {
            head["incidents"] = Value::Array(names);
            head
        })
        .collect();
    json!({
        "title": message.text.title,
        "groups": groups,
        "more": more,
        "note": message.text.note,
        "url": message.text.links.first().map(|it| &it.url),
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]
mod tests {
    use super::*;
    use crate::outlet::notify::sample;

    #[test]
    fn ok_every_message_is_within_the_limits() {
        for message in sample::messages() {
            let body = body(&message);
            assert!((1..20_000).contains(&body.len()), "{}", body.len());
            let body: Value = serde_json::from_slice(&body).unwrap();
            let kind = body["type"].as_str().unwrap();
            assert!(kind.bytes().all(|it| it.is_ascii_alphanumeric() || b"_.".contains(&it)));
            if message.is_digest {
                let groups = body["data"]["groups"].as_array().unwrap();
                let named: usize = groups.iter().map(|it| it["incidents"].as_array().unwrap().len()).sum();
                assert_eq!(
                    named + usize::try_from(body["data"]["more"].as_u64().unwrap()).unwrap(),
                    message.notices.len()
                );
            }
        }
    }

    #[test]
    fn ok_what_a_receiver_reads() {
        let message = sample::message(vec![sample::notice(NoticeKind::Resolved, 12, "checkout")]);
        let body: Value = serde_json::from_slice(&body(&message)).unwrap();
        assert_eq!((&body["type"], &body["timestamp"]), (&json!("incident.resolved"), &json!("2026-11-27T09:14:00Z")));
        let data = &body["data"];
        assert_eq!(
            (&data["incident"], &data["severity"], &data["rule"]),
            (&json!(12), &json!("critical"), &json!("router-codes"))
        );
        assert_eq!((&data["value"], &data["resolved"]), (&json!(41.0), &json!("2026-11-27T09:14:00Z")));
        assert_eq!(data["url"], "https://gauge.example.com/incidents/12");
    }

    #[test]
    fn ok_a_digest_names_300_apps() {
        let body: Value = serde_json::from_slice(&body(&sample::digest("app-"))).unwrap();
        assert_eq!(
            (&body["data"]["more"], body["data"]["groups"][0]["incidents"].as_array().unwrap().len()),
            (&json!(0), 300)
        );
    }
}
