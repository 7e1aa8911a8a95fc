//! Searches beside a sender: a few run at once, the others wait briefly and get 503. Memory stays
//! bounded, probes and receipts come soon, and a search stops when its client leaves. Results are
//! tested in `lines.rs`.

use std::{
    io::Write,
    net::TcpStream,
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    thread,
    time::{Duration, Instant},
};

use testing::{
    frames::{frame, frames, lines, message_frame, now_line},
    process::Server,
    random::Dice,
    wait::wait_for,
};

const LOGPLEX: [(&str, &str); 1] = [("Logplex-Drain-Token", "d.1")];
/// The most memory that searches may add, kB.
const MEMORY_KB_MAX: u64 = 120 << 10;
/// The longest wait for a probe, and for 95 % of an honest sender's receipts.
const RECEIPT_MAX: Duration = Duration::from_millis(1_000);
const SEARCHERS: usize = 50;

/// The path of a search with the largest number of terms. It reads every line to its end and
/// matches none.
fn hard() -> String {
    format!("/api/v1/apps/app/logs?limit=1000&from=-24h&q={}", hard_words())
}

fn hard_words() -> String {
    let words: String = (0..31).map(|it| format!("-nowhere{it}%20")).collect();
    format!("{words}status%3C0")
}

fn filled(bodies: u64) -> (Server, String) {
    let server = Server::start();
    let token = server.drain("app");
    for seed in 0..bodies {
        assert_eq!(server.post(&token, &LOGPLEX, &frames(&lines(seed, 12_000, 3_000))).status, 204);
    }
    (server, token)
}

/// The waits of an honest sender that posts batch after batch, sorted.
fn receipts(server: &Server, token: &str, is_over: &AtomicBool) -> Vec<Duration> {
    let mut waits = vec![];
    while !is_over.load(Relaxed) {
        let began = Instant::now();
        assert_eq!(server.post(token, &LOGPLEX, &frame(&now_line(5))).status, 204);
        waits.push(began.elapsed());
        thread::sleep(Duration::from_millis(5));
    }
    waits.sort();
    waits
}

#[test]
fn ok_senders_and_probes_do_not_wait_for_searches() {
    let (server, token) = filled(8);
    let is_over = AtomicBool::new(false);
    let path = hard();
    thread::scope(|scope| {
        let waits = scope.spawn(|| receipts(&server, &token, &is_over));
        let probes = scope.spawn(|| {
            let mut worst = Duration::ZERO;
            while !is_over.load(Relaxed) {
                for path in ["/healthz", "/readyz"] {
                    let began = Instant::now();
                    assert_eq!(server.get(path).status, 200, "{path}");
                    worst = worst.max(began.elapsed());
                }
                thread::sleep(Duration::from_millis(20));
            }
            worst
        });
        let searchers: Vec<_> = (0..SEARCHERS).map(|_| scope.spawn(|| server.get(&path))).collect();
        let replies: Vec<_> = searchers.into_iter().map(|it| it.join().unwrap()).collect();
        is_over.store(true, Relaxed);
        let found = replies.iter().filter(|it| it.status == 200).count();
        assert!(found >= 2, "{found} of {SEARCHERS} were answered");
        for refused in replies.iter().filter(|it| it.status != 200) {
            assert!(refused.status == 503 && refused.head.contains("retry-after: "), "{refused:?}");
        }
        let waits = waits.join().unwrap();
        let (p95, worst) = (waits[waits.len() * 95 / 100], probes.join().unwrap());
        eprintln!("{found} of {SEARCHERS} answered; receipts p95 {p95:?} of {}, probes at most {worst:?}", waits.len());
        assert!(p95 < RECEIPT_MAX && worst < 2 * RECEIPT_MAX, "receipts {p95:?}, probes {worst:?}");
    });
}

/// Lines that do not compress.
fn noise(seed: u64) -> Vec<u8> {
    let mut dice = Dice(seed);
    (0..700)
        .flat_map(|_| {
            let text: String = (0..10_000).map(|_| char::from(33 + u8::try_from(dice.roll(90)).unwrap())).collect();
            message_frame("app web.1", &text)
        })
        .collect()
}

#[test]
fn ok_searches_of_what_can_t_be_packed_take_little_memory() {
    let server = Server::start();
    let token = server.drain("app");
    for seed in 0..12 {
        assert_eq!(server.post(&token, &LOGPLEX, &noise(seed)).status, 204);
    }
    let id = server.get("/api/v1/apps/app/logs?limit=1").json()["lines"][0]["id"].as_str().unwrap().to_owned();
    server.forget_peak();
    let before_kb = server.memory_kb("VmHWM");
    thread::scope(|scope| {
        for n in 0..8 {
            let (server, around) = (&server, format!("logs/{id}?before=200&after=200"));
            scope.spawn(move || {
                let path = ["logs?limit=1000", "logs/histogram?q=x", "logs?limit=1000&q=nowhere", &around][n % 4];
                let status = server.get(&format!("/api/v1/apps/app/{path}")).status;
                assert!(status == 200 || status == 503, "{path}: {status}");
            });
        }
    });
    let held_kb = server.memory_kb("VmHWM");
    eprintln!("memory at most: {held_kb} kB, {before_kb} kB before");
    assert!(held_kb < before_kb + MEMORY_KB_MAX, "{held_kb} kB, {before_kb} kB before");
    // A page that would exceed the size limit is cut short, and says that older lines follow.
    let first = server.get("/api/v1/apps/app/logs?limit=1000").json();
    let n = first["lines"].as_array().unwrap().len();
    assert!(n > 100 && first["before_ms"].is_i64(), "{n} lines, before {}", first["before_ms"]);
}

/// Whether a reply has come so far, and is 503.
fn is_refused(stream: &TcpStream) -> bool {
    let mut head = [0; 12];
    matches!(stream.peek(&mut head), Ok(12)) && head.ends_with(b" 503")
}

#[test]
fn ok_a_search_that_was_left_makes_room() {
    let (server, _) = filled(8);
    // A page is rendered to its end after its client left, but its search stops.
    for path in [hard(), format!("/apps/app/logs?from=-24h&q={}", hard_words())] {
        let leave = || {
            let mut stream = TcpStream::connect(server.address).unwrap();
            write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
            stream.set_nonblocking(true).unwrap();
            stream
        };
        let mut open: Vec<TcpStream> = vec![];
        // A search of our own would wait among the others, and could be answered after all.
        wait_for("searches to use all slots", || {
            open.extend((0..100).map(|_| leave()));
            open.iter().any(is_refused)
        });
        drop(open);
        wait_for("a free search slot", || server.get("/api/v1/apps/app/logs?limit=1").status == 200);
    }
}

#[test]
fn err_too_many_words() {
    let (server, _) = filled(1);
    let words = |n: usize| (0..n).map(|it| format!("-w{it}%20")).collect::<String>();
    for path in ["logs", "logs/histogram", "logs/tail"] {
        let reply = server.get(&format!("/api/v1/apps/app/{path}?q={}", words(33)));
        assert_eq!(reply.status, 400, "{path}: {}", reply.body);
        assert!(reply.body.contains("at most 32"), "{path}: {}", reply.body);
    }
    assert_eq!(server.get(&format!("/api/v1/apps/app/logs?q={}", words(32))).status, 200);
    let page = server.get(&format!("/apps/app/logs?q={}", words(33)));
    // The page keeps what was typed, and says beside it what is wrong.
    assert!(page.status == 200 && page.body.contains("at most 32"), "{}: {}", page.status, page.body);
}

#[test]
fn ok_kinds_of_one_name_are_never_added_up() {
    let server = Server::start();
    let token = server.drain("app");
    let line = |message: &str| message_frame("app worker.1", message);
    let body = [line("count#jobs=2"), line("sample#jobs=700"), line("measure#jobs=30")].concat();
    assert_eq!(server.post(&token, &LOGPLEX, &body).status, 204);
    let expected = [("counter", 2.0), ("distribution", 30.0), ("gauge", 700.0)].map(|it| (it.0.to_owned(), it.1));
    assert_eq!(server.grouped("app", "jobs", "sum", "kind"), expected);
    // The same for a table, where the query does not restrict the kind.
    let answer = server.get("/api/v1/apps/app/query?metric=jobs&stat=sum&step=all").json();
    let kinds: Vec<&str> =
        answer["series"].as_array().unwrap().iter().map(|it| it["labels"]["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["counter", "distribution", "gauge"]);
    let table = server.get("/api/v1/apps/app/query?metric=jobs&stat=sum&step=all&format=csv").body;
    assert!(table.starts_with("time,kind,sum"), "{table}");
}
