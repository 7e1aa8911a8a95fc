//! Dates in the forms of log files: access logs of all kinds, and syslog before RFC 5424.
//!
//! ```text
//! 21/Sep/2026:14:13:18 +0000        Common Log Format; a zone may be a name, a fraction may follow the second
//! 21/Sep/2026 14:13:18              Rack and Python: with a blank, and local time without a zone
//! Mon, 21 Sep 2026 14:13:18 GMT     HTTP
//! Mon Sep 21 14:13:18 2026          asctime; JavaScript has the year before the time
//! 2026-09-21 14:13:18,120 +02:00    ISO 8601, with a blank or a `T`
//! Sep 21 14:13:18                   RFC 3164, see [`stamp_bytes`]
//! ```
//! A date without a zone, or with an ambiguous name of one, is [`Date::Local`]: a valid date whose
//! moment is unknown.

use crate::time::{moment_s, offset_s, two};
use zone::{AMBIGUOUS, ZONES, Zone, zone};

/// Zones of dates.
mod zone;

/// The longest date that is read, bytes.
pub const DATE_BYTES_MAX: usize = 64;

const MONTHS: &[u8; 36] = b"JanFebMarAprMayJunJulAugSepOctNovDec";
const DAYS: &[u8; 21] = b"MonTueWedThuFriSatSun";

/// A date that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Date {
    /// A moment, unix milliseconds.
    At(i64),
    /// A date whose zone is unknown.
    Local,
}

impl Date {
    /// Unix milliseconds; `None` if the zone is unknown.
    #[must_use]
    pub const fn at_ms(self) -> Option<i64> {
        match self {
            Self::At(at_ms) => Some(at_ms),
            Self::Local => None,
        }
    }
}

/// Reads dates and keeps the last one: consecutive lines mostly share it, and it is then not parsed
/// again.
#[derive(Clone, Debug, Default)]
pub struct Parser {
    known: Option<([u8; 26], Date)>,
}

impl Parser {
    /// Reads a date as [`parse`] does.
    #[inline]
    pub fn parse(&mut self, text: &[u8]) -> Option<Date> {
        match &self.known {
            Some((known, date)) if text == known => Some(*date),
            _ => {
                let date = parse(text)?;
                self.known = text.try_into().ok().map(|text| (text, date)).or(self.known);
                Some(date)
            }
        }
    }
}

/// Reads a date that is all of `text`, such as the text between the brackets of an access log.
#[must_use]
pub fn parse(text: &[u8]) -> Option<Date> {
    if let Some(date) = usual(text) {
        return Some(date);
    }
    if text.len() > DATE_BYTES_MAX {
        return None;
    }
    let rest = text.split_first_chunk::<3>().filter(|(day, _)| is_of(DAYS, *day)).map(|(_, rest)| rest);
    match rest {
        Some([b',', b' ', rest @ ..]) => http(rest),
        Some([b' ', rest @ ..]) => asctime(rest),
        _ => common(text).or_else(|| iso(text)),
    }
}

/// `21/Sep/2026:14:13:18 +0000`, exactly as nearly all access logs have it; `None` for other forms.
#[inline]
fn usual(text: &[u8]) -> Option<Date> {
    let [d0, d1, b'/', mo0, mo1, mo2, b'/', y0, y1, y2, y3, b':', rest @ ..] =
        *text.first_chunk::<26>().filter(|_| text.len() == 26)?
    else {
        return None;
    };
    let [h0, h1, b':', mi0, mi1, b':', s0, s1, b' ', sign @ (b'+' | b'-'), oh0, oh1, om0, om1] = rest else {
        return None;
    };
    let month = month([mo0, mo1, mo2])?;
    let (mo0, mo1) = (b'0' + month / 10, b'0' + month % 10);
    let moment = [y0, y1, y2, y3, b'-', mo0, mo1, b'-', d0, d1, b'T', h0, h1, b':', mi0, mi1, b':', s0, s1];
    Some(Date::At((moment_s(&moment)? - offset_s(&[sign, oh0, oh1, b':', om0, om1])?) * 1_000))
}

/// The number of a month, from 1.
fn month(name: [u8; 3]) -> Option<u8> {
    MONTHS.as_chunks::<3>().0.iter().position(|it| *it == name).map(|place| place as u8 + 1)
}

/// The same with all the variations that occur.
fn common(text: &[u8]) -> Option<Date> {
    let [d0, d1, b'/', mo0, mo1, mo2, b'/', y0, y1, y2, y3, b':' | b' ', rest @ ..] = text else { return None };
    whole(&[*y0, *y1, *y2, *y3], &[*mo0, *mo1, *mo2], [*d0, *d1], rest)
}

/// `21 Sep 2026 14:13:18 GMT`, after the day of the week.
fn http(text: &[u8]) -> Option<Date> {
    let [d0, d1, b' ' | b'-', mo0, mo1, mo2, b' ' | b'-', y0, y1, y2, y3, b' ', rest @ ..] = text else { return None };
    whole(&[*y0, *y1, *y2, *y3], &[*mo0, *mo1, *mo2], [*d0, *d1], rest)
}

/// `Sep 21 14:13:18[.123] 2026` or `Sep 21 2026 14:13:18 GMT+0000 (name)`, after the day of the
/// week.
fn asctime(text: &[u8]) -> Option<Date> {
    let [mo0, mo1, mo2, b' ', d0, d1, b' ', rest @ ..] = text else { return None };
    let (month, day) = ([*mo0, *mo1, *mo2], [*d0, *d1]);
    if let Some((year, [b' ', rest @ ..])) = rest.split_first_chunk::<4>().filter(|(year, _)| is_year(*year)) {
        return whole(year, &month, day, rest);
    }
    let (rest, year) = rest.split_last_chunk::<4>()?;
    whole(year, &month, day, rest.strip_suffix(b" ")?)
}

/// `2026-09-21T14:13:18Z` and its variants.
fn iso(text: &[u8]) -> Option<Date> {
    let [y0, y1, y2, y3, b'-' | b'/', mo0, mo1, b'-' | b'/', d0, d1, b'T' | b't' | b' ', rest @ ..] = text else {
        return None;
    };
    timed([*y0, *y1, *y2, *y3], [*mo0, *mo1], [*d0, *d1], rest)
}

fn whole(year: &[u8; 4], month: &[u8; 3], day: [u8; 2], rest: &[u8]) -> Option<Date> {
    let month = self::month(*month)?;
    let day = [if day[0] == b' ' { b'0' } else { day[0] }, day[1]];
    timed(*year, [b'0' + month / 10, b'0' + month % 10], day, rest)
}

/// A date with the time after it: `14:13:18`, a fraction, a zone.
fn timed(year: [u8; 4], month: [u8; 2], day: [u8; 2], rest: &[u8]) -> Option<Date> {
    let (time, rest) = rest.split_first_chunk::<8>()?;
    let ([y0, y1, y2, y3], [mo0, mo1], [d0, d1]) = (year, month, day);
    let [h0, h1, _, mi0, mi1, _, s0, s1] = *time;
    let text = [y0, y1, y2, y3, b'-', mo0, mo1, b'-', d0, d1, b'T', h0, h1, time[2], mi0, mi1, time[5], s0, s1];
    let moment_s = moment_s(&text)?;
    let (fraction_ms, rest) = fraction(rest)?;
    let rest = rest.strip_prefix(b" ").unwrap_or(rest);
    Some(match zone(rest)? {
        Zone::Ahead(ahead_s) => Date::At((moment_s - ahead_s) * 1_000 + fraction_ms),
        Zone::Unknown => Date::Local,
    })
}

/// Milliseconds of `.123` or `,123`, and the rest.
fn fraction(rest: &[u8]) -> Option<(i64, &[u8])> {
    let Some((b'.' | b',', after)) = rest.split_first() else { return Some((0, rest)) };
    let digits = after.iter().take_while(|it| it.is_ascii_digit()).count();
    let digit = |place: usize| if place < digits { i64::from(after[place] - b'0') } else { 0 };
    matches!(digits, 1..=9).then(|| (digit(0) * 100 + digit(1) * 10 + digit(2), &after[digits..]))
}

/// The length in bytes of an RFC 3164 time at the beginning of `text`; 0 if there is none.
/// Appliances add a year after the day or after the time, a fraction, and the name of a zone in
/// capitals: `Sep 21 14:13:18`, `Sep  1 2026 14:13:18.123 UTC`. Without year and zone it is no
/// moment, so only the length is returned.
#[must_use]
pub fn stamp_bytes(text: &[u8]) -> usize {
    let Some([month @ .., b' ', d0, d1, b' ']) = text.get(..7) else { return 0 };
    let day = two(if *d0 == b' ' { b'0' } else { *d0 }, *d1);
    if !day.is_some_and(|it| (1..=31).contains(&it)) || !is_of(MONTHS, month) {
        return 0;
    }
    let year_bytes = |at: usize| match text.get(at..at + 5) {
        Some([year @ .., b' ']) if is_year(year) => 5,
        _ => 0,
    };
    let mut at = 7 + year_bytes(7);
    let Some([h0, h1, b':', m0, m1, b':', s0, s1]) = text.get(at..at + 8) else { return 0 };
    let in_range = |tens: &u8, ones: &u8, limit| two(*tens, *ones).is_some_and(|it| it < limit);
    if !in_range(h0, h1, 24) || !in_range(m0, m1, 60) || !in_range(s0, s1, 61) {
        return 0;
    }
    at += 8;
    if text.get(at) == Some(&b'.') {
        at += 1 + text[at + 1..].iter().take_while(|it| it.is_ascii_digit()).count();
    }
    if year_bytes(at + 1) > 0 && text[at] == b' ' {
        at += 5;
    }
    let zone = text.get(at + 1..).unwrap_or_default();
    let letters = zone.iter().take_while(|it| it.is_ascii_uppercase()).count();
    let is_zone = ZONES.iter().any(|(name, _)| *name == &zone[..letters]) || AMBIGUOUS.contains(&&zone[..letters]);
    if is_zone && matches!(zone.get(letters), Some(b' ' | b':')) { at + 1 + letters } else { at }
}

fn is_of(names: &[u8], name: &[u8]) -> bool {
    names.as_chunks::<3>().0.iter().any(|it| it == name)
}

fn is_year(text: &[u8]) -> bool {
    matches!(text, [b'1' | b'2', rest @ ..] if rest.iter().all(u8::is_ascii_digit))
}
