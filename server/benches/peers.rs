//! Compares tools on the same files in one run: a million lines as `heroku logs -t` prints them (80
//! % router lines), and a million lines of a Combined access log with request times.
//!
//! The shell reports CPU seconds (user and system), best of three. Tools that are not installed are
//! skipped, and memory is not measured. Asserts that `tap` and `awk` count the same requests, and
//! that `tap`'s percentiles match those of sorted values.
#![expect(clippy::print_stdout, reason = "the result of a bench is its output")]
#![allow(clippy::unwrap_used, reason = "a bench that can't go on should say where")]

use std::{fs, path::Path, process::Command};

use testing::{process, traffic};

const SEED: u64 = 0x5EED;
const LINES: u64 = 1_000_000;
const ROUNDS: usize = 3;

/// An mtail program that counts requests by status and sums service times.
const MTAIL: &str = "counter requests by status\nhistogram service buckets 1, 5, 10, 50, 100, 500, 1000, 5000\n\
/heroku\\[router\\]: .* service=(?P<service>\\d+)ms status=(?P<status>\\d+) /  {\n  requests[$status]++\n  service = $service\n}\n";

fn main() {
    let dir = tempfile::TempDir::new().unwrap();
    let tap = process::path().display().to_string();
    fs::write(dir.path().join("router.log"), traffic::cli_lines(SEED, LINES, 80)).unwrap();
    fs::write(dir.path().join("access.log"), traffic::combined_lines(SEED, LINES)).unwrap();
    fs::write(dir.path().join("router.mtail"), MTAIL).unwrap();
    println!("{:<28} {:>10} {:>14}", "heroku logs -t, 1 M lines", "CPU s", "lines/CPU-s");
    row(dir.path(), "streamgauge tap", &format!("{tap} tap < router.log"));
    row(dir.path(), "wc -l", "wc -l router.log");
    row(dir.path(), "awk '{print $10,$11,$12}'", "awk '{print $10,$11,$12}' router.log");
    row(dir.path(), "mtail", "mtail --one_shot --progs router.mtail --logs router.log");
    row(dir.path(), "pv -lr", "pv -lr router.log");
    println!("{:<28} {:>10} {:>14}", "Combined, 1 M lines", "CPU s", "lines/CPU-s");
    row(dir.path(), "streamgauge tap", &format!("{tap} tap < access.log"));
    row(dir.path(), "wc -l", "wc -l access.log");
    row(dir.path(), "awk '{print $10,$11,$12}'", "awk '{print $10,$11,$12}' access.log");
    let format = "'%h %^[%d:%t %^] \"%r\" %s %b \"%R\" \"%u\" %T'";
    let goaccess = format!(
        "goaccess access.log --log-format={format} --date-format=%d/%b/%Y --time-format=%T --no-global-config \
         --no-progress -o goaccess.json"
    );
    row(dir.path(), "goaccess (to JSON)", &goaccess);
    agree(dir.path(), &tap);
}

/// Measures a command and prints its row, or nothing if the program is missing.
fn row(dir: &Path, name: &str, command: &str) {
    let program = command.split(' ').next().unwrap();
    if !Command::new("sh").args(["-c", &format!("command -v {program} >/dev/null")]).status().unwrap().success() {
        return println!("{name:<28} {:>10}", "missing");
    }
    let best_s = (0..ROUNDS).map(|_| process::cpu_s(dir, command)).fold(f64::INFINITY, f64::min);
    println!("{name:<28} {best_s:>10.3} {:>14.0}", LINES as f64 / best_s);
}

/// Asserts that `tap` agrees with awk and sort about the same file.
fn agree(dir: &Path, tap: &str) {
    let shell = |command: &str| {
        let output = Command::new("bash").args(["-c", command]).current_dir(dir).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let said = shell(&format!("{tap} tap --json < router.log | tail -1"));
    let said: serde_json::Value = serde_json::from_str(&said).unwrap();
    let requests = shell("awk '/heroku\\[router\\]/ { n++ } END { print n }' router.log");
    assert_eq!(said["requests"].as_u64(), requests.trim().parse().ok(), "requests");
    let sorted = shell(
        "awk '{ for (i = 1; i <= NF; i++) if ($i ~ /^service=[0-9]+ms$/) print substr($i, 9) + 0 }' router.log | sort -n",
    );
    let sorted: Vec<f64> = sorted.lines().map(|it| it.parse().unwrap()).collect();
    for (name, q) in [("p50", 0.5), ("p95", 0.95), ("p99", 0.99)] {
        let exact = sorted[(q * sorted.len() as f64).ceil() as usize - 1];
        let found = said["service_ms"][name].as_f64().unwrap();
        println!("{name}: tap {found:.2} ms, awk and sort {exact} ms");
        assert!((found - exact).abs() <= exact * 0.01, "{name}: {found} is not within 1 % of {exact}");
    }
    println!("requests: tap {}, awk {}", said["requests"], requests.trim());
}
