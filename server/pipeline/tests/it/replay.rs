//! Replays the cases and seeds of the fuzzer as plain tests.

use std::{fs, path::Path};

#[path = "../../fuzz/src/lib.rs"]
pub mod fuzz;

fn check(name: &str, target: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/cases").join(name);
    let mut cases = 0;
    for entry in fs::read_dir(&folder).unwrap() {
        target(&fs::read(entry.unwrap().path()).unwrap());
        cases += 1;
    }
    assert!(cases > 0, "{} holds no case", folder.display());
}

#[test]
fn ok_frames() {
    check("frames", fuzz::frames);
}

#[test]
fn ok_syslog() {
    check("syslog", fuzz::syslog);
}

#[test]
fn ok_logfmt() {
    check("logfmt", fuzz::logfmt);
}

#[test]
fn ok_values() {
    check("values", fuzz::values);
}

#[test]
fn ok_masks() {
    for cases in ["masks", "bodies", "logfmt", "frames", "syslog", "values"] {
        check(cases, fuzz::masks);
    }
}

#[test]
fn ok_bodies() {
    check("bodies", fuzz::bodies);
}
