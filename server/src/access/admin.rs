//! Checks the password of the dashboard and the API: HTTP Basic with any user name.
//!
//! Without a password everything is open; the configuration makes sure that such a server listens
//! on loopback only. A browser that has sent the right password gets a cookie and is no longer
//! slowed down by others who guess from its address. The cookie is worthless without the password.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use super::token;
use crate::config::Secret;

/// Longest user name that is recorded, characters.
const NAME_CHARS_MAX: usize = 60;
/// Most passwords of one header that are compared.
const CANDIDATES_MAX: usize = 2;

/// The password, by its hash.
#[derive(Clone, Debug)]
pub(crate) struct Admin {
    password_sha256: Option<[u8; 32]>,
    cookie: String,
}

impl Admin {
    /// Hashes the password, if one is set, and makes a new cookie.
    ///
    /// # Errors
    /// When the system provides no randomness for the cookie.
    pub(crate) fn new(password: Option<&Secret>) -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes)?;
        let password_sha256 = password.map(|it| Sha256::digest(it.expose().as_bytes()).into());
        Ok(Self { password_sha256, cookie: URL_SAFE_NO_PAD.encode(bytes) })
    }

    /// The hash of the password; none while no password is set.
    #[must_use]
    pub(crate) const fn password_sha256(&self) -> Option<&[u8; 32]> {
        self.password_sha256.as_ref()
    }

    /// Whether no password is set.
    #[must_use]
    pub(crate) const fn is_open(&self) -> bool {
        self.password_sha256.is_none()
    }

    /// The cookie for browsers that have sent the right password; a new one at each start.
    #[must_use]
    pub(crate) fn cookie(&self) -> &str {
        &self.cookie
    }

    /// The user name beside the right password, for the record of who changed what. `None` where
    /// there is none, or where it is `any`, which stands for nobody.
    #[must_use]
    pub(crate) fn user(&self, authorization: &str) -> Option<String> {
        let (user, password) = token::basic(authorization)?;
        // A name is only believed beside the password: alone it may be the password itself.
        let is_signed_in = self.password_sha256? == <[u8; 32]>::from(Sha256::digest(password.as_bytes()));
        let is_name = (1..=NAME_CHARS_MAX).contains(&user.chars().count()) && !user.contains(char::is_control);
        (is_signed_in && is_name && user != "any" && user != password).then_some(user)
    }

    /// Whether this is the password, where one is set.
    #[must_use]
    pub(crate) fn is_password(&self, password: &str) -> bool {
        self.password_sha256.is_some_and(|it| it == <[u8; 32]>::from(Sha256::digest(password.as_bytes())))
    }

    /// Whether a password is set and this `Authorization` header has it. Compares hashes, so that
    /// the time taken reveals nothing.
    #[must_use]
    pub(crate) fn authorizes(&self, authorization: &str) -> bool {
        let Some(expected) = self.password_sha256 else { return false };
        let candidates = token::candidates(authorization).into_iter().take(CANDIDATES_MAX);
        candidates.into_iter().any(|it| <[u8; 32]>::from(Sha256::digest(it.as_bytes())) == expected)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]
mod tests {
    use base64::engine::general_purpose::STANDARD;

    use super::*;

    #[test]
    fn ok_users_are_named_only_beside_the_password() {
        let secret: Secret = "a long password".parse().unwrap();
        let admin = Admin::new(Some(&secret)).unwrap();
        let long = format!("{}:a long password", "é".repeat(61));
        for (credentials, expected) in [
            ("alice:a long password", Some("alice")),
            ("any:a long password", None),
            (":a long password", None),
            ("a long password:", None),
            ("a long password:a long password", None),
            ("alice:another", None),
            ("al\nice:a long password", None),
            (&*long, None),
        ] {
            let header = format!("Basic {}", STANDARD.encode(credentials));
            assert_eq!(admin.user(&header).as_deref(), expected, "{credentials}");
        }
        assert_eq!(admin.user("Bearer a long password"), None);
        assert_eq!(Admin::new(None).unwrap().user(&format!("Basic {}", STANDARD.encode("alice:"))), None);
    }
}
