//! Fuzzes `testing::invariants::frames` with arbitrary bytes. It has no checks of its own.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| testing::invariants::frames(data));
