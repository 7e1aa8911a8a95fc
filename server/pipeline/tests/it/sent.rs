//! Helpers: generated bodies with right and wrong counts, read at once or in pieces. They assert
//! nothing.

use pipeline::{Frames, Loss};
use proptest::prelude::*;

/// How a sender measures the length of a frame.
#[derive(Clone, Copy, Debug)]
enum Count {
    Octets,
    Characters,
    Utf16,
    /// The number of octets plus this error.
    Off(isize),
}

/// A line as it was sent.
#[derive(Clone, Debug)]
pub struct Sent {
    pub text: String,
    /// The position of the text in the body.
    from: usize,
    /// The frame count that the sender wrote.
    count: usize,
}

impl Sent {
    pub fn is_right(&self) -> bool {
        self.count == self.text.len()
    }
}

/// A body and the lines in it.
#[derive(Clone)]
pub struct Body {
    pub body: Vec<u8>,
    pub lines: Vec<Sent>,
}

impl std::fmt::Debug for Body {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", String::from_utf8_lossy(&self.body))
    }
}

impl Body {
    /// Whether a wrong count ends at digits that, read as a count, lead to the start of another
    /// frame or to the end. No reader can tell such a body from one with right counts.
    pub fn has_wrong_count_like_a_right_one(&self) -> bool {
        self.lines.iter().any(|line| {
            let to = line.from + line.count;
            let counted = self.body.get(to..).and_then(count);
            !line.is_right() && counted.is_some_and(|(count, bytes)| self.is_beginning(to + bytes + count))
        })
    }

    /// Whether a frame begins at `at`, which may be any digit of its count, or the body ends there.
    fn is_beginning(&self, at: usize) -> bool {
        let Some(rest) = self.body.get(at..) else { return at == self.body.len() + 1 };
        let rest = rest.trim_ascii_start();
        rest.is_empty() || count(rest).is_some()
    }

    /// The number of reads that end without a line end exactly where the digits before a frame say,
    /// read as its count. The first number is for right and whole counts, the second for all
    /// others.
    pub fn pauses_by_count(&self, sizes: &[usize]) -> (usize, usize) {
        let mut ends = Vec::new();
        for size in sizes.iter().cycle() {
            let end = ends.last().unwrap_or(&0) + size;
            if end >= self.body.len() {
                break;
            }
            ends.push(end);
        }
        let (mut right, mut wrong) = (0, 0);
        for line in &self.lines {
            let before = &self.body[..line.from - 1];
            let digits = before.iter().rev().take_while(|it| it.is_ascii_digit()).count();
            for digits in 1..=digits.min(7) {
                let count: usize = std::str::from_utf8(&before[before.len() - digits..]).unwrap().parse().unwrap();
                let to = line.from + count;
                if ends.contains(&to) && self.body[to - 1] != b'\n' {
                    *(if count == line.text.len() { &mut right } else { &mut wrong }) += 1;
                }
            }
        }
        (right, wrong)
    }
}

/// Reads `COUNT SP <`. Returns the count, and the length of the count and its blank.
fn count(text: &[u8]) -> Option<(usize, usize)> {
    let digits = text.iter().take_while(|it| it.is_ascii_digit()).count();
    let count = std::str::from_utf8(&text[..digits]).unwrap().parse().ok()?;
    (text[0] != b'0' && text[digits..].starts_with(b" <")).then_some((count, digits + 1))
}

pub fn sent(most: usize) -> impl Strategy<Value = Body> {
    let count = prop_oneof![
        3 => Just(Count::Octets),
        2 => Just(Count::Characters),
        1 => Just(Count::Utf16),
        1 => (-40_isize..0).prop_map(Count::Off),
        1 => (1_isize..41).prop_map(Count::Off),
    ];
    let text =
        prop_oneof!["[a-z=0-9é漢🚀\u{e9}\" ]{0,120}[a-zé🚀0-9\"]", "bytes=[0-9]{1,4}", "/(caf[é]){1,30}/[0-9]{1,3}",];
    prop::collection::vec((text, any::<bool>(), count), 1..most).prop_map(|entries| {
        let mut all = Body { body: vec![], lines: vec![] };
        for (place, (text, ends_line, count)) in entries.into_iter().enumerate() {
            let end = if ends_line { "\n" } else { "" };
            let text = format!("<190>1 2026-11-23T14:31:07.123456+00:00 host app web.{place} - {text}{end}");
            let count = match count {
                Count::Octets => text.len(),
                Count::Characters => text.chars().count(),
                Count::Utf16 => text.encode_utf16().count(),
                Count::Off(off) => text.len().checked_add_signed(off).unwrap(),
            };
            all.body.extend_from_slice(format!("{count} ").as_bytes());
            all.lines.push(Sent { text: text.clone(), from: all.body.len(), count });
            all.body.extend_from_slice(text.as_bytes());
        }
        all
    })
}

/// Texts that quote parts of frames.
pub fn quoting() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES), 0..12).prop_map(|it| it.concat())
}

/// Parts of frames, and bytes that may come between them.
pub const PIECES: &[&str] = &[
    "8 <1>1 abc",
    "8 <1>1 ab\n",
    "<1>1 def",
    "<1>1 def\n",
    "<1>1 ",
    "<13>Oct ",
    "<13>",
    "<",
    "1",
    "3",
    "12",
    "90",
    "0",
    "9 ",
    "36 ",
    " ",
    "\n",
    "\0",
    "\t",
    "é",
    "漢",
    "x",
    "text ",
];

/// Whether a line consists of whole frames if reading starts within the digits of its count, which
/// then make a smaller count.
pub fn is_framed_from_a_digit_on(line: &str) -> bool {
    fn leads_to_end(line: &[u8], count: usize) -> bool {
        let Some(rest) = line.get(count..) else { return false };
        let next = self::count(rest.trim_ascii_start());
        rest.is_empty() || next.is_some_and(|(count, bytes)| leads_to_end(&rest.trim_ascii_start()[bytes..], count))
    }
    let count = line.len().to_string();
    (1..count.len()).any(|it| leads_to_end(line.as_bytes(), count[it..].parse().unwrap()))
}

/// The frames and losses of a body with their positions.
pub type Read = Vec<(usize, Result<String, Loss>)>;

/// Reads a body in one piece.
pub fn whole(body: &[u8]) -> Read {
    let mut frames = Frames::new(body);
    std::iter::from_fn(|| {
        let frame = frames.next()?;
        Some((frames.item_start(), frame.map(|it| String::from_utf8_lossy(it).into_owned())))
    })
    .collect()
}

/// Reads a body as it arrives in pieces of these sizes. `cut` says how many of the received bytes
/// can be cut into frames already.
pub fn pieces(body: &[u8], sizes: &[usize], cut: fn(&[u8]) -> usize) -> Read {
    let (mut begin, mut end, mut read) = (0, 0, Vec::new());
    for size in sizes.iter().cycle() {
        end = body.len().min(end + size);
        let bytes = if end == body.len() { end - begin } else { cut(&body[begin..end]) };
        read.extend(whole(&body[begin..begin + bytes]).into_iter().map(|(at, it)| (begin + at, it)));
        begin += bytes;
        if end == body.len() {
            break;
        }
    }
    read
}
