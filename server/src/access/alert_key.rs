//! The key that encrypts the secrets of channels, and signs links in messages.
//!
//! It comes from `ALERT_KEY`, or from a file with mode 0600 beside the database, made at first use.
//! A copy of the database alone therefore shows no secret.

use std::{
    fs::OpenOptions,
    io::{ErrorKind, Read, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use base64::{Engine, prelude::BASE64_STANDARD_NO_PAD, prelude::BASE64_URL_SAFE_NO_PAD};
use ring::{aead, hmac};

use crate::config::Secret;

/// Bytes of a key.
const KEY_BYTES: usize = 32;
/// Bytes of a nonce of ChaCha20-Poly1305.
const NONCE_BYTES: usize = 12;
/// Bytes of a signature in a link: half of SHA-256 is enough for what can be guessed online.
const SIGNATURE_BYTES: usize = 16;
/// Longest key file, bytes.
const FILE_BYTES_MAX: u64 = 200;

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub(crate) enum KeyError {
    /// The key is not one.
    #[error("{place}: expected 43 characters of base64 (32 bytes), found {found} characters")]
    Malformed {
        /// The variable or the file.
        place: String,
        /// How many characters there are.
        found: usize,
    },
    /// The file can't be read or made.
    #[error("the key file {path} could not be used: {error}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// There are no random bytes.
    #[error("could not read random bytes: {0}")]
    Random(getrandom::Error),
}

/// A text was sealed with another key, or changed since.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it was encrypted with another key: expected the ALERT_KEY or key file of the time when it was saved")]
pub(crate) struct WrongKey;

/// The key. `Debug` shows nothing of it.
#[derive(Clone)]
pub(crate) struct AlertKey {
    seal: aead::LessSafeKey,
    sign: hmac::Key,
}

impl std::fmt::Debug for AlertKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AlertKey(…)")
    }
}

impl AlertKey {
    /// The key of `ALERT_KEY` where it is set, else that of the file beside the database, which is
    /// made when it is missing.
    ///
    /// # Errors
    /// See [`KeyError`].
    pub(crate) fn load(given: Option<&Secret>, database: &Path) -> Result<Self, KeyError> {
        if let Some(given) = given {
            return Self::parse("ALERT_KEY", given.expose());
        }
        let path = Self::path(database);
        let file_error = |error| KeyError::File { path: path.clone(), error };
        let mut text = String::new();
        match OpenOptions::new().read(true).open(&path) {
            Ok(file) => {
                file.take(FILE_BYTES_MAX).read_to_string(&mut text).map_err(file_error)?;
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let mut bytes = [0; KEY_BYTES];
                getrandom::fill(&mut bytes).map_err(KeyError::Random)?;
                text = BASE64_STANDARD_NO_PAD.encode(bytes);
                let new = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
                let mut file = match new {
                    // Another process was faster.
                    Err(error) if error.kind() == ErrorKind::AlreadyExists => return Self::load(None, database),
                    new => new.map_err(file_error)?,
                };
                file.write_all(format!("{text}\n").as_bytes()).and_then(|()| file.sync_all()).map_err(file_error)?;
            }
            Err(error) => return Err(file_error(error)),
        }
        Self::parse(&path.display().to_string(), &text)
    }

    /// The key file beside a database.
    #[must_use]
    pub(crate) fn path(database: &Path) -> PathBuf {
        let mut path = database.as_os_str().to_owned();
        path.push("-key");
        PathBuf::from(path)
    }

    fn parse(place: &str, text: &str) -> Result<Self, KeyError> {
        let text = text.trim().trim_end_matches('=');
        let bytes = BASE64_STANDARD_NO_PAD.decode(text).ok().and_then(|it| <[u8; KEY_BYTES]>::try_from(it).ok());
        let malformed = || KeyError::Malformed { place: place.to_owned(), found: text.chars().count() };
        let bytes = bytes.ok_or_else(malformed)?;
        // One secret, two keys: what is signed tells nothing of what is encrypted.
        let root = hmac::Key::new(hmac::HMAC_SHA256, &bytes);
        let seal = aead::UnboundKey::new(&aead::CHACHA20_POLY1305, hmac::sign(&root, b"seal").as_ref());
        let seal = aead::LessSafeKey::new(seal.map_err(|_| malformed())?);
        Ok(Self { seal, sign: hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&root, b"sign").as_ref()) })
    }

    /// Encrypts a text: a random nonce, then the encrypted bytes.
    ///
    /// # Errors
    /// [`KeyError::Random`].
    pub(crate) fn seal(&self, text: &str) -> Result<Vec<u8>, KeyError> {
        let mut nonce = [0; NONCE_BYTES];
        getrandom::fill(&mut nonce).map_err(KeyError::Random)?;
        let mut sealed = text.as_bytes().to_vec();
        let unique = aead::Nonce::assume_unique_for_key(nonce);
        let done = self.seal.seal_in_place_append_tag(unique, aead::Aad::empty(), &mut sealed);
        // Only a text of 256 GB is refused.
        debug_assert!(done.is_ok());
        Ok([&nonce[..], &sealed].concat())
    }

    /// Decrypts what [`Self::seal`] made.
    ///
    /// # Errors
    /// [`WrongKey`].
    pub(crate) fn open(&self, sealed: &[u8]) -> Result<String, WrongKey> {
        let (nonce, rest) = sealed.split_at_checked(NONCE_BYTES).ok_or(WrongKey)?;
        let nonce = aead::Nonce::try_assume_unique_for_key(nonce).map_err(|_| WrongKey)?;
        let mut text = rest.to_vec();
        let text = self.seal.open_in_place(nonce, aead::Aad::empty(), &mut text).map_err(|_| WrongKey)?;
        String::from_utf8(text.to_vec()).map_err(|_| WrongKey)
    }

    /// Signs a text for a link.
    #[must_use]
    pub(crate) fn sign(&self, text: &str) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(&hmac::sign(&self.sign, text.as_bytes()).as_ref()[..SIGNATURE_BYTES])
    }

    /// Whether a signature is that of a text. Takes the same time for every wrong one.
    #[must_use]
    pub(crate) fn is_signed(&self, text: &str, signature: &str) -> bool {
        let expected = self.sign(text);
        expected.len() == signature.len()
            && expected.bytes().zip(signature.bytes()).fold(0, |differ, (a, b)| differ | (a ^ b)) == 0
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn ok_a_key_file_is_made_once_and_private() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("a.db");
        let sealed = AlertKey::load(None, &database).unwrap().seal("https://hooks.example/secret").unwrap();
        let again = AlertKey::load(None, &database).unwrap();
        assert_eq!(again.open(&sealed).as_deref(), Ok("https://hooks.example/secret"));
        let mode = std::fs::metadata(AlertKey::path(&database)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert!(!sealed.windows(6).any(|it| it == b"secret"));
    }

    #[test]
    fn err_another_key_opens_and_signs_nothing() {
        let key = |byte: u8| AlertKey::parse("ALERT_KEY", &BASE64_STANDARD_NO_PAD.encode([byte; 32])).unwrap();
        let (one, other) = (key(1), key(2));
        let mut sealed = one.seal("text").unwrap();
        assert_eq!(other.open(&sealed), Err(WrongKey));
        sealed[14] ^= 1;
        assert_eq!(one.open(&sealed), Err(WrongKey));
        assert_eq!(one.open(b"short"), Err(WrongKey));
        let signature = one.sign("mute 12");
        assert!(one.is_signed("mute 12", &signature));
        assert!(!one.is_signed("mute 13", &signature) && !other.is_signed("mute 12", &signature));
        assert!(!one.is_signed("mute 12", ""));
    }

    #[test]
    fn err_keys_that_are_none() {
        for text in ["", "short", "!".repeat(43).as_str()] {
            let error = AlertKey::parse("ALERT_KEY", text).unwrap_err().to_string();
            assert!(error.contains("ALERT_KEY") && error.contains("43 characters"), "{error}");
        }
    }
}
