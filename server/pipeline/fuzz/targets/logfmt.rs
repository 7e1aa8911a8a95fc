//! Feeds arbitrary bytes to `testing::invariants::logfmt`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| testing::invariants::logfmt(data));
