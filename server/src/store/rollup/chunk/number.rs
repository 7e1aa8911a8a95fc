//! Numbers of a chunk's cells in as few bytes as they need. Most values are whole, or have up to
//! three decimals, as their senders wrote them; sums of such decimals seldom do.
//!
//! A number is LEB128: its three low bits say how many decimals it has (0 to 3), the others are its
//! digits. `7` stands for an IEEE 754 double, little-endian, which follows.

use pipeline::leb128::{put, take};

/// What a number is divided by, by its decimals.
const SCALES: [f64; 4] = [1.0, 10.0, 100.0, 1_000.0];
const TAG_BITS: u32 = 3;
const RAW: u64 = 7;
/// Whole numbers up to this are exact in a double.
const WHOLE_MAX: f64 = 9_007_199_254_740_992.0;

/// Appends a number; it comes back bit by bit.
pub(super) fn put_number(out: &mut Vec<u8>, value: f64) {
    for (tag, scale) in SCALES.iter().enumerate() {
        let digits = value * scale;
        if digits.fract() == 0.0 && (0.0..=WHOLE_MAX).contains(&digits) {
            let digits = digits as u64;
            if (digits as f64 / scale).to_bits() == value.to_bits() {
                return put(out, digits << TAG_BITS | tag as u64);
            }
        }
    }
    put(out, RAW);
    out.extend_from_slice(&value.to_le_bytes());
}

/// Takes a number off the front; `None` where there is none.
pub(super) fn take_number(rest: &mut &[u8]) -> Option<f64> {
    let tagged = take(rest)?;
    let tag = tagged & ((1 << TAG_BITS) - 1);
    if tag == RAW {
        let (bytes, after) = rest.split_first_chunk()?;
        *rest = after;
        return Some(f64::from_le_bytes(*bytes));
    }
    Some((tagged >> TAG_BITS) as f64 / SCALES.get(usize::try_from(tag).ok()?)?)
}

/// Appends a number that may be negative.
pub(super) fn put_signed(out: &mut Vec<u8>, value: i64) {
    put(out, (value << 1 ^ value >> 63).cast_unsigned());
}

/// Takes a number off the front that may be negative.
pub(super) fn take_signed(rest: &mut &[u8]) -> Option<i64> {
    let number = take(rest)?;
    Some((number >> 1).cast_signed() ^ -((number & 1).cast_signed()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_numbers_come_back() {
        for (value, bytes) in [
            (0.0, 1),
            (15.0, 1),
            (16.0, 2),
            (1.6, 2),
            (0.125, 2),
            (1e15, 8),
            (-0.0, 9),
            (-1.0, 9),
            (0.1 + 0.2, 9),
            (1e300, 9),
            (f64::INFINITY, 9),
            (f64::MIN_POSITIVE, 9),
        ] {
            let mut out = vec![];
            put_number(&mut out, value);
            assert_eq!(out.len(), bytes, "{value}");
            assert_eq!(take_number(&mut &out[..]).map(f64::to_bits), Some(value.to_bits()), "{value}");
        }
        for value in [0, -1, 1, i64::MIN, i64::MAX] {
            let mut out = vec![];
            put_signed(&mut out, value);
            assert_eq!(take_signed(&mut &out[..]), Some(value));
        }
    }

    #[test]
    fn err_numbers() {
        for bytes in [&[][..], &[4], &[5], &[6], &[7], &[7, 0, 0], &[0x80]] {
            assert_eq!(take_number(&mut &*bytes), None, "{bytes:?}");
        }
    }
}
