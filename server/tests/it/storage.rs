//! Retention: limits of age and size, the usage that the API reports, and files of older schema
//! versions. What a query returns is tested in `api.rs`.

use std::{path::Path, sync::Arc};

use serde_json::Value;
use server::block::compress;
use sqlx::{Connection, SqliteConnection, migrate::Migrator, sqlite::SqliteConnectOptions};
use tempfile::TempDir;
use testing::{
    clock::{now_ms, stamp},
    frames::{frame, frames, now_line, router_line},
    process::{Server, database, run},
    random::Dice,
    wait::wait_for,
};

fn tier(server: &Server, name: &str) -> Value {
    let storage = server.get("/api/v1/storage").json();
    storage["tiers"].as_array().unwrap().iter().find(|it| it["tier"] == name).unwrap().clone()
}

fn number(value: &Value, field: &str) -> i64 {
    value[field].as_i64().unwrap_or_else(|| panic!("{field} of {value}"))
}

pub async fn open(path: &Path) -> SqliteConnection {
    let options =
        SqliteConnectOptions::new().filename(path).create_if_missing(true).pragma("application_id", "1397186933");
    SqliteConnection::connect_with(&options).await.unwrap()
}

pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

#[test]
fn ok_raw_lines_over_their_size_lose_the_oldest() {
    let server = Server::start_with(&[("SIZE_LOGS", "1MB")]);
    let token = server.drain("app");
    let mut dice = Dice(11);
    let mut sent = 0;
    while sent < 4_000_000 {
        // Random words that do not compress well.
        let word = |dice: &mut Dice| format!("{:016x}{:016x}", dice.roll(u64::MAX), dice.roll(u64::MAX));
        let lines: Vec<String> = (0..200)
            .map(|it| now_line(it).replace("request_id=1", &format!("request_id={}", word(&mut dice))))
            .collect();
        let body = frames(&lines);
        sent += body.len();
        assert_eq!(server.post(&token, &[], &body).status, 204);
    }
    let last = now_line(1).replace("path=\"/", "path=\"/newest");
    assert_eq!(server.post(&token, &[], &frame(&last)).status, 204);
    wait_for("raw lines to fit their size limit", || {
        (1..=1_000_000).contains(&number(&tier(&server, "logs"), "bytes"))
    });
    let found = server.get("/api/v1/apps/app/logs?q=newest").json();
    assert_eq!(found["lines"].as_array().unwrap().len(), 1, "{found}");
    // All requests are still counted, also those whose lines were deleted.
    let counted = server.value("app", "router.requests", "count").unwrap();
    // The reported usage survives a crash.
    let rows = number(&tier(&server, "logs"), "rows");
    let server = Server::start_in(server.kill(), 0, &[("SIZE_LOGS", "1MB")]);
    assert!(number(&tier(&server, "logs"), "rows") <= rows + 1);
    let held: (i64,) = block_on(async {
        let mut db = open(&database(server.dir.path())).await;
        sqlx::query_as("SELECT count(*) FROM block WHERE body IS NOT NULL").fetch_one(&mut db).await.unwrap()
    });
    assert_eq!(number(&tier(&server, "logs"), "rows"), held.0);
    assert_eq!(server.value("app", "router.requests", "count"), Some(counted));
}

#[test]
fn ok_raw_lines_at_rest_take_less_and_are_still_found() {
    let server = Server::start();
    let token = server.drain("app");
    let lines: Vec<String> = (0..300).map(now_line).collect();
    for _ in 0..5 {
        assert_eq!(server.post(&token, &[], &frames(&lines)).status, 204);
    }
    let dir = Arc::clone(&server.dir);
    assert_eq!(server.stop().0, 0);
    // Makes the blocks an hour older.
    let bytes = |change: bool| {
        block_on(async {
            let mut db = open(&database(dir.path())).await;
            if change {
                sqlx::query("UPDATE block SET received_ms = received_ms - 3600000").execute(&mut db).await.unwrap();
            }
            let sql = "SELECT sum(length(body)), sum(substr(body, 1, 4) = x'28B52FFD') FROM block";
            let found: (i64, i64) = sqlx::query_as(sql).fetch_one(&mut db).await.unwrap();
            found
        })
    };
    let before = bytes(true);
    assert_eq!(before.1, 0);
    let server = Server::start_in(Arc::clone(&dir), 0, &[]);
    wait_for("blocks to be recompressed", || bytes(false).1 >= 5);
    assert!(bytes(false).0 < before.0 * 3 / 4, "{before:?} {:?}", bytes(false));
    let found = server.get("/api/v1/apps/app/logs?q=service%3D299ms&from=-3h").json();
    assert_eq!(found["lines"].as_array().unwrap().len(), 5, "{found}");
    let held = block_on(async {
        let mut db = open(&database(dir.path())).await;
        let sql = "SELECT sum(length(body) + 150) FROM block WHERE body IS NOT NULL";
        let held: (i64,) = sqlx::query_as(sql).fetch_one(&mut db).await.unwrap();
        held.0
    });
    wait_for("the sizes to agree", || number(&tier(&server, "logs"), "bytes") == held);
}

/// The lines of all blocks that the rollup rows of a file include.
async fn checkpointed_lines(dir: &Path) -> i64 {
    let mut db = open(&database(dir)).await;
    sqlx::query_scalar("SELECT lines FROM checkpoint").fetch_one(&mut db).await.unwrap()
}

#[test]
fn ok_rows_over_their_size_lose_the_oldest_and_coarser_ones_answer() {
    let server = Server::start_with(&[("SIZE_10S", "1MB")]);
    let token = server.drain("app");
    let now_ms = now_ms();
    // One request and ten samples every ten seconds for 22 hours: 7,920 buckets of many series.
    let lines_at = |number: i64| {
        let time = stamp((now_ms - (7_920 - number) * 10_000) * 1_000);
        let samples: Vec<String> = (0..10).map(|n| format!("sample#s{n}={}.123456", number % 97 + n)).collect();
        [router_line(&time, number as u64 % 50), format!("{time} app[web.1]: {}", samples.join(" "))]
    };
    let lines: Vec<String> = (0..7_920).flat_map(lines_at).collect();
    for part in lines.chunks(500) {
        assert_eq!(server.post(&token, &[], &frames(part)).status, 204);
    }
    // A checkpoint may come before the last batch: its rows may not be too large yet.
    wait_for("rows of every line to be written", || block_on(checkpointed_lines(server.dir.path())) >= 2 * 7_920);
    // Usage is added after the commit that the file shows.
    wait_for("the usage to say so", || number(&tier(&server, "1m"), "rows") > 1_000);
    wait_for("10 s rollups to fit their size limit", || {
        (1..=1_000_000).contains(&number(&tier(&server, "10s"), "bytes"))
    });
    let (fine, coarse) = (tier(&server, "10s"), tier(&server, "1m"));
    assert!(number(&fine, "oldest_s") > number(&coarse, "oldest_s") + 3_600, "{fine} {coarse}");
    assert_eq!((fine["full_by"].as_str(), coarse["full_by"].as_str()), (Some("size"), Some("time")), "{fine} {coarse}");
    let from_s = now_ms / 1_000 - 23 * 3_600;
    let ask = |step: &str| {
        let reply =
            server.get(&format!("/api/v1/apps/app/query?metric=router.requests&stat=sum&from={from_s}&step={step}"));
        let answer = reply.json();
        let points = answer["series"][0]["points"].as_array().unwrap().clone();
        (answer["step"].as_i64().unwrap(), points.iter().map(|it| it[1].as_f64().unwrap()).sum::<f64>())
    };
    for step in ["auto", "10", "all"] {
        assert_eq!(ask(step).1, 7_920.0, "{step}");
    }
    assert_eq!(ask("10").0, 60);
    // The reported row counts equal those in the file.
    let dir = Arc::clone(&server.dir);
    assert_eq!(server.stop().0, 0);
    block_on(async {
        let mut db = open(&database(dir.path())).await;
        for (name, table, width_s) in [("10s", "rollup_10s", 10), ("1m", "rollup_1m", 60), ("1h", "rollup_1h", 3_600)] {
            let rows: (i64,) =
                sqlx::query_as("SELECT rows FROM tier WHERE name = ?").bind(name).fetch_one(&mut db).await.unwrap();
            let sql = format!(
                "SELECT (SELECT count(*) FROM {table}) +
                     (SELECT coalesce(sum(cells), 0) FROM rollup_chunk WHERE width_s = {width_s})"
            );
            let counted: (i64,) = sqlx::query_as(sqlx::AssertSqlSafe(sql)).fetch_one(&mut db).await.unwrap();
            assert_eq!(rows, counted, "{table}");
        }
    });
}

#[test]
fn ok_the_same_range_of_an_earlier_time() {
    let server = Server::start();
    let token = server.drain("app");
    // The middle of an hour that has certainly ended.
    let hour_ms = now_ms() / 3_600_000 * 3_600_000 - 3_600_000;
    let at = |ms: i64| router_line(&stamp(ms * 1_000), 10);
    let lines = [at(hour_ms + 60_000), at(hour_ms + 61_000), at(hour_ms - 2 * 3_600_000 + 62_000)];
    assert_eq!(server.post(&token, &[], &frames(&lines)).status, 204);
    let ask = |rest: &str| {
        let (from_s, to_s) = (hour_ms / 1_000, hour_ms / 1_000 + 3_600);
        server.get(&format!("/api/v1/apps/app/query?metric=router.requests&stat=sum&from={from_s}&to={to_s}&{rest}"))
    };
    let answer = ask("step=60&compare=2h").json();
    let minute_s = hour_ms / 1_000 + 60;
    assert_eq!(answer["series"][0]["points"], serde_json::json!([[minute_s, 2.0]]), "{answer}");
    assert_eq!(answer["compared"]["series"][0]["points"], serde_json::json!([[minute_s, 1.0]]), "{answer}");
    assert_eq!(answer["compared"]["offset_s"], 7_200);
    assert_eq!(ask("step=all&compare=2h").json()["compared"]["series"][0]["points"][0][1], 1.0);
    assert!(ask("step=60").json().get("compared").is_none());
    for (rest, why) in
        [("compare=soon", "length of time"), ("compare=0", "length of time"), ("step=60&compare=90s", "multiple")]
    {
        let reply = ask(rest);
        assert_eq!(reply.status, 400, "{rest}: {}", reply.body);
        assert!(reply.body.contains(why), "{rest}: {}", reply.body);
    }
}

#[test]
fn err_a_question_of_too_many_rows() {
    let server = Server::start();
    let token = server.drain("app");
    for part in (0..600).collect::<Vec<u64>>().chunks(200) {
        let lines: Vec<String> = part
            .iter()
            .map(|n| now_line(1).replace("heroku[router]: at=info", &format!("app[web.1]: source=s{n} count#many=1 ")))
            .collect();
        let body: Vec<u8> = lines.iter().flat_map(|it| frame(it)).collect();
        assert_eq!(server.post(&token, &[], &body).status, 204);
    }
    let reply = server.get("/api/v1/apps/app/query?metric=many&stat=sum&from=-23h&step=10");
    assert_eq!((reply.status, reply.body.contains("rows")), (400, true), "{}", reply.body);
    assert_eq!(server.value("app", "many", "sum"), Some(600.0));
}

#[test]
fn ok_files_of_every_older_schema_are_migrated() {
    let migrations = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let mut files: Vec<_> = std::fs::read_dir(&migrations).unwrap().map(|it| it.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|it| it == "sql"));
    files.sort();
    assert!(files.len() >= 5);
    for n in 1..=files.len() {
        let older = TempDir::new().unwrap();
        for file in &files[..n] {
            std::fs::copy(file, older.path().join(file.file_name().unwrap())).unwrap();
        }
        let dir = Arc::new(TempDir::new().unwrap());
        let (begun_s, now_ms) = (now_ms() / 1_000 / 3_600 * 3_600 - 2 * 3_600, now_ms());
        block_on(old_file(&database(dir.path()), older.path(), begun_s, now_ms));
        let server = Server::start_in(Arc::clone(&dir), 0, &[]);
        // One hour's rollup rows, and one line behind the checkpoint that is counted at start.
        assert_eq!(server.value("shop", "router.requests", "sum"), Some(101.0), "schema {n}");
        assert_eq!(server.value("shop", "router.service", "max"), Some(40.0), "schema {n}");
        let found = |question: &str| {
            let answer = server.get(&format!("/api/v1/apps/shop/logs{question}")).json();
            answer["lines"].as_array().unwrap().iter().map(|line| line["text"].to_string()).collect::<Vec<_>>()
        };
        assert_eq!(found("").len(), 1, "schema {n}");
        // Earlier versions stored lines unmasked. They are masked before they are searched or
        // shown.
        assert!(found("")[0].contains("/?token=***"), "schema {n}: {:?}", found(""));
        assert_eq!(found("?q=hunter2"), [""; 0], "schema {n}");
        let hours = number(&tier(&server, "1h"), "rows");
        assert!(hours >= 1, "schema {n}: {hours}");
        assert_eq!(server.stop().0, 0);
        let checked = run(testing::process::binary(dir.path()).arg("check"));
        assert_eq!(checked.0, 0, "schema {n}: {}", checked.2);
    }
}

/// A file as the version with these migrations left it: 100 requests in rollups, and one batch that
/// no rollup includes.
async fn old_file(path: &Path, migrations: &Path, at_s: i64, now_ms: i64) {
    let mut db = open(path).await;
    Migrator::new(migrations).await.unwrap().run(&mut db).await.unwrap();
    sqlx::query("INSERT INTO app (id, name, created_ms) VALUES (1, 'shop', 0)").execute(&mut db).await.unwrap();
    // Schema 2 added the label `path`.
    let (names, values) = if has_path(&mut db).await { (", path", ", ''") } else { ("", "") };
    let sql = format!(
        "INSERT INTO series (id, app_id, metric, kind, unit, source, status, method, code{names})
         VALUES (1, 1, 'router.requests', 'counter', '', 'web.1', 200, 'GET', ''{values})"
    );
    sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut db).await.unwrap();
    for (table, width_s) in [("rollup_10s", 10), ("rollup_1m", 60), ("rollup_1h", 3_600)] {
        let sql = format!(
            "INSERT INTO {table} (series_id, bucket_s, count, sum, min, max, last, last_ms) VALUES (1, ?, 100, 100, 1, 1, 1, ?)"
        );
        let bucket_s = at_s / width_s * width_s;
        sqlx::query(sqlx::AssertSqlSafe(sql)).bind(bucket_s).bind(bucket_s * 1_000).execute(&mut db).await.unwrap();
        // Schema 5 counts rows; schema 22 says how far minutes and hours have come.
        if has_table(&mut db, "tier").await {
            let sql = "UPDATE tier SET rows = rows + 1, bytes = bytes + 36 WHERE name = ?";
            let name = table.trim_start_matches("rollup_");
            sqlx::query(sql).bind(name).execute(&mut db).await.unwrap();
        }
    }
    if has_table(&mut db, "rollup_mark").await {
        let sql = "INSERT INTO rollup_mark (app_id, minute_to_s, hour_to_s) VALUES (1, ?, ?)";
        let (minute_to_s, hour_to_s) = (at_s / 60 * 60 + 60, at_s / 3_600 * 3_600 + 3_600);
        sqlx::query(sql).bind(minute_to_s).bind(hour_to_s).execute(&mut db).await.unwrap();
    }
    let line = router_line(&stamp(now_ms * 1_000), 40).replace("path=\"/\"", "path=\"/?token=hunter2\"");
    let body = frame(&line);
    sqlx::query(
        "INSERT INTO block (drain_id, app_id, batch_id, received_ms, from_logplex, prefix, source_prefix, lines, body_bytes, body)
         VALUES (1, 1, 'b', ?, 1, '', '', 1, ?, ?)",
    )
    .bind(now_ms)
    .bind(body.len() as i64)
    .bind(compress(&body))
    .execute(&mut db)
    .await
    .unwrap();
    db.close().await.unwrap();
}

async fn has_table(db: &mut SqliteConnection, name: &str) -> bool {
    let sql = "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?)";
    sqlx::query_scalar(sql).bind(name).fetch_one(db).await.unwrap()
}

async fn has_path(db: &mut SqliteConnection) -> bool {
    let (n,): (i64,) = sqlx::query_as("SELECT count(*) FROM pragma_table_info('series') WHERE name = 'path'")
        .fetch_one(db)
        .await
        .unwrap();
    n > 0
}
