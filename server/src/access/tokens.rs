//! The drains that may post, in memory, by the hash of their token.
//!
//! The whole set is replaced when the stored drains change. An unknown token may belong to a drain
//! created a moment ago, so it is looked up before it is refused. The lookup itself is done
//! elsewhere, for all waiting requests together, so that guessing stays cheap.

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use contract::drain::{DrainId, TokenAge};
use rustc_hash::{FxHashMap, FxHashSet};
use tokio::{
    sync::{mpsc, oneshot},
    time::timeout,
};

use super::{Token, TokenHash, token};

/// Most lookups that may wait.
pub(crate) const LOOKUPS_MAX: usize = 1_024;
/// How long a request waits for a lookup before it is told to try again.
const LOOKUP_MAX: Duration = Duration::from_secs(3);

/// A monitored app, known by its id; the name may change.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct App {
    /// Its id in the store.
    pub id: i64,
    /// Its name, as pages show it.
    pub name: Arc<str>,
}

impl App {
    /// Longest name, bytes.
    pub const NAME_BYTES_MAX: usize = 100;

    /// Checks an app's name: letters, digits, `-`, `_` and `.`, beginning with a letter or digit.
    ///
    /// # Errors
    /// A sentence that says what was expected and found.
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
    /// Its id in the store.
    pub id: i64,
    /// The app it feeds. A shared drain has none: each request names an app with `?app=`.
    pub app: Option<App>,
    /// Which of its tokens was presented.
    pub token: TokenAge,
}

/// A request to look up a token that is not known in memory.
#[derive(Debug)]
pub struct TokenLookup {
    pub hash: TokenHash,
    /// Receives the token's drain, or `None` when it has none. Dropped without a reply when the
    /// lookup failed.
    pub answer: oneshot::Sender<Option<Drain>>,
}

/// Why a request could not be authenticated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthError {
    /// It has no token, or none that is valid.
    #[error("expected the token of a drain")]
    Unknown,
    /// The lookup failed or took too long.
    #[error("the token could not be looked up")]
    Busy,
}

/// The drains that may post.
#[derive(Debug)]
pub struct Tokens {
    by_hash: RwLock<FxHashMap<TokenHash, Drain>>,
    /// Drains whose batches are not kept for now.
    paused: RwLock<FxHashSet<DrainId>>,
    lookups: mpsc::Sender<TokenLookup>,
}

impl Tokens {
    /// An empty set, and the receiver of its lookups.
    #[must_use]
    pub fn new() -> (Self, mpsc::Receiver<TokenLookup>) {
        let (lookups, requests) = mpsc::channel(LOOKUPS_MAX);
        (Self { by_hash: RwLock::default(), paused: RwLock::default(), lookups }, requests)
    }

    /// Replaces all drains by those that are stored now.
    pub fn replace(&self, drains: FxHashMap<TokenHash, Drain>, paused: FxHashSet<DrainId>) {
        *self.by_hash.write().unwrap_or_else(PoisonError::into_inner) = drains;
        *self.paused.write().unwrap_or_else(PoisonError::into_inner) = paused;
    }

    /// Whether a drain is paused.
    #[must_use]
    pub fn is_paused(&self, drain: DrainId) -> bool {
        self.paused.read().unwrap_or_else(PoisonError::into_inner).contains(&drain)
    }

    /// Adds a drain that a lookup found.
    pub fn add(&self, hash: TokenHash, drain: Drain) {
        self.by_hash.write().unwrap_or_else(PoisonError::into_inner).insert(hash, drain);
    }

    /// Finds the drain of an `Authorization` header.
    ///
    /// # Errors
    /// See [`AuthError`].
    pub async fn authenticate(&self, authorization: &str) -> Result<Drain, AuthError> {
        let candidates = token::candidates(authorization);
        self.authenticate_any(candidates.iter().map(String::as_str)).await
    }

    /// Finds the drain of the first of these tokens that has one.
    ///
    /// # Errors
    /// See [`AuthError`].
    pub async fn authenticate_any<'a>(&self, tokens: impl Iterator<Item = &'a str>) -> Result<Drain, AuthError> {
        // Text that can't be a token is never looked up.
        let hashes: Vec<TokenHash> = tokens.filter_map(Token::parse).map(|it| it.hash()).collect();
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

    /// The drain of a token, if it is known in memory.
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
