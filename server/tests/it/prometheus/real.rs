//! A real Prometheus, as Debian packages it, that scrapes a server.

use testing::{
    frames::{frame, message_frame, now_line},
    process::Server,
    program,
    wait::wait_for,
};

use super::Prometheus;

#[test]
fn ok_a_real_prometheus_scrapes() {
    if program::find("prometheus").is_none() {
        return;
    }
    let server = Server::start();
    let token = server.drain("app");
    let post = |n: u64| {
        let mut body: Vec<u8> = (1..=n).flat_map(|it| frame(&now_line(it * 10))).collect();
        body.extend(message_frame("app worker.1", "source=eu sample#queue=7"));
        assert_eq!(server.post(&token, &[], &body).status, 204);
    };
    post(1);
    let target = server.address;
    let prometheus = Prometheus::start(
        server.dir.path(),
        &format!(
            "global: {{scrape_interval: 1s}}\nscrape_configs:\n\
             - {{job_name: own, static_configs: [{{targets: ['{target}']}}]}}\n\
             - {{job_name: apps, params: {{app: ['*']}}, static_configs: [{{targets: ['{target}']}}]}}\n"
        ),
        &[],
    );
    wait_for("the first scrapes", || {
        prometheus.value("up{job=\"own\"}") == Some(1.0)
            && prometheus.value("sum(router_service_seconds_count)") == Some(0.0)
    });
    post(100);
    let requests = "sum(router_requests_total{app=\"app\",status=\"200\"})";
    wait_for("what came later", || prometheus.value(requests) == Some(101.0));
    assert_eq!(prometheus.value("sum(router_service_seconds_count)"), Some(100.0));
    assert_eq!(prometheus.value("queue{app=\"app\",source=\"eu\"}"), Some(7.0));
    assert_eq!(prometheus.value("sum(router_service_seconds_bucket{le=\"0.5\"})"), Some(50.0));
    wait_for("the server's own lines", || prometheus.value("streamgauge_lines_total") == Some(103.0));
    let targets = prometheus.reply("/api/v1/targets").unwrap().json();
    for target in targets["data"]["activeTargets"].as_array().unwrap() {
        assert_eq!((&target["health"], &target["lastError"]), (&"up".into(), &"".into()), "{target}");
    }
}
