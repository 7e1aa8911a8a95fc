//! `shuttle --json` against a real server, and log-shuttle's flags.

use std::{io::Write, process::Stdio};

use pipeline::{Frames, syslog};
use testing::clock::{now_ms, stamp};

use super::{check_exit, follow::Followed, peer::Peer, run};

#[test]
fn ok_json() {
    let at = Followed::new();
    let mut child = at.command(&["--json", "--gzip", "--procid", "web.1"]).stdin(Stdio::piped()).spawn().unwrap();
    let at_ms = now_ms() - 60_000;
    let own = format!(r#"{{"time":"{}","level":"error","msg":"own"}}"#, stamp(at_ms * 1_000));
    let input = format!("plain \"text\"\n{own}\n{{\"user\":7}}\n");
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    assert!(child.wait().unwrap().success());
    let found = at.server.get("/api/v1/apps/shop/logs?limit=10").json();
    let lines = found["lines"].as_array().unwrap();
    let of = |text: &str| lines.iter().find(|it| it["text"].as_str().unwrap().contains(text));
    let line = of("own").unwrap_or_else(|| panic!("{found}"));
    assert_eq!((&line["text"], &line["at_ms"], &line["severity"]), (&"own".into(), &at_ms.into(), &3.into()));
    assert!(lines.len() == 3 && lines.iter().all(|it| it["source"] == "web.1"), "{found}");
    assert!(of("plain \"text\"").is_some_and(|it| it["text"] == "plain \"text\""), "{found}");
    assert!(of("\"user\":7").is_some_and(|it| it["at_ms"].as_i64().unwrap() > at_ms), "{found}");
}

#[test]
fn ok_json_tells_losses() {
    let peer = Peer::start(&[super::peer::Reply::Status(400)]);
    let output = run(&peer.url(), &["--json", "--batch-size", "1"], b"1\n2\n");
    check_exit(&output, 1, "1 line did not arrive");
    let body = String::from_utf8(peer.requests()[1].body.clone()).unwrap();
    assert!(body.contains(r#""procid":"log-shuttle","message":"Error L13: 1 messages lost since 20"#), "{body}");
}

fn is_hex(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|it| it.is_ascii_hexdigit())
}

#[test]
fn ok_flags_of_log_shuttle() {
    let peer = Peer::start(&[]);
    let flags = "-prival=13 -msgid=ID47 -hostname=h -appname shop -procid=web.1 -verbose=true -skip-verify=true \
                 -back-buff=5 -drop=true -stats-interval=1m -num-batchers=2 -front-buff=1000 -kinesis-shards=1 \
                 -syslog-version=1 -log-to-syslog=true -stats-source=x -stats-addr=:1 -max-attempts=3";
    let flags: Vec<&str> = flags.split_whitespace().collect();
    let output = run(&peer.url(), &flags, b"line\n");
    check_exit(
        &output,
        0,
        "no effect: --log-to-syslog, --stats-source, --stats-addr, --stats-interval, --num-batchers",
    );
    check_exit(&output, 0, "delivered request_id=");
    let body = peer.requests().remove(0).body;
    let frame = Frames::new(&body).next().unwrap().unwrap();
    assert!(frame.starts_with(b"<13>1 ") && frame.ends_with(b" h shop web.1 ID47 - line\n"), "{frame:?}");
    assert_eq!(syslog::parse(frame, false).unwrap().msg, b"line");
    let headed = "<14>1 2026-11-28T10:00:00Z h a p - - x\n";
    check_exit(&run(&peer.url(), &["-skip-headers"], headed.as_bytes()), 0, "");
    assert!(peer.requests()[0].body.ends_with(headed.as_bytes()));
    check_exit(&run(&peer.url(), &["-syslog-version=2"], b""), 2, "--syslog-version");
    let version = run(&peer.url(), &["-version"], b"");
    // A build from a commit adds it, one from an archive has none to add.
    let whole = String::from_utf8(version.stdout).unwrap();
    let words: Vec<&str> = whole.split_whitespace().collect();
    let ok_commit = |word: &str| word.strip_prefix('(').and_then(|it| it.strip_suffix(')')).is_some_and(is_hex);
    assert!(words.starts_with(&["streamgauge", env!("CARGO_PKG_VERSION")]), "{whole}");
    assert!(words.len() == 2 || words.len() == 3 && ok_commit(words[2]), "{whole}");
}
