//! Card numbers: 13 to 19 digits with the beginning of a card network and a right check digit, in
//! one piece or in printed groups.
//!
//! Times, counts and ids have as many digits, and one in ten has a right check digit by chance.
//! Those whose name says what they are stay.

use std::ops::Range;

use super::{bounds::Bounds, fill::fill};

/// The fewest digits of a card number.
pub(super) const DIGITS_MIN: usize = 13;
const DIGITS_MAX: usize = 19;
/// The most digits of a number that is written in one piece.
const PLAIN_MAX: usize = 16;
/// Printed groups of digits.
const GROUPS: [&[usize]; 4] = [&[4, 4, 4, 4], &[4, 6, 5], &[4, 6, 4], &[4, 4, 4, 4, 3]];
/// Ends of names whose numbers are no card numbers.
const NAMES: [&str; 22] = [
    "id",
    "ids",
    "at",
    "ts",
    "time",
    "timestamp",
    "bytes",
    "size",
    "count",
    "ns",
    "us",
    "ms",
    "seq",
    "offset",
    "lsn",
    "duration",
    "number_of",
    "version",
    "hash",
    "address",
    "nonce",
    "trace",
];

/// Masks the card numbers of the runs that begin at these places; whether a byte was changed.
pub(super) fn mask(text: &mut [u8], runs: &[usize], bounds: &mut Bounds) -> bool {
    let mut is_changed = false;
    for start in runs {
        let is_part = |it: &u8| it.is_ascii_digit() || matches!(it, b' ' | b'-');
        let run = text[*start..].iter().take_while(|it| is_part(it)).count();
        // Dates have fewer digits. Their line need not be found.
        if text[*start..start + run].iter().filter(|it| it.is_ascii_digit()).count() >= DIGITS_MIN {
            is_changed |= mask_run(text, *start..start + run, bounds);
        }
    }
    is_changed
}

/// Masks the card numbers of a run of digits, blanks and dashes.
fn mask_run(text: &mut [u8], run: Range<usize>, bounds: &mut Bounds) -> bool {
    let (mut is_changed, mut from) = (false, run.start);
    // The count of the next frame may follow the last digit of a line.
    let holds_count = text.get(run.end) == Some(&b'<');
    while let Some((begin, digits)) = digits(text, from, run.end) {
        from = begin + digits;
        // The line need not be found if this is no card number, like nearly all dates and ids.
        if !holds_count && number(&text[begin..run.end]).is_none() {
            continue;
        }
        let line = bounds.around(text, begin);
        let end = run.end.min(line.end);
        let bytes = text.get(begin.max(line.start)..end).and_then(number);
        let card = bytes.filter(|it| begin >= line.start && is_card(&text[line.clone()], begin - line.start, *it));
        let Some(bytes) = card else {
            from = from.min(end.max(begin + 1));
            continue;
        };
        from = begin + bytes;
        if fill(text, begin..from) {
            is_changed = true;
            bounds.change(&line);
        }
    }
    is_changed
}

/// The beginning and length of the next run of digits.
fn digits(text: &[u8], from: usize, end: usize) -> Option<(usize, usize)> {
    let rest = text.get(from..end)?;
    let begin = rest.iter().position(u8::is_ascii_digit)?;
    let digits = rest[begin..].iter().take_while(|it| it.is_ascii_digit()).count();
    Some((from + begin, digits))
}

/// The length of the number that `rest` begins with, if it may be a card number.
fn number(rest: &[u8]) -> Option<usize> {
    let plain = rest.iter().take_while(|it| it.is_ascii_digit()).count();
    let bytes = match plain {
        DIGITS_MIN..=PLAIN_MAX => plain,
        0..DIGITS_MIN => GROUPS.iter().find_map(|it| grouped(rest, it))?,
        // Longer card numbers are rare, and random numbers of 64 bits are not.
        _ => return None,
    };
    let mut digits = [0; DIGITS_MAX];
    let mut n = 0;
    for byte in rest[..bytes].iter().filter(|it| it.is_ascii_digit()) {
        *digits.get_mut(n)? = byte - b'0';
        n += 1;
    }
    (is_of_network(&digits[..n]) && has_check_digit(&digits[..n])).then_some(bytes)
}

/// Whether the text around a number in its line allows it to be a card number.
fn is_card(line: &[u8], begin: usize, bytes: usize) -> bool {
    let is_joined =
        |byte: Option<&u8>| byte.is_some_and(|it| it.is_ascii_alphanumeric() || matches!(it, b'.' | b'_' | b'#'));
    if is_joined(begin.checked_sub(1).and_then(|it| line.get(it))) || is_named_otherwise(&line[..begin]) {
        return false;
    }
    let after = line.get(begin + bytes);
    let is_decimal = after == Some(&b'.') && line.get(begin + bytes + 1).is_some_and(u8::is_ascii_digit);
    !is_decimal && (!is_joined(after) || after == Some(&b'.'))
}

/// The length of these groups at the beginning of `rest`, all with the same separator and with no
/// digit after them.
fn grouped(rest: &[u8], groups: &[usize]) -> Option<usize> {
    let separator = *rest.get(groups[0])?;
    let mut at = 0;
    for (index, group) in groups.iter().enumerate() {
        if index > 0 {
            at += usize::from(*rest.get(at)? == separator && !separator.is_ascii_digit());
        }
        let digits = rest.get(at..at + group)?;
        if !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        at += group;
    }
    let goes_on = rest.get(at).is_some_and(u8::is_ascii_digit)
        || (rest.get(at) == Some(&separator) && rest.get(at + 1).is_some_and(u8::is_ascii_digit) && separator == b'-');
    let bytes = groups.iter().sum::<usize>() + groups.len() - 1;
    (!goes_on && at == bytes).then_some(at)
}

/// Whether the name before a number says that it is no card number. `sample#…=` is a measurement.
fn is_named_otherwise(before: &[u8]) -> bool {
    let before = before.strip_suffix(b" ").unwrap_or(before);
    let value = before.strip_suffix(b"\"").unwrap_or(before);
    let Some(name) = value.strip_suffix(b"=").or_else(|| value.strip_suffix(b":")) else { return false };
    let name = name.strip_suffix(b"\"").unwrap_or(name);
    let start =
        name.iter().rposition(|it| !(it.is_ascii_alphanumeric() || b"_-.#".contains(it))).map_or(0, |it| it + 1);
    let name = &name[start.max(name.len().saturating_sub(64))..];
    if name.contains(&b'#') {
        return true;
    }
    NAMES.iter().any(|end| {
        let Some(at) = name.len().checked_sub(end.len()) else { return false };
        let is_word = at == 0 || !name[at - 1].is_ascii_lowercase() || name[at].is_ascii_uppercase();
        is_word && name[at..].eq_ignore_ascii_case(end.as_bytes())
    })
}

fn is_of_network(digits: &[u8]) -> bool {
    let first = |n: usize| digits[..n].iter().fold(0u32, |sum, it| sum * 10 + u32::from(*it));
    if digits.len() < DIGITS_MIN {
        return false;
    }
    match digits.len() {
        13 => digits[0] == 4,
        14 => matches!(first(2), 36 | 38 | 39) || matches!(first(3), 300..=305),
        15 => matches!(first(2), 34 | 37),
        16 => {
            matches!(first(1), 4 | 6)
                || matches!(first(2), 50..=58 | 35)
                || matches!(first(4), 2200..=2204 | 2221..=2720)
        }
        19 => matches!(first(1), 4 | 6),
        _ => false,
    }
}

/// The check of H. P. Luhn: every second digit from the last is doubled.
fn has_check_digit(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            u32::from(if place % 2 == 0 { *digit } else { digit * 2 - if *digit > 4 { 9 } else { 0 } })
        })
        .sum();
    sum.is_multiple_of(10)
}
