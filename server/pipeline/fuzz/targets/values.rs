//! Feeds arbitrary bytes to `testing::invariants::values`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| testing::invariants::values(data));
