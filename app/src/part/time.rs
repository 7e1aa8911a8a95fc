//! Times for people: UTC, the same on the server and in the browser.

/// `14:31`.
#[must_use]
pub fn clock(at_s: i64) -> String {
    let minute = at_s.rem_euclid(86_400) / 60;
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// `14:31:07`.
#[must_use]
pub fn clock_seconds(at_s: i64) -> String {
    format!("{}:{:02}", clock(at_s), at_s.rem_euclid(60))
}

/// `Mon 23`: the day of the week and of the month.
#[must_use]
pub fn day(at_s: i64) -> String {
    const WEEK: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    let days = at_s.div_euclid(86_400);
    let weekday = WEEK[usize::try_from(days.rem_euclid(7)).unwrap_or(0)];
    format!("{weekday} {}", day_of_month(days))
}

/// The day of the month of a day since 1970, by counting in years that begin in March.
fn day_of_month(days: i64) -> i64 {
    let day_of_era = (days + 719_468).rem_euclid(146_097);
    let year = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * day_of_year + 2) / 153;
    day_of_year - (153 * month + 2) / 5 + 1
}

/// A length of time in its two largest units: `20 s`, `25 min`, `3 h 12 min`, `2 d 4 h`.
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
