//! What judging costs and how fast it tells: 1,000 apps, each with ten rules of its own beside the
//! built-in ones, under light traffic; then the time from a platform code's line to its message.
//!
//! Asserts that the time to the message stays below 15 s at the 99th percentile. Messages go to a
//! webhook in this process over real HTTP; many channels share them, so that none exceeds its
//! budget.
#![expect(clippy::print_stdout, reason = "the result of a bench is its output")]
#![allow(clippy::unwrap_used, reason = "a bench that can't go on should say where")]

use std::{
    thread,
    time::{Duration, Instant},
};

use serde_json::json;
use testing::{
    frames::{frame, message_frame, now_line},
    process::Server,
    random::Random,
    wait::{Waits, sleep_until_turn, wait_for},
    webhook::Webhook,
};

const APPS: usize = 1_000;
const RULES_PER_APP: usize = 10;
/// A shared drain may create so many apps.
const APPS_PER_DRAIN: usize = 200;
/// Batches a second over all apps.
const BATCHES_PER_S: u32 = 200;
const LINES_PER_BATCH: u64 = 5;
/// How long each phase is measured.
const PHASE: Duration = Duration::from_secs(60);
/// Apps that fail, and channels that share their messages.
const FAILING: usize = 100;
const CHANNELS: usize = 20;
/// Time between two failing apps.
const FAIL_EVERY: Duration = Duration::from_millis(1_200);
const MESSAGE_MAX: Duration = Duration::from_secs(15);

fn main() {
    let server = Server::start_with(&[("ALERT_PRIVATE", "1"), ("RETENTION_LOGS", "0")]);
    let mut tokens = vec![server.first_token()];
    for number in 1..APPS / APPS_PER_DRAIN {
        tokens.push(server.add_drain(&[&format!("drain-{number}"), "--shared"]));
    }
    thread::sleep(Duration::from_secs(2));
    let traffic = TrafficSource { server: &server, tokens };
    for app in 0..APPS {
        traffic.post(app, &traffic.lines());
    }
    let idle = traffic.measure("1,000 apps, built-in rules");
    add_rules(&server);
    let busy = traffic.measure("the same, 10,000 own rules");
    println!("own rules cost {:.1} % of a core", (busy - idle) * 100.0);
    let waits = traffic.fail();
    println!(
        "line to message, {} apps: p50 {:.0} ms, p99 {:.0} ms, worst {:.0} ms",
        waits.len(),
        waits.ms(0.5),
        waits.ms(0.99),
        waits.ms(1.0)
    );
    assert!(waits.at(0.99) < MESSAGE_MAX);
}

struct TrafficSource<'a> {
    server: &'a Server,
    tokens: Vec<String>,
}

impl TrafficSource<'_> {
    fn post(&self, app: usize, body: &[u8]) {
        let credentials = format!("Bearer {}", self.tokens[app / APPS_PER_DRAIN]);
        let headers = [("Authorization", &*credentials), ("Content-Type", "application/logplex-1")];
        let reply = self.server.request("POST", &format!("/logs?app={}", name(app)), &headers, body).unwrap();
        assert_eq!(reply.status, 204, "{}", reply.body);
    }

    fn lines(&self) -> Vec<u8> {
        (0..LINES_PER_BATCH).flat_map(|it| frame(&now_line(20 + it))).collect()
    }

    /// Sends light traffic for a phase; returns the share of a core that the server took.
    fn measure(&self, what: &str) -> f64 {
        let (begun, cpu_s, mut random) = (Instant::now(), self.server.cpu_s(), Random(0x5EED));
        let mut sent = 0;
        while begun.elapsed() < PHASE {
            self.post(random.below(APPS as u64) as usize, &self.lines());
            sent += 1;
            sleep_until_turn(begun, Duration::from_secs(1) / BATCHES_PER_S, sent);
        }
        let share = (self.server.cpu_s() - cpu_s) / begun.elapsed().as_secs_f64();
        let (memory, rate) = (self.server.memory_kb("VmRSS"), f64::from(sent) / begun.elapsed().as_secs_f64());
        println!("{what}: {rate:.0} batches/s, {:.1} % of a core, {:.0} MB", share * 100.0, memory as f64 / 1e3);
        share
    }

    /// Lets apps fail one after another; returns the times from their lines to their messages.
    fn fail(&self) -> Waits {
        let webhook = Webhook::start(0);
        for channel in 0..CHANNELS {
            let apps: Vec<String> = (0..FAILING).filter(|it| it % CHANNELS == channel).map(name).collect();
            let draft = json!({ "kind": "webhook", "name": format!("c{channel}"), "url": webhook.url(), "apps": apps });
            self.api("/api/v1/channels", &draft);
        }
        let mut sent = vec![];
        let begun = Instant::now();
        for app in 0..FAILING {
            let body: Vec<u8> = (0..20).flat_map(|_| message_frame("heroku router", TIMEOUT)).collect();
            sent.push(Instant::now());
            self.post(app, &body);
            sleep_until_turn(begun, FAIL_EVERY, app as u32 + 1);
        }
        wait_for("every message", || webhook.accepted().len() >= FAILING);
        let accepted = webhook.accepted();
        let of_app = |app: usize| {
            let name = format!("\"{}\"", name(app));
            let found = accepted.iter().find(|it| String::from_utf8_lossy(&it.body).contains(&name));
            found.map(|it| it.at.duration_since(sent[app]))
        };
        Waits::new((0..FAILING).filter_map(of_app).collect())
    }

    fn api(&self, path: &str, body: &serde_json::Value) {
        let headers = [("Content-Type", "application/json")];
        let reply = self.server.request("POST", path, &headers, body.to_string().as_bytes()).unwrap();
        assert!(matches!(reply.status, 200 | 201), "{} {}", reply.status, reply.body);
    }
}

/// A router line of a request that timed out.
const TIMEOUT: &str = "at=error code=H12 desc=\"Request timeout\" method=GET path=\"/\" host=h fwd=\"192.0.2.1\" dyno=web.1 \
                       connect=1ms service=30000ms status=503 bytes=0 protocol=https";

fn name(app: usize) -> String {
    format!("app-{app:04}")
}

fn add_rules(server: &Server) {
    let begun = Instant::now();
    let source = TrafficSource { server, tokens: vec![] };
    for app in 0..APPS {
        for number in 0..RULES_PER_APP {
            let (metric, stat) =
                [("router.service", "p95"), ("router.requests", "rate"), ("router.connect", "max")][number % 3];
            let window_s = [60, 300, 600, 3_600][number % 4];
            let condition = json!({ "threshold": { "direction": "above", "limit": 100_000.0 } });
            let signal = json!({ "metric": { "metric": metric, "stat": stat } });
            let rule = json!({ "name": format!("rule {number}"), "app": name(app), "signal": signal, "condition": condition,
                "window_s": window_s });
            source.api("/api/v1/rules", &rule);
        }
    }
    println!("{} rules added in {:.1} s", APPS * RULES_PER_APP, begun.elapsed().as_secs_f64());
}
