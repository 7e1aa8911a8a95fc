//! Kept cases of fuzz targets as text. `server/pipeline/fuzz/cases.sh` describes their form and
//! writes them.

/// Decodes the text of a case into bytes.
pub fn bytes(text: &str) -> Vec<u8> {
    let (mut found, mut rest) = (vec![], text);
    while let Some((before, after)) = rest.split_once('\\') {
        found.extend_from_slice(before.as_bytes());
        let (byte, length) = match after.as_bytes()[0] {
            b'n' => (b'\n', 1),
            b'r' => (b'\r', 1),
            b't' => (b'\t', 1),
            b'\\' => (b'\\', 1),
            b'x' => (u8::from_str_radix(&after[1..3], 16).unwrap(), 3),
            other => panic!("expected n, r, t, \\ or x after \\, found {}", char::from(other)),
        };
        found.push(byte);
        rest = &after[length..];
    }
    found.extend_from_slice(rest.as_bytes());
    found
}
