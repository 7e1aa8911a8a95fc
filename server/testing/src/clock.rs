//! The current time, and timestamps as logplex writes them. It does not use the server's own date
//! code.

use std::time::{SystemTime, UNIX_EPOCH};

/// The current time in Unix milliseconds.
pub fn now_ms() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap()
}

/// Formats Unix microseconds as logplex does (civil-from-days after H. Hinnant's description).
pub fn stamp(at_us: i64) -> String {
    let (days, us) = (at_us.div_euclid(86_400_000_000), at_us.rem_euclid(86_400_000_000));
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let (day, month) = (doy - (153 * mp + 2) / 5 + 1, if mp < 10 { mp + 3 } else { mp - 9 });
    let year = yoe + era * 400 + i64::from(month <= 2);
    let s = us / 1_000_000;
    format!("{year}-{month:02}-{day:02}T{:02}:{:02}:{:02}.{:06}+00:00", s / 3_600, s / 60 % 60, s % 60, us % 1_000_000)
}

#[test]
fn ok_stamps() {
    assert_eq!(stamp(0), "1970-01-01T00:00:00.000000+00:00");
    assert_eq!(stamp(1_790_000_000_123_456), "2026-09-21T14:13:20.123456+00:00");
    assert_eq!(stamp(951_782_400_000_000), "2000-02-29T00:00:00.000000+00:00");
}
