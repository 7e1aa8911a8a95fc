//! Remote write of 98,000 counters, each counted once a minute: 20 apps with 4,900 series each,
//! sent on to a real Prometheus. CPU of the server from taking the lines on, and its memory.
//! `MINUTES=` says for how long (3).
//!
//! Asserts that Prometheus has every series with what was sent, and that nothing was refused, left
//! out or made again. Needs a Prometheus (`.ci/tools.sh senders`).
#![expect(clippy::print_stdout, reason = "the result of a bench is its output")]
#![allow(clippy::unwrap_used, reason = "a bench that can't go on should say where")]

use std::{
    env, thread,
    time::{Duration, Instant},
};

use testing::{
    clock::{now_ms, stamp},
    frames::octet_counted,
    http::Sender,
    process::Server,
    program,
    prometheus::Prometheus,
};

const APPS: u32 = 20;
const SOURCES: u32 = 100;
const METRICS: u32 = 49;
const SERIES: u32 = APPS * SOURCES * METRICS;
const MINUTE: Duration = Duration::from_secs(60);
/// A minute is sent 20 s after its end.
const SENT_AFTER: Duration = Duration::from_secs(100);
const COUNTERS: &str = "{__name__=~\"m[0-9]+_total\"}";

fn main() {
    assert!(program::find("prometheus").is_some(), "expected Prometheus");
    let minutes: u32 = env::var("MINUTES").ok().and_then(|it| it.parse().ok()).unwrap_or(3);
    let dir = tempfile::TempDir::new().unwrap();
    let prometheus = Prometheus::start(dir.path(), "{}", &["--web.enable-remote-write-receiver"]);
    let url = format!("http://127.0.0.1:{}/api/v1/write", prometheus.port);
    let server = Server::start_with(&[("REMOTE_WRITE_URL", &url)]);
    let mut sender = Sender::new(server.address, &server.first_token());
    let (before_s, begun) = (server.cpu_s(), Instant::now());
    for minute in 1..=minutes {
        for app in 0..APPS {
            sender.post_of(&format!("app{app}"), &batch(), &format!("{:032X}", minute * APPS + app));
        }
        // The pace is what is measured.
        thread::sleep((begun + MINUTE * minute).saturating_duration_since(Instant::now()));
    }
    let cpu_s = server.cpu_s() - before_s;
    thread::sleep(SENT_AFTER);
    let own = |name: &str| {
        let text = server.get("/metrics").body;
        let line = text.lines().find_map(|it| it.strip_prefix(&format!("streamgauge_remote_write_{name}_total ")));
        line.unwrap().parse::<f64>().unwrap()
    };
    let counted = prometheus.value(&format!("sum({COUNTERS})")).unwrap();
    println!(
        "{minutes} minutes, {SERIES} counters: {counted} counted at Prometheus, {} samples sent; \
         {:.2} CPU s a minute, {} MB at most",
        own("samples"),
        cpu_s / f64::from(minutes),
        server.memory_kb("VmHWM") >> 10
    );
    assert_eq!(prometheus.value(&format!("count({COUNTERS})")), Some(f64::from(SERIES)));
    assert_eq!(prometheus.value(&format!("min({COUNTERS})")), Some(f64::from(minutes)));
    assert_eq!(counted, f64::from(SERIES * minutes));
    assert_eq!(["refused_samples", "retries", "overflowed_measurements"].map(own), [0.0; 3]);
}

/// A line of each source with each metric.
fn batch() -> Vec<u8> {
    let pairs: String = (0..METRICS).map(|it| format!(" count#m{it}=1")).collect();
    let time = stamp(now_ms() * 1_000);
    let line = |source| octet_counted(&format!("<190>1 {time} host app web.{source} - source=web.{source}{pairs}\n"));
    (0..SOURCES).flat_map(line).collect()
}
