//! The bytes in which frames are searched: a whole body, or a stream so far.
//!
//! Reading past the bytes of a stream gives [`More`]. A stream therefore decides nothing that its
//! next bytes could change, and bodies and streams share every rule.

use memchr::memchr;

/// The most digits of a count.
pub(super) const COUNT_DIGITS_MAX: usize = 7;

/// More bytes are needed to decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct More;

/// Bytes, and whether more may follow.
#[derive(Clone, Copy, Debug)]
pub(super) struct View<'a> {
    pub(super) bytes: &'a [u8],
    is_all: bool,
}

impl<'a> View<'a> {
    /// A whole body, which never gives [`More`].
    pub(super) const fn all(bytes: &'a [u8]) -> Self {
        Self { bytes, is_all: true }
    }

    /// The beginning of a stream.
    pub(super) const fn part(bytes: &'a [u8]) -> Self {
        Self { bytes, is_all: false }
    }

    /// The byte at `at`; `None` after the end of the body.
    #[inline]
    pub(super) fn get(self, at: usize) -> Result<Option<u8>, More> {
        match self.bytes.get(at) {
            Some(byte) => Ok(Some(*byte)),
            None if self.is_all => Ok(None),
            None => Err(More),
        }
    }

    /// The known bytes from `at` on.
    pub(super) fn rest(self, at: usize) -> &'a [u8] {
        self.bytes.get(at..).unwrap_or_default()
    }

    /// Nothing in a whole body; [`More`] in a stream.
    pub(super) const fn none<T>(self) -> Result<Option<T>, More> {
        if self.is_all { Ok(None) } else { Err(More) }
    }

    /// The first place from `at` on without a blank, or the end of the body.
    #[inline]
    pub(super) fn after_blanks(self, mut at: usize) -> Result<usize, More> {
        while self.get(at)?.is_some_and(is_blank) {
            at += 1;
        }
        Ok(at)
    }

    /// Reads `COUNT SP` at `at`: the count, and the place of its octets.
    #[inline]
    pub(super) fn count(self, at: usize) -> Result<Option<(usize, usize)>, More> {
        Ok(self.digits(at)?.filter(|(_, end)| self.bytes.get(*end) == Some(&b' ')).map(|(count, end)| (count, end + 1)))
    }

    /// Reads `COUNT LF` at `at`, if a frame follows.
    pub(super) fn count_on_a_line(self, at: usize) -> Result<Option<(usize, usize)>, More> {
        match self.digits(at)? {
            Some((count, end)) if self.bytes.get(end) == Some(&b'\n') => {
                Ok((self.get(end + 1)? == Some(b'<')).then_some((count, end + 1)))
            }
            _ => Ok(None),
        }
    }

    /// Reads the digits of a count at `at`: the count, and the place after it, which has a byte
    /// unless the body ends.
    #[inline]
    fn digits(self, at: usize) -> Result<Option<(usize, usize)>, More> {
        let mut count = 0;
        for place in at..=at + COUNT_DIGITS_MAX {
            match self.get(place)? {
                Some(b'0') if place == at => return Ok(None),
                Some(digit @ b'0'..=b'9') => count = count * 10 + usize::from(digit - b'0'),
                _ => return Ok((place > at).then_some((count, place))),
            }
        }
        Ok(None)
    }

    /// Whether the `<` at `at` begins a priority that a version or the name of a month follows.
    pub(super) fn is_header(self, at: usize) -> Result<bool, More> {
        let (mut end, mut priority) = (at + 1, 0);
        while let Some(digit @ b'0'..=b'9') = self.get(end)?.filter(|_| end < at + 4) {
            priority = priority * 10 + usize::from(digit - b'0');
            end += 1;
        }
        if end == at + 1 || priority > 191 || self.get(end)? != Some(b'>') {
            return Ok(false);
        }
        end += 1;
        let is_digit = self.get(end)?.is_some_and(|it| it.is_ascii_digit());
        let (is_of, most): (fn(&u8) -> bool, _) =
            if is_digit { (u8::is_ascii_digit, 2) } else { (u8::is_ascii_alphabetic, 3) };
        let mut length = 0;
        while length < most && self.get(end + length)?.is_some_and(|it| is_of(&it)) {
            length += 1;
        }
        Ok((length == most || (is_digit && length > 0)) && self.get(end + length)? == Some(b' '))
    }

    /// The place of the next `<` from `at` on.
    pub(super) fn open(self, at: usize) -> Result<Option<usize>, More> {
        memchr(b'<', self.rest(at)).map_or_else(|| self.none(), |step| Ok(Some(at + step)))
    }
}

/// Whether a byte may come between frames.
#[inline]
pub(super) const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | 0)
}

/// Whether a line ends in a text of blanks.
pub(super) fn ends_line(blanks: &[u8]) -> bool {
    blanks.iter().any(|byte| matches!(byte, b'\n' | 0))
}
