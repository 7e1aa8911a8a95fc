//! Dates of access logs, and the length of RFC 3164 times. RFC 3339 is tested in `time.rs`.

use pipeline::date::{Date, Parser, parse, stamp_bytes};

/// 2026-09-21T14:13:18Z, the time of most dates in the tables.
const AT_MS: i64 = 1_790_000_000_000 - 2_000;

#[track_caller]
fn check(text: &str, expected: Option<Date>) {
    assert_eq!(parse(text.as_bytes()), expected, "date: {text:?}");
}

#[test]
fn ok_forms() {
    for text in [
        "21/Sep/2026:14:13:18 +0000",
        "21/Sep/2026:16:13:18 +0200",
        "21/Sep/2026:16:13:18 +02:00",
        "21/Sep/2026:16:13:18 +02",
        "21/Sep/2026 14:13:18 +0000",
        "21/Sep/2026:14:13:18Z",
        "21/Sep/2026:14:13:18 UTC",
        "21/Sep/2026:14:13:18 GMT",
        "21/Sep/2026:09:13:18 CDT",
        "21/Sep/2026:07:13:18 PDT",
        "21/Sep/2026:16:13:18 CEST",
        "21/Sep/2026:23:13:18 JST",
        "22/Sep/2026:00:13:18 AEST",
        "Mon, 21 Sep 2026 14:13:18 GMT",
        "Mon, 21 Sep 2026 10:13:18 -0400",
        "2026-09-21T14:13:18+00:00",
        "2026-09-21T14:13:18Z",
        "2026-09-21 14:13:18 +0000",
        "2026-09-21 16:13:18 +0200 CEST",
        "21/Sep/2026:16:13:18 GMT+2",
        "21/Sep/2026:12:13:18 UTC-02:00",
        "Mon Sep 21 2026 14:13:18 GMT+0000 (Coordinated Universal Time)",
        "2026/09/21 14:13:18 +0000",
    ] {
        check(text, Some(Date::At(AT_MS)));
    }
    check("21/Sep/2026:14:13:18.120 +0000", Some(Date::At(AT_MS + 120)));
    check("2026-09-21 14:13:18,12+00:00", Some(Date::At(AT_MS + 120)));
}

#[test]
fn ok_a_parser_reads_the_same_as_parse() {
    let mut reader = Parser::default();
    for text in [
        "21/Sep/2026:14:13:18 +0000",
        "21/Sep/2026:14:13:18 +0000",
        "21/Sep/2026:14:13:19 +0000",
        "x",
        "21/Sep/2026:14:13:18 +0000",
    ] {
        assert_eq!(reader.parse(text.as_bytes()), parse(text.as_bytes()), "date: {text:?}");
    }
}

#[test]
fn ok_dates_with_an_unknown_zone() {
    for text in [
        "21/Sep/2026 14:13:18",
        "21/Sep/2026:14:13:18",
        "21/Sep/2026:14:13:18 -",
        // Ambiguous zone names, and names of places.
        "21/Sep/2026:14:13:18 CST",
        "21/Sep/2026:14:13:18 IST",
        "21/Sep/2026:14:13:18 Europe/Berlin",
        "21/Sep/2026:14:13:18 GMT+x",
        "2026-09-21T14:13:18",
        "Mon Sep 21 14:13:18 2026",
        "Mon Sep  7 14:13:18.123456 2026",
    ] {
        check(text, Some(Date::Local));
    }
}

#[test]
fn err_forms() {
    for text in [
        "",
        "-",
        "2001:db8::1",
        "error",
        "21/Sep/2026",
        "21/Sxp/2026:14:13:18 +0000",
        "32/Sep/2026:14:13:18 +0000",
        "21/Sep/2026:24:13:18 +0000",
        "21/Sep/2026-14:13:18 +0000",
        "21/Sep/2026:14:13:18 +0060",
        "21/Sep/2026:14:13:18 +00000",
        "21/Sep/2026:14:13:18.",
        "21/Sep/2026:14:13:18 \"",
        "Mon, 31 Feb 2026 14:13:18 GMT",
        "Mon Sep 21 14:13:18",
        "2026-09-21T14:13",
    ] {
        check(text, None);
    }
    check(&format!("21/Sep/2026:14:13:18 {}", "A".repeat(64)), None);
}

#[test]
fn ok_stamps() {
    for (text, bytes) in [
        ("Sep 21 14:13:18 host", 15),
        ("Sep  1 14:13:18 host", 15),
        ("Sep 21 14:13:18.123456 host", 22),
        ("Sep 21 2026 14:13:18 host", 20),
        ("Sep 21 14:13:18 2026 host", 20),
        ("Sep 21 14:13:18.123 UTC: host", 23),
        ("Sep 21 14:13:18 CST host", 19),
        // The host has a name that is neither a year nor a zone.
        ("Sep 21 14:13:18 9026 host", 15),
        ("Sep 21 14:13:18 WEB host", 15),
        ("Sep 21 14:13:18", 15),
        ("Sep 41 14:13:18 host", 0),
        ("Sep 21 14:63:18 host", 0),
        ("Sex 21 14:13:18 host", 0),
        ("Sep 21", 0),
        ("", 0),
    ] {
        assert_eq!(stamp_bytes(text.as_bytes()), bytes, "time: {text:?}");
    }
}
