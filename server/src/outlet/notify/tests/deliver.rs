//! What arrives, in which order, and how often.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use contract::alert::ChannelKind;
use testing::receiver::{Answer, Receiver, status};

use super::parts::{Parts, wait};
use crate::{
    outlet::notify::{
        sample::{names_all, notice},
        signature::SigningKey,
    },
    store::{
        alert::{
            deliveries,
            notice::NoticeKind::{Escalated, Opened, Resolved},
            outbox,
        },
        apps,
    },
};

#[tokio::test]
async fn ok_a_webhook_is_signed_and_says_what_happened() {
    let receiver = Receiver::start(|_| status(204));
    let parts = Parts::new().await;
    let saved = parts.channel(ChannelKind::Webhook, &format!("{}/hook?a=b", receiver.origin())).await;
    assert_eq!(parts.enqueue(&[notice(Opened, 12, "checkout")]).await, 1);
    parts.start();
    let request = wait(&receiver, 1).await.remove(0);
    assert_eq!((request.path(), request.header("content-type")), ("/hook?a=b", Some("application/json")));
    assert_eq!(request.json()["type"], "incident.opened");
    let header = |name: &str| request.header(name).expect("a header");
    let (id, at) = (header("webhook-id"), header("webhook-timestamp"));
    assert!(id.starts_with("msg_") && !id.contains('.'));
    let key = SigningKey::parse(&saved.secret.expect("a key")).expect("a key");
    assert_eq!(header("webhook-signature"), key.sign(id, at.parse().expect("seconds"), &request.body));
    let channel = parts.until("it delivered", |it| it.delivered_ms.is_some()).await;
    assert_eq!((channel.waiting, channel.problem), (0, None));
    let all = deliveries::undelivered(&parts.notifier.store.readers).await.expect("a list");
    assert_eq!(all, []);
}

#[tokio::test]
async fn ok_a_test_message_is_sent_at_once() {
    let receiver = Receiver::start(|all| status(if all.len() == 1 { 200 } else { 404 }));
    let parts = Parts::new().await;
    let id = parts.channel(ChannelKind::Slack, &format!("{}/services/T0/B0/SECRET", receiver.origin())).await.id;
    let delivered = parts.notifier.send_test(id).await.expect("a channel");
    assert!(delivered.delivered_ms.is_some() && delivered.problem.is_none());
    let refused = parts.notifier.send_test(id).await.expect("a channel");
    assert_eq!((refused.delivered_ms, refused.problem.as_deref()), (None, Some("it answered 404")));
    assert!(parts.notifier.send_test(99).await.is_err());
    assert_eq!(parts.only().await.waiting, 0);
}

#[tokio::test]
async fn ok_a_retry_has_the_same_id_and_keeps_the_order() {
    let receiver = Receiver::start(|all| match all.len() {
        1 => Answer::Says(503, "Retry-After: 1\r\n".to_owned(), "later".to_owned()),
        _ => status(200),
    });
    let parts = Parts::new().await;
    parts.channel(ChannelKind::Webhook, &format!("{}/hook", receiver.origin())).await;
    parts.enqueue(&[notice(Opened, 1, "a"), notice(Resolved, 1, "a")]).await;
    parts.start();
    let problem = parts.until("a problem", |it| it.problem.is_some()).await.problem;
    assert_eq!(problem.as_deref(), Some("it answered 503: later"));
    let begun = Instant::now();
    let all = wait(&receiver, 3).await;
    assert!(begun.elapsed() > Duration::from_secs(3), "the second attempt comes after 5 s");
    let said: Vec<(String, String)> = all
        .iter()
        .map(|it| {
            (it.json()["type"].as_str().unwrap_or("").to_owned(), it.header("webhook-id").expect("an id").to_owned())
        })
        .collect();
    assert_eq!((said[0].0.as_str(), said[2].0.as_str()), ("incident.opened", "incident.resolved"));
    assert_eq!(said[0], said[1]);
    assert_ne!(said[1].1, said[2].1);
}

#[tokio::test]
async fn ok_a_dead_channel_delays_no_other() {
    let (dead, live) = (Receiver::start(|_| Answer::Never), Receiver::start(|_| status(200)));
    let parts = Parts::new().await;
    parts.channel(ChannelKind::Mattermost, &format!("{}/hooks/a", dead.origin())).await;
    parts.channel(ChannelKind::Mattermost, &format!("{}/hooks/b", live.origin())).await;
    parts.enqueue(&[notice(Opened, 1, "a"), notice(Opened, 2, "b")]).await;
    parts.start();
    let begun = Instant::now();
    wait(&live, 2).await;
    assert!(begun.elapsed() < Duration::from_secs(5));
    assert_eq!(dead.requests().len(), 1);
}

#[tokio::test]
async fn ok_300_incidents_at_once_are_six_messages_that_name_all() {
    let receiver = Receiver::start(|_| status(200));
    let parts = Parts::new().await;
    parts.channel(ChannelKind::Slack, &format!("{}/services/T0/B0/X", receiver.origin())).await;
    let all: Vec<_> = (1..=300).map(|it| notice(Opened, it, &format!("app-{it:03}"))).collect();
    assert_eq!(parts.enqueue(&all).await, 300);
    parts.start();
    parts.until("nothing waiting", |it| it.waiting == 0).await;
    let requests = receiver.requests();
    assert_eq!(requests.len(), 6);
    let text: String = requests.iter().map(|it| it.text()).collect();
    assert!(names_all(&text, "app-"));
    let is_digest = |text: &str| text.contains("295 alerts: 295 firing, 0 resolved");
    assert_eq!(requests.iter().filter(|it| is_digest(it.text())).count(), 1);
    // What comes next within the minute waits for the next one.
    parts.enqueue(&[notice(Resolved, 1, "app-001"), notice(Resolved, 2, "app-002")]).await;
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    assert_eq!((receiver.requests().len(), parts.only().await.waiting), (6, 2));
}

#[tokio::test]
async fn ok_a_digest_is_sent_again_as_it_was_after_a_restart() {
    let receiver = Receiver::start(|all| status(if all.len() <= 6 { 500 } else { 200 }));
    let parts = Parts::new().await;
    parts.channel(ChannelKind::Webhook, &format!("{}/hook", receiver.origin())).await;
    let store = &parts.notifier.store;
    let all: Vec<_> = (1..=20).map(|it| notice(Opened, it, &format!("app-{it}"))).collect();
    parts.enqueue(&all).await;
    // As if the server had ended between writing the digest down and sending it.
    let waiting = outbox::waiting(&store.readers, 1).await.expect("rows");
    let ids: Vec<i64> = waiting.iter().map(|it| it.id).collect();
    let mut db = store.connect().await.expect("a connection");
    outbox::join(&mut db, &ids[5..], "msg_digest").await.expect("a digest");
    parts.start();
    let requests = wait(&receiver, 6).await;
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    requests
        .iter()
        .for_each(|it| drop(seen.insert(it.header("webhook-id").expect("an id").to_owned(), it.text().to_owned())));
    assert_eq!(seen.len(), 6, "each was sent once");
    let digest: serde_json::Value = serde_json::from_str(&seen["msg_digest"]).expect("JSON");
    assert_eq!(
        (&digest["type"], &digest["data"]["groups"][0]["incidents"][14]["app"]),
        (&"incidents.digest".into(), &"app-20".into())
    );
}

#[tokio::test]
async fn ok_more_than_fits_is_dropped_and_said() {
    let receiver = Receiver::start(|_| status(200));
    let parts = Parts::new().await;
    parts.channel(ChannelKind::Webhook, &format!("{}/hook", receiver.origin())).await;
    let all: Vec<_> = (1..=2_005).map(|it| notice(Opened, it, "a")).collect();
    assert_eq!(parts.enqueue(&all).await, 2_000);
    // What was told to fire is told to be over; what was dropped is not.
    assert_eq!(parts.enqueue(&[notice(Resolved, 1, "a"), notice(Resolved, 2_005, "a")]).await, 1);
    let channel = parts.only().await;
    assert_eq!(channel.waiting, 2_001);
    assert!(channel.problem.is_some_and(|it| it.starts_with("5 messages found no room")));
    parts.start();
    let channel = parts.until("nothing waiting", |it| it.waiting == 0).await;
    assert_eq!(channel.problem, None);
    let digest = receiver.requests().remove(5).json();
    assert!(digest["data"]["note"].as_str().is_some_and(|it| it.starts_with("5 more messages")), "{digest}");
    // Old messages are deleted once nothing waits for them.
    let mut db = parts.notifier.store.connect().await.expect("a connection");
    let in_31_days_ms = crate::clock::now_ms() + 31 * 86_400_000;
    assert_eq!(outbox::forget(&mut db, crate::clock::now_ms()).await.expect("a removal"), 0);
    assert_eq!(outbox::forget(&mut db, in_31_days_ms).await.expect("a removal"), 2_001);
}

#[tokio::test]
async fn ok_a_channel_follows_its_app_to_another_name() {
    let parts = Parts::new().await;
    let mut db = parts.notifier.store.connect().await.expect("a connection");
    for name in ["old", "other"] {
        apps::find_or_create(&mut db, name, None, 0).await.expect("an app");
    }
    let (kind, url, zone) = (ChannelKind::Webhook, "http://127.0.0.1:1/hook".to_owned(), String::new());
    let (severity, apps) = (contract::alert::Severity::Info, vec!["old".to_owned(), "other".to_owned()]);
    parts.save(None, contract::alert::ChannelDraft { kind, name: String::new(), url, zone, severity, apps }).await;
    apps::rename(&mut db, "old", "new").await.expect("a new name");
    assert_eq!(parts.only().await.apps, ["new", "other"]);
    assert_eq!(
        parts.enqueue(&[notice(Opened, 1, "new"), notice(Opened, 2, "old"), notice(Opened, 3, "other")]).await,
        2
    );
}

#[tokio::test]
async fn err_a_secret_that_another_key_encrypted() {
    let parts = Parts::new().await;
    let id = parts.channel(ChannelKind::Webhook, "http://127.0.0.1:1/hook").await.id;
    let mut other = parts.notifier.clone();
    let secret: crate::config::Secret = "E".repeat(43).parse().expect("a secret");
    other.key =
        crate::access::alert_key::AlertKey::load(Some(&secret), std::path::Path::new("/nowhere")).expect("a key");
    let problem = other.send_test(id).await.expect("a channel").problem.unwrap_or_default();
    assert!(problem.contains("another key"), "{problem}");
}

#[tokio::test]
async fn ok_resolved_is_told_where_anything_was_told() {
    let parts = Parts::new().await;
    let id = parts.channel(ChannelKind::Webhook, "http://127.0.0.1:1/hook").await.id;
    assert_eq!(parts.enqueue(&[notice(Resolved, 7, "a")]).await, 0, "nobody knows of it");
    assert_eq!(parts.enqueue(&[notice(Opened, 1, "a")]).await, 1);
    let mut draft = contract::alert::ChannelDraft {
        kind: ChannelKind::Webhook,
        name: "ops".to_owned(),
        url: String::new(),
        zone: String::new(),
        severity: contract::alert::Severity::Critical,
        apps: vec![],
    };
    parts.save(Some(id), draft.clone()).await;
    let mut mild = notice(Escalated, 2, "a");
    if let Some(incident) = &mut mild.incident {
        incident.severity = contract::alert::Severity::Warning;
    }
    assert_eq!(parts.enqueue(&[mild.clone()]).await, 0, "it is not urgent enough");
    draft.severity = contract::alert::Severity::Warning;
    parts.save(Some(id), draft).await;
    assert_eq!(parts.enqueue(&[mild, notice(Resolved, 1, "a")]).await, 2);
    assert_eq!(parts.only().await.waiting, 3);
}
