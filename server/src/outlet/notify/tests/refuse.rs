//! Answers that end it: refused, gone, too large, private.

use std::time::{Duration, Instant};

use contract::alert::ChannelKind;
use testing::receiver::{Answer, Receiver, status};

use super::parts::{Parts, wait};
use crate::{
    outlet::notify::sample::notice,
    store::alert::{deliveries, notice::NoticeKind::Opened},
};

#[tokio::test]
async fn err_what_is_refused_stands_on_the_page_without_its_secret() {
    let receiver = Receiver::start(|_| Answer::Says(404, String::new(), "no_service for T0/B0/SECRET".to_owned()));
    let parts = Parts::new().await;
    parts.channel(ChannelKind::Slack, &format!("{}/services/T0/B0/SECRET", receiver.origin())).await;
    parts.enqueue(&[notice(Opened, 1, "a")]).await;
    parts.start();
    parts.until("nothing waiting", |it| it.waiting == 0).await;
    let all = deliveries::undelivered(&parts.notifier.store.readers).await.expect("a list");
    assert_eq!((all.len(), all[0].attempts, all[0].next_ms), (1, 1, None));
    let problem = all[0].problem.as_deref().unwrap_or("");
    assert!(problem.starts_with("it answered 404: no_service") && !problem.contains("SECRET"), "{problem}");
    let counted = deliveries::count(&parts.notifier.store.readers).await.expect("a count");
    assert_eq!((counted.waiting, counted.given_up), (0, 1));
}

#[tokio::test]
async fn err_a_channel_that_is_gone_stops_until_it_is_saved() {
    let receiver = Receiver::start(|all| status(if all.len() == 1 { 410 } else { 200 }));
    let parts = Parts::new().await;
    let url = format!("{}/hook", receiver.origin());
    let id = parts.channel(ChannelKind::Webhook, &url).await.id;
    parts.enqueue(&[notice(Opened, 1, "a"), notice(Opened, 2, "b")]).await;
    parts.start();
    let problem = parts.until("it stopped", |it| it.problem.is_some()).await.problem.unwrap_or_default();
    assert!(problem.contains("410") && problem.contains("until it is saved again"), "{problem}");
    assert_eq!(parts.enqueue(&[notice(Opened, 3, "c")]).await, 0);
    let (name, zone, apps) = (String::new(), String::new(), vec![]);
    let severity = contract::alert::Severity::Info;
    let draft = contract::alert::ChannelDraft { kind: ChannelKind::Webhook, name, url, zone, severity, apps };
    parts.save(Some(id), draft).await;
    assert_eq!(parts.enqueue(&[notice(Opened, 4, "d")]).await, 1);
    wait(&receiver, 2).await;
    assert_eq!(parts.until("it delivered", |it| it.delivered_ms.is_some()).await.problem, None);
}

#[tokio::test]
async fn err_answers_without_end_and_without_beginning() {
    for (answer, expected, at_most_s) in [
        (Answer::Endless, "it answered 500: xxx", 5),
        (
            Answer::Says(302, "Location: http://127.0.0.1:1/\r\n".to_owned(), String::new()),
            "redirects are not followed",
            5,
        ),
        (Answer::Never, "no answer within 18 s", 25),
    ] {
        let receiver = Receiver::start(move |_| answer.clone());
        let parts = Parts::new().await;
        let id = parts.channel(ChannelKind::Webhook, &format!("{}/hook", receiver.origin())).await.id;
        let begun = Instant::now();
        let problem = parts.notifier.send_test(id).await.expect("a channel").problem.unwrap_or_default();
        assert!(problem.contains(expected) && problem.len() < 1_300, "{problem}");
        assert!(begun.elapsed() < Duration::from_secs(at_most_s), "{:?}", begun.elapsed());
        assert_eq!(receiver.requests().len(), 1);
    }
}

#[tokio::test]
async fn err_private_addresses_are_not_connected_to() {
    let receiver = Receiver::start(|_| status(200));
    let parts = Parts::with(false, None).await;
    let port = receiver.address.port();
    let mut ids = Vec::new();
    for host in ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1", "0.0.0.0"] {
        ids.push(parts.channel(ChannelKind::Webhook, &format!("http://{host}:{port}/hook")).await.id);
    }
    let mail = format!("smtp://localhost:{port}?from=a@example.com&to=b@example.com&tls=none");
    ids.push(parts.channel(ChannelKind::Email, &mail).await.id);
    for id in ids {
        let problem = parts.notifier.send_test(id).await.expect("a channel").problem.unwrap_or_default();
        assert!(
            problem.contains("ALERT_PRIVATE=1") || problem.contains("not found") || problem.contains("failed"),
            "{problem}"
        );
    }
    assert_eq!(receiver.requests().len(), 0);
}
