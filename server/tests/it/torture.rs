//! Tests that take minutes: a hundred kills, a full disk, batches that arrive twice, late and out
//! of order, and the time to an answer at a steady rate. `make torture` runs them all. `make test`
//! leaves out all but one.

use std::{
    process::Command,
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;
use testing::{
    frames::{frame, frames, now_line},
    process::{Server, binary, run},
    random::Dice,
    wait::{Waits, wait_for},
};

use crate::crash::killed;

#[test]
#[ignore = "takes minutes: make torture"]
fn ok_a_hundred_kills() {
    killed(100);
}

#[test]
fn ok_batches_that_come_twice_late_and_in_any_order() {
    const BATCHES: usize = 300;
    let server = Server::start();
    let token = server.drain("app");
    let mut dice = Dice(5);
    // Each batch is sent up to three times, in random order. A repetition has another loss report,
    // as logplex's retries do.
    let mut sends: Vec<(usize, u64)> =
        (0..BATCHES).flat_map(|it| (0..1 + dice.roll(3)).map(move |n| (it, n))).collect();
    for at in (1..sends.len()).rev() {
        sends.swap(at, dice.roll(at as u64 + 1) as usize);
    }
    let sends = Mutex::new(sends);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some((batch, n)) = { sends.lock().unwrap().pop() } {
                    let mut body = frames(&(0..5).map(now_line).collect::<Vec<_>>());
                    if n > 0 {
                        let report = now_line(0).replace("heroku[router]: at=info", "heroku[web.1]: again");
                        body.extend(frame(&report));
                    }
                    let id = format!("{batch:032X}");
                    assert_eq!(server.post(&token, &[("Logplex-Frame-Id", &id)], &body).status, 204);
                }
            });
        }
    });
    assert_eq!(server.value("app", "router.requests", "sum"), Some(BATCHES as f64 * 5.0));
}

#[test]
#[ignore = "needs root and a file system of its own: make torture"]
fn ok_a_full_disk_refuses_and_recovers() {
    let dir = TempDir::new().unwrap();
    let mounted = run(Command::new("mount").args(["-t", "tmpfs", "-o", "size=12m", "tmpfs"]).arg(dir.path()));
    assert_eq!(mounted.0, 0, "a file system of 12 MB: {}", mounted.2);
    let dir = Arc::new(dir);
    let server = Server::start_in(Arc::clone(&dir), 0, &[]);
    let token = server.drain("app");
    let mut dice = Dice(3);
    let mut acknowledged = 0_u64;
    let mut post = |acknowledged: &mut u64| {
        // Random words that do not compress well, so that the disk fills.
        let lines: Vec<String> = (0..200)
            .map(|n| {
                now_line(n)
                    .replace("request_id=1", &format!("request_id={:x}{:x}", dice.roll(u64::MAX), dice.roll(u64::MAX)))
            })
            .collect();
        let status = server.post(&token, &[], &frames(&lines)).status;
        *acknowledged += if status == 204 { 200 } else { 0 };
        status
    };
    let filler = dir.path().join("filler");
    std::fs::write(&filler, vec![0; 4 << 20]).unwrap();
    let begun = Instant::now();
    while post(&mut acknowledged) == 204 {
        assert!(begun.elapsed() < Duration::from_secs(60), "the disk never filled");
    }
    assert_eq!(server.get("/healthz").status, 200);
    let on_full_disk = acknowledged;
    assert_eq!(post(&mut acknowledged), 503);
    std::fs::remove_file(&filler).unwrap();
    wait_for("room again", || post(&mut acknowledged) == 204);
    let counted = || server.value("app", "router.requests", "sum").unwrap_or(0.0) as u64;
    eprintln!("{on_full_disk} lines until the disk was full, {acknowledged} acknowledged, {} counted", counted());
    assert_eq!(counted(), acknowledged);
    // Acknowledged lines are still there after a crash.
    let server = Server::start_in(server.kill(), 0, &[]);
    assert_eq!(server.value("app", "router.requests", "sum"), Some(acknowledged as f64));
    drop(server);
    run(Command::new("umount").arg(dir.path()));
}

#[test]
#[ignore = "needs root and a file system of its own: make torture"]
fn err_a_file_system_that_is_read_only() {
    let dir = Arc::new(TempDir::new().unwrap());
    let mount =
        |options: &str| run(Command::new("mount").args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(dir.path()));
    assert_eq!(mount("size=12m").0, 0);
    let server = Server::start_in(Arc::clone(&dir), 0, &[]);
    let token = server.drain("app");
    assert_eq!(server.post(&token, &[], &frames(&[now_line(1)])).status, 204);
    assert_eq!(server.stop().0, 0);
    assert_eq!(mount("remount,ro").0, 0);
    let (code, _, error) = run(binary(dir.path()).env("PORT", "0").arg("serve"));
    assert_eq!(code, 1, "{error}");
    assert!(error.lines().count() == 1 && error.contains("test.db"), "one line that names the file: {error}");
    // The file was not changed, and the server continues once it is writable again.
    assert_eq!(mount("remount,rw").0, 0);
    let server = Server::start_in(Arc::clone(&dir), 0, &[]);
    assert_eq!(server.value("app", "router.requests", "sum"), Some(1.0));
    drop(server);
    run(Command::new("umount").arg(dir.path()));
}

#[test]
#[ignore = "takes a minute: make torture"]
fn ok_the_time_to_an_answer_at_a_steady_rate() {
    for (synchronous, lines_per_s) in [("normal", 10_000_u64), ("normal", 50_000), ("full", 10_000), ("full", 50_000)] {
        let server = Server::start_with(&[("SYNCHRONOUS", synchronous)]);
        let token = server.drain("app");
        // Batches of 300 lines, about 100 kB, as logplex sends them, each at its due time.
        let every = Duration::from_secs_f64(300.0 / lines_per_s as f64);
        let begun = Instant::now();
        let waits = Mutex::new(vec![]);
        let next = Mutex::new(0_u32);
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    loop {
                        let number = {
                            let mut next = next.lock().unwrap();
                            *next += 1;
                            *next
                        };
                        let due = begun + every * number;
                        if due > begun + Duration::from_secs(15) {
                            return;
                        }
                        let body = frames(&(0..300).map(now_line).collect::<Vec<_>>());
                        thread::sleep(due.saturating_duration_since(Instant::now()));
                        let sent = Instant::now();
                        assert_eq!(server.post(&token, &[], &body).status, 204);
                        waits.lock().unwrap().push(sent.elapsed());
                    }
                });
            }
        });
        let waits = Waits::new(waits.into_inner().unwrap());
        eprintln!(
            "{synchronous}, {lines_per_s} lines/s: {} batches, p50 {:.1} ms, p99 {:.1} ms",
            waits.len(),
            waits.ms(0.5),
            waits.ms(0.99)
        );
        assert_eq!(server.value("app", "router.requests", "sum"), Some(waits.len() as f64 * 300.0));
        assert!(waits.ms(0.99) < 2_000.0, "senders expect an answer inside 2 s");
    }
}
