//! How many dynos an app needs, from lines over a real server. Which advice follows from which
//! figures is tested beside the code.

use serde_json::{Value, json};
use testing::{
    clock::{now_ms, stamp},
    frames::octet_counted,
    process::Server,
};

const LOGPLEX: [(&str, &str); 1] = [("Logplex-Drain-Token", "d.1")];
const MINUTE_S: i64 = 60;

fn frame(at_ms: i64, app: &str, process: &str, message: &str) -> Vec<u8> {
    octet_counted(&format!("<158>1 {} host {app} {process} - {message}\n", stamp(at_ms * 1_000)))
}

fn request(at_ms: i64, dyno: i64, service_ms: i64) -> Vec<u8> {
    let text = format!(
        "at=info method=GET path=\"/\" host=h request_id=1 fwd=\"ip\" dyno=web.{dyno} connect=3ms service={service_ms}ms status=200 bytes=5"
    );
    frame(at_ms, "heroku", "router", &text)
}

/// The end of the span that is looked at, unix seconds.
fn end_s() -> i64 {
    (now_ms() / 1_000 - MINUTE_S).div_euclid(600) * 600
}

fn of<'a>(answer: &'a Value, process: &str) -> &'a Value {
    let all = answer["processes"].as_array().unwrap();
    all.iter().find(|it| it["process"] == process).unwrap_or_else(|| panic!("no {process} in {answer}"))
}

/// Two hours of four web dynos and a worker: one busy minute, and a minute of slow requests.
fn filled(server: &Server, end_s: i64) {
    let token = server.drain("app");
    for minute in 1..=120 {
        let at_ms = (end_s - minute * MINUTE_S) * 1_000;
        let mut body = vec![];
        let (requests, service_ms) = match minute {
            30 => (240, 450),
            50 => (60, 20_000),
            _ => (8, 100),
        };
        for n in 0..requests {
            body.extend(request(at_ms + n * 60_000 / requests, 1 + n % 4, service_ms));
        }
        for process in ["web.1", "web.2", "web.3", "web.4", "worker.1"] {
            let mb = if process == "web.2" { 350.0 + (120 - minute) as f64 * 0.1 } else { 300.0 };
            let gauges = format!(
                "source={process} dyno=heroku.1.0 sample#memory_total={mb:.2}MB sample#memory_quota=512.00MB sample#load_avg_1m=0.5"
            );
            body.extend(frame(at_ms + 9_000, "heroku", process, &gauges));
        }
        let job = r#"{"source":"oban","event":"job:stop","queue":"mail","duration":1500000,"queue_time":2500000,"worker":"A"}"#;
        body.extend(frame(at_ms + 11_000, "app", "worker.1", job));
        body.extend(frame(at_ms + 12_000, "app", "clock.1", "sample#queue.depth=17 source=mail"));
        assert_eq!(server.post(&token, &LOGPLEX, &body).status, 204);
    }
}

#[test]
fn ok_dynos_memory_and_queues() {
    let server = Server::start();
    let mut end = end_s();
    filled(&server, end);
    let mut answer = server.get("/api/v1/apps/app/sizing").json();
    if answer["to_s"] != end {
        // Ten minutes were over meanwhile.
        end = end_s();
        answer = server.get("/api/v1/apps/app/sizing").json();
    }
    assert_eq!(answer["to_s"], end);
    assert_eq!(
        (&answer["from_s"], &answer["step_s"], &answer["at_once"]),
        (&json!(end - 604_800), &json!(60), &json!(1))
    );
    let web = of(&answer, "web");
    assert_eq!((&web["dynos"], &web["work"]), (&json!(4), &json!("requests")), "{answer}");
    let peak = &web["peak"];
    assert_eq!((&peak["per_s"], &peak["mean_ms"], &peak["dynos"]), (&json!(4.0), &json!(450.0), &json!(4)), "{peak}");
    assert_eq!(peak["says"], "4.00 requests/s × 450 ms ÷ 4 dynos = 0.45 requests at once a dyno");
    assert_eq!(web["slowest"]["at_once"], 5.0, "{web}");
    assert_eq!(web["choices"].as_array().map(Vec::len), Some(3));
    assert_eq!((&web["advice"]["verdict"], &web["advice"]["dynos"]), (&json!("fewer"), &json!(3)), "{web}");
    let memory = &web["memory"];
    assert_eq!((&memory["dyno"], &memory["quota_mb"]), (&json!("web.2"), &json!(512.0)), "{memory}");
    assert!(memory["peak_mb"].as_f64().is_some_and(|it| (it - 361.9).abs() < 0.01), "{memory}");
    assert_eq!(web["load"]["peak"], 0.5);
    assert!(web["wait"]["connect_p95_ms"].as_f64().is_some_and(|it| (it - 3.0).abs() < 0.1), "{web}");
    let worker = of(&answer, "worker");
    assert_eq!((&worker["work"], &worker["peak"]["mean_ms"]), (&json!("jobs"), &json!(1_500.0)), "{worker}");
    assert_eq!(worker["advice"]["verdict"], "enough", "{worker}");
    let queues = answer["queues"].as_array().unwrap();
    let named: Vec<_> = queues.iter().map(|it| (&it["metric"], &it["figure"], &it["peak"])).collect();
    let expected = json!([["job.wait", "wait", 2_500.0], ["queue.depth", "depth", 17.0]]);
    assert_eq!(json!(named), expected);
    // With more threads, and without the busy minute.
    let hour = server.get(&format!("/api/v1/apps/app/sizing?from={}&to={end}&at_once=5", end - 1_200)).json();
    assert_eq!(of(&hour, "web")["advice"]["verdict"], "too-little", "{hour}");
    assert_eq!((&hour["from_s"], &hour["at_once"]), (&json!(end - 1_200), &json!(5)));
    // A month has more minutes than one query may have steps.
    let month = server.get("/api/v1/apps/app/sizing?range=30d").json();
    assert_eq!((&month["step_s"], &of(&month, "web")["peak"]), (&json!(60), peak), "{month}");
    let year = server.get("/api/v1/apps/app/sizing?from=-300d").json();
    assert_eq!((&year["step_s"], &of(&year, "web")["dynos"]), (&json!(3_600), &json!(4)), "{year}");
    let page = server.get("/apps/app/sizing");
    assert!(page.body.contains("4.00 requests/s × 450 ms ÷ 4 dynos"), "{}", page.body);
}

#[test]
fn ok_nothing_to_tell() {
    let server = Server::start();
    let token = server.drain("app");
    // A server without a router: no dynos.
    let line = frame(now_ms(), "nginx", "web", "203.0.113.7 - - [27/Nov/2026:10:00:00 +0000] \"GET / HTTP/1.1\" 200 5");
    assert_eq!(server.post(&token, &LOGPLEX, &line).status, 204);
    let answer = server.get("/api/v1/apps/app/sizing").json();
    assert_eq!((&answer["processes"], &answer["queues"]), (&json!([]), &json!([])), "{answer}");
    for (query, status) in [("?range=live", 400), ("?at_once=x", 400), ("?range=30d", 200), ("?from=soon", 400)] {
        assert_eq!(server.get(&format!("/api/v1/apps/app/sizing{query}")).status, status, "{query}");
    }
    assert_eq!(server.get("/api/v1/apps/none/sizing").status, 404);
}
