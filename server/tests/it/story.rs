//! Endpoints, events, losses with samples, and the limit on series. How lines become events is
//! tested in the pipeline.

use std::sync::Arc;

use testing::{
    clock::{now_ms, stamp},
    frames::octet_counted,
    process::Server,
    wait::wait_for,
};

fn frame(app: &str, process: &str, message: &str) -> Vec<u8> {
    octet_counted(&format!("<158>1 {} host {app} {process} - {message}\n", stamp(now_ms() * 1_000)))
}

fn request(path: &str, service_ms: u64) -> Vec<u8> {
    frame(
        "heroku",
        "router",
        &format!(
            "at=info method=GET path=\"{path}\" host=h request_id=1 fwd=\"ip\" dyno=web.1 connect=1ms service={service_ms}ms status=200 bytes=5"
        ),
    )
}

const LOGPLEX: [(&str, &str); 1] = [("Logplex-Drain-Token", "d.1")];

#[test]
fn ok_endpoints() {
    let server = Server::start();
    let token = server.drain("app");
    let mut body: Vec<u8> = (0..50).flat_map(|it| request(&format!("/users/{it}/orders?p={it}"), 10)).collect();
    body.extend((0..6).flat_map(|_| request("/reports", 900)));
    body.extend(request("/once", 5_000));
    let failed = |path: &str, code: &str, status: u16| {
        let text = format!(
            "at=error code={code} desc=\"x\" method=GET path=\"{path}\" host=h request_id=1 fwd=\"ip\" dyno=web.1 connect=1ms service=9ms status={status} bytes=0"
        );
        frame("heroku", "router", &text)
    };
    // Of these only the first two are errors of the server. Those of a rare endpoint share a series.
    body.extend((0..2).flat_map(|_| failed("/users/1/orders", "H12", 503)));
    body.extend(failed("/users/2/orders", "H27", 499));
    body.extend(failed("/reports", "H12", 503));
    assert_eq!(server.post(&token, &LOGPLEX, &body).status, 204);
    let ask = |rest: &str| server.get(&format!("/api/v1/apps/app/endpoints{rest}")).json();
    let busiest = ask("");
    assert_eq!(busiest["requests"], 61);
    let first = &busiest["endpoints"][0];
    assert_eq!((first["method"].as_str(), first["path"].as_str()), (Some("GET"), Some("/users/:id/orders")));
    assert_eq!((first["requests"].as_u64(), first["requests_missed_max"].as_u64()), (Some(53), Some(0)));
    assert_eq!(first["errors"], 2);
    assert!((first["p50_ms"].as_f64().unwrap() - 10.0).abs() <= 0.1);
    let slowest = ask("?sort=slowest&limit=1");
    assert_eq!(slowest["endpoints"].as_array().map(Vec::len), Some(1));
    assert_eq!(slowest["endpoints"][0]["path"], "/reports");
    // The busiest endpoint has its own series. The others share one.
    let stored = server.grouped("app", "router.endpoints", "count", "path");
    assert_eq!(stored, [(String::new(), 8.0), ("/users/:id/orders".to_owned(), 53.0)]);
    let errors = server.grouped("app", "router.endpoint_errors", "sum", "status");
    assert_eq!(errors, [("", 1.0), ("499", 1.0), ("503", 2.0)].map(|(status, sum)| (status.to_owned(), sum)));
    assert_eq!(server.get("/api/v1/apps/app/endpoints?sort=best").status, 400);
    assert_eq!(server.get("/api/v1/apps/nobody/endpoints").status, 404);
}

#[test]
fn ok_events_count_once_through_a_crash() {
    let server = Server::start();
    let token = server.drain("app");
    let mut body = frame("app", "api", "Release v42 created by user ann@example.com");
    body.extend(frame("heroku", "web.1", "State changed from up to crashed"));
    body.extend(frame("app", "web.1", "event#title=\"sale begins\" source=shop"));
    assert_eq!(server.post(&token, &LOGPLEX, &body).status, 204);
    let port = server.address.port();
    let texts = |server: &Server, rest: &str| -> Vec<String> {
        let events = server.get(&format!("/api/v1/apps/app/events{rest}")).json()["events"].as_array().unwrap().clone();
        let mut texts: Vec<String> = events.iter().map(|it| it["text"].as_str().unwrap().to_owned()).collect();
        texts.sort();
        texts
    };
    let expected = ["Release v42 created by user ***", "State changed from up to crashed", "sale begins"];
    assert_eq!(texts(&server, ""), expected);
    assert_eq!(texts(&server, "?kind=crash"), ["State changed from up to crashed"]);
    assert!(texts(&server, "?to=-1m").is_empty());
    assert_eq!(server.get("/api/v1/apps/app/events?kind=party").status, 400);
    // The events are first replayed from the block, then read from their stored rows.
    let server = Server::start_in(server.kill(), port, &[]);
    assert_eq!(texts(&server, ""), expected);
    let dir = Arc::clone(&server.dir);
    server.stop();
    let server = Server::start_in(dir, port, &[]);
    assert_eq!(texts(&server, ""), expected);
    assert_eq!(server.value("app", "dyno.crashes", "sum"), Some(1.0));
}

#[test]
fn ok_losses_have_samples_without_secrets() {
    let server = Server::start();
    let token = server.drain("app");
    let mut body = b"rubbish password=hunter2 ann@example.com ".to_vec();
    body.extend(frame("app", "web.1", "measure#a=fast"));
    body.extend(frame("heroku", "logplex", "Error L10 (output buffer overflow): 491 messages dropped since 2012."));
    assert_eq!(server.post(&token, &LOGPLEX, &body).status, 204);
    let losses = server.get("/api/v1/apps/app/losses").json();
    let reason =
        |word: &str| losses["reasons"].as_array().unwrap().iter().find(|it| it["reason"] == word).unwrap().clone();
    let frames = reason("frame_count");
    assert_eq!((frames["count"].as_f64(), frames["whole_lines"].as_bool()), (Some(1.0), Some(true)));
    let sample = frames["samples"][0]["text"].as_str().unwrap();
    assert!(sample.starts_with("rubbish password=*** *** "), "{sample}");
    assert_eq!(reason("value")["samples"][0]["text"], "measure#a=fast");
    let sender = &losses["senders"][0];
    assert_eq!((sender["code"].as_str(), sender["lines"].as_f64()), (Some("L10"), Some(491.0)));
    assert_eq!(sender["severity"], "warning");
    assert_eq!(server.get("/api/v1/apps/nobody/losses").status, 404);
}

#[test]
fn ok_lines_that_gave_no_metric_are_told_with_one_of_each_kind() {
    let server = Server::start();
    let token = server.drain("app");
    let lines = [
        "hello from worker 17, password=hunter2",
        "hello from worker 18, password=hunter3",
        "a cache was filled",
        "measure#fill=3ms",
    ];
    let body: Vec<u8> = lines.iter().flat_map(|it| frame("app", "web.1", it)).collect();
    assert_eq!(server.post(&token, &[], &body).status, 204);
    let unmatched = &server.get("/api/v1/apps/app/losses").json()["unmatched"];
    assert_eq!((unmatched["lines"].as_u64(), unmatched["of"].as_u64()), (Some(3), Some(4)), "{unmatched}");
    let samples: Vec<&str> = unmatched["samples"].as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect();
    assert_eq!(samples, ["web.1: a cache was filled", "web.1: hello from worker 17, password=***"], "{unmatched}");
}

#[test]
fn ok_more_series_than_an_app_may_have() {
    let server = Server::start();
    let token = server.drain("app");
    // Seven batches with 1,000 sources of one metric, then one batch of another metric.
    for batch in 0..7 {
        let body: Vec<u8> =
            (0..1_000).flat_map(|it| frame("app", "web.1", &format!("source=s{batch}-{it} count#jobs=1"))).collect();
        assert_eq!(server.post(&token, &LOGPLEX, &body).status, 204);
    }
    assert_eq!(server.post(&token, &LOGPLEX, &frame("app", "web.1", "count#late.metric=5")).status, 204);
    assert_eq!(server.value("app", "jobs", "sum"), Some(7_000.0));
    let by_source = server.get("/api/v1/apps/app/query?metric=jobs&stat=sum&from=-1h&step=all&by=source");
    assert_eq!(by_source.status, 400, "too many series for one answer: {}", by_source.body);
    let metrics = server.get("/api/v1/apps/app/metrics").json();
    let jobs = metrics["metrics"].as_array().unwrap().iter().find(|it| it["metric"] == "jobs").unwrap().clone();
    let sources = jobs["sources"].as_array().unwrap();
    assert!(sources.len() <= 5_001 && sources.contains(&"(other)".into()), "{}", sources.len());
    assert_eq!(server.value("app", "(other)", "sum"), Some(5.0));
}

#[test]
fn ok_what_happened_last_is_known_after_a_restart() {
    // Without raw lines, only the table of events still has the event.
    let settings = [("RETENTION_LOGS", "0")];
    let server = Server::start_with(&settings);
    let token = server.drain("app");
    let mut body = frame("app", "api", "Release v42 created by user ann@example.com");
    body.extend(frame("heroku", "web.1", "State changed from starting to up"));
    assert_eq!(server.post(&token, &LOGPLEX, &body).status, 204);
    let last = |server: &Server| server.get("/api/v1/apps").json()["apps"][0]["last_event"].clone();
    wait_for("the release", || last(&server)["kind"] == "release");
    let told = last(&server);
    assert_eq!(told["text"], "Release v42 created by user ***");
    // At its end the server writes everything in memory to the file.
    let dir = Arc::clone(&server.dir);
    assert_eq!(server.stop().0, 0);
    let server = Server::start_in(dir, 0, &settings);
    wait_for("the release", || last(&server) == told);
}
