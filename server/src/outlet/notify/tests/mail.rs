//! Mail to a real server: `smtp-server` in `end2end/mail`, which npm installs with the browser
//! tests. Without npm these tests have nothing to send to, and say so.

use std::{
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::mpsc::{self, Receiver as Lines},
    thread,
    time::Duration,
};

use contract::alert::ChannelKind;
use serde_json::Value;

use super::parts::Parts;
use crate::{
    outlet::notify::sample::{hostile, notice},
    store::alert::{
        deliveries,
        notice::NoticeKind::{Opened, Resolved},
    },
};

/// A mail server that ends with the test.
struct Server {
    port: u16,
    lines: Lines<String>,
    process: Child,
}

impl Server {
    /// Starts one; `None` without Node.js.
    fn start(flags: &[&str]) -> Option<Self> {
        let mut command = Command::new("node");
        let command = command.arg(folder().join("server.mjs")).args(flags);
        let Ok(mut process) = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn() else {
            eprintln!("node is missing: mail is not tested");
            return None;
        };
        let stdout = process.stdout.take().expect("a pipe");
        let (sender, lines) = mpsc::channel();
        thread::spawn(move || BufReader::new(stdout).lines().map_while(Result::ok).try_for_each(|it| sender.send(it)));
        let port = lines.recv_timeout(Duration::from_secs(30)).ok().and_then(|it| it.parse().ok());
        let port = port.expect("a mail server; run npm ci in end2end");
        Some(Self { port, lines, process })
    }

    /// The next mail that it took.
    fn mail(&self) -> Value {
        let line = self.lines.recv_timeout(Duration::from_secs(30)).expect("a mail");
        serde_json::from_str(&line).expect("JSON")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ended = self.process.kill().and_then(|()| self.process.wait());
    }
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../end2end/mail")
}

async fn parts() -> Parts {
    Parts::with(true, Some(&folder().join("authority.pem"))).await
}

/// The value of a header; folded lines are joined.
fn header(mail: &Value, name: &str) -> String {
    let text = mail["text"].as_str().unwrap_or("").replace("\r\n ", " ");
    let head = text.split("\r\n\r\n").next().unwrap_or("").to_owned();
    let found = head.split("\r\n").find_map(|it| it.strip_prefix(&format!("{name}: ")).map(str::to_owned));
    found.unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ok_an_incident_is_a_thread_over_tls_with_a_login() {
    let Some(server) = Server::start(&["--tls", "--login"]) else { return };
    let parts = parts().await;
    let address = format!("localhost:{}?from=gauge@example.com&to=ops@example.com,b+c@example.com", server.port);
    parts.channel(ChannelKind::Email, &format!("smtps://alice:open%20sesame@{address}")).await;
    parts.enqueue(&[notice(Opened, 12, "checkout"), notice(Resolved, 12, "checkout")]).await;
    parts.enqueue(&[hostile(Opened, 13, "\r\nBcc: all@example.com\r\n\r\n.\r\nQUIT\r\n")]).await;
    parts.start();
    let (opened, over, odd) = (server.mail(), server.mail(), server.mail());
    assert_eq!(
        (&opened["secure"], &opened["user"], &opened["hello"]),
        (&true.into(), &"alice".into(), &"example.com".into())
    );
    assert_eq!(opened["to"], serde_json::json!(["ops@example.com", "b+c@example.com"]));
    assert_eq!(header(&opened, "Subject"), "Critical: checkout: H12 request timeouts 41/min");
    assert_eq!(header(&over, "Subject"), "Resolved: checkout: H12 request timeouts 41/min");
    let thread = header(&opened, "References");
    assert!(thread.starts_with("<incident-12-") && thread.ends_with("@example.com>"), "{thread}");
    assert_eq!((header(&opened, "In-Reply-To"), header(&over, "References")), (thread.clone(), thread));
    assert_ne!(header(&opened, "Message-ID"), header(&over, "Message-ID"));
    assert!(header(&opened, "Message-ID").starts_with("<msg_"));
    assert_eq!(header(&opened, "Auto-Submitted"), "auto-generated");
    for mail in [&opened, &over, &odd] {
        let text = mail["text"].as_str().unwrap_or("");
        assert!(
            text.split("\r\n").all(|it| it.len() <= 998) && text.contains("text/plain") && text.contains("text/html")
        );
        assert_eq!(header(mail, "Bcc"), "");
        assert_eq!(mail["to"].as_array().map(Vec::len), Some(2));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ok_starttls_is_used_and_4xx_is_tried_again() {
    let Some(server) = Server::start(&[]) else { return };
    let parts = parts().await;
    let address = format!("localhost:{}?from=gauge@example.com&to=busy@example.com", server.port);
    parts.channel(ChannelKind::Email, &format!("smtp://alice:open%20sesame@{address}")).await;
    parts.enqueue(&[notice(Opened, 12, "checkout")]).await;
    parts.start();
    let problem = parts.until("a problem", |it| it.problem.is_some()).await.problem.unwrap_or_default();
    assert!(problem.contains("451") && problem.contains("try again"), "{problem}");
    let mail = server.mail();
    assert_eq!((&mail["secure"], &mail["user"]), (&true.into(), &"alice".into()));
    parts.until("it delivered", |it| it.delivered_ms.is_some()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn err_what_a_mail_server_refuses_for_good() {
    let Some(server) = Server::start(&["--login"]) else { return };
    let parts = parts().await;
    parts.start();
    let port = server.port;
    let to = |user: &str, to: &str| format!("smtp://{user}@localhost:{port}?from=a@example.com&to={to}@example.com");
    for (url, expected) in [
        (to("alice:SECRET-word", "ops"), "refused the user or the password"),
        (to("alice:open%20sesame", "ops@example.com,gone"), "no such mailbox"),
    ] {
        parts.channel(ChannelKind::Email, &url).await;
        parts.enqueue(&[notice(Opened, 12, "checkout")]).await;
        parts.until("nothing waiting", |it| it.waiting == 0).await;
        let given_up = deliveries::undelivered(&parts.notifier.store.readers).await.expect("a list");
        let problem = given_up.first().and_then(|it| it.problem.clone()).unwrap_or_default();
        assert!(problem.contains(expected) && !problem.contains("SECRET"), "{problem}");
        let id = parts.only().await.id;
        parts.remove(id).await;
    }
    let id = parts.channel(ChannelKind::Email, &to("alice:open%20sesame", "full")).await.id;
    let problem = parts.notifier.send_test(id).await.expect("a channel").problem.unwrap_or_default();
    assert!(problem.contains("452"), "{problem}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn err_no_secret_is_sent_in_the_clear_or_to_a_stranger() {
    let Some(plain) = Server::start(&["--plain"]) else { return };
    let parts = parts().await;
    let url = |port: u16| format!("smtp://alice:open%20sesame@localhost:{port}?from=a@example.com&to=b@example.com");
    let id = parts.channel(ChannelKind::Email, &url(plain.port)).await.id;
    let problem = parts.notifier.send_test(id).await.expect("a channel").problem.unwrap_or_default();
    assert!(problem.contains("offers no STARTTLS"), "{problem}");
    let id = parts
        .channel(ChannelKind::Email, &format!("{}&tls=none", url(plain.port).replace("alice:open%20sesame@", "")))
        .await
        .id;
    assert_eq!(parts.notifier.send_test(id).await.expect("a channel").problem, None);
    assert_eq!(plain.mail()["secure"], false);
    // The authority of the tests is not trusted, or the certificate is of another name.
    let Some(server) = Server::start(&[]) else { return };
    let strict = Parts::new().await;
    let id = strict.channel(ChannelKind::Email, &url(server.port)).await.id;
    let unknown = strict.notifier.send_test(id).await.expect("a channel").problem.unwrap_or_default();
    let id = parts.channel(ChannelKind::Email, &url(server.port).replace("localhost", "127.0.0.1")).await.id;
    let name = parts.notifier.send_test(id).await.expect("a channel").problem.unwrap_or_default();
    assert!(unknown.contains("certificate") && name.contains("certificate"), "{unknown}; {name}");
}
