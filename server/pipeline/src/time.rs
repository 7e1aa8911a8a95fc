//! RFC 3339 timestamps as unix milliseconds. Other forms of dates are read by [`crate::date`].
//!
//! `YYYY-MM-DDThh:mm:ss[.f]` with 1 to 9 digits of fraction, then `Z`, `+hh:mm` or `-hh:mm`. Digits
//! beyond milliseconds are dropped. A leap second (`:60`) is the first second of the next minute.

/// Reads a timestamp; `None` for any other text.
#[must_use]
pub fn parse(text: &[u8]) -> Option<i64> {
    let (moment, rest) = text.split_first_chunk::<19>()?;
    with_rest(moment_s(moment)?, rest)
}

/// Reads timestamps and keeps the last second: consecutive lines mostly share it, and it is then
/// not parsed again.
#[derive(Clone, Debug, Default)]
pub struct Parser {
    known: Option<([u8; 19], i64)>,
}

impl Parser {
    /// Reads a timestamp as [`parse`] does.
    #[inline]
    pub fn parse(&mut self, text: &[u8]) -> Option<i64> {
        let (moment, rest) = text.split_first_chunk::<19>()?;
        let moment_s = match &self.known {
            Some((known, known_s)) if known == moment => *known_s,
            _ => {
                let moment_s = moment_s(moment)?;
                self.known = Some((*moment, moment_s));
                moment_s
            }
        };
        if let [b'.', a, b, c, d, e, f, b'+', b'0', b'0', b':', b'0', b'0'] = *rest
            && [a, b, c, d, e, f].iter().all(u8::is_ascii_digit)
        {
            let fraction_ms = i64::from(a - b'0') * 100 + i64::from(b - b'0') * 10 + i64::from(c - b'0');
            return Some(moment_s * 1_000 + fraction_ms);
        }
        with_rest(moment_s, rest)
    }
}

/// Milliseconds of a local time and of the fraction and offset that follow it.
fn with_rest(moment_s: i64, rest: &[u8]) -> Option<i64> {
    let (fraction_ms, rest) = fraction_ms(rest)?;
    Some((moment_s - offset_s(rest)?) * 1_000 + fraction_ms)
}

/// Seconds of `YYYY-MM-DDThh:mm:ss`, as if it were UTC.
pub(crate) fn moment_s(moment: &[u8; 19]) -> Option<i64> {
    let [y0, y1, y2, y3, b'-', mo0, mo1, b'-', d0, d1, b'T' | b't', h0, h1, b':', mi0, mi1, b':', s0, s1] = *moment
    else {
        return None;
    };
    let year = two(y0, y1)? * 100 + two(y2, y3)?;
    let (month, day) = (two(mo0, mo1)?, two(d0, d1)?);
    let (hour, minute, second) = (two(h0, h1)?, two(mi0, mi1)?, two(s0, s1)?);
    if !(1..=12).contains(&month) || day < 1 || day > days_in(year, month) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    Some(((days(year, month, day) * 24 + hour) * 60 + minute) * 60 + second)
}

pub(crate) const fn two(tens: u8, ones: u8) -> Option<i64> {
    if tens.is_ascii_digit() && ones.is_ascii_digit() {
        Some(((tens - b'0') * 10 + (ones - b'0')) as i64)
    } else {
        None
    }
}

fn fraction_ms(rest: &[u8]) -> Option<(i64, &[u8])> {
    let Some(rest) = rest.strip_prefix(b".") else { return Some((0, rest)) };
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if !matches!(digits, 1..=9) {
        return None;
    }
    let digit = |place: usize| if place < digits { i64::from(rest[place] - b'0') } else { 0 };
    Some((digit(0) * 100 + digit(1) * 10 + digit(2), &rest[digits..]))
}

/// Seconds that the local time of an offset is ahead of UTC.
pub(crate) fn offset_s(rest: &[u8]) -> Option<i64> {
    match *rest {
        [b'Z' | b'z'] => Some(0),
        [sign @ (b'+' | b'-'), h0, h1, b':', m0, m1] => {
            let (hours, minutes) = (two(h0, h1)?, two(m0, m1)?);
            let ahead_s = (hours * 60 + minutes) * 60;
            (hours <= 23 && minutes <= 59).then_some(if sign == b'+' { ahead_s } else { -ahead_s })
        }
        _ => None,
    }
}

const fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

const fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 in the Gregorian calendar, counted in years that begin in March, so that
/// the leap day is last.
const fn days(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    year * 365 + leap_days + day_of_year - 719_468
}
