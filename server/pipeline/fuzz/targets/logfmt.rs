//! Feeds arbitrary bytes to `fuzz::logfmt`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::logfmt(data));
