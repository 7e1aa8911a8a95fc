//! A body is cut into frames: `COUNT SP octets`, or `<PRI>…` up to LF or NUL, decided anew at each frame.
//!
//! Bad frames never cost good ones. Where no frame begins, the reader searches the next place where one plainly does
//! and counts one loss. Whether a frame is a syslog message is not judged here.
//!
//! # Limits
//! [`FRAME_BYTES_MAX`] octets a frame. Every search goes forward only, so that the work is linear in the body.

use memchr::{memchr, memchr2};

use crate::Loss;

/// The longest frame that is read, octets. Log-shuttle cuts lines at 10,000; other senders are less exact.
/// The text of one is kept whole up to 1 MiB.
pub const FRAME_BYTES_MAX: usize = (1 << 20) + 4_096;

/// Digits of the longest count that is understood as one.
const COUNT_DIGITS_MAX: usize = 7;

/// The frames of a body, in order, and a loss for each damaged stretch between them.
#[derive(Clone, Debug)]
pub struct Frames<'a> {
    body: &'a [u8],
    start: Start,
    /// Where the last item began.
    begun: usize,
}

/// What stands where a frame should begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Start {
    End,
    Counted {
        from: usize,
        to: usize,
    },
    Trailed {
        from: usize,
    },
    /// No frame; the search for the next one begins at `resume`.
    Damage {
        loss: Loss,
        at: usize,
        resume: usize,
    },
}

impl<'a> Frames<'a> {
    /// The frames of `body`.
    #[must_use]
    pub fn new(body: &'a [u8]) -> Self {
        Self { body, start: start_at(body, 0), begun: 0 }
    }

    /// The body from where the last item began, for showing a piece of what was lost.
    #[must_use]
    pub fn text(&self) -> &'a [u8] {
        &self.body[self.begun.min(self.body.len())..]
    }

    fn counted(&mut self, from: usize, to: usize) -> Option<&'a [u8]> {
        self.start = start_at(self.body, to);
        if let Start::Damage { loss: Loss::FrameCount, .. } = self.start
            && let Some(inner) = find_start(self.body, from + 1).filter(|inner| *inner < to)
        {
            // The count was too large and swallowed the beginning of the next frame.
            self.start = Start::Damage { loss: Loss::FrameCount, at: inner, resume: inner };
            return self.body.get(from..inner);
        }
        self.body.get(from..to)
    }

    fn trailed(&mut self, from: usize) -> Result<&'a [u8], Loss> {
        let rest = &self.body[from..];
        let bytes = memchr2(b'\n', 0, rest).unwrap_or(rest.len());
        self.start = start_at(self.body, from + bytes);
        if bytes > FRAME_BYTES_MAX { Err(Loss::FrameLength) } else { Ok(&rest[..bytes]) }
    }
}

impl<'a> Iterator for Frames<'a> {
    type Item = Result<&'a [u8], Loss>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.start {
            Start::End => None,
            Start::Counted { from, to } => {
                self.begun = from;
                self.counted(from, to).map(Ok)
            }
            Start::Trailed { from } => {
                self.begun = from;
                Some(self.trailed(from))
            }
            Start::Damage { loss, at, resume } => {
                self.begun = at;
                self.start = find_start(self.body, resume).map_or(Start::End, |at| start_at(self.body, at));
                Some(Err(loss))
            }
        }
    }
}

/// How many bytes at the beginning of a stream's buffer are whole frames, which may be read while more is on its way.
/// Damage is counted as whole once a frame begins behind it, or once it is longer than any frame.
#[must_use]
pub fn whole(buffer: &[u8]) -> usize {
    let mut at = 0;
    loop {
        let rest = &buffer[at..];
        let Some(blanks) = rest.iter().position(|byte| !matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | 0)) else {
            return buffer.len();
        };
        let begin = at + blanks;
        let end = if buffer[begin] == b'<' {
            memchr2(b'\n', 0, &buffer[begin..]).map(|bytes| begin + bytes + 1)
        } else if let Some((count, from)) = count_at(buffer, begin).filter(|(count, _)| *count <= FRAME_BYTES_MAX)
            && buffer.get(from).is_none_or(|byte| *byte == b'<')
        {
            Some(from + count).filter(|to| *to <= buffer.len())
        } else {
            find_start(buffer, begin + 1).filter(|next| *next > begin)
        };
        match end {
            Some(end) => at = end,
            None if buffer.len() - at > FRAME_BYTES_MAX + COUNT_DIGITS_MAX + 1 => return buffer.len(),
            None => return at,
        }
    }
}

/// Judges the place at `at`, blanks skipped.
fn start_at(body: &[u8], at: usize) -> Start {
    let Some(blanks) = body[at..].iter().position(|byte| !matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | 0)) else {
        return Start::End;
    };
    let at = at + blanks;
    if body[at] == b'<' {
        return Start::Trailed { from: at };
    }
    let Some((count, from)) = count_at(body, at) else {
        return Start::Damage { loss: Loss::FrameCount, at, resume: at };
    };
    match body.get(from) {
        None => return Start::Damage { loss: Loss::FrameShort, at, resume: from },
        Some(b'<') => {}
        Some(_) => return Start::Damage { loss: Loss::FrameCount, at, resume: from },
    }
    let to = from + count;
    if count > FRAME_BYTES_MAX {
        // Stepped over whole where its end is one, lest frames quoted in its text are taken for frames.
        let ends_well = body.len() >= to && is_boundary(body, to);
        return Start::Damage { loss: Loss::FrameLength, at, resume: if ends_well { to } else { from + 1 } };
    }
    match to {
        // Short by one: a final LF that somebody trimmed.
        to if to == body.len() + 1 => Start::Counted { from, to: body.len() },
        to if to <= body.len() => Start::Counted { from, to },
        // Either the end is missing, or digits left over from a count too small touch the count.
        _ => match fitting_count(body, at + 1, from - 1) {
            Some(resume) => Start::Damage { loss: Loss::FrameCount, at, resume },
            None => Start::Damage { loss: Loss::FrameShort, at, resume: from + 1 },
        },
    }
}

/// Reads `COUNT SP` at `at`: the count and where its octets begin.
fn count_at(body: &[u8], at: usize) -> Option<(usize, usize)> {
    if *body.get(at)? == b'0' {
        return None;
    }
    let mut count = 0;
    for (place, byte) in body[at..].iter().take(COUNT_DIGITS_MAX + 1).enumerate() {
        match byte {
            b'0'..=b'9' if place < COUNT_DIGITS_MAX => count = count * 10 + usize::from(byte - b'0'),
            b' ' if place > 0 => return Some((count, at + place + 1)),
            _ => return None,
        }
    }
    None
}

/// Whether the body ends at `at`, or something there looks like the beginning of a frame.
fn is_boundary(body: &[u8], at: usize) -> bool {
    let rest = &body[at..];
    let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | 0)).count();
    let at = at + blanks;
    at == body.len()
        || body[at] == b'<'
        || count_at(body, at).is_some_and(|(_, from)| body.get(from).is_none_or(|byte| *byte == b'<'))
}

/// The first place not before `from` where a frame plainly begins: `COUNT SP <PRI>VERSION SP`, or `<PRI>VERSION SP`
/// straight after a trailer.
fn find_start(body: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    while let Some(step) = memchr(b'<', body.get(at..)?) {
        let open = at + step;
        at = open + 1;
        if !is_header(&body[open..]) || open == from {
            continue;
        }
        match body[open - 1] {
            b'\n' | 0 => return Some(open),
            b' ' => {
                if let Some(start) = count_before(body, from, open - 1) {
                    return Some(start);
                }
            }
            _ => {}
        }
    }
    None
}

/// Whether `text` begins with `<PRI>VERSION SP`.
fn is_header(text: &[u8]) -> bool {
    let digits = |text: &[u8]| text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let pri = digits(&text[1..]);
    let Some(rest) = text.get(1 + pri..).and_then(|rest| rest.strip_prefix(b">")) else { return false };
    let version = digits(rest);
    matches!(pri, 1..=3) && matches!(version, 1..=2) && rest.get(version) == Some(&b' ')
}

/// Where the count begins whose SP is at `space`, not before `from`.
fn count_before(body: &[u8], from: usize, space: usize) -> Option<usize> {
    fitting_count(body, from, space).or_else(|| counts(body, from, space).next())
}

/// The first of the possible counts before `space` whose frame ends where another begins, or the body does. Digits of
/// the text before may touch a count.
fn fitting_count(body: &[u8], from: usize, space: usize) -> Option<usize> {
    counts(body, from, space).find(|at| {
        count_at(body, *at).is_some_and(|(count, octets)| {
            let to = octets + count;
            to == body.len() + 1 || (to <= body.len() && is_boundary(body, to))
        })
    })
}

/// The places between `from` and `space` where a count that ends at `space` can begin.
fn counts(body: &[u8], from: usize, space: usize) -> impl Iterator<Item = usize> {
    let text = body.get(from..space).unwrap_or_default();
    let digits = text.iter().rev().take(COUNT_DIGITS_MAX).take_while(|byte| byte.is_ascii_digit()).count();
    (space - digits..space).filter(|at| body[*at] != b'0')
}
