//! Hashes and checks passwords of people: Argon2id with the crate's own parameters (19 MiB, two
//! passes), off the async threads, and a few at once. A password that was right lately is known by
//! a keyed hash, so that Basic authorization does not pay for each request.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use argon2::{
    Argon2, PasswordHash, PasswordHasher, PasswordVerifier,
    password_hash::{Salt, SaltString},
};
use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

/// Fewest characters of a new password.
pub(crate) const CHARS_MIN: usize = 12;
/// Most bytes of a password.
pub(crate) const BYTES_MAX: usize = 1_000;
/// Most passwords that are hashed at once: each takes 19 MiB and a core.
const AT_ONCE_MAX: usize = 2;
/// How long a right password is known.
const KNOWN_FOR: Duration = Duration::from_secs(60);
/// Most right passwords that are known.
const KNOWN_MAX: usize = 256;
/// What a password of nobody is compared with, so that names can't be told by the time taken.
const NOBODYS: &str = "$argon2id$v=19$m=19456,t=2,p=1$c3RyZWFtZ2F1Z2U$sKyS6qZ1YlTYmPAqLxyMEmbqGKFpS4dH2gyGrHFpq1M";

/// Hashes and checks passwords. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Passwords {
    slots: Arc<Semaphore>,
    key: [u8; 32],
    known: Arc<Mutex<FxHashMap<[u8; 32], Instant>>>,
}

/// Why a password was not hashed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("expected a password of at least {CHARS_MIN} characters and at most {BYTES_MAX} bytes")]
    Length,
    #[error("the password could not be hashed")]
    Failed,
}

impl Passwords {
    /// Nothing is known yet.
    ///
    /// # Errors
    /// When the system provides no randomness.
    pub(crate) fn new() -> Result<Self, getrandom::Error> {
        let mut key = [0; 32];
        getrandom::fill(&mut key)?;
        Ok(Self { slots: Arc::new(Semaphore::new(AT_ONCE_MAX)), key, known: Arc::default() })
    }

    /// The hash of a new password.
    ///
    /// # Errors
    /// See [`Error`].
    pub(crate) async fn hash(&self, password: &str) -> Result<String, Error> {
        if password.chars().count() < CHARS_MIN || password.len() > BYTES_MAX {
            return Err(Error::Length);
        }
        let password = password.to_owned();
        self.apart(move || {
            let mut bytes = [0; Salt::RECOMMENDED_LENGTH];
            getrandom::fill(&mut bytes).ok()?;
            let salt = SaltString::encode_b64(&bytes).ok()?;
            Some(Argon2::default().hash_password(password.as_bytes(), &salt).ok()?.to_string())
        })
        .await
        .ok_or(Error::Failed)
    }

    /// Whether this password of this hash was right lately.
    pub(crate) fn is_known(&self, hash: &str, password: &str) -> bool {
        let until = self.known().get(&self.mark(hash, password)).copied();
        until.is_some_and(|it| it > Instant::now())
    }

    /// Whether a password is right. Without a hash it is not, which takes as long.
    pub(crate) async fn is_right(&self, hash: Option<&str>, password: &str) -> bool {
        if password.len() > BYTES_MAX {
            return false;
        }
        let (expected, given) = (hash.unwrap_or(NOBODYS).to_owned(), password.to_owned());
        let compare = move || {
            let expected = PasswordHash::new(&expected).ok()?;
            Argon2::default().verify_password(given.as_bytes(), &expected).ok()
        };
        let is_right = self.apart(compare).await.is_some();
        let Some(hash) = hash.filter(|_| is_right) else { return false };
        let (mut known, now) = (self.known(), Instant::now());
        if known.len() >= KNOWN_MAX {
            known.retain(|_, until| *until > now);
        }
        if known.len() < KNOWN_MAX {
            known.insert(self.mark(hash, password), now + KNOWN_FOR);
        }
        true
    }

    /// Runs something slow beside the async threads, when there is a slot for it.
    async fn apart<T: Send + 'static>(&self, work: impl FnOnce() -> Option<T> + Send + 'static) -> Option<T> {
        let slot = Arc::clone(&self.slots).acquire_owned().await.ok()?;
        let done = tokio::task::spawn_blocking(move || {
            let _slot = slot;
            work()
        });
        done.await.ok().flatten()
    }

    fn mark(&self, hash: &str, password: &str) -> [u8; 32] {
        let hash = Sha256::digest(hash.as_bytes());
        Sha256::new().chain_update(self.key).chain_update(hash).chain_update(password.as_bytes()).finalize().into()
    }

    fn known(&self) -> MutexGuard<'_, FxHashMap<[u8; 32], Instant>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]
mod tests {
    use super::*;

    #[tokio::test]
    async fn ok_a_right_password_is_known_for_a_while() {
        let passwords = Passwords::new().unwrap();
        let hash = passwords.hash("correct horse battery").await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(!passwords.is_known(&hash, "correct horse battery"));
        assert!(passwords.is_right(Some(&hash), "correct horse battery").await);
        assert!(passwords.is_known(&hash, "correct horse battery"));
        assert!(!passwords.is_right(Some(&hash), "correct horse batterY").await);
        assert!(!passwords.is_known(&hash, "correct horse batterY"));
    }

    #[tokio::test]
    async fn err_passwords() {
        let passwords = Passwords::new().unwrap();
        for password in ["", "elevenchars", &"x".repeat(1_001)] {
            assert!(matches!(passwords.hash(password).await, Err(Error::Length)), "{password}");
        }
        assert!(PasswordHash::new(NOBODYS).is_ok());
        assert!(!passwords.is_right(None, "anything at all").await);
    }
}
