//! The query API below `/prometheus`: what Grafana's data source asks, by hand and by `promtool`.

use std::process::Command;

use serde_json::Value;
use testing::{
    clock::{now_ms, stamp},
    frames::{frame, message_frame, router_line},
    process::Server,
    program,
    wait::wait_for,
};

use super::form_urlencoded;

/// A server with requests of half a minute ago, 20 from `web.1`, a quarter of them slow.
fn filled() -> (Server, i64) {
    let server = Server::start();
    let token = server.drain("app");
    let at_s = now_ms() / 1_000 - 30;
    let time = stamp(at_s * 1_000_000);
    let mut body: Vec<u8> =
        (0..20).flat_map(|it| frame(&router_line(&time, if it % 4 == 0 { 1_000 } else { 10 }))).collect();
    body.extend(message_frame("app worker.1", "source=eu sample#queue=7 sample#memory_total=1MB"));
    assert_eq!(server.post(&token, &[], &body).status, 204);
    (server, at_s)
}

#[track_caller]
fn ask(server: &Server, query: &str) -> Value {
    let reply = server.get(&format!("/prometheus/api/v1/query?query={}", form_urlencoded(query)));
    assert_eq!(reply.status, 200, "{query}: {}", reply.body);
    let found = reply.json();
    assert_eq!(found["status"], "success");
    found["data"].clone()
}

/// The values of a question with their labels but for `__name__`.
#[track_caller]
fn values(server: &Server, query: &str) -> Vec<(String, f64)> {
    let found = ask(server, query)["result"].as_array().unwrap().clone();
    let line = |line: &Value| {
        let labels = line["metric"].as_object().unwrap().iter().filter(|it| it.0 != "__name__");
        let labels: Vec<String> = labels.map(|(name, value)| format!("{name}={}", value.as_str().unwrap())).collect();
        (labels.join(" "), line["value"][1].as_str().unwrap().parse().unwrap())
    };
    found.iter().map(line).collect()
}

#[test]
fn ok_figures_for_grafana() {
    let (server, _) = filled();
    assert_eq!(ask(&server, "1+1")["result"][1], "2");
    let of = |query: &str| values(&server, query);
    assert_eq!(of("sum by (status) (increase(router_requests_total[5m]))"), [("status=200".to_owned(), 20.0)]);
    assert_eq!(of("300 * sum(rate(router_requests_total{app=\"app\",status=~\"2..\"}[5m]))"), [(String::new(), 20.0)]);
    assert_eq!(of("sum(rate(router_requests_total{status=~\"5..\"}[5m]))"), []);
    let quantile = |rank: f64| {
        of(&format!("histogram_quantile({rank}, sum by (le, app) (rate(router_service_seconds_bucket[5m])))"))
    };
    for (rank, expected) in [(0.5, 0.01), (0.95, 1.0)] {
        let found = quantile(rank);
        assert_eq!((found.len(), &*found[0].0), (1, "app=app"));
        assert!((found[0].1 / expected - 1.0).abs() < 0.01, "{found:?}");
    }
    let mean = of("sum(rate(router_service_seconds_sum[5m])) / sum(rate(router_service_seconds_count[5m]))");
    assert!((mean[0].1 - 0.2575).abs() < 1e-9, "{mean:?}");
    let buckets = of("sum by (le) (increase(router_service_seconds_bucket[5m]))");
    let bucket = |bound: &str| buckets.iter().find(|it| it.0 == format!("le={bound}")).unwrap().1;
    assert_eq!(["0.005", "0.01", "0.5", "1", "+Inf"].map(bucket), [0.0, 15.0, 15.0, 20.0, 20.0]);
    // Gauges were measured now, and a window ends with a whole ten seconds.
    wait_for("the gauges", || of("queue{source=\"eu\"}") == [("app=app source=eu".to_owned(), 7.0)]);
    assert_eq!(of("max(memory_total_bytes) / 1024 / 1024"), [(String::new(), 1.0)]);
}

#[test]
fn ok_a_range() {
    let (server, at_s) = filled();
    let query = form_urlencoded("sum(increase(router_requests_total[1m]))");
    let (start, end) = (at_s - 60, at_s + 20);
    let form = format!("query={query}&start={start}&end={end}&step=10");
    let kind = [("Content-Type", "application/x-www-form-urlencoded")];
    let reply = server.request("POST", "/prometheus/api/v1/query_range", &kind, form.as_bytes()).unwrap();
    assert_eq!(reply.status, 200, "{}", reply.body);
    let found = reply.json()["data"].clone();
    assert_eq!(found["resultType"], "matrix");
    let points = found["result"][0]["values"].as_array().unwrap().clone();
    assert!(points.iter().all(|it| it[1] == "20"), "{points:?}");
    let first_s = points[0][0].as_f64().unwrap();
    assert!(first_s > at_s as f64 && first_s <= (at_s + 20) as f64, "{points:?} after {at_s}");
}

#[test]
fn ok_names_and_labels() {
    let (server, _) = filled();
    let data = |path: &str| {
        let reply = server.get(&format!("/prometheus/api/v1/{path}"));
        assert_eq!(reply.status, 200, "{path}: {}", reply.body);
        reply.json()["data"].clone()
    };
    let has = |of: &Value, word: &str| of.as_array().unwrap().iter().any(|it| it == word);
    assert!(has(&data("labels"), "status"));
    let names = data("label/__name__/values");
    for name in ["router_requests_total", "router_service_seconds_bucket", "queue", "memory_total_bytes"] {
        assert!(has(&names, name), "{name} is not in {names}");
    }
    let of_selector =
        |label: &str| data(&format!("label/{label}/values?match[]={}", form_urlencoded("router_requests_total")));
    assert_eq!((of_selector("status"), of_selector("app")), (serde_json::json!(["200"]), serde_json::json!(["app"])));
    let series = data(&format!("series?match[]={}", form_urlencoded("{__name__=~\"router_serv.*_sum\"}")));
    let expected = serde_json::json!([{"__name__": "router_service_seconds_sum", "app": "app", "source": "web.1"}]);
    assert_eq!(series, expected);
    assert_eq!(data("metadata?metric=queue")["queue"][0]["type"], "gauge");
    assert_eq!(data("status/buildinfo")["application"], "Streamgauge");
}

#[test]
fn err_what_is_not_supported_is_told() {
    let (server, _) = filled();
    for (path, status, said) in [
        ("query?query=topk(3,queue)", 422, "histogram_quantile"),
        ("query?query=router_requests_total", 422, "rate()"),
        ("query", 400, "query="),
        ("query?query=1&time=never", 400, "time="),
        ("query_range?query=1", 400, "start="),
        ("series", 400, "match[]"),
    ] {
        let reply = server.get(&format!("/prometheus/api/v1/{path}"));
        assert_eq!(reply.status, status, "{path}: {}", reply.body);
        let found = reply.json();
        assert!(found["status"] == "error" && found["error"].as_str().unwrap().contains(said), "{path}: {found}");
    }
    let site = [("Sec-Fetch-Site", "cross-site"), ("Content-Type", "application/x-www-form-urlencoded")];
    assert_eq!(server.request("POST", "/prometheus/api/v1/query", &site, b"query=1").unwrap().status, 403);
}

#[test]
fn ok_promtool_is_answered() {
    if program::find("promtool").is_none() {
        return;
    }
    let (server, at_s) = filled();
    let base = format!("http://{}/prometheus", server.address);
    let run = |args: &[&str]| {
        let found = Command::new("promtool").arg("query").args(args).output().unwrap();
        let (said, error) = (String::from_utf8_lossy(&found.stdout), String::from_utf8_lossy(&found.stderr));
        assert!(found.status.success() && error.is_empty(), "{args:?}: {said}{error}");
        said.into_owned()
    };
    let requests = "sum by (app) (increase(router_requests_total[5m]))";
    let said = run(&["instant", &base, requests]);
    assert!(said.starts_with("{app=\"app\"} => 20 @["), "{said}");
    let (start, end) = (format!("--start={at_s}"), format!("--end={}", at_s + 60));
    let said = run(&["range", &start, &end, "--step=30s", &base, requests]);
    assert!(said.contains("20 @["), "{said}");
    let said = run(&["labels", &base, "status"]);
    assert_eq!(said.trim(), "200");
    let said = run(&["series", "--match=queue", &base]);
    assert!(said.contains("queue") && said.contains("source=\"eu\""), "{said}");
}
