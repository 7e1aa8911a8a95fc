//! Numbers with units: values of l2met, numbers of the router, and durations as Go prints them.
//!
//! Any number may have an exponent, as in `7.9341e-05`: many languages print small and large
//! numbers like this. It may not have a sign or digit groups. Values above [`VALUE_MAX`] are
//! rejected, since sums of them would not be finite.

/// The largest value that is read.
pub const VALUE_MAX: f64 = 1e100;

/// Powers of ten that an `f64` holds exactly.
const TENS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];

/// The most digits that a mantissa of 53 bits always holds exactly.
const EXACT_DIGITS_MAX: usize = 15;

/// The most digits of an exponent. With more of them a word is no number with an exponent.
const EXPONENT_DIGITS_MAX: usize = 3;

/// The most numbers with a unit in one duration: hours to nanoseconds.
const DURATION_PARTS_MAX: usize = 6;

/// The value and unit of an l2met pair. Empty text means 1. Otherwise the value is the number at
/// the beginning, and the unit is the rest, with digits and dots removed from both ends. `None` if
/// the text begins with no digit.
///
/// l2met itself has no exponents: it reads `1e3` as 1 of the unit `e`.
#[must_use]
pub fn l2met(text: &[u8]) -> Option<(f64, &[u8])> {
    if text.is_empty() {
        return Some((1.0, text));
    }
    let (value, rest) = leading(text)?;
    let is_number = |byte: &u8| byte.is_ascii_digit() || *byte == b'.';
    let from = rest.iter().position(|byte| !is_number(byte)).unwrap_or(rest.len());
    let to = rest.iter().rposition(|byte| !is_number(byte)).map_or(from, |last| last + 1);
    Some((value, &rest[from..to]))
}

/// Milliseconds of a router's `connect` or `service`. A number without a unit is ms too.
#[must_use]
pub fn router_ms(text: &[u8]) -> Option<f64> {
    let (value, rest) = leading(text)?;
    if rest.is_empty() { Some(value) } else { duration_ms(text) }
}

/// Milliseconds of a duration with its units: `129.02ms`, `40µs`, `1.5s`, `2m3s`. `None` for a
/// number without a unit, and for a unit other than `h`, `m`, `s`, `ms`, `us`, `µs`, `ns`.
#[must_use]
pub fn duration_ms(text: &[u8]) -> Option<f64> {
    let (mut sum_ms, mut rest) = (0.0, text);
    for _ in 0..DURATION_PARTS_MAX {
        let (value, after) = leading(rest)?;
        let letters = after.iter().take_while(|it| !it.is_ascii_digit() && **it != b'.').count();
        sum_ms += value * unit_ms(&after[..letters])?;
        rest = &after[letters..];
        if rest.is_empty() {
            return (sum_ms <= VALUE_MAX).then_some(sum_ms);
        }
    }
    None
}

fn unit_ms(unit: &[u8]) -> Option<f64> {
    Some(match unit {
        b"ms" => 1.0,
        b"s" => 1e3,
        // Two letters look like µ. Go prints one and accepts both.
        b"us" | b"\xC2\xB5s" | b"\xCE\xBCs" => 1e-3,
        b"ns" => 1e-6,
        b"m" => 60e3,
        b"h" => 3_600e3,
        _ => return None,
    })
}

/// The value of a number that nothing follows; `None` for any other text, such as `-1`.
#[must_use]
pub fn bare(text: &[u8]) -> Option<f64> {
    let (value, rest) = leading(text)?;
    rest.is_empty().then_some(value)
}

/// Value of a router's `bytes`.
#[must_use]
pub fn router_bytes(text: &[u8]) -> Option<f64> {
    let (value, rest) = leading(text)?;
    matches!(rest, b"" | b"B" | b"bytes").then_some(value)
}

/// The whole number at the beginning, as in `222 messages`; `None` if there is none or it is beyond
/// `u64`.
#[must_use]
pub fn whole(text: &[u8]) -> Option<u64> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    std::str::from_utf8(&text[..digits]).ok()?.parse().ok()
}

/// The number at the beginning (digits with at most one dot, perhaps an exponent) and the rest.
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
    let exponent_bytes = exponent_bytes(&text[end..]);
    let decimals = dot.map_or(0, |whole| digits - whole);
    let value = if digits <= EXACT_DIGITS_MAX && exponent_bytes == 0 {
        // Both operands are exact, so the division rounds once and correctly.
        #[expect(clippy::cast_precision_loss, reason = "15 digits are less than 2^53")]
        let mantissa = mantissa as f64;
        mantissa / TENS[decimals]
    } else {
        end += exponent_bytes;
        std::str::from_utf8(&text[..end]).ok()?.parse().ok().filter(|value: &f64| *value <= VALUE_MAX)?
    };
    Some((value, &text[end..]))
}

/// The length of an exponent at the beginning of `rest`: `e-05`, `E7`, `e+10`. 0 if a unit begins
/// there, as in `5errors`.
fn exponent_bytes(rest: &[u8]) -> usize {
    let Some((b'e' | b'E', after)) = rest.split_first() else { return 0 };
    let sign = usize::from(matches!(after.first(), Some(b'+' | b'-')));
    let digits = after[sign..].iter().take(EXPONENT_DIGITS_MAX + 1).take_while(|it| it.is_ascii_digit()).count();
    if matches!(digits, 1..=EXPONENT_DIGITS_MAX) { 1 + sign + digits } else { 0 }
}
