//! Bodies of plain text, one message a line, such as a file that `curl` posts. The pipeline's
//! reader of text finds times and sources of the forms that it knows (`pipeline::text`).

use memchr::memchr;
use pipeline::{text, time};

use super::{
    app_frames::AppFrames,
    frames::{Header, INFORMATIONAL},
};

/// Whether a body begins as a frame does: `<PRI>` or `COUNT <PRI>`. Then it is no plain text.
pub(crate) fn is_framed(body: &[u8]) -> bool {
    let body = body.trim_ascii_start();
    let digits = body.iter().take_while(|it| it.is_ascii_digit()).count();
    let after = if digits > 0 { body[digits..].strip_prefix(b" ") } else { Some(body) };
    after.is_some_and(|it| it.first() == Some(&b'<') && it.get(1).is_some_and(u8::is_ascii_digit))
}

/// Writes each line of a body. Empty lines are left out.
pub(crate) fn write(body: &[u8], frames: &mut AppFrames) {
    let mut times = time::Parser::default();
    let mut rest = body;
    while !rest.is_empty() {
        let end = memchr(b'\n', rest).unwrap_or(rest.len());
        let line = rest[..end].strip_suffix(b"\r").unwrap_or(&rest[..end]);
        rest = rest.get(end + 1..).unwrap_or_default();
        if !line.is_empty() {
            write_line(&mut times, line, frames);
        }
    }
}

/// Writes a line of text.
pub(crate) fn write_line(times: &mut time::Parser, text: &[u8], frames: &mut AppFrames) {
    let line = text::line(times, text);
    let has_header = line.time_ms.is_some() || !line.app.is_empty();
    let word = |it| std::str::from_utf8(it).unwrap_or_default();
    let header = Header {
        severity: if has_header { line.severity } else { INFORMATIONAL },
        at_ms: line.time_ms,
        host: word(line.host),
        app: word(line.app),
        proc_id: word(line.proc_id),
    };
    frames.line("", &header, line.msg);
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn ok_lines() {
        let mut frames = AppFrames::of(&Arc::from("app"));
        write(b"one\r\n\n2026-09-21T14:13:20.000000+00:00 app[web.1]: two\n", &mut frames);
        let bodies = frames.end().unwrap_or_default().remove(0).1.bodies;
        assert_eq!(
            String::from_utf8_lossy(&bodies[0]),
            "21 <14>1 - - - - - - one50 <14>1 2026-09-21T14:13:20.000Z - app web.1 - - two"
        );
    }

    #[test]
    fn ok_frames_are_known() {
        for body in ["<14>1 - - - - - x", "17 <14>1 - - - - -", "\n<1>", "9999999 <190>1"] {
            assert!(is_framed(body.as_bytes()), "{body}");
        }
        for body in ["", "<html>", "12 apples", "{}", "text", "12"] {
            assert!(!is_framed(body.as_bytes()), "{body}");
        }
    }
}
