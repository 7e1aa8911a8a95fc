//! Normalizes paths to endpoints: `/users/17/orders?page=2` becomes `/users/:id/orders`.
//!
//! `:id` replaces numbers, dates, version numbers, UUIDs, hexadecimal words of eight or more
//! digits, long words of letters and digits, and anything that is not plain ASCII. The query is
//! dropped. Only the text decides, so that the same path always gives the same endpoint.
//!
//! # Limits
//! [`SEGMENTS_MAX`] segments; deeper paths end in `/*`. [`BYTES_MAX`] bytes.

/// The most segments that are kept.
pub const SEGMENTS_MAX: usize = 8;
/// The longest endpoint, bytes.
pub const BYTES_MAX: usize = 120;

const ID: &[u8] = b":id";
/// Hexadecimal words shorter than this are names.
const HEX_MIN: usize = 8;
/// Words of letters and digits shorter than this are names, too.
const TOKEN_MIN: usize = 20;
/// The fewest digits of a long word that is an id.
const TOKEN_DIGITS_MIN: usize = 3;

const DIGIT: u8 = 1;
const HEX_LETTER: u8 = 2;
const LETTER: u8 = 4;
const JOINT: u8 = 8;
const OTHER: u8 = 16;
const END: u8 = 32;

const CLASSES: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut classes = [OTHER; 256];
    let mut byte = 0;
    while byte < 128 {
        classes[byte] = match byte as u8 {
            b'0'..=b'9' => DIGIT,
            b'a'..=b'f' | b'A'..=b'F' => HEX_LETTER,
            b'g'..=b'z' | b'G'..=b'Z' => LETTER,
            b'-' | b'_' | b'.' | b'~' | b':' | b',' => JOINT,
            b'@' | b'!' | b'$' | b'(' | b')' | b'*' | b'+' | b'=' => LETTER,
            b'/' | b'?' | b'#' | b';' => END,
            _ => OTHER,
        };
        byte += 1;
    }
    classes
}

/// Replaces `out` with the endpoint of a path. Text that does not begin with `/` is no path and
/// gives empty text.
pub fn normalize(path: &[u8], out: &mut Vec<u8>) {
    out.clear();
    let mut rest = path;
    let mut segments = 0;
    while let Some((b'/', after)) = rest.split_first() {
        let mut classes = 0;
        let mut digits = 0;
        let mut end = after.len();
        for (place, byte) in after.iter().enumerate() {
            let class = CLASSES[*byte as usize];
            if class == END {
                end = place;
                break;
            }
            classes |= class;
            digits += usize::from(class == DIGIT);
        }
        let segment = &after[..end];
        if segments == SEGMENTS_MAX || out.len() + segment.len() > BYTES_MAX {
            out.extend_from_slice(b"/*");
            return;
        }
        segments += 1;
        out.push(b'/');
        put(segment, classes, digits, out);
        rest = &after[end..];
    }
}

/// Appends a segment, or `:id` for an id.
fn put(segment: &[u8], classes: u8, digits: usize, out: &mut Vec<u8>) {
    if classes & OTHER != 0 {
        out.extend_from_slice(ID);
    } else if digits == 0 {
        out.extend_from_slice(segment);
    } else if classes & (LETTER | HEX_LETTER) == 0 || is_uuid(segment) {
        out.extend_from_slice(ID);
    } else if classes & JOINT == 0 {
        out.extend_from_slice(if is_id(segment) { ID } else { segment });
    } else {
        // A name that holds an id, such as `application-3f9a2b1c.js`.
        let mut rest = segment;
        loop {
            let end = rest.iter().position(|it| CLASSES[*it as usize] == JOINT).unwrap_or(rest.len());
            let word = &rest[..end];
            out.extend_from_slice(if is_id(word) || is_number(word) { ID } else { word });
            let Some(joint) = rest.get(end) else { return };
            out.push(*joint);
            rest = &rest[end + 1..];
        }
    }
}

/// Whether there are four digits or more. Fewer may belong to a name.
fn is_number(word: &[u8]) -> bool {
    word.len() >= 4 && word.iter().all(u8::is_ascii_digit)
}

/// Whether a word with at least one digit is an id rather than a name.
fn is_id(word: &[u8]) -> bool {
    let digits = word.iter().filter(|it| it.is_ascii_digit()).count();
    let is_hex = word.len() >= HEX_MIN && digits > 0 && word.iter().all(u8::is_ascii_hexdigit);
    is_hex || (word.len() >= TOKEN_MIN && digits >= TOKEN_DIGITS_MIN)
}

fn is_uuid(segment: &[u8]) -> bool {
    segment.len() == 36
        && segment.iter().enumerate().all(|(place, byte)| match place {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}
