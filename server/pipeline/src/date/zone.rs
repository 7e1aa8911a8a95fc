//! Zones of dates: offsets, and names that mean one offset.
//!
//! A name that means several offsets gives no offset.

use crate::time::offset_s;

/// Names of zones that mean one offset wherever they are used, and that offset in seconds ahead of
/// UTC.
pub(super) const ZONES: [(&[u8], i32); 47] = [
    (b"Z", 0),
    (b"UT", 0),
    (b"UTC", 0),
    (b"GMT", 0),
    (b"WET", 0),
    (b"WEST", 3_600),
    (b"BST", 3_600),
    (b"CET", 3_600),
    (b"MET", 3_600),
    (b"WAT", 3_600),
    (b"CEST", 7_200),
    (b"MEST", 7_200),
    (b"EET", 7_200),
    (b"CAT", 7_200),
    (b"SAST", 7_200),
    (b"EEST", 10_800),
    (b"IDT", 10_800),
    (b"MSK", 10_800),
    (b"EAT", 10_800),
    (b"PKT", 18_000),
    (b"WIB", 25_200),
    (b"HKT", 28_800),
    (b"SGT", 28_800),
    (b"AWST", 28_800),
    (b"WITA", 28_800),
    (b"JST", 32_400),
    (b"KST", 32_400),
    (b"WIT", 32_400),
    (b"ACST", 34_200),
    (b"AEST", 36_000),
    (b"ACDT", 37_800),
    (b"AEDT", 39_600),
    (b"NZST", 43_200),
    (b"NZDT", 46_800),
    (b"NST", -12_600),
    (b"NDT", -9_000),
    (b"ADT", -10_800),
    (b"EDT", -14_400),
    (b"EST", -18_000),
    (b"CDT", -18_000),
    (b"MDT", -21_600),
    (b"MST", -25_200),
    (b"PDT", -25_200),
    (b"PST", -28_800),
    (b"AKDT", -28_800),
    (b"AKST", -32_400),
    (b"HST", -36_000),
];

/// Names that mean several offsets, half a day apart.
pub(super) const AMBIGUOUS: [&[u8]; 3] = [b"CST", b"IST", b"AST"];

/// A zone that was read.
pub(super) enum Zone {
    /// Seconds that local time is ahead of UTC.
    Ahead(i64),
    /// No zone, or one that may mean several offsets.
    Unknown,
}

/// A zone that is all of `text`: none, `Z`, `+hh:mm`, `+hhmm`, `+hh`, a name, `GMT+2`. A name may
/// follow an offset, as in `+0200 CEST` and `GMT+0000 (Coordinated Universal Time)`. `None` for
/// other text.
pub(super) fn zone(text: &[u8]) -> Option<Zone> {
    let (zone, name) = text.split_at(memchr::memchr(b' ', text).unwrap_or(text.len()));
    let is_name = |name: &[u8]| name.iter().all(|it| it.is_ascii_alphanumeric() || b" /_+-:()".contains(it));
    if !is_name(zone) || !is_name(name) {
        return None;
    }
    let known = |name: &[u8]| ZONES.iter().find(|(it, _)| name.eq_ignore_ascii_case(it)).map(|it| i64::from(it.1));
    let named = zone.strip_prefix(b"GMT").or_else(|| zone.strip_prefix(b"UTC")).filter(|it| !it.is_empty());
    match zone.first() {
        None => Some(Zone::Unknown),
        Some(b'-') if zone.len() == 1 => Some(Zone::Unknown),
        Some(b'+' | b'-') => ahead_s(zone).map(Zone::Ahead),
        Some(it) if it.is_ascii_alphabetic() => {
            Some(known(zone).or_else(|| ahead_s(named?)).map_or(Zone::Unknown, Zone::Ahead))
        }
        Some(_) => None,
    }
}

/// Seconds of `+hh:mm`, `+hhmm`, `+hh` or `+h`.
fn ahead_s(text: &[u8]) -> Option<i64> {
    let (sign, h0, h1, m0, m1) = match *text {
        [sign, h1] => (sign, b'0', h1, b'0', b'0'),
        [sign, h0, h1] => (sign, h0, h1, b'0', b'0'),
        [sign, h0, h1, m0, m1] | [sign, h0, h1, b':', m0, m1] => (sign, h0, h1, m0, m1),
        _ => return None,
    };
    offset_s(&[sign, h0, h1, b':', m0, m1])
}
