//! `streamgauge tap`: its counts against those of other tools, and how it ends. The look of its
//! screen is not tested.

use std::{
    io::{BufRead, BufReader, Read, Write},
    process::{Child, Command, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;
use testing::{
    frames::{frames, lines},
    process::{binary, run},
    recount::{exact, recount, service_ms},
};

const LINES: usize = 100_000;

fn tap(args: &[&str]) -> (TempDir, Child) {
    let dir = TempDir::new().unwrap();
    let mut command = binary(dir.path());
    command.arg("tap").args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    (dir, child)
}

/// Runs it over an input. Returns stdout, stderr and the exit code.
fn fed(args: &[&str], input: Vec<u8>) -> (Vec<u8>, Vec<u8>, i32) {
    let (_dir, mut child) = tap(args);
    let mut stdin = child.stdin.take().unwrap();
    let writing = std::thread::spawn(move || stdin.write_all(&input).unwrap());
    let output = child.wait_with_output().unwrap();
    writing.join().unwrap();
    (output.stdout, output.stderr, output.status.code().unwrap_or(-1))
}

/// The JSON object that it prints for a whole input.
fn all(input: Vec<u8>) -> Value {
    let (out, error, code) = fed(&["--json"], input);
    assert_eq!((code, String::from_utf8_lossy(&error).as_ref()), (0, ""));
    let last = String::from_utf8(out).unwrap().lines().last().unwrap().to_owned();
    let value: Value = serde_json::from_str(&last).unwrap();
    assert_eq!(value["span"], "all");
    value
}

#[test]
fn ok_a_pipe_equals_a_recount() {
    let lines = lines(7, LINES, 3_600);
    let text = (lines.join("\n") + "\n").into_bytes();
    for input in [text, frames(&lines)] {
        let all = all(input);
        assert_eq!((all["lines"].as_u64(), all["requests"].as_u64()), (Some(LINES as u64), Some(LINES as u64)));
        let by_status = recount(&lines, "status");
        for class in ["2xx", "3xx", "4xx", "5xx"] {
            let expected: f64 = by_status.iter().filter(|it| it.0[..1] == class[..1]).map(|it| it.1).sum();
            assert_eq!(all["classes"][class].as_f64(), Some(expected), "{class}");
        }
        for (code, n) in recount(&lines, "code") {
            assert_eq!(all["errors"][&code].as_f64(), Some(n), "{code}");
        }
        let sorted = service_ms(&lines);
        assert_eq!(all["service_ms"]["count"].as_u64(), Some(sorted.len() as u64));
        for (name, q) in [("p50", 0.5), ("p95", 0.95), ("p99", 0.99)] {
            let (found, expected) = (all["service_ms"][name].as_f64().unwrap(), exact(&sorted, q));
            assert!((found - expected).abs() <= expected * 0.01, "{name}: {found}, exactly {expected}");
        }
    }
}

#[test]
fn ok_lines_of_every_form() {
    let input = concat!(
        "2026-09-21T14:13:18.5+00:00 heroku[router]: at=info method=GET path=\"/\" dyno=web.1 service=10ms status=200\r\n",
        "<158>1 2026-09-21T14:13:18+00:00 host heroku router - at=error code=H12 method=GET path=\"/\" service=30000ms status=503\n",
        "\n",
        "203.0.113.7 - - [21/Sep/2026:14:13:18 +0000] \"GET /a HTTP/1.1\" 404 512 \"-\" \"agent\" 0.020\n",
        "whatever else there is\n",
        "2026-09-21T14:13:18+00:00 app[web.1]: no end of line",
    );
    let all = all(input.as_bytes().to_vec());
    assert_eq!((all["lines"].as_u64(), all["requests"].as_u64()), (Some(5), Some(3)));
    assert_eq!(all["classes"], serde_json::json!({ "2xx": 1, "3xx": 0, "4xx": 1, "5xx": 1 }));
    assert_eq!((all["errors"]["H12"].as_u64(), all["service_ms"]["count"].as_u64()), (Some(1), Some(3)));
}

#[test]
fn ok_no_input_and_plain_lines() {
    let (out, error, code) = fed(&[], vec![]);
    assert_eq!((code, error.len()), (0, 0));
    let out = String::from_utf8(out).unwrap();
    assert!(out.starts_with("0 lines in ") && out.lines().count() == 1, "{out}");
    assert!(!out.contains('\x1b'), "stdout is no terminal: {out:?}");
}

#[test]
fn ok_tee_is_byte_exact() {
    let input: Vec<u8> = (0..200_000_u32).flat_map(u32::to_le_bytes).collect();
    let (out, error, code) = fed(&["--tee", "--json"], input.clone());
    assert_eq!(code, 0);
    assert!(out == input, "{} bytes of {}", out.len(), input.len());
    assert!(String::from_utf8(error).unwrap().contains("\"all\""));
}

#[test]
fn ok_a_signal_ends_it_with_a_summary() {
    let (_dir, mut child) = tap(&["--json"]);
    let mut stdin = child.stdin.take().unwrap();
    let lines = lines(3, 10, 10);
    stdin.write_all((lines.join("\n") + "\n").as_bytes()).unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut second = String::new();
    out.read_line(&mut second).unwrap();
    assert!(second.contains("\"second\"") && second.contains("\"lines\":10"), "{second}");
    assert_eq!(run(Command::new("kill").args(["-INT", &child.id().to_string()])).0, 0);
    let mut rest = String::new();
    out.read_to_string(&mut rest).unwrap();
    let last: Value = serde_json::from_str(rest.lines().last().unwrap()).unwrap();
    assert_eq!((last["span"].as_str(), last["lines"].as_u64()), (Some("all"), Some(10)));
    assert_eq!(child.wait().unwrap().code(), Some(130));
    drop(stdin);
}

#[test]
fn ok_a_reader_that_leaves_ends_it() {
    let (_dir, mut child) = tap(&[]);
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().unwrap();
    // Writes until the process no longer reads.
    while stdin.write_all(b"a line\n").is_ok() {}
    let mut error = String::new();
    child.stderr.take().unwrap().read_to_string(&mut error).unwrap();
    assert_eq!((child.wait().unwrap().code(), &*error), (Some(0), ""));
}

#[test]
fn err_a_line_without_end_is_lost_and_counted() {
    let mut input = vec![b'x'; 5 << 20];
    input.extend_from_slice(b"\nshort\n");
    let all = all(input);
    assert!(all["lost"].as_u64().unwrap() >= 1, "{all}");
    assert!(all["lines"].as_u64().unwrap() >= 1, "{all}");
}
