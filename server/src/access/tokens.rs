//! The drains that may post, in memory: found by the hash of their token, replaced whole when the stored ones change.
//!
//! A token that is not known here may belong to a drain that was made a moment ago, so it is asked for before it is refused.
//! Who answers is not known here; all that wait are answered together, so that guessing stays cheap.

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use rustc_hash::FxHashMap;
use tokio::{
    sync::{mpsc, oneshot},
    time::timeout,
};

use super::{Token, TokenHash, token};

/// Unknown tokens that may wait for an answer.
pub const LOOKUPS_MAX: usize = 1_024;
/// How long a request waits for one, until it is told to come again.
const LOOKUP_MAX: Duration = Duration::from_secs(3);

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

/// A token that is not known here, and where to say whose it is.
#[derive(Debug)]
pub struct TokenLookup {
    /// What is kept of it.
    pub hash: TokenHash,
    /// Takes its drain, or `None` when there is none; dropped when it could not be found out.
    pub answer: oneshot::Sender<Option<Drain>>,
}

/// Why a request has not proved to be a drain's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthError {
    /// It has no token, or not one of ours.
    #[error("expected the token of a drain")]
    Unknown,
    /// It could not be found out in time.
    #[error("the token could not be looked up")]
    Busy,
}

/// Every drain that may post.
#[derive(Debug)]
pub struct Tokens {
    by_hash: RwLock<FxHashMap<TokenHash, Drain>>,
    lookups: mpsc::Sender<TokenLookup>,
}

impl Tokens {
    /// No drains yet, and the end at which unknown tokens are asked for.
    #[must_use]
    pub fn new() -> (Self, mpsc::Receiver<TokenLookup>) {
        let (lookups, requests) = mpsc::channel(LOOKUPS_MAX);
        (Self { by_hash: RwLock::default(), lookups }, requests)
    }

    /// Replaces all of them.
    pub fn replace(&self, drains: FxHashMap<TokenHash, Drain>) {
        *self.by_hash.write().unwrap_or_else(PoisonError::into_inner) = drains;
    }

    /// Adds one that was just found.
    pub fn add(&self, hash: TokenHash, drain: Drain) {
        self.by_hash.write().unwrap_or_else(PoisonError::into_inner).insert(hash, drain);
    }

    /// The drain that an `Authorization` header proves to be.
    ///
    /// # Errors
    /// [`AuthError`].
    pub async fn authenticate(&self, authorization: &str) -> Result<Drain, AuthError> {
        let candidates = token::candidates(authorization);
        self.authenticate_any(candidates.iter().map(String::as_str)).await
    }

    /// The drain of the first of these tokens that has one.
    ///
    /// # Errors
    /// [`AuthError`].
    pub async fn authenticate_any<'a>(&self, tokens: impl Iterator<Item = &'a str>) -> Result<Drain, AuthError> {
        // What can't be a token is never asked for.
        let hashes: Vec<TokenHash> = tokens.filter_map(Token::of).map(|it| it.hash()).collect();
        if let Some(drain) = hashes.iter().find_map(|it| self.known(it)) {
            return Ok(drain);
        }
        for hash in hashes {
            if let Some(drain) = self.look_up(hash).await? {
                return Ok(drain);
            }
        }
        Err(AuthError::Unknown)
    }

    /// The drain of a token, if it is known here.
    #[must_use]
    pub fn find(&self, token: &str) -> Option<Drain> {
        self.known(&token::hash(token))
    }

    fn known(&self, hash: &TokenHash) -> Option<Drain> {
        self.by_hash.read().unwrap_or_else(PoisonError::into_inner).get(hash).cloned()
    }

    async fn look_up(&self, hash: TokenHash) -> Result<Option<Drain>, AuthError> {
        let (answer, answered) = oneshot::channel();
        let lookup = async {
            self.lookups.send(TokenLookup { hash, answer }).await.ok()?;
            answered.await.ok()
        };
        timeout(LOOKUP_MAX, lookup).await.ok().flatten().ok_or(AuthError::Busy)
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
