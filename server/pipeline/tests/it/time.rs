//! RFC 3339 timestamps: tables, and every day of four centuries compared with a calendar that
//! counts days. Other date formats are tested in `date.rs`.

use pipeline::time::parse;

#[track_caller]
fn check(text: &str, expected: Option<i64>) {
    assert_eq!(parse(text.as_bytes()), expected, "text: {text:?}");
}

#[test]
fn ok_forms() {
    check("1970-01-01T00:00:00Z", Some(0));
    check("1970-01-01t00:00:00z", Some(0));
    check("2012-10-11T03:47:20+00:00", Some(1_349_927_240_000));
    check("2012-10-10T20:47:20-07:00", Some(1_349_927_240_000));
    check("2012-10-11T09:17:20+05:30", Some(1_349_927_240_000));
    check("1969-12-31T23:59:59.999Z", Some(-1));
    check("2024-02-29T00:00:00Z", Some(1_709_164_800_000));
    check("2016-12-31T23:59:60Z", Some(1_483_228_800_000));
    check("0000-01-01T00:00:00Z", Some(-62_167_219_200_000));
    check("9999-12-31T23:59:59.999999999Z", Some(253_402_300_799_999));
}

#[test]
fn ok_fractions() {
    for (fraction, ms) in
        [("", 0), (".1", 100), (".12", 120), (".123", 123), (".1239", 123), (".61556", 615), (".999999999", 999)]
    {
        check(&format!("1970-01-01T00:00:00{fraction}+00:00"), Some(ms));
    }
}

#[test]
fn err_forms() {
    for text in [
        "",
        "-",
        "1970-01-01",
        "1970-01-01T00:00:00",
        "1970-01-01 00:00:00Z",
        "1970-01-01T00:00:00.Z",
        "1970-01-01T00:00:00.1234567890Z",
        "1970-01-01T00:00:00ZZ",
        "1970-01-01T00:00:00+0000",
        "1970-01-01T00:00:00+24:00",
        "1970-01-01T00:00:00+00:60",
        "1970-00-01T00:00:00Z",
        "1970-13-01T00:00:00Z",
        "1970-01-00T00:00:00Z",
        "1970-04-31T00:00:00Z",
        "1900-02-29T00:00:00Z",
        "1970-01-01T24:00:00Z",
        "1970-01-01T00:60:00Z",
        "1970-01-01T00:00:61Z",
        "197x-01-01T00:00:00Z",
    ] {
        check(text, None);
    }
}

#[test]
fn ok_every_day_follows_the_one_before() {
    let mut expected_ms = parse(b"1800-01-01T00:00:00Z").unwrap();
    for year in 1800..2200 {
        let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let months = [31, if is_leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        for (month, days) in (1..).zip(months) {
            for day in 1..=days {
                check(&format!("{year}-{month:02}-{day:02}T00:00:00Z"), Some(expected_ms));
                expected_ms += 86_400_000;
            }
        }
    }
}
