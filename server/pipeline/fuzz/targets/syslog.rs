//! Feeds arbitrary bytes to `testing::invariants::syslog`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| testing::invariants::syslog(data));
