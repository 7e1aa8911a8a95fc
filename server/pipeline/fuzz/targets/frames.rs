//! Feeds arbitrary bytes to `testing::invariants::frames`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| testing::invariants::frames(data));
