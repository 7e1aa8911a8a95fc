//! Every known attack at random beside an honest drain, for an hour: nothing of the honest drain is lost, memory stays
//! below 200 MB, and the liveness probe always answers within a second. `make torture` runs it; `HOSTILE_MINUTES` sets
//! its length, `HOSTILE_SEED` its order.
//!
//! Attackers connect from other loopback addresses than the honest sender, because limits are kept a peer.

/// The attacks.
mod attacks;

use std::{
    net::{Ipv4Addr, SocketAddr},
    process::Command,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    thread,
    time::{Duration, Instant},
};

use crate::{
    harness::{Server, binary, free_port, run, wait_for},
    traffic::{Dice, frames, now_line},
};
use attacks::{ATTACKS, Attacker};

/// The most memory that the server may hold at any time, kB.
const RSS_KB_MAX: u64 = 200 << 10;
/// The longest that the liveness probe may take.
const HEALTHZ_MAX: Duration = Duration::from_secs(1);
/// The honest drain sends a batch of so many lines four times a second: 1,000 lines/s.
const BATCH_LINES: u64 = 250;
const BATCH_EVERY: Duration = Duration::from_millis(250);
/// Threads that attack at once.
const ATTACKERS: u8 = 4;
const PASSWORD: &str = "a long password of the test";

/// What the honest drain and the probes saw.
#[derive(Default)]
struct Seen {
    acknowledged: AtomicU64,
    retries: AtomicU64,
    waits: Mutex<Vec<Duration>>,
    healthz: Mutex<Vec<Duration>>,
    memory: Mutex<Memory>,
    attacks: Mutex<Vec<(&'static str, u32)>>,
    /// What each attacker does.
    present: Mutex<[&'static str; ATTACKERS as usize]>,
    is_over: AtomicBool,
}

/// Resident memory of the server, kB.
#[derive(Default)]
struct Memory {
    max: u64,
    /// What attackers did then.
    during: [&'static str; ATTACKERS as usize],
    /// The most of each minute.
    minutes: Vec<u64>,
}

#[test]
#[ignore = "takes an hour: make torture"]
fn ok_an_hour_of_attacks() {
    let minutes = std::env::var("HOSTILE_MINUTES").ok().and_then(|text| text.parse().ok()).unwrap_or(60.0);
    let seed = std::env::var("HOSTILE_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(1);
    attack(Duration::from_secs_f64(minutes * 60.0), seed);
}

fn attack(length: Duration, seed: u64) {
    let syslog_port = free_port();
    let port_text = syslog_port.to_string();
    let settings = [("ADMIN_PASSWORD", PASSWORD), ("SYSLOG_PORT", &*port_text)];
    let server = Server::start_with(&settings);
    let (honest, hostile) = (token(&server, &["drain", "add", "honest"]), token(&server, &["drain", "add", "hostile"]));
    let shared = token(&server, &["drain", "add", "--shared", "shared"]);
    let seen = Seen::default();
    thread::scope(|scope| {
        scope.spawn(|| send_honestly(&server, &honest, &seen));
        scope.spawn(|| probe(&server, &seen));
        scope.spawn(|| watch_memory(&server, &seen));
        for number in 0..ATTACKERS {
            let attacker = Attacker {
                address: server.address,
                syslog: SocketAddr::new(server.address.ip(), syslog_port),
                from: Ipv4Addr::new(127, 0, 1, 1 + number),
                folder: server.dir.path().to_owned(),
                hostile: hostile.clone(),
                shared: shared.clone(),
                dice: Dice(seed.wrapping_mul(1_000).wrapping_add(u64::from(number))),
                counter: 0,
            };
            let seen = &seen;
            scope.spawn(move || attack_at_random(number, attacker, seen));
        }
        thread::sleep(length);
        seen.is_over.store(true, Relaxed);
    });
    judge(&server, &seen);
}

fn attack_at_random(number: u8, mut attacker: Attacker, seen: &Seen) {
    while !seen.is_over.load(Relaxed) {
        let (name, attack) = ATTACKS[attacker.dice.roll(ATTACKS.len() as u64) as usize];
        seen.present.lock().unwrap()[usize::from(number)] = name;
        attack(&mut attacker);
        let mut attacks = seen.attacks.lock().unwrap();
        match attacks.iter_mut().find(|(known, _)| *known == name) {
            Some((_, times)) => *times += 1,
            None => attacks.push((name, 1)),
        }
    }
}

/// Sends each batch until it is acknowledged, under one id, as logplex does.
fn send_honestly(server: &Server, token: &str, seen: &Seen) {
    let begun = Instant::now();
    for number in 1_u32.. {
        if seen.is_over.load(Relaxed) {
            return;
        }
        thread::sleep((begun + BATCH_EVERY * number).saturating_duration_since(Instant::now()));
        let body = frames(&(0..BATCH_LINES).map(now_line).collect::<Vec<_>>());
        let (id, bearer) = (format!("{number:032X}"), format!("Bearer {token}"));
        let headers = [
            ("Authorization", &*bearer),
            ("Logplex-Frame-Id", &*id),
            ("Logplex-Drain-Token", "d.1"),
            ("Content-Type", "application/logplex-1"),
        ];
        loop {
            let sent = Instant::now();
            match server.request("POST", "/logs", &headers, &body) {
                Ok(reply) if reply.status == 204 => {
                    seen.waits.lock().unwrap().push(sent.elapsed());
                    break;
                }
                // Only an answer that makes a sender try again is acceptable.
                Ok(reply) => assert_eq!(reply.status, 503, "{reply:?}"),
                Err(_) => {}
            }
            seen.retries.fetch_add(1, Relaxed);
            thread::sleep(Duration::from_millis(100));
        }
        seen.acknowledged.fetch_add(BATCH_LINES, Relaxed);
    }
}

fn probe(server: &Server, seen: &Seen) {
    while !seen.is_over.load(Relaxed) {
        let sent = Instant::now();
        let reply = server.request("GET", "/healthz", &[], b"");
        let took = sent.elapsed();
        assert_eq!(reply.map(|reply| reply.status).ok(), Some(200), "/healthz after {took:?}");
        seen.healthz.lock().unwrap().push(took);
        thread::sleep(Duration::from_millis(100));
    }
}

fn watch_memory(server: &Server, seen: &Seen) {
    let begun = Instant::now();
    while !seen.is_over.load(Relaxed) {
        let kb = server.memory_kb("VmRSS");
        let mut memory = seen.memory.lock().unwrap();
        let minute = (begun.elapsed().as_secs() / 60) as usize;
        memory.minutes.resize(minute + 1, 0);
        memory.minutes[minute] = memory.minutes[minute].max(kb);
        if kb > memory.max {
            memory.max = kb;
            memory.during = *seen.present.lock().unwrap();
        }
        drop(memory);
        thread::sleep(Duration::from_millis(100));
    }
}

fn judge(server: &Server, seen: &Seen) {
    let acknowledged = seen.acknowledged.load(Relaxed);
    let basic = attacks::basic(PASSWORD);
    let mut counted = 0.0;
    let query = "/api/v1/apps/honest/query?metric=router.requests&stat=sum&from=-23h&step=all";
    wait_for("the count of the honest drain", || {
        let reply = server.request("GET", query, &[("Authorization", &*basic)], b"");
        let Some(reply) = reply.ok().filter(|reply| reply.status == 200) else { return false };
        counted = reply.json()["series"][0]["points"][0][1].as_f64().unwrap_or(0.0);
        true
    });
    let sorted = |waits: &Mutex<Vec<Duration>>| {
        let mut waits = waits.lock().unwrap().clone();
        waits.sort_unstable();
        waits
    };
    let (waits, healthz) = (sorted(&seen.waits), sorted(&seen.healthz));
    let at = |waits: &[Duration], quantile: f64| waits[((waits.len() - 1) as f64 * quantile) as usize];
    let memory = seen.memory.lock().unwrap();
    eprintln!("attacks: {:?}", seen.attacks.lock().unwrap());
    eprintln!(
        "honest: {acknowledged} lines acknowledged, {counted} counted, {} tries again; 204 p50 {:?}, p99 {:?}, worst {:?}",
        seen.retries.load(Relaxed),
        at(&waits, 0.5),
        at(&waits, 0.99),
        at(&waits, 1.0)
    );
    eprintln!("healthz: {} times, p99 {:?}, worst {:?}", healthz.len(), at(&healthz, 0.99), at(&healthz, 1.0));
    eprintln!("memory at most: {} kB, during {:?}; each minute: {:?}", memory.max, memory.during, memory.minutes);
    assert_eq!(counted, acknowledged as f64);
    assert!(at(&healthz, 1.0) < HEALTHZ_MAX, "/healthz took {:?}", at(&healthz, 1.0));
    assert!(memory.max < RSS_KB_MAX, "{} kB", memory.max);
}

/// The token in the URL that a command prints.
fn token(server: &Server, args: &[&str]) -> String {
    let mut command = binary(server.dir.path());
    let (code, url, error) = run(command.env("PORT", server.address.port().to_string()).args(args));
    assert_eq!(code, 0, "{error}");
    url.trim().split_once("any:").unwrap().1.split_once('@').unwrap().0.to_owned()
}

/// Starts a second server on a name of the database and says how it ended.
fn second_server(folder: &std::path::Path, name: &str) -> i32 {
    let url = format!("sqlite://{}", folder.join(name).display());
    run(Command::new(env!("CARGO_BIN_EXE_streamgauge")).env_clear().envs([("DATABASE_URL", &*url), ("PORT", "0")])).0
}
