//! Filters of words: searches, histograms and requests answer the same with them as without, read
//! less, and the filters go with their blocks.

use std::{path::Path, sync::Arc};

use serde_json::Value;
use tempfile::TempDir;
use testing::{
    clock::{now_ms, stamp},
    frames::octet_counted,
    process::{Server, database, run, said},
    wait::wait_for,
};

const LOGPLEX: [(&str, &str); 1] = [("Logplex-Drain-Token", "d.1")];
/// Two groups and some blocks that are in none.
const BLOCKS: usize = 140;
const SETTINGS: [(&str, &str); 1] = [("RETENTION_LOGS", "2d")];

/// What a copy of a block has.
const COLUMNS: &str = "drain_id, app_id, received_ms, from_logplex, prefix, source_prefix, lines, body_bytes, body,
    first_ms, mask_version";

/// How many rows filters have.
const LEFT: &str = "SELECT (SELECT count(*) FROM word_block) + (SELECT count(*) FROM word_group)
    + (SELECT count(*) FROM word_detail) + (SELECT count(*) FROM word_hash) + (SELECT count(*) FROM word_shelf)";

fn id(n: usize) -> String {
    format!("{n:08x}-6a83-4c12-8269-97c8e32cdb22")
}

fn frame(source: &str, at_ms: i64, text: &str) -> Vec<u8> {
    octet_counted(&format!("<190>1 {} host app {source} - {text}\n", stamp(at_ms * 1_000)))
}

/// The lines of a block, written in the second before its receipt.
fn body(number: usize, now_ms: i64) -> Vec<u8> {
    let line = |n: usize| {
        let at_ms = now_ms - 900 + n as i64;
        let status = if n == 7 { 503 } else { 200 };
        let id = id(number * 100 + n);
        let text = format!(
            "at=info method=GET path=\"/orders/{n}\" host=h request_id={id} dyno=web.1 connect=1ms service={n}ms status={status} bytes=1"
        );
        frame("router", at_ms, &text)
    };
    let mut body: Vec<u8> = (0..20).flat_map(line).collect();
    match number {
        10 => body.extend(frame("web.1", now_ms - 500, "the zebra crossed")),
        70 => body.extend(frame("web.2", now_ms - 400, "level=error msg=\"no Zebra here\" code=Q77")),
        _ => {}
    }
    body
}

/// Runs statements on the file of a stopped server, or asks a running one's file.
fn sql(dir: &Path, sql: &str) -> i64 {
    let (code, out, error) = run(std::process::Command::new("sqlite3").arg(database(dir)).arg(sql));
    assert_eq!(code, 0, "{error}");
    out.trim().parse().unwrap_or(0)
}

/// A file whose blocks are hours old, a minute apart.
fn filled() -> Arc<TempDir> {
    let server = Server::start_with(&SETTINGS);
    let token = server.drain("shop");
    let now_ms = now_ms();
    let begin_ms = now_ms - 3 * 3_600_000;
    for number in 0..BLOCKS {
        let body = body(number, begin_ms + number as i64 * 60_000);
        assert_eq!(server.post(&token, &LOGPLEX, &body).status, 204);
    }
    let dir = Arc::clone(&server.dir);
    assert_eq!(server.stop().0, 0);
    sql(dir.path(), &format!("UPDATE block SET received_ms = {begin_ms} + (id - 1) * 60000"));
    dir
}

/// Copies blocks until there are so many. Those with the words that are searched for come once.
fn copied(dir: &Path, blocks: usize) {
    let copy = format!(
        "WITH RECURSIVE n(i) AS (SELECT {BLOCKS} UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {blocks})
         INSERT INTO block ({COLUMNS}) SELECT {COLUMNS} FROM n JOIN block ON block.id = 80 + i % 60"
    );
    sql(dir, &copy);
}

/// What is asked before and after there are filters; whole days, so that the answers stay the same.
fn answers(server: &Server) -> Vec<(String, Value)> {
    let to_s = now_ms() / 60_000 * 60;
    let span = format!("from={}&to={to_s}", to_s - 86_400);
    let mut answers = vec![];
    for rest in [
        "q=zebra",
        "q=ebr",
        "q=zebras",
        "q=%22Zebra%22",
        "q=code%3DQ77",
        "q=code%3DQ7",
        "q=-zebra%20source%3Dx",
        "q=status%3D503",
        "q=orders%2F19",
        "q=service%3E18ms",
        "source=web",
        "level=error",
        "kind=router",
        "kind=app&level=error",
        "",
    ] {
        for (page, parts) in [("logs", ["lines", "before_ms"]), ("logs/histogram", ["all", "errors"])] {
            let path = format!("/api/v1/apps/shop/{page}?limit=1000&{span}&{rest}");
            let answer = server.get(&path).json();
            answers.push((path, parts.iter().map(|it| answer[*it].clone()).collect()));
        }
    }
    answers
}

fn grouped(dir: &Path) -> i64 {
    sql(dir, "SELECT count(*) FROM word_block")
}

fn scanned(server: &Server, path: &str) -> u64 {
    let answer = server.get(path).json();
    answer["scanned_bytes"].as_u64().unwrap_or_else(|| panic!("{path}: {answer}"))
}

#[test]
fn ok_answers_are_the_same_with_filters_and_read_less() {
    let dir = filled();
    sql(dir.path(), "CREATE TRIGGER stay BEFORE INSERT ON word_group BEGIN SELECT RAISE(ABORT, 'none yet'); END");
    let server = Server::start_in(Arc::clone(&dir), 0, &SETTINGS);
    let before = answers(&server);
    let absent = "/api/v1/apps/shop/logs?from=-1d&q=nowhere";
    let whole = scanned(&server, absent);
    assert_eq!(server.stop().0, 0);
    sql(dir.path(), "DROP TRIGGER stay");
    // A block that can't be read when its group is made is in none, and is found all the same.
    let zebra = "(SELECT min(id) FROM block WHERE lines > 20)";
    sql(dir.path(), &format!("CREATE TABLE kept AS SELECT body FROM block WHERE id = {zebra}"));
    sql(dir.path(), &format!("UPDATE block SET body = x'01' WHERE id = {zebra}"));

    let server = Server::start_in(Arc::clone(&dir), 0, &SETTINGS);
    wait_for("two groups", || grouped(dir.path()) == 127);
    sql(dir.path(), &format!("UPDATE block SET body = (SELECT body FROM kept) WHERE id = {zebra}"));
    for ((path, before), (_, after)) in before.into_iter().zip(answers(&server)) {
        assert_eq!(before, after, "{path}");
    }
    let few = scanned(&server, absent);
    assert!(whole > 0 && few < whole / 8, "{few} of {whole} bytes");
    // After the clock was set back blocks arrive that are earlier than those of a group.
    let late = "/api/v1/apps/shop/logs?from=-1d&q=code%3DQ77";
    let lines = |path: &str| server.get(path).json()["lines"].as_array().map(Vec::len);
    assert_eq!(lines(late), Some(1));
    sql(dir.path(), &format!("INSERT INTO block ({COLUMNS}) SELECT {COLUMNS} FROM block WHERE lines > 20 AND id > 60"));
    assert_eq!(lines(late), Some(2));
    // What was deleted is not counted any more.
    sql(dir.path(), "UPDATE block SET body = NULL WHERE id <= 12");
    let stored = sql(dir.path(), "SELECT sum(lines) FROM block WHERE body IS NOT NULL");
    let bars = server.get("/api/v1/apps/shop/logs/histogram?from=-1d").json();
    let counted: i64 = bars["all"].as_array().unwrap().iter().filter_map(Value::as_i64).sum();
    assert_eq!(counted, stored);
    let one = format!("/api/v1/requests/{}?at_ms={}", id(70 * 100 + 3), now_ms() - 3 * 3_600_000 + 70 * 60_000);
    let found = server.get(&one).json();
    assert_eq!(found["lines"].as_array().map(Vec::len), Some(2), "{found}");
    // A hash may be wrong about a block.
    assert!(scanned(&server, &one) < 5 * body(70, now_ms()).len() as u64);
}

#[test]
fn ok_shelves_say_which_groups_need_no_look_and_go_with_them() {
    const MANY: usize = 64 * 64 + BLOCKS;
    let dir = filled();
    copied(dir.path(), MANY);
    sql(dir.path(), "CREATE TRIGGER stay BEFORE INSERT ON word_shelf BEGIN SELECT RAISE(ABORT, 'none yet'); END");
    let server = Server::start_in(Arc::clone(&dir), 0, &SETTINGS);
    // One in a tenth of a second, and a slow machine takes longer.
    for groups in (6..=66).step_by(6) {
        wait_for("every group", || grouped(dir.path()) >= groups * 64);
    }
    let before = answers(&server);
    assert_eq!(server.stop().0, 0);
    sql(dir.path(), "DROP TRIGGER stay");

    let server = Server::start_in(Arc::clone(&dir), 0, &SETTINGS);
    wait_for("a shelf", || sql(dir.path(), "SELECT count(*) FROM word_group WHERE shelf_id IS NOT NULL") == 64);
    for ((path, before), (_, after)) in before.into_iter().zip(answers(&server)) {
        assert_eq!(before, after, "{path}");
    }
    // The words of a group that its shelf rules out are not read: they may as well be damaged.
    let absent = "/api/v1/apps/shop/logs?from=-1d&q=nowhere";
    let few = scanned(&server, absent);
    sql(dir.path(), "UPDATE word_group SET texts = x'00' WHERE shelf_id IS NOT NULL");
    assert_eq!(scanned(&server, absent), few);
    assert_eq!(server.stop().0, 0);

    sql(dir.path(), "UPDATE block SET body = NULL");
    assert_eq!(sql(dir.path(), LEFT), 0);
}

#[test]
fn ok_filters_go_with_their_blocks_and_stay_behind_when_blocks_move() {
    let dir = filled();
    let server = Server::start_in(Arc::clone(&dir), 0, &SETTINGS);
    wait_for("two groups", || grouped(dir.path()) == 128);
    let bytes = |server: &Server| server.get("/api/v1/storage").json()["tiers"][3]["bytes"].as_i64();
    let held = || {
        sql(
            dir.path(),
            "SELECT sum(length(body) + 150 + ifnull(block_bytes, 0)) FROM block
             LEFT JOIN word_block ON block_id = block.id LEFT JOIN word_group ON word_group.id = group_id
             WHERE body IS NOT NULL",
        )
    };
    wait_for("the sizes to agree", || bytes(&server) == Some(held()));
    let found = |server: &Server, app: &str| {
        let answer = server.get(&format!("/api/v1/apps/{app}/logs?from=-1d&q=zebra")).json();
        answer["lines"].as_array().map(Vec::len)
    };
    assert_eq!(found(&server, "shop"), Some(2));
    server.drain("store");
    said(dir.path(), &["app", "merge", "shop", "store", "--yes"]);
    wait_for("every block to move", || sql(dir.path(), "SELECT count(*) FROM app") == 1);
    assert_eq!(found(&server, "store"), Some(2));
    wait_for("the sizes to agree again", || bytes(&server) == Some(held()));
    assert_eq!(server.stop().0, 0);

    sql(dir.path(), "UPDATE block SET body = NULL");
    assert_eq!(sql(dir.path(), LEFT), 0);
}
