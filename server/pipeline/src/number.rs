//! Values with units, read as l2met reads them and as the router writes them.
//!
//! No sign, no exponent, no digit groups: neither sender has them. What is larger than [`VALUE_MAX`] is no number: sums of
//! it would not be finite.

/// The largest value that is read.
pub const VALUE_MAX: f64 = 1e100;

/// Powers of ten that an `f64` holds exactly.
const TENS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];

/// Digits that a mantissa of 53 bits always holds exactly.
const EXACT_DIGITS_MAX: usize = 15;

/// The value and unit of an l2met pair. No text at all stands for 1. Otherwise the value is the leading run of digits
/// with at most one dot, and the unit is the whole text with digits and dots taken off both ends: `1e3` is 1 with unit
/// `e`. `None` where no digit leads.
#[must_use]
pub fn l2met(text: &[u8]) -> Option<(f64, &[u8])> {
    if text.is_empty() {
        return Some((1.0, text));
    }
    let (value, _) = leading(text)?;
    let is_number = |byte: &u8| byte.is_ascii_digit() || *byte == b'.';
    let from = text.iter().position(|byte| !is_number(byte)).unwrap_or(text.len());
    let to = text.iter().rposition(|byte| !is_number(byte)).map_or(from, |last| last + 1);
    Some((value, &text[from..to]))
}

/// Milliseconds of a router's `connect` or `service`; a bare number is ms too.
#[must_use]
pub fn router_ms(text: &[u8]) -> Option<f64> {
    let (value, rest) = leading(text)?;
    match rest {
        b"" | b"ms" => Some(value),
        b"s" => Some(value * 1_000.0),
        _ => None,
    }
}

/// Bytes of a router's `bytes`.
#[must_use]
pub fn router_bytes(text: &[u8]) -> Option<f64> {
    let (value, rest) = leading(text)?;
    matches!(rest, b"" | b"B" | b"bytes").then_some(value)
}

/// A whole number, as in `222 messages`; `None` where no digit leads or it is beyond `u64`.
#[must_use]
pub fn whole(text: &[u8]) -> Option<u64> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    std::str::from_utf8(&text[..digits]).ok()?.parse().ok()
}

/// The leading run of digits with at most one dot, and what comes after it.
fn leading(text: &[u8]) -> Option<(f64, &[u8])> {
    let (mut mantissa, mut digits, mut dot) = (0u64, 0, None);
    let mut end = 0;
    for byte in text {
        match byte {
            b'0'..=b'9' => {
                mantissa = mantissa.wrapping_mul(10).wrapping_add(u64::from(byte - b'0'));
                digits += 1;
            }
            b'.' if dot.is_none() => dot = Some(digits),
            _ => break,
        }
        end += 1;
    }
    if digits == 0 {
        return None;
    }
    let decimals = dot.map_or(0, |whole| digits - whole);
    let value = if digits <= EXACT_DIGITS_MAX {
        // Two exact operands, so that the one rounding of the division is the right one.
        #[expect(clippy::cast_precision_loss, reason = "15 digits are less than 2^53")]
        let mantissa = mantissa as f64;
        mantissa / TENS[decimals]
    } else {
        std::str::from_utf8(&text[..end]).ok()?.parse().ok().filter(|value: &f64| *value <= VALUE_MAX)?
    };
    Some((value, &text[end..]))
}
