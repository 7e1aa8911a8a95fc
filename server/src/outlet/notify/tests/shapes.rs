//! Receivers in the shape of each service: they refuse what the service would refuse. The services
//! themselves, and a server of ntfy, are in no registry that a build can use.

use contract::alert::ChannelKind;
use proptest::prelude::*;
use serde_json::Value;
use testing::receiver::{Answer, Receiver, Request, status};

use super::parts::{Parts, wait};
use crate::{
    outlet::notify::{
        compose::{Outgoing, compose},
        forms,
        sample::{hostile, message, notice},
    },
    store::alert::{
        deliveries,
        notice::NoticeKind::{Escalated, Opened, Resolved},
    },
};

/// Every kind that speaks HTTP, with the rest of its URL and the path that it asks for.
const SHAPES: [(ChannelKind, &str, &str); 9] = [
    (ChannelKind::Slack, "/services/T0/B0/X", "/services/T0/B0/X"),
    (ChannelKind::Mattermost, "/hooks/abc", "/hooks/abc"),
    (ChannelKind::Discord, "/api/webhooks/12/abc", "/api/webhooks/12/abc?wait=true"),
    (ChannelKind::Teams, "/workflows/1?sig=abc", "/workflows/1?sig=abc"),
    (ChannelKind::PagerDuty, "", "/v2/enqueue"),
    (ChannelKind::Ntfy, "/ops", "/"),
    (
        ChannelKind::Telegram,
        "/bot12:abcdefghijklmnopqrstuvwxyz?chat_id=-7",
        "/bot12:abcdefghijklmnopqrstuvwxyz/sendMessage",
    ),
    (ChannelKind::Webhook, "/hook", "/hook"),
    (ChannelKind::Alertmanager, "", "/api/v2/alerts"),
];

/// The URL of a channel at a receiver.
fn url(kind: ChannelKind, origin: &str, rest: &str) -> String {
    match kind {
        ChannelKind::PagerDuty => format!("{}{rest}", origin.replace("//", "//01234567890123456789012345678901@")),
        ChannelKind::Ntfy => format!("{}{rest}", origin.replace("//", "//tk_secret@")),
        _ => format!("{origin}{rest}"),
    }
}

/// How long a text is as Discord and Telegram count.
fn utf16(value: &Value) -> usize {
    value.as_str().map_or(usize::MAX, |it| it.encode_utf16().count())
}

/// The texts of a Slack block.
fn texts(value: &Value) -> Vec<&Value> {
    match value {
        Value::Object(all) => {
            let own = all.get("text").filter(|it| it.is_string());
            own.into_iter().chain(all.values().flat_map(texts)).collect()
        }
        Value::Array(all) => all.iter().flat_map(texts).collect(),
        _ => vec![],
    }
}

/// Whether a service would take a body.
fn is_taken(kind: ChannelKind, text: &str) -> bool {
    let Ok(body) = serde_json::from_str::<Value>(text) else { return false };
    match kind {
        ChannelKind::Slack => {
            let blocks = body["blocks"].as_array().map_or(&[][..], Vec::as_slice);
            let within = |block: &Value| {
                let max = if block["type"] == "header" { 150 } else { 3_000 };
                texts(block).iter().all(|it| (1..=max).contains(&utf16(it)))
            };
            let total: usize = blocks.iter().flat_map(texts).map(utf16).sum();
            (1..=50).contains(&blocks.len()) && blocks.iter().all(within) && total <= 13_200
        }
        ChannelKind::Mattermost => body["text"].as_str().is_some_and(|it| (1..=16_383).contains(&it.chars().count())),
        ChannelKind::Discord => {
            let embed = &body["embeds"][0];
            let fields = embed["fields"].as_array().map_or(&[][..], Vec::as_slice);
            let lens = fields.iter().map(|it| (utf16(&it["name"]), utf16(&it["value"])));
            let are_within = lens.clone().all(|it| (1..=256).contains(&it.0) && (1..=1_024).contains(&it.1));
            let (title, description) = (utf16(&embed["title"]), utf16(&embed["description"]));
            let total = title + description + lens.map(|it| it.0 + it.1).sum::<usize>();
            are_within && fields.len() <= 25 && title <= 256 && description <= 4_096 && total <= 6_000
        }
        ChannelKind::Teams => text.len() <= 21_000 && body["attachments"][0]["content"]["version"] == "1.4",
        ChannelKind::PagerDuty => {
            let is_named = body["dedup_key"].as_str().is_some_and(|it| (1..=255).contains(&it.len()));
            let summary = body["payload"]["summary"].as_str().map_or(0, |it| it.chars().count());
            let is_said = (1..=1_024).contains(&summary) || body["event_action"] == "resolve";
            is_named && is_said && body["routing_key"].as_str().is_some_and(|it| it.len() == 32)
        }
        ChannelKind::Ntfy => {
            let is_short = body["message"].as_str().is_some_and(|it| (1..=4_096).contains(&it.len()));
            let actions = body["actions"].as_array().map_or(0, Vec::len);
            text.len() <= 8_192 && is_short && actions <= 3 && body["topic"] == "ops"
        }
        ChannelKind::Telegram => {
            let bare: String =
                body["text"].as_str().unwrap_or("").split('<').map(|it| it.rsplit('>').next().unwrap_or("")).collect();
            (1..=4_096).contains(&bare.encode_utf16().count()) && body["chat_id"] == "-7"
        }
        ChannelKind::Webhook => text.len() < 20_000 && body["type"].is_string() && body["data"].is_object(),
        ChannelKind::Alertmanager => body.as_array().is_some_and(|all| {
            let is_alert =
                |it: &Value| it["labels"]["alertname"].is_string() && it["startsAt"].as_str() <= it["endsAt"].as_str();
            !all.is_empty() && all.iter().all(is_alert)
        }),
        ChannelKind::Email => false,
    }
}

fn answer(kind: ChannelKind, path: &str, request: &Request) -> Answer {
    let is_proven = kind != ChannelKind::Ntfy || request.header("authorization") == Some("Bearer tk_secret");
    if request.path() != path || !is_proven || !is_taken(kind, request.text()) {
        return Answer::Says(400, String::new(), format!("{} with {} bytes", request.path(), request.body.len()));
    }
    match kind {
        ChannelKind::Discord => status(204),
        ChannelKind::Teams | ChannelKind::PagerDuty => status(202),
        _ => Answer::Says(200, String::new(), "ok".to_owned()),
    }
}

#[tokio::test]
async fn ok_each_service_takes_our_messages() {
    let parts = Parts::new().await;
    let mut receivers = Vec::new();
    for (kind, rest, path) in SHAPES {
        let receiver = Receiver::start(move |all| all.last().map_or(status(500), |it| answer(kind, path, it)));
        let id = parts.channel(kind, &url(kind, &receiver.origin(), rest)).await.id;
        let tried = parts.notifier.send_test(id).await.expect("a channel");
        assert_eq!(tried.problem, None, "{kind:?}");
        receivers.push(receiver);
    }
    let crab = "🦀".repeat(2_500);
    parts.enqueue(&[notice(Opened, 1, "checkout"), notice(Escalated, 1, "checkout"), hostile(Opened, 2, &crab)]).await;
    parts.enqueue(&[notice(Resolved, 1, "checkout"), hostile(Resolved, 2, &crab)]).await;
    parts.start();
    for receiver in &receivers {
        wait(receiver, 6).await;
    }
    parts.until("nothing waiting", |it| it.waiting == 0).await;
    let undelivered = deliveries::undelivered(&parts.notifier.store.readers).await.expect("a list");
    let refused: Vec<_> = undelivered.iter().filter_map(|it| it.problem.as_ref()).collect();
    assert_eq!(refused, Vec::<&String>::new());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn ok_any_text_fits(text in "\\PC{0,400}|[\\x00-\\x7f]{0,400}|[<&\"\\\\*_\n]{0,400}", times in 1_usize..30, count in 1_i64..40) {
        let text = text.repeat(times);
        for (kind, rest, _) in SHAPES {
            let target = forms::parse(kind, &url(kind, "http://127.0.0.1:9", rest)).map_err(|it| TestCaseError::fail(it.to_string()))?;
            // PagerDuty gets one at a time.
            let count = if kind == ChannelKind::PagerDuty { 1 } else { count };
            for event in [Opened, Resolved] {
                let message = message((1..=count).map(|it| hostile(event, it, &text)).collect());
                let Ok(Outgoing::Post { body, .. }) = compose(&target, &message) else { panic!("expected a request") };
                let body = String::from_utf8(body).unwrap_or_default();
                prop_assert!(is_taken(kind, &body), "{kind:?}: {body}");
            }
        }
    }
}
