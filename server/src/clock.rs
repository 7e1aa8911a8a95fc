//! The system clock in unix time, and timestamps written in UTC.
//!
//! Writes only. Timestamps are parsed in `pipeline::time`.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

const MICROS_A_SECOND: i64 = 1_000_000;
const SECONDS_A_DAY: i64 = 86_400;

/// The system clock, unix milliseconds; 0 before 1970.
#[must_use]
pub(crate) fn now_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |it| i64::try_from(it.as_millis()).unwrap_or(i64::MAX))
}

/// The system clock, unix microseconds; 0 before 1970.
#[must_use]
pub(crate) fn now_us() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |it| i64::try_from(it.as_micros()).unwrap_or(i64::MAX))
}

/// The system clock; zero before 1970.
#[must_use]
pub(crate) fn since_1970() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// Appends the timestamp of `at_us` (unix microseconds) to `out`, as log-shuttle and logplex write
/// it: `2026-11-23T14:31:07.123456+00:00`, always in UTC and with six fraction digits. Years above
/// 9999 are not supported.
pub(crate) fn push_timestamp(out: &mut Vec<u8>, at_us: i64) {
    let second = at_us.div_euclid(MICROS_A_SECOND);
    let Date { year, month, day } = date(second.div_euclid(SECONDS_A_DAY));
    let of_day = second.rem_euclid(SECONDS_A_DAY);
    digits(out, year, 4, b'-');
    digits(out, month, 2, b'-');
    digits(out, day, 2, b'T');
    digits(out, of_day / 3_600, 2, b':');
    digits(out, of_day / 60 % 60, 2, b':');
    digits(out, of_day % 60, 2, b'.');
    digits(out, at_us.rem_euclid(MICROS_A_SECOND), 6, b'+');
    out.extend_from_slice(b"00:00");
}

/// The timestamp of `at_s` (unix seconds) in RFC 3339: `2026-11-23T14:31:07Z`.
#[must_use]
pub(crate) fn rfc3339(at_s: i64) -> String {
    let mut out = Vec::new();
    push_timestamp(&mut out, at_s * MICROS_A_SECOND);
    out.truncate("2026-11-23T14:31:07".len());
    out.push(b'Z');
    String::from_utf8(out).unwrap_or_default()
}

fn digits(out: &mut Vec<u8>, number: i64, width: usize, then: u8) {
    let end = out.len() + width;
    out.resize(end, b'0');
    let mut rest = number;
    for place in (end - width..end).rev() {
        out[place] = b'0' + u8::try_from(rest % 10).unwrap_or(0);
        rest /= 10;
    }
    out.push(then);
}

/// A day of the Gregorian calendar.
struct Date {
    year: i64,
    month: i64,
    day: i64,
}

/// The date `day` days after 1970-01-01. Years are counted from March, so that the leap day is the
/// last day of a year.
const fn date(day: i64) -> Date {
    let shifted = day + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = era * 400 + year_of_era + if month <= 2 { 1 } else { 0 };
    Date { year, month, day: of_year - (153 * from_march + 2) / 5 + 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(at_us: i64, expected: &str) {
        let mut out = Vec::new();
        push_timestamp(&mut out, at_us);
        assert_eq!(String::from_utf8_lossy(&out), expected);
    }

    #[test]
    fn ok_known_moments() {
        check(0, "1970-01-01T00:00:00.000000+00:00");
        check(951_782_400_000_000, "2000-02-29T00:00:00.000000+00:00");
        check(1_795_444_267_123_456, "2026-11-23T14:31:07.123456+00:00");
        check(4_107_542_399_999_999, "2100-02-28T23:59:59.999999+00:00");
        check(4_107_542_400_000_000, "2100-03-01T00:00:00.000000+00:00");
    }

    #[test]
    fn ok_whole_seconds() {
        assert_eq!(rfc3339(1_790_000_000), "2026-09-21T14:13:20Z");
    }

    /// The pipeline parses the timestamp of every day of 400 years back to the same moment.
    #[test]
    fn ok_pipeline_reads_it_back() {
        for day in 0..146_097 {
            let at_ms = day * SECONDS_A_DAY * 1_000 + day % 86_400_000;
            let mut out = Vec::new();
            push_timestamp(&mut out, at_ms * 1_000);
            assert_eq!(pipeline::time::parse(&out), Some(at_ms), "{}", String::from_utf8_lossy(&out));
        }
    }
}
