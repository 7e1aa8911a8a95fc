//! Lengths of time as people write them in settings and addresses: `90s`, `15m`, `24h`, `30d`, or
//! `0`.
//!
//! One number and one unit; no sums, no fractions.

const UNITS_S: [(char, u64); 4] = [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

/// Reads a length of time; `None` for anything else, and for one that is too long to count in
/// seconds.
#[must_use]
pub fn seconds(text: &str) -> Option<u64> {
    if text == "0" {
        return Some(0);
    }
    let unit = text.chars().next_back()?;
    let (_, unit_s) = UNITS_S.into_iter().find(|it| it.0 == unit)?;
    let number: u64 = text[..text.len() - unit.len_utf8()].parse().ok()?;
    number.checked_mul(unit_s)
}

/// A length of time in the widest unit that it is a whole number of.
#[must_use]
pub fn text(seconds: u64) -> String {
    match UNITS_S.into_iter().find(|it| seconds > 0 && seconds.is_multiple_of(it.1)) {
        Some((unit, unit_s)) => format!("{}{unit}", seconds / unit_s),
        None => "0".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_lengths_come_back() {
        for (length, expected_s) in [("0", 0), ("90s", 90), ("15m", 900), ("1d", 86_400), ("400d", 34_560_000)] {
            assert_eq!((seconds(length), text(expected_s).as_str()), (Some(expected_s), length));
        }
        assert_eq!(seconds("24h"), Some(86_400));
    }

    #[test]
    fn err_lengths() {
        for text in ["", "h", "24", "1w", "-1h", "1.5h", "1ü", "99999999999999999999d", "18446744073709551615d"] {
            assert_eq!(seconds(text), None, "{text:?}");
        }
    }
}
