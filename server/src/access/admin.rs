//! The password of the dashboard and API: HTTP Basic with any user name.
//!
//! Unset means open; the configuration sees to it that an open server listens on loopback only.

use sha2::{Digest, Sha256};

use super::token;
use crate::config::Secret;

/// Who may look.
#[derive(Clone, Debug)]
pub struct Admin {
    password_sha256: Option<[u8; 32]>,
}

impl Admin {
    /// Takes the password, if one is set.
    #[must_use]
    pub fn new(password: Option<&Secret>) -> Self {
        Self { password_sha256: password.map(|it| Sha256::digest(it.expose().as_bytes()).into()) }
    }

    /// Whether a request with this `Authorization` header may look. Compares hashes, so that the time taken tells nothing.
    #[must_use]
    pub fn admits(&self, authorization: Option<&str>) -> bool {
        let Some(expected) = self.password_sha256 else { return true };
        let Some(header) = authorization else { return false };
        token::candidates(header).iter().any(|it| <[u8; 32]>::from(Sha256::digest(it.as_bytes())) == expected)
    }
}
