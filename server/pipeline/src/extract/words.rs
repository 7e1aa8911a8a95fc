//! The words of a line with blanks between them; words in quotes may hold blanks.
//!
//! What a word means its reader decides.

use memchr::memchr;

use crate::syslog::quote_end;

/// What is left of a line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Words<'a>(pub &'a [u8]);

impl<'a> Words<'a> {
    /// The next word as it stands, without blanks and not in quotes.
    #[inline]
    pub(super) fn word(&mut self) -> Option<&'a [u8]> {
        let end = memchr(b' ', self.0).unwrap_or(self.0.len());
        let word = &self.0[..end];
        self.0 = self.0.get(end + 1..).unwrap_or_default();
        (!word.is_empty() && word[0] != b'"').then_some(word)
    }

    /// The next word without the quotes that it may be in. A backslash protects a quote.
    #[inline]
    pub(super) fn text(&mut self) -> Option<&'a [u8]> {
        if self.0.first() != Some(&b'"') {
            return self.word();
        }
        let end = quote_end(self.0, 1)?;
        let text = &self.0[1..end - 1];
        self.after(end)?;
        Some(text)
    }

    /// The next word, which is in quotes that nothing protects.
    #[inline]
    pub(super) fn quoted(&mut self) -> Option<&'a [u8]> {
        let rest = self.0.strip_prefix(b"\"")?;
        let end = memchr(b'"', rest)?;
        self.after(end + 2)?;
        Some(&rest[..end])
    }

    /// The next words, which are a number each.
    pub(super) fn number(&mut self) -> Option<&'a [u8]> {
        self.word().filter(|it| it.iter().all(u8::is_ascii_digit))
    }

    /// Goes behind `end` bytes, which a blank or the end of the line follows.
    fn after(&mut self, end: usize) -> Option<()> {
        let rest = &self.0[end..];
        self.0 = if rest.is_empty() { rest } else { rest.strip_prefix(b" ")? };
        Some(())
    }
}
