//! Parses sizes in environment variables: `500MB`, `4GB`, `1TB`. Units are decimal, as disks are
//! sold.
//!
//! One number and one unit; no fractions.

/// The least size of a limit, bytes: nothing useful fits below it.
const BYTES_MIN: u64 = 1_000_000;

/// Parses a size, bytes.
///
/// # Errors
/// A sentence that says what was expected and found.
pub(crate) fn parse(text: &str) -> Result<u64, String> {
    let wrong = || format!("expected a number followed by MB, GB or TB, such as 4GB, and at least 1MB, found {text:?}");
    let units = [("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000)];
    let (number, unit) =
        units.iter().find_map(|(name, bytes)| Some((text.strip_suffix(name)?, *bytes))).ok_or_else(wrong)?;
    let number: u64 = number.parse().map_err(|_| wrong())?;
    number.checked_mul(unit).filter(|it| (BYTES_MIN..=i64::MAX as u64).contains(it)).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, bytes: Option<u64>) {
        assert_eq!(parse(text).ok(), bytes, "{text:?}");
    }

    #[test]
    fn ok_sizes() {
        check("1MB", Some(1_000_000));
        check("500MB", Some(500_000_000));
        check("4GB", Some(4_000_000_000));
        check("2TB", Some(2_000_000_000_000));
    }

    #[test]
    fn err_sizes() {
        for text in
            ["", "0", "0MB", "4", "GB", "4G", "4 GB", "-4GB", "1.5GB", "4gb", "99999999999999999999TB", "10000000TB"]
        {
            check(text, None);
        }
    }
}
