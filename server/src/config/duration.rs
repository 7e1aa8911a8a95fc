//! Parses durations in environment variables: `90s`, `15m`, `24h`, `30d`, or `0`.
//!
//! One number and one unit; no sums, no fractions.

use std::time::Duration;

/// Parses a duration.
///
/// # Errors
/// A sentence that says what was expected and found.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    if text == "0" {
        return Ok(Duration::ZERO);
    }
    let wrong = || format!("expected a number followed by s, m, h or d, such as 24h, found {text:?}");
    let unit_at = text.len().checked_sub(1).filter(|it| text.is_char_boundary(*it)).ok_or_else(wrong)?;
    let (number, unit) = text.split_at(unit_at);
    let unit_s: u64 = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return Err(wrong()),
    };
    let number: u64 = number.parse().map_err(|_| wrong())?;
    number.checked_mul(unit_s).map(Duration::from_secs).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, seconds: Option<u64>) {
        assert_eq!(parse(text).ok().map(|it| it.as_secs()), seconds, "{text:?}");
    }

    #[test]
    fn ok_units() {
        check("0", Some(0));
        check("90s", Some(90));
        check("15m", Some(900));
        check("24h", Some(86_400));
        check("400d", Some(34_560_000));
    }

    #[test]
    fn err_units() {
        for text in ["", "h", "24", "1w", "-1h", "1.5h", "1ü", "99999999999999999999d"] {
            check(text, None);
        }
    }
}
