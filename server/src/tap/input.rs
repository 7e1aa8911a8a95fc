//! Reads a pipe and reduces it, whether it carries octet-counted frames or lines in any format.
//!
//! The first bytes decide between frames and lines; a stream of frames contains no other lines.
//!
//! # Limits
//! A frame or line may have [`BUFFER_BYTES_MAX`]; a longer one is lost and counted.

use std::io::{self, ErrorKind, Read, Write};

use pipeline::{Delta, Origin, Reducer, frame};

use super::StopReason;
use crate::clock::now_ms;

/// Bytes of one read.
const CHUNK_BYTES: usize = 256 << 10;
/// Most bytes that are held back until a frame or line is complete; more than the longest line.
const BUFFER_BYTES_MAX: usize = 2 << 20;

/// What the stream consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum InputKind {
    Frames,
    Lines,
}

/// Reads `stdin` to its end, passes it on to `tee`, and calls `count` with the delta of each
/// complete part.
///
/// # Errors
/// When reading or passing on fails. A closed `tee` is no error.
pub(crate) fn read(
    mut stdin: impl Read,
    mut tee: Option<impl Write>,
    mut count: impl FnMut(&Delta),
) -> io::Result<StopReason> {
    let mut reducer = Reducer::timeless();
    let mut buffer = vec![0; CHUNK_BYTES];
    let (mut filled, mut kind) = (0, None);
    loop {
        if buffer.len() - filled < CHUNK_BYTES {
            buffer.resize(filled + CHUNK_BYTES, 0);
        }
        let n = match stdin.read(&mut buffer[filled..]) {
            Ok(n) => n,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if let Some(out) = &mut tee
            && let Err(error) = out.write_all(&buffer[filled..filled + n]).and_then(|()| out.flush())
        {
            if error.kind() == ErrorKind::BrokenPipe {
                return Ok(StopReason::Closed);
            }
            return Err(error);
        }
        filled += n;
        let text = &buffer[..filled];
        let Some(kind) = *kind.get_or_insert_with(|| detect(text, n == 0)) else {
            kind = None;
            continue;
        };
        let whole = if n == 0 || filled > BUFFER_BYTES_MAX { filled } else { whole(kind, text) };
        if whole > 0 {
            let origin = Origin { received_ms: now_ms(), ..Origin::default() };
            let delta = match kind {
                InputKind::Frames => reducer.reduce(&text[..whole], &origin),
                InputKind::Lines => reducer.reduce_text(&text[..whole], &origin),
            };
            count(&delta);
            reducer.recycle(delta);
            buffer.copy_within(whole..filled, 0);
            filled -= whole;
        }
        if n == 0 {
            return Ok(StopReason::Input);
        }
    }
}

/// What a stream that starts with `text` consists of; `None` when more bytes are needed.
fn detect(text: &[u8], is_end: bool) -> Option<InputKind> {
    let text = text.trim_ascii_start();
    let digits = text.iter().take(8).take_while(|it| it.is_ascii_digit()).count();
    match (text.get(digits), text.get(digits + 1)) {
        (Some(b' '), Some(b'<')) if (1..8).contains(&digits) => Some(InputKind::Frames),
        (None, _) | (Some(b' '), None) if !is_end => None,
        _ => Some(InputKind::Lines),
    }
}

fn whole(kind: InputKind, text: &[u8]) -> usize {
    match kind {
        InputKind::Frames => frame::complete_bytes(text),
        InputKind::Lines => memchr::memrchr(b'\n', text).map_or(0, |at| at + 1),
    }
}
