//! Feeds arbitrary bytes to `fuzz::syslog`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::syslog(data));
