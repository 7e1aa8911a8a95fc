//! Fuzzes `server::invariants::statsd` with arbitrary bytes. It has no checks of its own.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| server::invariants::statsd(data));
