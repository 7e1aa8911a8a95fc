//! Compares counts by status, code and dyno with awk's, and percentiles with sorted values, for
//! framed bodies and for `streamgauge shuttle`. Other kinds of lines are not covered.

use std::{fs, process::Stdio};

use testing::{
    frames,
    process::{Server, binary},
    recount,
};

const LINES: usize = 100_000;

#[track_caller]
fn check(server: &Server, app: &str, lines: &[String]) {
    for (key, label, metric) in [
        ("status", "status", "router.requests"),
        ("dyno", "source", "router.requests"),
        ("code", "code", "router.errors"),
    ] {
        let expected: Vec<(String, f64)> = recount::recount(lines, key).into_iter().collect();
        assert!(expected.len() > 1, "{key}");
        assert_eq!(server.grouped(app, metric, "count", label), expected, "{key}");
    }
    let sorted = recount::service_ms(lines);
    assert_eq!(server.value(app, "router.service", "count"), Some(sorted.len() as f64));
    assert_eq!(server.value(app, "router.service", "sum"), Some(sorted.iter().sum()));
    for (stat, quantile) in [("p50", 0.5), ("p95", 0.95), ("p99", 0.99)] {
        let (exact, found) = (recount::exact(&sorted, quantile), server.value(app, "router.service", stat).unwrap());
        assert!((found - exact).abs() <= exact * 0.01, "{stat}: expected {exact} within 1 %, found {found}");
    }
}

#[test]
fn ok_framed_lines_equal_a_recount() {
    let server = Server::start();
    let token = server.drain("framed");
    let lines = frames::lines(7, LINES, 1_800);
    for batch in lines.chunks(400) {
        assert_eq!(server.post(&token, &[("Logplex-Drain-Token", "d.1")], &frames::frames(batch)).status, 204);
    }
    check(&server, "framed", &lines);
    // The values stay the same after they are written to the file and after a restart from it.
    let dir = {
        let dir = server.dir.clone();
        assert_eq!(server.stop().0, 0);
        dir
    };
    check(&Server::start_in(dir, 0, &[]), "framed", &lines);
}

#[test]
fn ok_shuttled_lines_equal_a_recount() {
    let server = Server::start();
    let token = server.drain("shuttled");
    let lines = frames::lines(11, LINES, 1_800);
    let file = server.dir.path().join("lines");
    fs::write(&file, lines.join("\n") + "\n").unwrap();
    let mut shuttle = binary(server.dir.path());
    shuttle.arg("shuttle").env("LOGS_URL", format!("http://any:{token}@{}/logs", server.address));
    let status = shuttle.stdin(Stdio::from(fs::File::open(&file).unwrap())).status().unwrap();
    assert!(status.success());
    check(&server, "shuttled", &lines);
}

#[test]
fn ok_every_range_and_step_agrees() {
    let server = Server::start();
    let token = server.drain("agreeing");
    let lines = frames::lines(3, 20_000, 7_200);
    for batch in lines.chunks(500) {
        assert_eq!(server.post(&token, &[], &frames::frames(batch)).status, 204);
    }
    let by_step = |step: &str| -> f64 {
        let path = format!("/api/v1/apps/agreeing/query?metric=router.requests&stat=count&from=-20h&step={step}");
        let series = server.get(&path).json()["series"].clone();
        series[0]["points"].as_array().unwrap().iter().map(|it| it[1].as_f64().unwrap()).sum()
    };
    for step in ["10", "60", "300", "3600", "auto", "all"] {
        assert_eq!(by_step(step), 20_000.0, "{step}");
    }
}
