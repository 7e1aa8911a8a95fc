//! `GET /metrics`: its forms, what can be chosen, what is refused, and what `promtool` says.

use std::{
    io::{Read, Write},
    process::{Command, Stdio},
};

use testing::{
    frames::{frame, message_frame, now_line},
    process::Server,
    program,
};

const OPEN_METRICS: &str = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5";

fn filled() -> (Server, String) {
    let server = Server::start();
    let token = server.drain("app");
    // Buckets are kept from the first question on.
    assert_eq!(server.post(&token, &[], &frame(&now_line(5))).status, 204);
    assert_eq!(server.get("/metrics?app=app&metric=router.service").status, 200);
    post(&server, &token);
    (server, token)
}

fn post(server: &Server, token: &str) {
    let mut body: Vec<u8> = [10, 20, 30, 400, 2_000].into_iter().flat_map(|it| frame(&now_line(it))).collect();
    body.extend(message_frame("app worker.1", "source=eu count#jobs=2 sample#queue.total=7 sample#memory_total=1MB"));
    body.extend(message_frame("app worker.1", "measure#jobs=3ms measure#2xx=4"));
    assert_eq!(server.post(token, &[], &body).status, 204);
}

/// The value of a sample by its beginning.
#[track_caller]
fn value(text: &str, sample: &str) -> f64 {
    let line = text.lines().find(|line| line.strip_prefix(sample).is_some_and(|it| it.starts_with(' ')));
    let line = line.unwrap_or_else(|| panic!("no {sample} in {text}"));
    line.rsplit_once(' ').unwrap().1.parse().unwrap()
}

#[test]
fn ok_counters_gauges_and_histograms() {
    let (server, token) = filled();
    let reply = server.get("/metrics?app=app");
    assert!(reply.head.contains("content-type: text/plain; version=0.0.4; charset=utf-8"), "{}", reply.head);
    let text = reply.body;
    let requests = "router_requests_total{app=\"app\",source=\"web.1\",status=\"200\",method=\"GET\"}";
    assert_eq!(value(&text, requests), 6.0);
    assert_eq!(value(&text, "jobs_total{app=\"app\",source=\"eu\"}"), 2.0);
    assert_eq!(value(&text, "queue_total_value{app=\"app\",source=\"eu\"}"), 7.0);
    assert_eq!(value(&text, "memory_total_bytes{app=\"app\",source=\"eu\"}"), 1_048_576.0);
    let bucket = |text: &str, bound: &str| {
        value(text, &format!("router_service_seconds_bucket{{app=\"app\",source=\"web.1\",le=\"{bound}\"}}"))
    };
    // The value from before the first question is in no bucket.
    let found = ["0.005", "0.01", "0.025", "0.5", "2.5", "+Inf"].map(|it| bucket(&text, it));
    assert_eq!(found, [0.0, 1.0, 2.0, 4.0, 5.0, 5.0]);
    let chosen = server.get("/metrics?app=app&metric=router.*&bounds=0.1,1").body;
    assert_eq!(["0.1", "1", "+Inf"].map(|it| bucket(&chosen, it)), [3.0, 4.0, 5.0]);
    assert!(!chosen.contains("jobs_total"), "{chosen}");
    post(&server, &token);
    let later = server.get("/metrics?app=app").body;
    assert_eq!((value(&later, requests), bucket(&later, "+Inf")), (11.0, 10.0));
}

#[test]
fn ok_forms() {
    let (server, _) = filled();
    let ask = |path: &str, accept: &str| server.request("GET", path, &[("Accept", accept)], b"").unwrap();
    for path in ["/metrics", "/metrics?app=*"] {
        let reply = ask(path, OPEN_METRICS);
        assert!(reply.head.contains("content-type: application/openmetrics-text; version=1.0.0;"), "{}", reply.head);
        assert!(reply.body.ends_with("\n# EOF\n") && reply.body.contains("_created"), "{}", reply.body);
    }
    let own = server.get("/metrics").body;
    assert!(value(&own, "streamgauge_batches_total") >= 2.0);
    assert!(value(&own, "process_resident_memory_bytes") > 1e6);
    assert!(!own.contains("router_requests"), "{own}");
    let host = server.address;
    let mut stream = server.connection(b"");
    write!(stream, "GET /metrics HTTP/1.1\r\nHost: {host}\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n")
        .unwrap();
    let mut packed = vec![];
    stream.read_to_end(&mut packed).unwrap();
    let packed = String::from_utf8_lossy(&packed).to_lowercase();
    assert!(packed.contains("content-encoding: gzip") && !packed.contains("streamgauge_batches"), "{packed}");
}

#[test]
fn ok_promtool_finds_nothing_wrong() {
    if program::find("promtool").is_none() {
        return;
    }
    let (server, _) = filled();
    for path in ["/metrics", "/metrics?app=*", "/metrics?app=app&metric=router.*&bounds=0.1,1"] {
        let mut tool = Command::new("promtool");
        tool.args(["check", "metrics"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut tool = tool.spawn().unwrap();
        tool.stdin.take().unwrap().write_all(server.get(path).body.as_bytes()).unwrap();
        let found = tool.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&found.stdout).into_owned() + &String::from_utf8_lossy(&found.stderr);
        assert!(found.status.success() && said.is_empty(), "{path}: {said}");
    }
}

#[test]
fn err_what_is_refused() {
    let (server, _) = filled();
    for (path, status, said) in [
        ("/metrics?metric=x", 400, "app=*"),
        ("/metrics?app=app&bounds=2,1", 400, "rising"),
        ("/metrics?app=app&by=source", 400, "by"),
        ("/metrics?app=nobody", 404, "nobody"),
    ] {
        let reply = server.get(path);
        assert_eq!(reply.status, status, "{path}: {}", reply.body);
        assert!(reply.json()["detail"].as_str().unwrap().contains(said), "{path}: {}", reply.body);
    }
}

#[test]
fn err_more_lines_than_a_reply_has() {
    let server = Server::start();
    let token = server.drain("app");
    let of = |n: usize| message_frame("app worker.1", &format!("source=s{n} measure#a=1 measure#b=1 measure#c=1"));
    for part in 0..4 {
        let body: Vec<u8> = (part * 400..(part + 1) * 400).flat_map(of).collect();
        assert_eq!(server.post(&token, &[], &body).status, 204);
    }
    let reply = server.get("/metrics?app=app");
    assert_eq!(reply.status, 422, "{}", reply.body);
    assert!(reply.json()["detail"].as_str().unwrap().contains("metric="), "{}", reply.body);
    assert_eq!(server.get("/metrics?app=app&metric=a").status, 200);
}

#[test]
fn ok_a_token_of_an_app_reads_that_app_alone() {
    let server = Server::start_with(&[("ADMIN_PASSWORD", "correct horse battery")]);
    let token = crate::drains::made(&server, &["app"]);
    crate::drains::made(&server, &["other"]);
    post(&server, &token);
    let reads = crate::access_table::command(&server, &["token", "add", "one", "--scope", "read", "--app", "app"]);
    let bearer = format!("Bearer {reads}");
    let ask = |path: &str| server.request("GET", path, &[("Authorization", &bearer)], b"").unwrap();
    testing::wait::wait_for("the token to be known", || ask("/metrics?app=app").status != 401);
    assert_eq!(ask("/metrics").status, 403);
    assert_eq!(ask("/metrics?app=other").status, 404);
    let all = ask("/metrics?app=*");
    assert!(all.status == 200 && all.body.contains("app=\"app\"") && !all.body.contains("app=\"other\""));
    assert_eq!(server.get("/metrics").status, 401);
}
