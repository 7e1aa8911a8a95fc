//! `shuttle --spool`: outages of the server, kills of the shuttle, and a full spool.

use std::{
    fs,
    io::{Read, Write},
    process::Stdio,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use testing::{process::Server, random::Dice, wait::wait_for};

use super::{
    check_exit,
    follow::{Followed, append},
    peer::Peer,
    run, shuttle, texts,
};

/// The lines of the batches in a spool, by the names of their files.
fn spooled_lines(at: &Followed) -> u64 {
    let names = fs::read_dir(at.path("spool")).into_iter().flatten().map(|it| it.unwrap().file_name());
    let lines = names.filter_map(|it| it.to_str()?.strip_suffix(".batch")?.split_once('-')?.1.parse::<u64>().ok());
    lines.sum()
}

#[test]
fn ok_an_outage_and_a_kill_lose_nothing() {
    let mut at = Followed::new();
    let port = at.server.address.port();
    let dir = Arc::clone(&at.server.dir);
    let ended = std::mem::replace(&mut at.server, Server::start());
    ended.kill();
    let mut command = at.command(&["--spool", "spool", "--batch-size", "100"]);
    let url = format!("http://any:{}@127.0.0.1:{port}/logs", at.token);
    let mut child = command.env("LOGS_URL", &url).stdin(Stdio::piped()).spawn().unwrap();
    let lines: String = (0..1_000).map(|it| format!("line {it}\n")).collect();
    child.stdin.as_mut().unwrap().write_all(lines.as_bytes()).unwrap();
    wait_for("the lines on disk", || spooled_lines(&at) == 1_000);
    child.kill().unwrap();
    child.wait().unwrap();
    at.server = Server::start_in(dir, port, &[]);
    let output = at.command(&["--spool", "spool"]).stdin(Stdio::null()).stderr(Stdio::piped()).output().unwrap();
    check_exit(&output, 0, "");
    assert_eq!((at.server.value("shop", "drain.lines", "sum"), spooled_lines(&at)), (Some(1_000.0), 0));
}

#[test]
fn ok_killed_again_and_again_counts_each_line_once() {
    let mut at = Followed::new();
    let (path, is_over) = (at.path("app.log"), Arc::new(AtomicBool::new(false)));
    append(&path, "");
    let writer = {
        let (path, is_over) = (path.clone(), Arc::clone(&is_over));
        std::thread::spawn(move || {
            let mut count = 0;
            while !is_over.load(Ordering::Relaxed) {
                append(&path, &format!("line {count}\n"));
                count += 1;
                std::thread::sleep(Duration::from_millis(1));
            }
            count
        })
    };
    let mut dice = Dice(7);
    for round in 0..8 {
        at.shuttle(&[
            "--spool",
            "spool",
            "--follow",
            "app.log",
            "--from-start",
            "--wait",
            "20ms",
            "--batch-size",
            "50",
        ]);
        let counted = at.server.value("shop", "drain.lines", "sum").unwrap_or_default();
        let target = counted + 1.0 + dice.roll(200) as f64;
        wait_for("lines", || at.server.value("shop", "drain.lines", "sum").unwrap_or_default() >= target);
        at.kill();
        if round == 3 {
            // While nothing follows it.
            fs::rename(&path, at.path("app.log.1")).unwrap();
        }
    }
    at.shuttle(&["--spool", "spool", "--follow", "app.log"]);
    is_over.store(true, Ordering::Relaxed);
    let written = f64::from(writer.join().unwrap());
    wait_for("all lines", || at.server.value("shop", "drain.lines", "sum").unwrap_or_default() >= written);
    at.kill();
    eprintln!("{written} lines written, {:?} counted", at.server.value("shop", "drain.lines", "sum"));
    assert_eq!(at.server.value("shop", "drain.lines", "sum"), Some(written));
}

/// Fills a spool while there is no server; which lines arrive then, and how many are reported.
fn filled(drop_first: &str) -> (Vec<u64>, u64) {
    let folder = tempfile::TempDir::new().unwrap();
    let (address, start) = Peer::later();
    let spool = folder.path().join("spool");
    let flags =
        ["--spool", spool.to_str().unwrap(), "--spool-max", "1MB", "--spool-drop", drop_first, "--batch-size", "100"];
    let mut child = shuttle(&format!("http://any:TOKEN@{address}/logs"), &flags);
    let mut pipe = child.stdin.take().unwrap();
    // Returns only because stdin is drained all the time.
    for number in 0..3_000 {
        pipe.write_all(format!("{number:05}{}\n", "x".repeat(1_000)).as_bytes()).unwrap();
    }
    drop(pipe);
    child.stderr.as_mut().unwrap().read_exact(&mut [0; 24]).unwrap();
    let peer = start();
    let output = child.wait_with_output().unwrap();
    let requests = peer.requests();
    let reported =
        requests.iter().filter_map(|it| it.header("logplex-drop-count")).map(|it| it.parse::<u64>().unwrap()).sum();
    check_exit(&output, 1, &format!("{reported} lines did not arrive"));
    let lines = requests.iter().flat_map(texts).filter_map(|it| it.strip_prefix("shuttle: ")?.get(..5)?.parse().ok());
    (lines.collect(), reported)
}

#[test]
fn ok_a_full_spool_drops_and_tells() {
    let (lines, reported) = filled("oldest");
    assert_eq!((lines.len() as u64 + reported, lines.last()), (3_000, Some(&2_999)));
    assert!(reported > 500, "{reported}");
    let (lines, reported) = filled("newest");
    assert_eq!((lines.len() as u64 + reported, lines.first()), (3_000, Some(&0)));
    assert!(reported > 500 && lines.is_sorted(), "{reported}");
}

#[test]
fn err_spools() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let path = file.to_str().unwrap();
    check_exit(&run("http://h/", &["--spool", path], b""), 1, "file");
    check_exit(&run("http://h/", &["--spool", path, "--num-outlets", "2"], b""), 2, "--num-outlets 1");
    check_exit(&run("http://h/", &["--spool", path, "--drop"], b""), 2, "--drop");
    check_exit(&run("http://h/", &["--spool", path, "--spool-max", "1"], b""), 2, "--spool-max");
    let spool = folder.path().join("spool");
    let flags = ["--spool", spool.to_str().unwrap(), "--tee"];
    let peer = Peer::start(&[]);
    let mut first = shuttle(&peer.url(), &flags);
    let mut pipe = first.stdin.take().unwrap();
    pipe.write_all(b"x\n").unwrap();
    first.stdout.as_mut().unwrap().read_exact(&mut [0; 2]).unwrap();
    check_exit(&run(&peer.url(), &flags, b""), 1, "another shuttle uses it");
    drop(pipe);
    check_exit(&first.wait_with_output().unwrap(), 0, "");
}
