//! Codes of platforms and proxies: `H12`, `R14` and `L10` of Heroku, `sH--` of HAProxy, `UF` of
//! Envoy and others. Which there are is decided in `contract`.

use contract::ErrorCode;

/// Whether a text is a code of Heroku: `H`, `R` or `L` and two digits.
pub(super) fn is_error_code(text: &[u8]) -> bool {
    matches!(text, [b'H' | b'R' | b'L', tens, ones] if tens.is_ascii_digit() && ones.is_ascii_digit())
}

/// Whether a text is a code of a proxy or of another platform.
pub(super) fn is_proxy_code(text: &[u8]) -> bool {
    ErrorCode::from_bytes(text).is_some() && !is_error_code(text)
}
