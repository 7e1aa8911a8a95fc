//! `streamgauge simulate` as a process: its output is the same each time and has no losses, and
//! what it posts is counted. Whether the traffic looks realistic is not tested.

use std::process::{Command, Output};

use pipeline::{Frames, Origin, Reducer, syslog};

use crate::shuttle::{
    peer::{Peer, Request},
    run,
};

fn simulate(url: Option<&str>, flags: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_streamgauge"));
    command.arg("simulate").args(flags).env_remove("LOGS_URL");
    if let Some(url) = url {
        command.env("LOGS_URL", url);
    }
    command.output().expect("the binary runs")
}

#[track_caller]
fn print(flags: &[&str]) -> Vec<u8> {
    let output = simulate(None, flags);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// The time, PROCID and text of each frame.
fn read(body: &[u8]) -> Vec<(i64, String, String)> {
    read_from(body, true)
}

fn read_from(body: &[u8], is_logplex: bool) -> Vec<(i64, String, String)> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let line = |frame: Result<&[u8], pipeline::Loss>| {
        let line = syslog::parse(frame.expect("a frame"), is_logplex).expect("a message");
        (line.time_ms.expect("a time"), text(line.proc_id), text(line.msg))
    };
    Frames::new(body).map(line).collect()
}

#[test]
fn ok_prints_the_same_bytes_for_the_same_seed() {
    let framed = print(&["--print", "framed", "--lines", "5000"]);
    assert!(framed == print(&["--print", "framed", "--lines", "5000"]));
    assert!(framed != print(&["--print", "framed", "--lines", "5000", "--seed", "2"]));
    let lines = read(&framed);
    assert_eq!(lines.len(), 5000);
    assert!(lines.is_sorted_by_key(|it| it.0));
    let origin = Origin { received_ms: lines[4999].0, from_logplex: true, ..Origin::default() };
    let delta = Reducer::new().reduce(&framed, &origin);
    assert_eq!((delta.lines, delta.losses), (5000, Vec::new()));
    // A shorter output is the beginning of a longer one.
    assert!(framed.starts_with(&print(&["--print", "framed", "--lines", "50"])));
}

#[test]
fn ok_start_is_the_time_of_the_first_line() {
    let cli = print(&["--print", "cli", "--lines", "1", "--start", "2026-03-01T09:30:00Z"]);
    assert!(cli.starts_with(b"2026-03-01T09:30:00."), "{}", String::from_utf8_lossy(&cli));
}

#[test]
fn ok_a_shuttle_makes_the_same_of_cli_lines() {
    let flags = ["--print", "framed", "--lines", "3000", "--apps", "api"];
    let framed = read(&print(&flags));
    let cli = print(&["--print", "cli", "--lines", "3000", "--apps", "api"]);
    let peer = Peer::start(&[]);
    let output = run(&peer.url(), &["--input-format", "cli"], &cli);
    assert!(output.status.success());
    let sent: Vec<_> = peer.requests().iter().flat_map(|it| read_shuttle(&it.body)).collect();
    assert!(sent == framed, "expected {:?}, found {:?}", framed.first(), sent.first());
}

/// Like [`read`], for a sender that is not logplex.
fn read_shuttle(body: &[u8]) -> Vec<(i64, String, String)> {
    let has_data = |frame: &[u8]| memchr::memmem::find(frame, b" - - ").is_some();
    assert!(Frames::new(body).flatten().all(has_data), "expected MSGID and STRUCTURED-DATA as -");
    read_from(body, false)
}

#[test]
fn ok_sends_the_past_and_the_present() {
    let peer = Peer::start(&[]);
    let url = peer.url().replace("?app=a", "");
    let output = simulate(Some(&url), &["--apps", "checkout,api", "--rate", "5", "--backfill", "2m", "--for", "2s"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let requests = peer.requests();
    for app in ["checkout", "api"] {
        let path = format!("POST /logs?app={app} HTTP/1.1");
        let own: Vec<_> = requests.iter().filter(|it| it.line == path).collect();
        // The past comes in a few requests at most, then one request a second.
        assert!((3..12).contains(&own.len()), "{} requests", own.len());
        let lines: Vec<_> = own.iter().flat_map(|it| read(&it.body)).collect();
        assert!(lines.is_sorted_by_key(|it| it.0));
        let covered_s = (lines[lines.len() - 1].0 - lines[0].0) / 1000;
        assert!((115..=122).contains(&covered_s), "{covered_s} s");
    }
    let ids: Vec<_> = requests.iter().map(|it| Request::header(it, "logplex-frame-id")).collect();
    assert!(ids.iter().enumerate().all(|(place, id)| id.is_some() && !ids[..place].contains(id)));
}

#[test]
fn err_settings() {
    for (flags, expected) in [
        (&["--lines", "5"][..], "--print"),
        (&["--apps", "Big"], "found \"Big\""),
        (&["--rate", "many"], "--rate"),
        (&["--print", "framed", "--start", "noon"], "found \"noon\""),
        (&["--backfill", "8d"], "at most 7d"),
    ] {
        let output = simulate(Some("http://127.0.0.1:1/"), flags);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(2) && said.contains(expected), "{flags:?}: {said}");
    }
}
