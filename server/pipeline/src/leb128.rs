//! Numbers in as few bytes as they need: seven bits a byte, low ones first. Encoded sketches,
//! groups of blocks and messages of protobuf are made of them.

/// Most bytes of a number.
const BYTES_MAX: usize = 10;

/// Appends a number as LEB128.
#[inline]
pub fn put(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push((number & 0x7F) as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Takes a LEB128 number off the front. `None` if it is cut off, beyond `u64`, or longer than
/// necessary.
#[inline]
pub fn take(rest: &mut &[u8]) -> Option<u64> {
    let mut number = 0u64;
    for place in 0..BYTES_MAX {
        let (&byte, after) = rest.split_first()?;
        *rest = after;
        let part = u64::from(byte & 0x7F);
        if place == BYTES_MAX - 1 && part > 1 {
            return None;
        }
        number |= part << (7 * place);
        if byte < 0x80 {
            return (place == 0 || byte != 0).then_some(number);
        }
    }
    None
}
