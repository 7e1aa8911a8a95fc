//! The password of the dashboard and API: HTTP Basic with any user name.
//!
//! Unset means open; the configuration sees to it that an open server listens on loopback only. A browser that has once been right
//! carries a cookie, and does not wait for others who guess from its address; without the password the cookie is worth nothing.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use super::token;
use crate::config::Secret;

/// Passwords in one header that are compared.
const CANDIDATES_MAX: usize = 2;

/// Who may look.
#[derive(Clone, Debug)]
pub struct Admin {
    password_sha256: Option<[u8; 32]>,
    cookie: String,
}

impl Admin {
    /// Takes the password, if one is set.
    ///
    /// # Errors
    /// When the system gives no randomness for the cookie.
    pub fn new(password: Option<&Secret>) -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes)?;
        let password_sha256 = password.map(|it| Sha256::digest(it.expose().as_bytes()).into());
        Ok(Self { password_sha256, cookie: URL_SAFE_NO_PAD.encode(bytes) })
    }

    /// Whether there is no password.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.password_sha256.is_none()
    }

    /// What a browser that was right is given to carry; another at each start.
    #[must_use]
    pub fn cookie(&self) -> &str {
        &self.cookie
    }

    /// Whether a request with this `Authorization` header may look. Compares hashes, so that the time taken tells nothing.
    #[must_use]
    pub fn authorizes(&self, authorization: Option<&str>) -> bool {
        let Some(expected) = self.password_sha256 else { return true };
        let Some(header) = authorization else { return false };
        let candidates = token::candidates(header).into_iter().take(CANDIDATES_MAX);
        candidates.into_iter().any(|it| <[u8; 32]>::from(Sha256::digest(it.as_bytes())) == expected)
    }
}
