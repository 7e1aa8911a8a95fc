//! What is usual, of a file with eight weeks of rollups: after a start, after a restart, on the
//! page and by the API. How it is calculated is tested beside the code.

use std::{path::Path, sync::Arc};

use pipeline::{Cell, Kind};
use serde_json::Value;
use server::store::{
    Store,
    file::usage::{self, SizeChange, Tier},
    resolution::Resolution,
    rollup::rows,
};
use testing::{
    clock::now_ms,
    process::{Server, database},
    wait::wait_for,
};

const HOUR_S: i64 = 3_600;
const WEEK_S: i64 = 168 * HOUR_S;
const WEEKS: i64 = 8;

/// Requests of an hour: more by each hour of the day, and half as many on every second day.
fn requests(at_s: i64) -> u64 {
    let (hour, day) = (at_s / HOUR_S % 24, at_s / HOUR_S / 24 % 7);
    (36_000 + 1_800 * hour as u64) / if day % 2 == 0 { 1 } else { 2 }
}

fn counted(n: u64) -> Cell {
    let mut cell = Cell::default();
    cell.count(n, 0);
    cell
}

fn timed(least_ms: f64) -> Cell {
    let mut cell = Cell::default();
    (0..100).for_each(|it| cell.record(Kind::Distribution, least_ms + f64::from(it), 0));
    cell
}

/// Eight weeks of an app: usually 100 to 199 ms and 1 error in 500. In the week before, an incident
/// of two days around this hour: a tenth of the requests, half of them fail, and they take seconds.
async fn fill(path: &Path, now_s: i64) {
    let store = Store::open(path).await.unwrap();
    let mut db = store.connect().await.unwrap();
    let app: i64 = sqlx::query_scalar("SELECT id FROM app WHERE name = 'app'").fetch_one(&mut db).await.unwrap();
    let series = [
        ("router.requests", "counter", "", 200),
        ("router.requests", "counter", "", 500),
        ("router.service", "distribution", "ms", 0),
        ("drain.lines", "counter", "", 0),
    ];
    for (id, (metric, kind, unit, status)) in (900..).zip(series) {
        sqlx::query(
            "INSERT INTO series (id, app_id, metric, kind, unit, source, status, method, path, code)
             VALUES (?, ?, ?, ?, ?, '', ?, '', '', '')",
        )
        .bind(id)
        .bind(app)
        .bind(metric)
        .bind(kind)
        .bind(unit)
        .bind(status)
        .execute(&mut db)
        .await
        .unwrap();
    }
    let present_s = now_s / HOUR_S * HOUR_S;
    let incident_s = present_s - WEEK_S - 24 * HOUR_S..present_s - WEEK_S + 24 * HOUR_S;
    let (mut hours, mut minutes) = (vec![], vec![]);
    for at_s in (0..WEEKS * 168).rev().map(|it| present_s - (it + 1) * HOUR_S) {
        let is_bad = incident_s.contains(&at_s);
        let n = if is_bad { requests(at_s) / 10 } else { requests(at_s) };
        let errors = if is_bad { n / 2 } else { n / 500 };
        hours.push(((900, at_s), counted(n - errors)));
        hours.push(((901, at_s), counted(errors)));
        hours.push(((902, at_s), timed(if is_bad { 5_000.0 } else { 100.0 })));
        hours.push(((903, at_s), counted(2 * n)));
        if at_s >= present_s - WEEK_S {
            minutes.push(((903, at_s + 300), counted(2 * n)));
        }
    }
    for (resolution, cells) in [(Resolution::Hour, hours), (Resolution::Minute, minutes)] {
        let taken = rows::replace(&mut db, resolution, &cells).await.unwrap();
        let change = SizeChange { rows: taken.len() as i64, bytes: taken.iter().sum() };
        usage::write(&mut db, Tier::Rollup(resolution), change, 0).await.unwrap();
    }
    let sql = "INSERT OR REPLACE INTO rollup_mark (app_id, minute_to_s, hour_to_s)
               SELECT id, ?1, ?1 FROM app WHERE name = 'app'";
    sqlx::query(sql).bind(present_s).execute(&mut db).await.unwrap();
}

#[track_caller]
fn check(band: &Value, expected: f64) {
    let [low, mid, high] = ["low", "mid", "high"].map(|it| band[it].as_f64().unwrap());
    assert!((mid / expected - 1.0).abs() < 0.03, "{band}, expected {expected}");
    assert!(low <= mid && mid <= high && high < 3.0 * expected, "{band}");
}

fn check_all(server: &Server) {
    let mut found = Value::Null;
    wait_for("usual values after the start", || {
        found = server.get("/api/v1/apps/app/usual").json();
        !found["usual"].is_null()
    });
    let (usual, hour_s) = (&found["usual"], found["hour_s"].as_i64().unwrap());
    assert_eq!((usual["basis"].as_str(), found["compared_hours"].as_i64()), (Some("weeks"), Some(6)), "{found}");
    check(&usual["requests_per_s"], requests(hour_s) as f64 / 3_600.0);
    check(&usual["lines_per_s"], requests(hour_s) as f64 / 1_800.0);
    check(&usual["p50_ms"], 149.0);
    check(&usual["p99_ms"], 198.0);
    check(&usual["error_rate"], 0.002);
    assert_eq!(usual["gap_s"].as_f64(), Some(3_600.0));

    let bands = server.get("/api/v1/apps/app/usual?figure=requests&from=-3d").json();
    let points = bands["points"].as_array().unwrap();
    assert!((72..=74).contains(&points.len()), "{bands}");
    for point in points {
        let expected = requests(point[0].as_i64().unwrap()) as f64 / 3_600.0;
        let found = point[2].as_f64().unwrap();
        assert!((found / expected - 1.0).abs() < 0.03, "{point}, expected {expected}");
    }
    // The present hour is the same by either way.
    let newest = points.iter().find(|it| it[0] == hour_s).unwrap();
    let of_newest = ["low", "mid", "high"].map(|it| usual["requests_per_s"][it].as_f64());
    assert_eq!([1, 2, 3].map(|it| newest[it].as_f64()), of_newest);
    let days = server.get("/api/v1/apps/app/usual?figure=p99&from=-30d").json();
    let times: Vec<i64> = days["points"].as_array().unwrap().iter().map(|it| it[0].as_i64().unwrap()).collect();
    assert!((150..=200).contains(&times.len()) && times.windows(2).all(|it| it[1] - it[0] == 4 * HOUR_S), "{times:?}");
}

#[test]
fn ok_the_same_hour_of_earlier_weeks_also_after_a_restart() {
    let server = Server::start();
    server.drain("app");
    let dir = Arc::clone(&server.dir);
    assert_eq!(server.stop().0, 0);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(fill(&database(dir.path()), now_ms() / 1_000));
    let server = Server::start_in(Arc::clone(&dir), 0, &[]);
    check_all(&server);
    // A range that is drawn from hours.
    assert_eq!(server.get("/apps/app?range=30d").body.matches("class=\"usual\"").count(), 2);
    let server = Server::start_in(server.kill(), 0, &[]);
    check_all(&server);
}

#[test]
fn ok_an_app_without_history_has_no_usual() {
    let server = Server::start();
    server.drain("app");
    let found = server.get("/api/v1/apps/app/usual").json();
    assert!(found["usual"].is_null() && found["hour_s"].is_null(), "{found}");
    let bands = server.get("/api/v1/apps/app/usual?figure=p99&from=-7d").json();
    assert_eq!(bands["points"], serde_json::json!([]), "{bands}");
}

#[test]
fn err_questions_about_the_usual() {
    let server = Server::start();
    server.drain("app");
    for (question, status, why) in [
        ("/api/v1/apps/app/usual?figure=p98", 400, "error-rate"),
        ("/api/v1/apps/app/usual?from=-1h", 400, "figure="),
        ("/api/v1/apps/app/usual?figure=p99&from=-400d", 400, "35 days"),
        ("/api/v1/apps/app/usual?figure=p99&from=2&to=1", 400, "found"),
        ("/api/v1/apps/none/usual", 404, "none"),
        ("/api/v1/apps/none/usual?figure=p99", 404, "none"),
    ] {
        let reply = server.get(question);
        assert_eq!(reply.status, status, "{question}: {}", reply.body);
        assert!(reply.body.contains(why), "{question}: {}", reply.body);
    }
}
