//! Feeds arbitrary bytes to `testing::invariants::bodies`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| testing::invariants::bodies(data));
