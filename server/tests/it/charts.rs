//! The points of charts by the API: the same that a metric's query has, as JSON and as CSV.

use serde_json::Value;
use testing::{
    clock::now_ms,
    frames::{frames, lines},
    process::Server,
};

/// A server with an app whose requests were counted.
fn filled() -> Server {
    let server = Server::start();
    let token = server.drain("shop");
    assert_eq!(server.post(&token, &[], &frames(&lines(7, 500, 300))).status, 204);
    server
}

/// The sum of all values, each for its step.
fn total(chart: &Value) -> f64 {
    let points = |it: &Value| it["points"].as_array().unwrap().clone();
    let series = chart["series"].as_array().unwrap();
    let values = series.iter().flat_map(points).map(|it| it[1].as_f64().unwrap());
    values.sum::<f64>()
}

#[test]
fn ok_the_points_of_every_chart_as_json_and_csv() {
    let server = filled();
    let from_s = now_ms().div_euclid(1_000) - 3_000;
    for (chart, unit) in [
        ("throughput", "requests/s"),
        ("latency", "ms"),
        ("heatmap", "requests"),
        ("errors", "errors"),
        ("memory", "MB"),
        ("connect", "ms"),
        ("load", ""),
    ] {
        let path = format!("/api/v1/apps/shop/charts/{chart}");
        for range in ["range=1h".to_owned(), "range=live".to_owned(), format!("from={from_s}&to=now")] {
            let answer = server.get(&format!("{path}?{range}")).json();
            assert_eq!((&answer["chart"], &answer["unit"]), (&chart.into(), &unit.into()));
            assert!(answer["step_s"].as_i64().unwrap() > 0, "{answer}");
        }
        let reply = server.get(&format!("{path}?range=1h&format=csv"));
        let rows: Vec<&str> = reply.body.split_terminator("\r\n").collect();
        let columns = rows[0].split(',').count();
        assert!(rows[0].starts_with("time") && rows.iter().all(|it| it.split(',').count() == columns), "{rows:?}");
        let disposition = format!("content-disposition: attachment; filename=\"shop-{chart}-");
        assert!(reply.head.contains("content-type: text/csv; charset=utf-8") && reply.head.contains(&disposition));
    }
}

#[test]
fn ok_a_chart_counts_what_a_query_counts() {
    let server = filled();
    // Of whole minutes that are over: the rate of the present step is of the part that has passed.
    let to_s = (now_ms().div_euclid(1_000) - 60) / 60 * 60;
    let span = format!("from={}&to={to_s}", to_s - 1_200);
    let chart = server.get(&format!("/api/v1/apps/shop/charts/throughput?{span}")).json();
    let step_s = chart["step_s"].as_f64().unwrap();
    let counted = server.get(&format!("/api/v1/apps/shop/query?metric=router.requests&stat=sum&{span}")).json();
    let expected = total(&counted);
    let drawn = total(&chart) * step_s;
    assert!(expected > 0.0 && (drawn - expected).abs() < 1e-6 * expected, "{drawn} {expected}");
    let of_endpoint = server.get("/api/v1/apps/shop/charts/throughput?range=1h&method=GET&path=/none").json();
    assert!(total(&of_endpoint).abs() < f64::EPSILON);
}

#[test]
fn err_charts() {
    let server = filled();
    for (path, status, said) in [
        ("shop/charts/nonesuch", 404, "expected the chart to be one of throughput, latency"),
        ("shop/charts/metric", 404, "expected the chart to be one of"),
        ("nobody/charts/load", 404, "nobody"),
        ("shop/charts/load?range=2w", 400, "expected range= to be one of live, 1h"),
        ("shop/charts/load?from=now&to=-1h", 400, "expected"),
        ("shop/charts/load?path=/a", 400, "expected a chart that endpoints have"),
    ] {
        let reply = server.get(&format!("/api/v1/apps/{path}"));
        assert_eq!(reply.status, status, "{path}");
        assert!(reply.json()["detail"].as_str().unwrap().contains(said), "{}", reply.body);
    }
}
