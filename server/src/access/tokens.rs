//! The drains that may post, in memory: found by the hash of their token, replaced whole when the stored ones change.

use std::sync::{Arc, PoisonError, RwLock};

use rustc_hash::FxHashMap;

use super::{TokenHash, token};

/// An app: what drains feed and pages show.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct App {
    /// Its number in the store.
    pub id: i64,
    /// Its name.
    pub name: Arc<str>,
}

impl App {
    /// Longest name, bytes.
    pub const NAME_BYTES_MAX: usize = 100;

    /// Whether an app can be called so: letters, digits, `-`, `_` and `.`, beginning with a letter or digit.
    ///
    /// # Errors
    /// A sentence that says what was expected.
    pub fn check_name(name: &str) -> Result<(), String> {
        let first = name.bytes().next().is_some_and(|it| it.is_ascii_alphanumeric());
        let rest = name.bytes().all(|it| it.is_ascii_alphanumeric() || b"-_.".contains(&it));
        if first && rest && name.len() <= Self::NAME_BYTES_MAX {
            return Ok(());
        }
        let found: String = name.chars().take(40).collect();
        Err(format!("expected an app name of letters, digits, '-', '_' and '.', found {found:?}"))
    }
}

/// A drain that may post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drain {
    /// Its number in the store.
    pub id: i64,
    /// The app it feeds; a shared one has none and takes it from `?app=`.
    pub app: Option<App>,
}

/// Every drain that may post.
#[derive(Debug, Default)]
pub struct Tokens {
    by_hash: RwLock<FxHashMap<TokenHash, Drain>>,
}

impl Tokens {
    /// Replaces all of them.
    pub fn replace(&self, drains: FxHashMap<TokenHash, Drain>) {
        *self.by_hash.write().unwrap_or_else(PoisonError::into_inner) = drains;
    }

    /// The drain that an `Authorization` header proves to be.
    #[must_use]
    pub fn find(&self, authorization: &str) -> Option<Drain> {
        let by_hash = self.by_hash.read().unwrap_or_else(PoisonError::into_inner);
        token::candidates(authorization).iter().find_map(|it| by_hash.get(&token::hash(it)).cloned())
    }

    /// The drain of a token.
    #[must_use]
    pub fn find_token(&self, token: &str) -> Option<Drain> {
        let by_hash = self.by_hash.read().unwrap_or_else(PoisonError::into_inner);
        by_hash.get(&token::hash(token)).cloned()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_hash.read().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_names() {
        for name in ["checkout", "my-app.2", "9lives", "a_b"] {
            assert_eq!(App::check_name(name), Ok(()));
        }
    }

    #[test]
    fn err_names() {
        for name in ["", "-a", "a b", "a/b", "ü", &"x".repeat(101)] {
            assert!(App::check_name(name).is_err(), "{name}");
        }
    }
}
