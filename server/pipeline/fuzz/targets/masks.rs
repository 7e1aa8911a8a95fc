//! Feeds arbitrary bytes to `testing::invariants::masks`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| testing::invariants::masks(data));
