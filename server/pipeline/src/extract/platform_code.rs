//! Codes of the platform, such as `H12`, `R14` and `L10`.

/// Whether a text is a code of the platform: `H`, `R` or `L` and two digits.
pub(super) fn is_error_code(text: &[u8]) -> bool {
    matches!(text, [b'H' | b'R' | b'L', tens, ones] if tens.is_ascii_digit() && ones.is_ascii_digit())
}
