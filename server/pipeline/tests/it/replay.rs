//! Replays the fuzzer's kept cases and seeds as plain tests. It generates no new cases.

use std::{fs, path::Path};

use testing::{cases::bytes, invariants};

/// The named cases of a fuzz target. `fuzz/cases.sh` describes their format.
fn cases(target: &str) -> Vec<(String, Vec<u8>)> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/cases").join(format!("{target}.cases"));
    let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    text.lines().map(|line| line.split_once(' ').unwrap()).map(|(name, text)| (name.to_owned(), bytes(text))).collect()
}

fn check(target: &str, holds: fn(&[u8])) {
    let cases = cases(target);
    assert!(!cases.is_empty(), "{target} has no case");
    for (name, bytes) in cases {
        // The panic says which check failed, and this line says on which case.
        eprintln!("{target} {name}");
        holds(&bytes);
    }
}

#[test]
fn ok_escaped_bytes_come_back() {
    assert_eq!(bytes(r"a\\n\n\x00\xfeb\t\r").as_slice(), b"a\\n\n\x00\xfeb\t\r");
    let every: Vec<u8> = (0..=255).collect();
    let text: String = every
        .iter()
        .map(|byte| match byte {
            b'\\' => r"\\".to_owned(),
            b' '..=b'~' => char::from(*byte).to_string(),
            _ => format!("\\x{byte:02x}"),
        })
        .collect();
    assert_eq!(bytes(&text), every);
}

#[test]
fn ok_frames() {
    check("frames", invariants::frames);
}

#[test]
fn ok_syslog() {
    check("syslog", invariants::syslog);
}

#[test]
fn ok_logfmt() {
    check("logfmt", invariants::logfmt);
}

#[test]
fn ok_values() {
    check("values", invariants::values);
}

#[test]
fn ok_masks() {
    for cases in ["masks", "bodies", "logfmt", "frames", "syslog", "values"] {
        check(cases, invariants::masks);
    }
}

#[test]
fn ok_bodies() {
    check("bodies", invariants::bodies);
}
