//! Fuzzes `testing::invariants::bodies` with arbitrary bytes. It has no checks of its own.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| testing::invariants::bodies(data));
