//! Runs every known attack in random order beside an honest drain for an hour: no line of the
//! honest drain is lost, memory stays below 200 MB, and the liveness probe answers within a second.
//! Answers to attackers are not checked.
//!
//! `make torture` runs it. `HOSTILE_MINUTES` sets the length, `HOSTILE_SEED` the order. Attackers
//! connect from other loopback addresses than the honest sender, because limits apply to each peer.

/// The attacks that run beside the honest drain.
mod attacks;

use std::{
    net::{Ipv4Addr, SocketAddr},
    process::Command,
    sync::Mutex,
    thread,
    time::{Duration, Instant},
};

use attacks::{ATTACKS, Attacker};
use testing::{
    frames::{frames, now_line},
    ledger::{Batch, Ledger},
    process::{Server, free_port, path, run},
    random::Dice,
    wait::{Waits, sleep_until_turn, wait_for},
};

/// The largest resident memory of the server at any time, kB.
const RSS_KB_MAX: u64 = 200 << 10;
/// The longest time that the liveness probe may take.
const HEALTHZ_MAX: Duration = Duration::from_secs(1);
/// Lines of one batch of the honest drain. Four batches a second make 1,000 lines/s.
const BATCH_LINES: u64 = 250;
const BATCH_EVERY: Duration = Duration::from_millis(250);
/// The number of threads that attack at the same time.
const ATTACKERS: u8 = 4;
const PASSWORD: &str = "a long password of the test";

/// Measurements of the honest drain, the probes and the memory.
struct Seen {
    ledger: Ledger,
    waits: Mutex<Vec<Duration>>,
    healthz: Mutex<Vec<Duration>>,
    memory: Mutex<Memory>,
    attacks: Mutex<Vec<(&'static str, u32)>>,
    /// The attack that each attacker runs now.
    present: Mutex<[&'static str; ATTACKERS as usize]>,
}

impl Seen {
    fn new(address: SocketAddr) -> Self {
        Self {
            ledger: Ledger::new(address),
            waits: Mutex::default(),
            healthz: Mutex::default(),
            memory: Mutex::default(),
            attacks: Mutex::default(),
            present: Mutex::default(),
        }
    }
}

/// Resident memory of the server in kB.
#[derive(Default)]
struct Memory {
    max: u64,
    /// The attacks that ran at the maximum.
    during: [&'static str; ATTACKERS as usize],
    /// The maximum of each minute.
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
    let (honest, hostile) = (server.add_drain(&["honest"]), server.add_drain(&["hostile"]));
    let shared = server.add_drain(&["--shared", "shared"]);
    let seen = Seen::new(server.address);
    thread::scope(|scope| {
        scope.spawn(|| send_honestly(&honest, &seen));
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
        seen.ledger.end();
    });
    judge(&server, &seen);
}

fn attack_at_random(number: u8, mut attacker: Attacker, seen: &Seen) {
    while !seen.ledger.is_over() {
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

/// Sends each batch under one id until it is acknowledged, as logplex does.
fn send_honestly(token: &str, seen: &Seen) {
    let begun = Instant::now();
    for number in 1_u32.. {
        if seen.ledger.is_over() {
            return;
        }
        sleep_until_turn(begun, BATCH_EVERY, number);
        let body = frames(&(0..BATCH_LINES).map(now_line).collect::<Vec<_>>());
        let id = format!("{number:032X}");
        let headers = [("Logplex-Drain-Token", "d.1"), ("Content-Type", "application/logplex-1")];
        let batch = Batch {
            token,
            id: &id,
            headers: &headers,
            body: &body,
            lines: BATCH_LINES,
            pause: Duration::from_millis(100),
            // Besides 204, only a status that makes senders retry is acceptable.
            may_be_refused: true,
        };
        let waited = seen.ledger.deliver(&batch);
        seen.waits.lock().unwrap().push(waited);
    }
}

fn probe(server: &Server, seen: &Seen) {
    while !seen.ledger.is_over() {
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
    while !seen.ledger.is_over() {
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
    let acknowledged = seen.ledger.acknowledged_lines();
    let basic = attacks::basic(PASSWORD);
    let mut counted = 0.0;
    let query = "/api/v1/apps/honest/query?metric=router.requests&stat=sum&from=-23h&step=all";
    wait_for("the count of the honest drain", || {
        let reply = server.request("GET", query, &[("Authorization", &*basic)], b"");
        let Some(reply) = reply.ok().filter(|reply| reply.status == 200) else { return false };
        counted = reply.json()["series"][0]["points"][0][1].as_f64().unwrap_or(0.0);
        true
    });
    let sorted = |waits: &Mutex<Vec<Duration>>| Waits::new(waits.lock().unwrap().clone());
    let (waits, healthz) = (sorted(&seen.waits), sorted(&seen.healthz));
    let memory = seen.memory.lock().unwrap();
    eprintln!("attacks: {:?}", seen.attacks.lock().unwrap());
    eprintln!(
        "honest: {acknowledged} lines acknowledged, {counted} counted, {} tries again; 204 p50 {:?}, p99 {:?}, worst {:?}",
        seen.ledger.retries(),
        waits.at(0.5),
        waits.at(0.99),
        waits.at(1.0)
    );
    eprintln!("healthz: {} times, p99 {:?}, worst {:?}", healthz.len(), healthz.at(0.99), healthz.at(1.0));
    eprintln!("memory at most: {} kB, during {:?}; each minute: {:?}", memory.max, memory.during, memory.minutes);
    assert_eq!(counted, acknowledged as f64);
    assert!(healthz.at(1.0) < HEALTHZ_MAX, "/healthz took {:?}", healthz.at(1.0));
    assert!(memory.max < RSS_KB_MAX, "{} kB", memory.max);
}

/// Starts a second server on the database under another name and returns its exit code.
fn second_server(folder: &std::path::Path, name: &str) -> i32 {
    let url = format!("sqlite://{}", folder.join(name).display());
    run(Command::new(path()).env_clear().envs([("DATABASE_URL", &*url), ("PORT", "0")])).0
}
