//! Private keys in PEM (`-----BEGIN RSA PRIVATE KEY-----`): in one line with `\n`, in the lines of
//! one frame, or with one frame for each line.
//!
//! Other PEM texts, such as certificates, are no secret.

use memchr::memmem;

use super::{bounds::Bounds, fill};

/// The longest label, bytes.
const LABEL_BYTES_MAX: usize = 64;
/// The most frames after the first line that are searched: other sources may write between the
/// lines of a key.
const FRAMES_MAX: usize = 400;
/// The longest line of a key, bytes.
const LINE_BYTES_MAX: usize = 80;
/// The shortest line of a key but the last, bytes.
const LINE_BYTES_MIN: usize = 16;

/// Masks the key that begins around `at`; whether a byte was changed.
pub(super) fn mask(text: &mut [u8], at: usize, bounds: &mut Bounds) -> bool {
    let line = bounds.around(text, at);
    let label = &text[at..line.end.min(at + LABEL_BYTES_MAX)];
    let Some(end) = memmem::find(label, b"PRIVATE KEY").and_then(|key| {
        let rest = &label[key..];
        memmem::find(rest, b"-----").map(|it| at + key + it + 5)
    }) else {
        return false;
    };
    if let Some(bytes) = memmem::find(&text[end..line.end], b"-----END") {
        return fill(text, end..end + bytes);
    }
    let mut is_changed = fill(text, end..line.end);
    let lines: Vec<_> = bounds.after(text, at).iter().take(FRAMES_MAX).cloned().collect();
    for line in lines {
        let message = text[line.clone()].trim_ascii_end();
        if memmem::find(message, b"-----END").is_some() {
            break;
        }
        let begin = message.iter().rposition(|it| *it == b' ').map_or(0, |it| it + 1);
        let word = &message[begin..];
        let is_of_key = |it: &u8| it.is_ascii_alphanumeric() || matches!(it, b'+' | b'/');
        let bare = word.iter().rposition(|it| *it != b'=').map_or(0, |it| it + 1);
        let is_last = bare < word.len();
        let is_long = (LINE_BYTES_MIN..=LINE_BYTES_MAX).contains(&word.len());
        if (is_long || is_last) && word.len() <= LINE_BYTES_MAX && word[..bare].iter().all(is_of_key) {
            is_changed |= fill(text, line.start + begin..line.start + begin + word.len());
        }
    }
    is_changed
}
