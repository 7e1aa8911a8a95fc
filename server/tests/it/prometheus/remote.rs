//! Remote write: a real Prometheus that receives, through outages, lost answers and kills; and
//! stores that answer badly.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    thread::sleep,
    time::{Duration, Instant},
};

use testing::{
    clock::{now_ms, stamp},
    frames::{frame, octet_counted, router_line},
    http,
    process::Server,
    program,
    receiver::{Answer, Receiver, status},
    wait::wait_for,
};

use super::Prometheus;

const WRITE: &str = "/api/v1/write";
const REQUESTS: &str = "sum(router_requests_total{app=\"app\"})";

/// Frames of requests that were made so many minutes ago, and of a gauge.
fn minute(ago: i64, requests: u64) -> Vec<u8> {
    let time = stamp((now_ms() - ago * 60_000) * 1_000);
    let gauge = octet_counted(&format!("<190>1 {time} host app worker.1 - source=eu sample#queue={ago}\n"));
    (1..=requests).flat_map(|it| frame(&router_line(&time, it * 10))).chain(gauge).collect()
}

/// A server that sends to a URL what it had stored before it knew of it.
fn server_with(minutes: &[i64], requests: u64, settings: &[(&str, &str)]) -> (Server, String) {
    let before = Server::start();
    let token = before.drain("app");
    for ago in minutes {
        assert_eq!(before.post(&token, &[], &minute(*ago, requests)).status, 204);
    }
    (Server::start_in(before.kill(), 0, settings), token)
}

/// A value of the server's own metrics.
fn own(server: &Server, name: &str) -> f64 {
    let text = server.get("/metrics").body;
    let line = text.lines().find_map(|it| it.strip_prefix(&format!("{name} ")));
    line.map_or(f64::NAN, |it| it.parse().unwrap())
}

fn refused(server: &Server) -> f64 {
    own(server, "streamgauge_remote_write_refused_samples_total")
}

/// Checks that Prometheus has what the server has.
fn check_equal(server: &Server, prometheus: &Prometheus, requests: f64) {
    assert_eq!(server.value("app", "router.requests", "sum"), Some(requests));
    wait_for("all requests", || prometheus.value(REQUESTS) == Some(requests));
    assert_eq!(prometheus.value("sum(router_service_seconds_count)"), Some(requests));
    let slow = "sum(router_service_seconds_bucket{le=\"+Inf\"}) - sum(router_service_seconds_bucket{le=\"0.5\"})";
    assert_eq!(prometheus.value(slow), Some(0.0));
    // What a series had before its first minute: without it the first minute would be no increase.
    assert_eq!(prometheus.value("min(min_over_time(router_requests_total[1h]))"), Some(0.0));
}

#[test]
fn ok_a_real_prometheus_receives() {
    if program::find("prometheus").is_none() {
        return;
    }
    let dir = tempfile::TempDir::new().unwrap();
    let prometheus = Prometheus::start(dir.path(), "{}", &["--web.enable-remote-write-receiver"]);
    let url = format!("http://127.0.0.1:{}{WRITE}", prometheus.port);
    let (server, token) = server_with(&[9, 7, 6, 4], 40, &[("REMOTE_WRITE_URL", &url)]);
    check_equal(&server, &prometheus, 160.0);
    assert_eq!(prometheus.value("queue{app=\"app\",source=\"eu\"}"), Some(4.0));
    // What comes late is added to the next minute, which is over at most a minute and a half later.
    assert_eq!(server.post(&token, &[], &minute(8, 10)).status, 204);
    let end = Instant::now() + Duration::from_secs(110);
    while prometheus.value(REQUESTS) != Some(170.0) && Instant::now() < end {
        sleep(Duration::from_millis(200));
    }
    check_equal(&server, &prometheus, 170.0);
    assert_eq!(refused(&server), 0.0);
    assert!(own(&server, "streamgauge_remote_write_lag_seconds") < 100.0);
}

/// What stands before Prometheus in a test.
struct Between {
    receiver: Receiver,
    /// Statuses that Prometheus has answered with.
    statuses: Arc<Mutex<Vec<u16>>>,
}

impl Between {
    /// Passes requests on. `bad` may answer one by its number instead, before or after that.
    fn start(port: u16, bad: impl Fn(usize) -> Option<(bool, Answer)> + Send + Sync + 'static) -> Self {
        let statuses = Arc::<Mutex<Vec<u16>>>::default();
        let seen = Arc::clone(&statuses);
        let receiver = Receiver::start(move |requests| {
            let found = bad(requests.len());
            if let Some((false, answer)) = found {
                return answer;
            }
            let last = requests.last().unwrap();
            let kept = ["content-type", "content-encoding", "x-prometheus-remote-write-version"];
            let headers: Vec<(&str, &str)> = kept.iter().map(|it| (*it, last.header(it).unwrap())).collect();
            let reply = http::request(([127, 0, 0, 1], port).into(), "POST", WRITE, &headers, &last.body).unwrap();
            seen.lock().unwrap().push(reply.status);
            found.map_or_else(|| status(reply.status), |it| it.1)
        });
        Self { receiver, statuses }
    }
}

#[test]
fn ok_outages_lost_answers_and_kills_lose_and_double_nothing() {
    if program::find("prometheus").is_none() {
        return;
    }
    let dir = tempfile::TempDir::new().unwrap();
    let prometheus = Prometheus::start(dir.path(), "{}", &["--web.enable-remote-write-receiver"]);
    // Down, then with every third answer lost, and now and then silent: the server is killed there.
    let stuck = Arc::new(AtomicUsize::new(0));
    let at = Arc::clone(&stuck);
    let between = Between::start(prometheus.port, move |n| match n {
        1 => Some((false, Answer::Says(503, "Retry-After: 1\r\n".to_owned(), String::new()))),
        2 => Some((false, Answer::Hangup)),
        6 | 8 | 12 | 15 => {
            at.store(n, SeqCst);
            Some((n != 12, Answer::Never))
        }
        n if n % 3 == 1 && n < 20 => Some((true, Answer::Hangup)),
        _ => None,
    });
    let url = format!("{}{WRITE}", between.receiver.origin().replace("http://", "http://me:secret-word@"));
    let settings = [("REMOTE_WRITE_URL", &*url)];
    let minutes = [19, 17, 16, 15, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4];
    let (mut server, _) = server_with(&minutes, 30, &settings);
    for point in [6, 8, 12, 15] {
        wait_for("a request without an answer", || stuck.load(SeqCst) == point);
        server = Server::start_in(server.kill(), 0, &settings);
    }
    check_equal(&server, &prometheus, 420.0);
    // Each process has its own counter; the last of them saw nothing refused.
    assert_eq!(refused(&server), 0.0);
    let statuses = between.statuses.lock().unwrap().clone();
    // Totals of before a minute are the only thing that may come again when newer ones are there.
    assert!(statuses.iter().all(|it| matches!(it, 204 | 400)), "{statuses:?}");
    let log = std::fs::read_to_string(server.dir.path().join("log")).unwrap();
    assert!(!log.contains("secret-word"), "{log}");
    let sent = between.receiver.requests();
    assert!(sent.iter().all(|it| it.header("authorization") == Some("Basic bWU6c2VjcmV0LXdvcmQ=")));
}

/// A server that has sent something to a store, which answers so.
fn sent_to(answer: impl Fn(&[testing::receiver::Request]) -> Answer + Send + Sync + 'static) -> (Server, Receiver) {
    let receiver = Receiver::start(answer);
    let url = format!("{}/write?key=secret-key", receiver.origin());
    let settings = [("REMOTE_WRITE_URL", &*url), ("REMOTE_WRITE_TOKEN", "secret-token")];
    let (server, _) = server_with(&[5], 20, &settings);
    wait_for("a request", || !receiver.requests().is_empty());
    (server, receiver)
}

fn log(server: &Server) -> String {
    std::fs::read_to_string(server.dir.path().join("log")).unwrap()
}

#[test]
fn err_what_is_refused_is_left_out_and_counted() {
    let (server, receiver) = sent_to(|_| Answer::Says(400, String::new(), "out of bounds: secret-token".to_owned()));
    wait_for("all minutes", || own(&server, "streamgauge_remote_write_lag_seconds") < 100.0);
    assert!(refused(&server) > 15.0);
    assert_eq!(own(&server, "streamgauge_remote_write_samples_total"), 0.0);
    let (log, first) = (log(&server), &receiver.requests()[0]);
    assert!(log.contains("it answered 400: out of bounds") && !log.contains("secret-"), "{log}");
    assert!(log.matches("refused samples").count() <= 3, "{log}");
    assert_eq!(first.path(), "/write?key=secret-key");
    assert_eq!(first.header("authorization"), Some("Bearer secret-token"));
    assert_eq!(first.header("x-prometheus-remote-write-version"), Some("0.1.0"));
    let body = snap::raw::Decoder::new().decompress_vec(&first.body).unwrap();
    assert!(String::from_utf8_lossy(&body).contains("router_requests_total"));
}

#[test]
fn ok_who_asks_for_time_gets_the_same_again() {
    let busy = |n: usize| if n <= 2 { 429 } else { 204 };
    let (server, receiver) =
        sent_to(move |requests| Answer::Says(busy(requests.len()), "Retry-After: 2\r\n".to_owned(), String::new()));
    wait_for("an accepted request", || own(&server, "streamgauge_remote_write_samples_total") > 0.0);
    let requests = receiver.requests();
    assert!(requests[0].body == requests[1].body && requests[1].body == requests[2].body);
    assert!(requests[1].at - requests[0].at >= Duration::from_secs(2));
    assert_eq!((refused(&server), own(&server, "streamgauge_remote_write_retries_total")), (0.0, 2.0));
}

#[test]
fn err_stores_that_answer_badly() {
    let (server, receiver) = sent_to(|requests| match requests.len() {
        1 => Answer::Endless,
        2 => Answer::Hangup,
        _ => status(204),
    });
    wait_for("an accepted request", || own(&server, "streamgauge_remote_write_samples_total") > 0.0);
    assert!(receiver.requests().len() >= 3 && refused(&server) == 0.0);
    assert!(server.memory_kb("VmHWM") < 200_000);
}
