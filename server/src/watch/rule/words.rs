//! Numbers and times as sentences about rules have them. Decides nothing.

/// A time of day in UTC: `14:06`.
#[must_use]
pub(crate) fn time_of_day(at_s: i64) -> String {
    let minute = at_s.rem_euclid(86_400) / 60;
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// A duration: `45 s`, `16 min`, `3 h 12 min`.
#[must_use]
pub(crate) fn duration(seconds: i64) -> String {
    match seconds {
        ..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min", seconds / 60),
        3_600..86_400 if seconds % 3_600 < 60 => format!("{} h", seconds / 3_600),
        3_600..86_400 => format!("{} h {} min", seconds / 3_600, seconds % 3_600 / 60),
        _ => format!("{} d {} h", seconds / 86_400, seconds % 86_400 / 3_600),
    }
}

/// A latency with its unit: `420 ms`, `1.42 s`.
#[must_use]
pub(crate) fn latency(ms: f64) -> String {
    match ms {
        ..1_000.0 => format!("{ms:.0} ms"),
        ..10_000.0 => format!("{:.2} s", ms / 1_000.0),
        _ => format!("{:.1} s", ms / 1_000.0),
    }
}

/// A share of 0 to 1 in percent: `8.0 %`, `0.25 %`.
#[must_use]
pub(crate) fn percent(share: f64) -> String {
    match share * 100.0 {
        it @ ..0.995 if it > 0.0 => format!("{it:.2} %"),
        it => format!("{it:.1} %"),
    }
}

/// A rate: `12.4/s`, `3.0/min`.
#[must_use]
pub(crate) fn rate(per_s: f64) -> String {
    match per_s {
        ..0.1 if per_s > 0.0 => format!("{:.1}/min", per_s * 60.0),
        ..10.0 => format!("{per_s:.1}/s"),
        _ => format!("{per_s:.0}/s"),
    }
}

/// A number with its thousands apart: `6,240`.
#[must_use]
pub(crate) fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 crash`, `3 crashes`.
#[must_use]
pub(crate) fn counted(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(n), if n == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_thousands_apart() {
        let texts = [0, 7, 999, 1_000, 6_240, 1_234_567].map(grouped);
        assert_eq!(texts, ["0", "7", "999", "1,000", "6,240", "1,234,567"]);
    }

    #[test]
    fn ok_durations() {
        let check = |seconds, expected: &str| assert_eq!(duration(seconds), expected);
        check(45, "45 s");
        check(960, "16 min");
        check(21_600, "6 h");
        check(11_520, "3 h 12 min");
        check(180_000, "2 d 2 h");
    }

    #[test]
    fn ok_shares_and_rates() {
        assert_eq!([0.08, 0.0025, 0.0, 0.00995].map(percent), ["8.0 %", "0.25 %", "0.0 %", "1.0 %"]);
        assert_eq!([0.05, 0.5, 12.4, 0.0].map(rate), ["3.0/min", "0.5/s", "12/s", "0.0/s"]);
    }
}
