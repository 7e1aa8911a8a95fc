//! Texts that readers search every line for.

use std::sync::LazyLock;

use memchr::memmem;

/// A text to search for. The searcher is prepared once, since that takes longer than searching a
/// line.
pub(super) struct Needle(LazyLock<memmem::Finder<'static>>);

impl Needle {
    pub(super) const fn new(finder: fn() -> memmem::Finder<'static>) -> Self {
        Self(LazyLock::new(finder))
    }

    #[inline]
    pub(super) fn is_in(&self, text: &[u8]) -> bool {
        self.find(text).is_some()
    }

    #[inline]
    pub(super) fn find(&self, text: &[u8]) -> Option<usize> {
        self.0.find(text)
    }
}
