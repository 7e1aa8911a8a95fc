//! Numbers with units: tables, and decimal numbers compared with the standard library. How metrics
//! use units is not tested here.

use pipeline::number::{VALUE_MAX, duration_ms, l2met, router_bytes, router_ms, whole};
use proptest::prelude::*;

#[track_caller]
fn check(text: &str, expected: Option<(f64, &str)>) {
    let found = l2met(text.as_bytes()).map(|(value, unit)| (value, std::str::from_utf8(unit).unwrap()));
    assert_eq!(found, expected, "text: {text:?}");
}

#[test]
fn ok_l2met() {
    check("", Some((1.0, "")));
    check("4", Some((4.0, "")));
    check("4ms", Some((4.0, "ms")));
    check("100GB", Some((100.0, "GB")));
    check("26219348792bytes", Some((26_219_348_792.0, "bytes")));
    check("180.43MB", Some((180.43, "MB")));
    check(".5", Some((0.5, "")));
    check("5.", Some((5.0, "")));
    check("1.2.3", Some((1.2, "")));
    check("10.10.10.1", Some((10.1, "")));
    check("4171563.0", Some((4_171_563.0, "")));
    check("0.99723%", Some((0.997_23, "%")));
    check("12µs", Some((12.0, "µs")));
    check("123456789012345678901234567890", Some((123_456_789_012_345_678_901_234_567_890.0, "")));
}

#[test]
fn ok_exponents() {
    check("1e3", Some((1_000.0, "")));
    check("7.9341e-05s", Some((7.9341e-05, "s")));
    check("1.5E+2ms", Some((150.0, "ms")));
    check("2.E1MB", Some((20.0, "MB")));
    check("0e0", Some((0.0, "")));
    check("9e-400", Some((0.0, "")));
    // A unit may begin with `e`. A word with more digits is an id.
    check("5errors", Some((5.0, "errors")));
    check("5e", Some((5.0, "e")));
    check("5e-", Some((5.0, "e-")));
    check("8601e5551", Some((8_601.0, "e")));
    check("1e101", None);
}

#[test]
fn ok_durations() {
    for (text, expected_ms) in [
        ("129.02ms", 129.02),
        ("40µs", 0.04),
        ("40μs", 0.04),
        ("40us", 0.04),
        ("250ns", 0.000_25),
        ("1.5s", 1_500.0),
        ("2m3s", 123_000.0),
        ("1h0m0.5s", 3_600_500.0),
        ("1.2e-05s", 0.012),
        ("0s", 0.0),
    ] {
        let found = duration_ms(text.as_bytes()).unwrap();
        assert!((found - expected_ms).abs() <= expected_ms * 1e-12, "{text}: {found}");
    }
    for text in ["", "5", "0", "-5ms", "5min", "5ms ", "ms", "5ms6", "1s2", "1h1h1h1h1h1h1h", "5 ms", "1e100h"] {
        assert_eq!(duration_ms(text.as_bytes()), None, "{text}");
    }
}

#[test]
fn err_l2met() {
    for text in [".", "..", "-5", "+5", "ms", "x1", " 1", "NaN", "inf"] {
        check(text, None);
    }
    check(&"9".repeat(400), None);
}

#[test]
fn ok_router() {
    for (text, expected) in [
        ("18ms", Some(18.0)),
        ("0", Some(0.0)),
        ("1.5s", Some(1_500.0)),
        ("1.8e1ms", Some(18.0)),
        ("3e4", Some(30_000.0)),
        ("18 ms", None),
        ("18min", None),
        ("ms", None),
    ] {
        assert_eq!(router_ms(text.as_bytes()), expected, "text: {text:?}");
    }
    for (text, expected) in [
        ("13", Some(13.0)),
        ("13B", Some(13.0)),
        ("13bytes", Some(13.0)),
        ("1.3e1", Some(13.0)),
        ("13k", None),
        ("-", None),
    ] {
        assert_eq!(router_bytes(text.as_bytes()), expected, "text: {text:?}");
    }
}

#[test]
fn ok_whole() {
    assert_eq!(whole(b"222 messages"), Some(222));
    assert_eq!(whole(b"18446744073709551615"), Some(u64::MAX));
}

#[test]
fn err_whole() {
    assert_eq!(whole(b"messages"), None);
    assert_eq!(whole(b"18446744073709551616"), None);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn ok_values_are_those_of_the_standard_library(text in "[0-9]{1,20}(\\.[0-9]{0,20})?", unit in "[a-zA-Z%]{0,4}") {
        let expected: f64 = text.parse().unwrap();
        let both = format!("{text}{unit}");
        prop_assert_eq!(l2met(both.as_bytes()), Some((expected, unit.as_bytes())));
    }

    #[test]
    fn ok_exponents_are_those_of_the_standard_library(text in "[0-9]{1,20}(\\.[0-9]{0,20})?[eE][+-]?[0-9]{1,2}") {
        let expected: f64 = text.parse().unwrap();
        let found = l2met(text.as_bytes());
        prop_assert_eq!(found, (expected <= VALUE_MAX).then_some((expected, &b""[..])));
    }

    #[test]
    fn ok_durations_are_sums_of_their_parts(hours in 0u32..100, minutes in 0u32..60, ms in 0u32..60_000) {
        let text = format!("{hours}h{minutes}m{}s", f64::from(ms) / 1e3);
        let expected = f64::from(hours) * 3.6e6 + f64::from(minutes) * 6e4 + f64::from(ms);
        let found = duration_ms(text.as_bytes()).unwrap();
        prop_assert!((found - expected).abs() < 1e-6, "{} {}", text, found);
    }
}
