//! Times for people, in the zone that the page shows: the same on the server and in the browser.

use super::zone::{from_wall, offset_s, short};

/// The time of day of a time in unix seconds, such as `14:31`.
#[must_use]
pub fn clock(at_s: i64) -> String {
    let minute = (at_s + offset_s(at_s)).rem_euclid(86_400) / 60;
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// The time of day with seconds, such as `14:31:07`.
#[must_use]
pub fn clock_seconds(at_s: i64) -> String {
    format!("{}:{:02}", clock(at_s), at_s.rem_euclid(60))
}

/// The day of the week and of the month, such as `Mon 23`.
#[must_use]
pub fn day(at_s: i64) -> String {
    const WEEK: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    let days = (at_s + offset_s(at_s)).div_euclid(86_400);
    let weekday = WEEK[usize::try_from(days.rem_euclid(7)).unwrap_or(0)];
    format!("{weekday} {}", date(days).2)
}

/// The day and the time of day, such as `Mon 23 14:31`.
#[must_use]
pub fn day_clock(at_s: i64) -> String {
    [&day(at_s), " ", &clock(at_s)].concat()
}

/// The day, the time of day and its short name, such as `Mon 23 14:31 CET`.
#[must_use]
pub fn moment(at_ms: i64) -> String {
    let at_s = at_ms.div_euclid(1_000);
    [&day_clock(at_s), " ", &short(at_s)].concat()
}

/// Year, month and day of a day since 1970, in the Gregorian calendar. Years are counted from
/// March, so that a leap day is the last.
fn date(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let (month, later) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    (era * 400 + year + later, month, day)
}

/// A time in unix seconds as fields of forms write it, such as `2026-11-26T14:31:07`.
#[must_use]
pub fn stamp(at_s: i64) -> String {
    let (year, month, day) = date((at_s + offset_s(at_s)).div_euclid(86_400));
    format!("{year:04}-{month:02}-{day:02}T{}", clock_seconds(at_s))
}

/// The unix seconds of such a text, with or without its seconds; `None` when it is no time of the
/// years 1970 to 9999.
#[must_use]
pub fn from_stamp(text: &str) -> Option<i64> {
    let (date, time) = text.split_once('T')?;
    let mut date = date.splitn(3, '-').map(|it| it.parse::<i64>().ok());
    let (year, month, day) = (date.next()??, date.next()??, date.next()??);
    let mut time = time.splitn(3, ':').map(|it| it.parse::<i64>().ok());
    let (hour, minute, second) = (time.next()??, time.next()??, time.next().unwrap_or(Some(0))?);
    let is_valid = (1970..10_000).contains(&year)
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && (0..24).contains(&hour)
        && (0..60).contains(&minute)
        && (0..60).contains(&second);
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let (era, year) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    let days = era * 146_097 + year * 365 + year / 4 - year / 100 + day_of_year - 719_468;
    is_valid.then(|| from_wall(days * 86_400 + hour * 3_600 + minute * 60 + second))
}

/// A duration in its largest units: `20 s`, `25 min`, `3 h 12 min`, `2 d 4 h`. Negative ones are `0
/// s`.
#[must_use]
pub fn length(seconds: i64) -> String {
    match seconds.max(0) {
        it @ ..60 => format!("{it} s"),
        it @ 60..3_600 => format!("{} min", it / 60),
        it @ 3_600..86_400 => format!("{} h {} min", it / 3_600, it % 3_600 / 60),
        it => format!("{} d {} h", it / 86_400, it % 86_400 / 3_600),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_clocks_and_days() {
        assert_eq!(clock_seconds(1_790_000_007), "14:13:27");
        assert_eq!(day(1_790_000_007), "Mon 21");
        assert_eq!(day(0), "Thu 1");
        assert_eq!(day(951_782_400), "Tue 29");
        assert_eq!(day_clock(1_790_000_007), "Mon 21 14:13");
    }

    #[test]
    fn ok_moments_come_back() {
        assert_eq!(stamp(1_790_000_007), "2026-09-21T14:13:27");
        for at_s in [0, 951_782_400, 951_868_799, 1_790_000_007, 4_102_444_800] {
            assert_eq!(from_stamp(&stamp(at_s)), Some(at_s), "{}", stamp(at_s));
        }
        assert_eq!(from_stamp("2026-09-21T14:13"), Some(1_789_999_980));
    }

    #[test]
    fn err_no_moments() {
        for text in
            ["", "2026-09-21", "2026-13-01T00:00", "2026-09-21T24:00", "x-09-21T00:00", "2026-09-21T0", "-1-1-1T0:0"]
        {
            assert_eq!(from_stamp(text), None, "{text}");
        }
    }

    #[test]
    fn ok_lengths() {
        for (seconds, expected) in
            [(-3, "0 s"), (59, "59 s"), (1_500, "25 min"), (11_520, "3 h 12 min"), (190_000, "2 d 4 h")]
        {
            assert_eq!(length(seconds), expected);
        }
    }
}
