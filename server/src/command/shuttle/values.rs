//! Reads the values of flags.

use std::time::Duration;

use crate::shuttle::formatter::is_field;

/// Parses a field of a syslog header.
pub(super) fn name(text: &str) -> Result<String, String> {
    if is_field(text) {
        Ok(text.to_owned())
    } else {
        Err(format!("expected 1 to 48 printable ASCII characters without spaces, found {text:?}"))
    }
}

/// Parses a duration such as `250ms`, `5s` or `1m`.
pub(super) fn short_duration(text: &str) -> Result<Duration, String> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let unit_ms = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        _ => 0,
    };
    let length_ms = number.parse::<u64>().ok().and_then(|it| it.checked_mul(unit_ms)).filter(|it| *it > 0);
    length_ms
        .map(Duration::from_millis)
        .ok_or_else(|| format!("expected a number above 0 followed by ms, s or m, such as 250ms, found {text:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_duration(text: &str, expected_ms: Option<u128>) {
        assert_eq!(short_duration(text).ok().map(|it| it.as_millis()), expected_ms, "{text:?}");
    }

    #[test]
    fn ok_durations() {
        check_duration("250ms", Some(250));
        check_duration("5s", Some(5_000));
        check_duration("1m", Some(60_000));
    }

    #[test]
    fn err_durations() {
        for text in ["", "0s", "5", "s", "1h", "-1s", "1.5s", "99999999999999999999s"] {
            check_duration(text, None);
        }
    }

    #[test]
    fn err_names() {
        for text in ["", "a b", "ü", "x\n", &"x".repeat(49)] {
            assert!(name(text).is_err(), "{text:?}");
        }
        assert_eq!(name("web.1").as_deref(), Ok("web.1"));
    }
}
