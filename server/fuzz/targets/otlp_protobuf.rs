//! Fuzzes `server::invariants::otlp_protobuf` with arbitrary bytes. It has no checks of its own.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| server::invariants::otlp_protobuf(data));
