//! A value that never shows itself: its `Debug` is a row of dots, and it has no `Display`.

use std::{convert::Infallible, fmt, str::FromStr};

/// A password or token in memory.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// The value itself; the caller takes care where it goes.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl FromStr for Secret {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("•••")
    }
}
