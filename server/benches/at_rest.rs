//! Ten gigabytes of raw lines at rest: how long searches and histograms take beside `rg` over the
//! same text, what the filters of words take, and what building them costs. Nothing is tuned to the
//! lines: `SEED=` repeats a run, `MIX=` chooses their kind, `GB=` how many.
//!
//! Words are planted, so that what is found is known: asserts that each search finds as many lines
//! as there are. Times are those of the whole request, with the file in the page cache as far as it
//! fits.
#![expect(clippy::print_stdout, reason = "the result of a bench is its output")]
#![allow(clippy::unwrap_used, reason = "a bench that can't go on should say where")]

use std::{
    env, fs,
    io::{BufWriter, Write},
    path::Path,
    process::Command,
    sync::{Arc, mpsc},
    thread,
    time::{Duration, Instant},
};

use sqlx::Connection;
use testing::{
    clock::now_ms,
    http::Sender,
    mixes::{self, MIXES, Made},
    process::{Server, database},
    wait::wait_for,
};

/// Lines that are made at once.
const CHUNK_LINES: u64 = 60_000;
/// Chunks between two that get the planted words.
const PLANT_EVERY: usize = 50;
/// A host and a value that no generator makes, of the length of what they replace.
const RARE: &str = "www.zebrawd.com";
const ROUNDS: usize = 20;
const RETENTION: [(&str, &str); 2] = [("RETENTION_LOGS", "3d"), ("SIZE_LOGS", "100GB")];
/// About the bytes of a chunk.
const CHUNK_BYTES: u64 = CHUNK_LINES * 240;
/// The time over which the lines are spread.
const SPAN_MS: i64 = 22 * 3_600_000;

/// What was sent.
struct Sent {
    lines: u64,
    bytes: u64,
    planted: u64,
    cpu_s: f64,
}

fn main() {
    let seed = mixes::seed();
    let gigabytes: f64 = env::var("GB").ok().and_then(|it| it.parse().ok()).unwrap_or(10.0);
    let text = env::temp_dir().join(format!("streamgauge-at-rest-{seed}.txt"));
    let server = Server::start_with(&RETENTION);
    let sent = send(&server, seed, (gigabytes * 1e9) as u64, &text);
    println!(
        "seed {seed}, {} lines, {:.2} GB with frames, taken in {:.1} s of CPU",
        sent.lines,
        sent.bytes as f64 / 1e9,
        sent.cpu_s
    );
    let dir = Arc::clone(&server.dir);
    assert_eq!(server.stop().0, 0);
    let file = database(dir.path());
    spread(&file);
    let server = Server::start_in(Arc::clone(&dir), 0, &RETENTION);
    rest(&server, &file, &sent);
    println!(
        "{:<34} {:>8} {:>9} {:>9} {:>9} {:>10} {:>9}",
        "search", "lines", "p50 ms", "p95 ms", "read MB", "histogram", "rg s"
    );
    for (name, query, wanted) in [
        ("a rare word", "zebrawd", Some(sent.planted)),
        ("a part of a rare word", "ebraw", Some(sent.planted)),
        ("no match", "no-such-word-at-all", Some(0)),
        ("a common word", "GET", None),
        ("a field's value", "host=www.zebrawd.com", Some(sent.planted)),
        ("a code that is not there", "code=Q77", Some(0)),
        ("an id that is not there", "request_id=0badcafe-0000-4000-8000-00000000beef", Some(0)),
        ("every line", "", None),
    ] {
        measure(&server, name, query, wanted, &text);
    }
    drop(fs::remove_file(text));
}

/// When the oldest lines were written, unix milliseconds.
fn oldest_ms() -> i64 {
    now_ms() - SPAN_MS - 3_600_000
}

/// Sends lines until there are so many bytes, and writes their text into a file.
fn send(server: &Server, seed: u64, bytes: u64, text: &Path) -> Sent {
    let name = env::var("MIX").unwrap_or_else(|_| "labels".to_owned());
    let mix = MIXES.iter().find(|it| it.name == name).unwrap();
    let (made, chunks) = mpsc::sync_channel::<Made>(1);
    let oldest_ms = oldest_ms();
    thread::spawn(move || {
        for chunk in 0..=i64::MAX {
            let end_ms = (oldest_ms + chunk * SPAN_MS / (bytes / CHUNK_BYTES + 1) as i64).min(now_ms());
            if made.send(mix.make(seed.wrapping_add(chunk as u64), CHUNK_LINES, end_ms)).is_err() {
                return;
            }
        }
    });
    let mut sender = Sender::new(server.address, &server.first_token());
    let mut out = BufWriter::new(fs::File::create(text).unwrap());
    let mut sent = Sent { lines: 0, bytes: 0, planted: 0, cpu_s: 0.0 };
    let before_s = server.cpu_s();
    for (chunk, made) in chunks.into_iter().enumerate() {
        let is_planted = chunk % PLANT_EVERY == PLANT_EVERY / 2;
        let mut planted = false;
        for (number, batch) in made.batches.into_iter().enumerate() {
            let mut body = batch.body;
            if is_planted
                && !planted
                && let Some(with) = plant(&body)
            {
                (body, planted) = (with, true);
                sent.planted += 1;
            }
            sender.post(&body, &format!("{chunk:016X}{number:016X}"));
            sent.lines += batch.lines;
            sent.bytes += body.len() as u64;
        }
        out.write_all(made.text.as_bytes()).unwrap();
        if sent.bytes >= bytes {
            break;
        }
    }
    out.flush().unwrap();
    sent.cpu_s = server.cpu_s() - before_s;
    sent
}

/// The body with a planted host, if it has a host of that length.
fn plant(body: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(body).ok()?;
    let at = text.match_indices("host=").find(|(at, _)| {
        let host = text[at + 5..].split(' ').next().unwrap_or_default();
        host.len() == RARE.len()
    })?;
    let start = at.0 + 5;
    Some([&text[..start], RARE, &text[start + RARE.len()..]].concat().into_bytes())
}

/// Moves the receipts of all blocks to a second after their lines, so that all are at rest.
fn spread(file: &Path) {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(file);
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let mut db = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
        sqlx::query("UPDATE block SET received_ms = first_ms + 1000").execute(&mut db).await.unwrap();
    });
}

/// Waits until all blocks have filters, and says what that took. By then some are packed for rest;
/// how small the others will be is concluded from those.
fn rest(server: &Server, file: &Path, sent: &Sent) {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(file).read_only(true);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let ask = |sql: &str| {
        runtime.block_on(async {
            let mut db = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
            sqlx::query_scalar::<_, i64>(sqlx::AssertSqlSafe(sql.to_owned())).fetch_one(&mut db).await.unwrap()
        })
    };
    let (begun, before_s) = (Instant::now(), server.cpu_s());
    let loose = "SELECT (SELECT count(*) FROM block) - (SELECT count(*) FROM word_block)";
    let unshelved = "SELECT count(*) FROM word_group WHERE shelf_id IS NULL";
    while ask(loose) >= 64 || ask(unshelved) >= 64 {
        assert!(begun.elapsed() < Duration::from_secs(3_600), "blocks are not at rest after an hour");
        thread::sleep(Duration::from_secs(2));
    }
    let cpu_s = server.cpu_s() - before_s;
    let tight =
        "FROM block WHERE id IN (SELECT id FROM block ORDER BY id LIMIT 1000) AND substr(body, 1, 4) = x'28B52FFD'";
    let sum = |of: &str| ask(&format!("SELECT coalesce(sum({of}), 0) {tight}"));
    let packed = sum("length(body)") as f64 / sum("body_bytes").max(1) as f64 * sent.bytes as f64;
    let parts = [
        ("words", "SELECT sum(length(texts)) FROM word_group"),
        ("their blocks", "SELECT sum(length(text_blocks)) FROM word_detail"),
        ("hashes", "SELECT sum(length(hashes)) FROM word_hash"),
        ("counts", "SELECT sum(length(counts)) FROM word_group"),
        ("shelves", "SELECT coalesce(sum(length(texts) + length(text_groups)), 0) FROM word_shelf"),
    ]
    .map(|(name, sql)| (name, ask(sql)));
    let filters: i64 = parts.iter().map(|it| it.1).sum();
    println!(
        "at rest after {:.0} s and {cpu_s:.1} s of CPU ({:.1} ns a byte): packed {:.2} GB, filters {:.0} MB ({:.1} % of packed)",
        begun.elapsed().as_secs_f64(),
        cpu_s * 1e9 / sent.bytes as f64,
        packed / 1e9,
        filters as f64 / 1e6,
        filters as f64 * 100.0 / packed
    );
    for (name, bytes) in parts {
        println!("  {name:<14} {:>7.1} MB", bytes as f64 / 1e6);
    }
    wait_for("the server to be idle", || {
        let before_s = server.cpu_s();
        thread::sleep(Duration::from_millis(500));
        server.cpu_s() - before_s < 0.05
    });
}

fn measure(server: &Server, name: &str, query: &str, wanted: Option<u64>, text: &Path) {
    let query_in_url = query.replace('=', "%3D");
    let path = format!("/api/v1/apps/bench/logs?q={query_in_url}&from=-1d&limit=100");
    let (mut ms, mut answer) = (vec![], serde_json::Value::Null);
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        answer = server.get(&path).json();
        ms.push(begun.elapsed().as_secs_f64() * 1e3);
    }
    ms.sort_by(f64::total_cmp);
    let lines = answer["lines"].as_array().map_or(0, Vec::len);
    if let Some(wanted) = wanted {
        assert_eq!(lines as u64, wanted.min(100), "{query}: {}", answer["before_ms"]);
    }
    let begun = Instant::now();
    let histogram = server.get(&format!("/api/v1/apps/bench/logs/histogram?q={query_in_url}&from=-1d"));
    assert_eq!(histogram.status, 200);
    let histogram_ms = begun.elapsed().as_secs_f64() * 1e3;
    println!(
        "{name:<34} {lines:>8} {:>9.1} {:>9.1} {:>9.1} {histogram_ms:>7.0} ms {:>9}",
        ms[ROUNDS / 2],
        ms[ROUNDS * 95 / 100],
        answer["scanned_bytes"].as_u64().unwrap_or(0) as f64 / 1e6,
        rg_s(query, text).map_or("-".to_owned(), |it| format!("{it:.2}")),
    );
}

/// How long `rg` takes to count the lines with a text; `None` without one, or where it is missing.
fn rg_s(query: &str, text: &Path) -> Option<f64> {
    if query.is_empty() {
        return None;
    }
    let begun = Instant::now();
    Command::new("rg").args(["--count", "--fixed-strings", "--ignore-case", query]).arg(text).output().ok()?;
    Some(begun.elapsed().as_secs_f64())
}
