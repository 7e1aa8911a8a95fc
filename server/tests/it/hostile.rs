//! Hostile senders beside an honest one: memory stays bounded, losses are counted, and the counts
//! of the honest sender are exact. Slow senders are tested in `slow.rs`.

use std::{
    io::Write,
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    thread,
};

use testing::{
    frames::{frame, frames, lines, message_frame, now_line},
    process::Server,
    random::Dice,
};

/// The largest peak of the process' memory, kB.
const MEMORY_KB_MAX: u64 = 200 << 10;
/// At 100,000 names each round, this gives a million.
const ROUNDS_MIN: u64 = 10;
const LOGPLEX: (&str, &str) = ("Logplex-Drain-Token", "d.1");

fn framed(text: &str) -> Vec<u8> {
    message_frame("app web.1", text)
}

/// Makes the body of a round, whose number is given.
type Attack<'a> = &'a dyn Fn(u64) -> Vec<u8>;

/// Seven megabytes of random bytes.
fn noise(seed: u64) -> Vec<u8> {
    let mut dice = Dice(seed);
    (0..7 << 17).flat_map(|_| dice.roll(u64::MAX).to_le_bytes()).collect()
}

/// A body of metric names that never occur again.
fn names(batch: u64) -> Vec<u8> {
    (0..2_000)
        .flat_map(|line| {
            let pairs: String = (0..50).map(|it| format!("measure#m{batch}-{line}-{it}=1 ")).collect();
            framed(&format!("source=s{batch}-{line} {pairs}"))
        })
        .collect()
}

fn paths(batch: u64) -> Vec<u8> {
    (0..5_000)
        .flat_map(|it| frame(&now_line(5).replace("path=\"/\"", &format!("path=\"/scan-{batch}x/probe-{it}x\""))))
        .collect()
}

/// A gigabyte of zeros in gzip.
fn bomb() -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(vec![], flate2::Compression::best());
    let zeros = vec![0; 1 << 20];
    (0..1_024).for_each(|_| gzip.write_all(&zeros).unwrap());
    gzip.finish().unwrap()
}

#[test]
fn ok_honest_figures_beside_hostile_ones() {
    let server = Server::start();
    let (honest, hostile) = (server.drain("honest"), server.drain("hostile"));
    let lines = lines(11, 40_000, 600);
    let over = AtomicBool::new(false);
    let kinds: [(&str, Attack<'_>); 5] = [
        ("noise", &noise),
        ("names", &names),
        ("paths", &paths),
        ("a line of 1 MiB", &|_| framed(&"x".repeat(1 << 20))),
        ("a frame without end", &|_| [b"9999999 <190>1 - - - - - ".to_vec(), vec![b'x'; 3 << 20]].concat()),
    ];
    thread::scope(|scope| {
        scope.spawn(|| {
            for batch in lines.chunks(300) {
                assert_eq!(server.post(&honest, &[LOGPLEX], &frames(batch)).status, 204);
            }
            over.store(true, Relaxed);
        });
        // Each attack repeats while the honest sender runs, and at least a few times.
        for round in 0.. {
            for (name, body) in &kinds {
                assert_eq!(server.post(&hostile, &[LOGPLEX], &body(round)).status, 204, "{name}");
            }
            let reply = server.post(&hostile, &[("Content-Encoding", "gzip")], &bomb());
            assert_eq!(reply.status, 413, "a bomb");
            if over.load(Relaxed) && round >= ROUNDS_MIN {
                break;
            }
        }
    });
    assert_eq!(server.value("honest", "router.requests", "sum"), Some(40_000.0));
    assert_eq!(server.value("honest", "drain.losses", "sum"), None);
    let losses = server.grouped("hostile", "drain.losses", "sum", "code");
    for code in ["frame_count", "frame_length", "series_limit"] {
        assert!(losses.iter().any(|it| it.0 == code && it.1 > 0.0), "{code}: {losses:?}");
    }
    let held_kb = server.memory_kb("VmHWM");
    eprintln!("memory at most: {held_kb} kB");
    assert!(held_kb < MEMORY_KB_MAX, "{held_kb} kB");
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[test]
fn ok_the_allocator_has_few_arenas() {
    let environment = |server: &Server| std::fs::read(format!("/proc/{}/environ", server.pid())).unwrap();
    let arenas = |server: &Server| {
        let all = environment(server);
        let set = all.split(|it| *it == 0).find_map(|it| it.strip_prefix(b"MALLOC_ARENA_MAX="));
        set.map(|it| String::from_utf8_lossy(it).into_owned())
    };
    let number = arenas(&Server::start()).and_then(|it| it.parse::<usize>().ok());
    let cores = std::thread::available_parallelism().unwrap().get();
    assert_eq!(number, Some(cores.div_ceil(4).max(2)));
    // A value that the operator has set is kept.
    assert_eq!(arenas(&Server::start_with(&[("MALLOC_ARENA_MAX", "7")])).as_deref(), Some("7"));
}
