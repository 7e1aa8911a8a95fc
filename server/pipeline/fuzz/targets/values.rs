//! Feeds arbitrary bytes to `fuzz::values`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::values(data));
