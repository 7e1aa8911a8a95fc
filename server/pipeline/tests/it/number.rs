//! Values and units: tables, and decimal numbers against the standard library's reading.

use pipeline::number::{l2met, router_bytes, router_ms, whole};
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
    check("1e3", Some((1.0, "e")));
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
        ("18 ms", None),
        ("18min", None),
        ("ms", None),
    ] {
        assert_eq!(router_ms(text.as_bytes()), expected, "text: {text:?}");
    }
    for (text, expected) in
        [("13", Some(13.0)), ("13B", Some(13.0)), ("13bytes", Some(13.0)), ("13k", None), ("-", None)]
    {
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
}
