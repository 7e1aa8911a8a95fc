//! Merging an app into another one beside a running server, through a crash and without a server:
//! every count afterwards is the sum of the counts before. Renaming and removing are in `apps.rs`.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    thread,
    time::Duration,
};

use pipeline::Cell;
use serde_json::{Value, json};
use server::store::{
    resolution::Resolution,
    rollup::{cells, rows::Columns},
};
use sqlx::Connection;
use tempfile::TempDir;
use testing::{
    frames::{frame, frames, lines, message_frame, now_line},
    process::{Server, binary, database, run, said},
    wait::wait_for,
};

use crate::{
    alerts,
    drains::made,
    drains_pages::post,
    storage::{block_on, open},
};

/// What one query of the file gives.
fn row(dir: &Path, sql: &str) -> Value {
    let (code, out, error) = run(std::process::Command::new("sqlite3").arg("-readonly").arg(database(dir)).arg(sql));
    assert_eq!(code, 0, "{error}");
    serde_json::from_str(&out).unwrap_or(Value::Null)
}

/// What an app has in the file: measurements and sums of each metric in each resolution, lines and
/// events.
fn counted(dir: &Path, app: &str) -> BTreeMap<String, f64> {
    let sql = format!(
        "SELECT json_object('lines', (SELECT sum(lines) FROM block JOIN app ON app.id = app_id WHERE name = '{app}'),
             'events', (SELECT count(*) FROM event JOIN app ON app.id = app_id WHERE name = '{app}'))"
    );
    let found = row(dir, &sql);
    let mut counted: BTreeMap<String, f64> =
        found.as_object().unwrap().iter().filter_map(|(name, n)| Some((name.clone(), n.as_f64()?))).collect();
    block_on(async {
        let mut db = open(&database(dir)).await;
        let sql = "SELECT series.id, metric FROM series JOIN app ON app.id = app_id
                   WHERE app.name = ? AND metric NOT LIKE 'drain.%'";
        let all: Vec<(i64, String)> = sqlx::query_as(sql).bind(app).fetch_all(&mut db).await.unwrap();
        let names: BTreeMap<i64, String> = all.into_iter().collect();
        let ids: Vec<i64> = names.keys().copied().collect();
        for resolution in Resolution::ALL {
            let each = |(id, _): (i64, i64), cell: &Cell| {
                let name = format!("{} {}", resolution.table(), names[&id]);
                *counted.entry(format!("{name} count")).or_default() += cell.count as f64;
                *counted.entry(format!("{name} sum")).or_default() += cell.sum;
            };
            cells::range(&mut db, resolution, &ids, (0, i64::MAX), Columns::Plain, each).await.unwrap();
        }
        db.close().await.unwrap();
    });
    counted
}

/// What two apps have together.
fn together(dir: &Path, apps: [&str; 2]) -> BTreeMap<String, f64> {
    let mut sum = BTreeMap::new();
    apps.iter().flat_map(|app| counted(dir, app)).for_each(|(name, n)| *sum.entry(name).or_insert(0.0) += n);
    sum
}

/// Expects what both apps had together.
#[track_caller]
fn is_sum(dir: &Path, both: &BTreeMap<String, f64>) {
    let found = counted(dir, "new");
    assert!(both.len() > 20, "{both:?}");
    assert_eq!(found.keys().collect::<Vec<_>>(), both.keys().collect::<Vec<_>>());
    let different: Vec<_> = both.iter().filter(|(name, n)| (found[*name] - **n).abs() > 1e-6 * n.abs()).collect();
    assert!(different.is_empty(), "expected {different:?}, found {found:?}");
}

/// A file with two apps whose series differ in part, and what both had together.
fn filled() -> (Arc<TempDir>, BTreeMap<String, f64>) {
    let server = Server::start();
    let dir = Arc::clone(&server.dir);
    for (app, seed) in [("old", 1), ("new", 2)] {
        let token = server.drain(app);
        for part in 0..4 {
            assert_eq!(server.post(&token, &[], &frames(&lines(seed + 10 * part, 500, 3_000))).status, 204);
        }
        assert_eq!(server.post(&token, &[], &message_frame("app web.1", &format!("count#only.{app}=3"))).status, 204);
        assert_eq!(server.post(&token, &[], &message_frame("app api", "Release v7 created by user a@b.c")).status, 204);
    }
    assert_eq!(server.stop().0, 0);
    let both = together(dir.path(), ["old", "new"]);
    (dir, both)
}

/// Whether the counted sizes of tiers are those of the rows, and nothing of a merge is left.
#[track_caller]
fn is_whole(dir: &Path) {
    let chunks = |what: &str, width_s: i64| {
        format!("(SELECT coalesce(sum({what}), 0) FROM rollup_chunk WHERE width_s = {width_s})")
    };
    let tier = |what: &str, name: &str| format!("(SELECT {what} FROM tier WHERE name = '{name}')");
    let sql = format!(
        "SELECT json_array({} - {}, {} - {}, {} - {}, {} - {}, (SELECT count(*) FROM rollup_1h) - {},
        (SELECT count(*) FROM app WHERE name LIKE '(%'),
        (SELECT count(*) FROM series WHERE app_id NOT IN (SELECT id FROM app)),
        (SELECT count(*) FROM block WHERE app_id NOT IN (SELECT id FROM app)))",
        chunks("cells", 10),
        tier("rows", "10s"),
        chunks("cells", 60),
        tier("rows", "1m"),
        chunks("110 + length(body)", 10),
        tier("bytes", "10s"),
        chunks("110 + length(body)", 60),
        tier("bytes", "1m"),
        tier("rows", "1h")
    );
    assert_eq!(row(dir, &sql), json!([0, 0, 0, 0, 0, 0, 0, 0]));
    let checked = run(binary(dir).arg("check"));
    assert_eq!(checked.0, 0, "{}", checked.2);
}

#[test]
fn ok_counts_of_a_merge_without_a_server() {
    let (dir, both) = filled();
    said(dir.path(), &["app", "merge", "old", "new", "--yes"]);
    is_sum(dir.path(), &both);
    is_whole(dir.path());
    let listed = said(dir.path(), &["app", "list", "--json"]);
    assert_eq!(listed.lines().count(), 1, "{listed}");
}

#[test]
fn ok_a_merge_goes_on_after_crashes() {
    let (dir, both) = filled();
    let mut server = Server::start_in(Arc::clone(&dir), 0, &[]);
    // By the page, not by the command, which would do the work itself whenever no server runs.
    let merged = post(&server, "/apps/old/sources", "do=merge&into=new&confirm=old");
    assert_eq!(merged.status, 303, "{}", merged.body);
    for pause_ms in [0, 60, 150, 250] {
        thread::sleep(Duration::from_millis(pause_ms));
        server.kill();
        server = Server::start_in(Arc::clone(&dir), 0, &[]);
    }
    wait_for("the merge to end", || row(dir.path(), "SELECT count(merged_into) FROM app") == json!(0));
    assert_eq!(server.stop().0, 0);
    is_sum(dir.path(), &both);
    is_whole(dir.path());
}

#[test]
fn ok_nothing_is_lost_or_doubled_while_lines_arrive() {
    let server = Server::start();
    let dir = Arc::clone(&server.dir);
    let (old, new) = (server.drain("old"), server.drain("new"));
    let (address, over) = (server.address, Arc::new(AtomicBool::new(false)));
    // Three senders post in the meantime; what is acknowledged counts.
    let senders: Vec<_> = [old.clone(), new.clone(), old.clone()]
        .into_iter()
        .enumerate()
        .map(|(sender, token)| {
            let over = Arc::clone(&over);
            thread::spawn(move || {
                let (mut sent, mut n) = (0, 0);
                while !over.load(Relaxed) {
                    n += 1;
                    let bearer = format!("Bearer {token}");
                    let headers = [("Authorization", &*bearer), ("Content-Type", "application/logplex-1")];
                    // Now and then a series that neither app has.
                    let metric = message_frame("app web.1", &format!("count#made.{sender}.{}=1", n / 20));
                    let body = [frames(&[now_line(10), now_line(1_000)]), metric].concat();
                    let reply = testing::http::request(address, "POST", "/logs", &headers, &body).unwrap();
                    assert_eq!(reply.status, 204, "{}", reply.body);
                    sent += 2;
                }
                (sent, n)
            })
        })
        .collect();
    thread::sleep(Duration::from_millis(1_500));
    said(dir.path(), &["app", "merge", "old", "new", "--yes"]);
    thread::sleep(Duration::from_millis(1_500));
    over.store(true, Relaxed);
    let sent: Vec<(u32, u32)> = senders.into_iter().map(|it| it.join().unwrap()).collect();
    let (requests, metrics) = sent.iter().fold((0, 0), |sum, it| (sum.0 + it.0, sum.1 + it.1));
    let told = |server: &Server| {
        let made: f64 = (0..3)
            .flat_map(|sender| (0..=sent[sender].1 / 20).map(move |part| format!("made.{sender}.{part}")))
            .filter_map(|metric| server.value("new", &metric, "sum"))
            .sum();
        let value = |metric, stat| server.value("new", metric, stat);
        (value("router.requests", "sum"), value("router.service", "count"), value("router.service", "max"), made)
    };
    let expected = (Some(f64::from(requests)), Some(f64::from(requests)), Some(1_000.0), f64::from(metrics));
    wait_for("the end of the merge", || row(dir.path(), "SELECT count(*) FROM app") == json!(1));
    assert_eq!(told(&server), expected);
    // The windows of the last minutes have the seconds of both.
    let live = |server: &Server| {
        let path = "/api/v1/apps/new/query?metric=router.requests&stat=sum&from=-5m&step=all";
        server.get(path).json()["series"][0]["points"][0][1].as_f64()
    };
    assert_eq!(live(&server), Some(f64::from(requests)));
    // Half of the requests took 10 ms, the others a second: merged sketches know.
    let quantile = |stat: &str| server.value("new", "router.service", stat).unwrap();
    assert!((quantile("p25") - 10.0).abs() < 0.2 && (quantile("p75") - 1_000.0).abs() < 20.0);
    let server = Server::start_in(server.kill(), 0, &[]);
    assert_eq!((told(&server), live(&server)), (expected, Some(f64::from(requests))));
    assert_eq!(server.get("/api/v1/apps/old/logs").status, 404);
    assert_eq!(server.stop().0, 0);
    is_whole(dir.path());
}

#[test]
fn ok_what_people_set_up_follows_but_for_limits() {
    let server = Server::start();
    let dir = Arc::clone(&server.dir);
    let (old, _new) = (server.drain("old"), server.drain("new"));
    assert_eq!(server.post(&old, &[], &frame(&now_line(5))).status, 204);
    let rule = json!({
        "name": "Much", "app": "old", "window_s": 60, "clear_s": 0, "severity": "warning",
        "signal": { "metric": { "metric": "router.requests", "stat": "sum" } },
        "condition": { "threshold": { "direction": "above", "limit": 5.0 } },
    });
    alerts::made(&server, "/api/v1/rules", &rule);
    let panel = json!({"title": "t", "width": 1, "content": {"logs": {"app": "old", "q": ""}}});
    let board = alerts::send(&server, "POST", "/api/v1/boards", &json!({"name": "b", "panels": [panel]}));
    assert!(board.status < 300, "{}", board.body);
    let search = alerts::send(&server, "POST", "/api/v1/searches", &json!({"name": "s", "app": "old", "q": "x"}));
    assert!(search.status < 300, "{}", search.body);
    said(dir.path(), &["token", "add", "ci", "--scope", "read", "--app", "old"]);
    said(dir.path(), &["app", "merge", "old", "new", "--yes"]);
    // Its drain feeds the other app.
    assert_eq!(server.post(&old, &[], &frame(&now_line(5))).status, 204);
    wait_for("both requests", || server.value("new", "router.requests", "sum") == Some(2.0));
    let sql = "SELECT json_array((SELECT count(*) FROM rule JOIN app ON app.id = app_id AND name = 'new'),
        (SELECT instr(panels, '\"old\"') + (instr(panels, '\"new\"') > 0) FROM board),
        (SELECT app.name FROM saved_search JOIN app ON app.id = app_id), (SELECT apps FROM token),
        (SELECT count(*) FROM audit WHERE what = 'streamgauge app merge old new'))";
    assert_eq!(row(dir.path(), sql), json!([1, 1, "new", "[]", 1]));
}

#[test]
fn err_merges_that_are_none() {
    let server = Server::start();
    let dir = Arc::clone(&server.dir);
    made(&server, &["one"]);
    wait_for("the app", || server.get("/apps/one/sources").status == 200);
    for (args, why) in [
        (["merge", "one", "one", "--yes"], "merged into itself"),
        (["merge", "one", "two", "--yes"], "no app named two"),
        (["merge", "two", "one", "--yes"], "no app named two"),
    ] {
        let (code, _, error) = run(binary(dir.path()).arg("app").args(args));
        assert!(code == 1 && error.contains(why), "{args:?}: {error}");
    }
    let (code, _, error) = run(binary(dir.path()).args(["app", "merge", "one", "two"]));
    assert!(code == 1 && error.contains("nothing was merged"), "{error}");
}
