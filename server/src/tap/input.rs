//! Bytes of a pipe become sums, in whatever form they come: frames, or lines each in its own form.
//!
//! The first bytes decide between frames and lines; a file of frames has no other lines in it.
//!
//! # Limits
//! [`BUFFER_BYTES_MAX`] for what is not whole yet: a longer line is lost and counted.

use std::io::{self, ErrorKind, Read, Write};

use pipeline::{Delta, Origin, Reducer, frame};

use super::End;
use crate::receiver::logs::now_ms;

/// Bytes of one read.
const CHUNK_BYTES: usize = 256 << 10;
/// The most that is held back until it is whole; more than the longest line.
const BUFFER_BYTES_MAX: usize = 2 << 20;

/// What the stream is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Frames,
    Lines,
}

/// Reads to the end; each part that is whole goes to `count`.
///
/// # Errors
/// What reading or passing on says; that nobody takes what is passed on is no error.
pub fn read(mut stdin: impl Read, mut tee: Option<impl Write>, mut count: impl FnMut(&Delta)) -> io::Result<End> {
    let mut reducer = Reducer::timeless();
    let mut buffer = vec![0; CHUNK_BYTES];
    let (mut filled, mut form) = (0, None);
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
                return Ok(End::Closed);
            }
            return Err(error);
        }
        filled += n;
        let text = &buffer[..filled];
        let Some(form) = *form.get_or_insert_with(|| form_of(text, n == 0)) else {
            form = None;
            continue;
        };
        let whole = if n == 0 || filled > BUFFER_BYTES_MAX { filled } else { whole(form, text) };
        if whole > 0 {
            let origin = Origin { received_ms: now_ms(), ..Origin::default() };
            let delta = match form {
                Form::Frames => reducer.reduce(&text[..whole], &origin),
                Form::Lines => reducer.reduce_text(&text[..whole], &origin),
            };
            count(&delta);
            reducer.recycle(delta);
            buffer.copy_within(whole..filled, 0);
            filled -= whole;
        }
        if n == 0 {
            return Ok(End::Input);
        }
    }
}

/// The form of the stream that begins so; `None` when more has to be seen.
fn form_of(text: &[u8], is_all: bool) -> Option<Form> {
    let text = text.trim_ascii_start();
    let digits = text.iter().take(8).take_while(|it| it.is_ascii_digit()).count();
    match (text.get(digits), text.get(digits + 1)) {
        (Some(b' '), Some(b'<')) if (1..8).contains(&digits) => Some(Form::Frames),
        (None, _) | (Some(b' '), None) if !is_all => None,
        _ => Some(Form::Lines),
    }
}

fn whole(form: Form, text: &[u8]) -> usize {
    match form {
        Form::Frames => frame::complete_bytes(text),
        Form::Lines => memchr::memrchr(b'\n', text).map_or(0, |at| at + 1),
    }
}
