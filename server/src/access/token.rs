//! A drain's token: random, and stored only as its SHA-256.
//!
//! A token has 127 random bits, so an unsalted hash is enough: a dictionary is of no use.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

/// SHA-256 of a token.
pub(crate) type TokenHash = [u8; 32];

/// Length of a token made by this server: `sg_` and 16 bytes in base64.
const OURS_BYTES: usize = 25;

/// A token in plain text, which is shown only once.
#[derive(Clone)]
pub(crate) struct Token(String);

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(***)")
    }
}

impl Token {
    /// Generates a token: `sg_` and 22 letters and digits, which need no escaping in a URL and are
    /// allowed as a tag of syslog by every sender, such as nginx.
    ///
    /// # Errors
    /// When the system provides no randomness.
    pub(crate) fn generate() -> Result<Self, getrandom::Error> {
        loop {
            // Every second one has no other characters.
            let token = Self::random::<16>("sg_")?;
            if token.0["sg_".len()..].bytes().all(|it| it.is_ascii_alphanumeric()) {
                return Ok(token);
            }
        }
    }

    /// Generates a token of `BYTES` random bytes behind a prefix.
    ///
    /// # Errors
    /// When the system provides no randomness.
    pub(crate) fn random<const BYTES: usize>(prefix: &str) -> Result<Self, getrandom::Error> {
        let mut bytes = [0; BYTES];
        getrandom::fill(&mut bytes)?;
        Ok(Self(format!("{prefix}{}", URL_SAFE_NO_PAD.encode(bytes))))
    }

    /// Accepts a token made elsewhere: 16 to 100 characters that need no escaping in a URL.
    #[must_use]
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let is_plain = text.bytes().all(|it| it.is_ascii_alphanumeric() || b"-_.".contains(&it));
        ((16..=100).contains(&text.len()) && is_plain).then(|| Self(text.to_owned()))
    }

    /// Whether a word has the form of a token made by this server.
    #[must_use]
    pub(crate) fn is_ours(word: &str) -> bool {
        word.starts_with("sg_") && word.len() == OURS_BYTES && Self::parse(word).is_some()
    }

    /// The plain text, for a URL.
    #[must_use]
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    /// The hash to store.
    #[must_use]
    pub(crate) fn hash(&self) -> TokenHash {
        hash(&self.0)
    }
}

/// The hash of a token that a sender presents.
#[must_use]
pub(crate) fn hash(token: &str) -> TokenHash {
    Sha256::digest(token.as_bytes()).into()
}

/// The URL of a drain: `base` with the token as password, and the path of the receiver. `None` when
/// `base` is not an HTTP URL.
#[must_use]
pub(crate) fn url(base: &str, token: &Token) -> Option<String> {
    let (scheme, rest) = base.split_once("://").filter(|it| matches!(it.0, "http" | "https"))?;
    Some(format!("{scheme}://any:{}@{}/logs", token.expose(), rest.trim_end_matches('/')))
}

/// The tokens that an `Authorization` header may contain: Bearer, Basic with the token as password
/// or as user name, or an API key of Elasticsearch.
#[must_use]
pub(crate) fn candidates(authorization: &str) -> Vec<String> {
    let Some((scheme, rest)) = authorization.split_once(' ') else { return vec![] };
    let rest = rest.trim();
    if scheme.eq_ignore_ascii_case("bearer") {
        return vec![rest.to_owned()];
    }
    // Elasticsearch's API keys: base64 of `ID:KEY`, or the key alone.
    let is_key = scheme.eq_ignore_ascii_case("apikey");
    if is_key && Token::is_ours(rest) {
        return vec![rest.to_owned()];
    }
    let pair = if is_key { decoded_pair(rest) } else { basic(authorization) };
    let Some((user, password)) = pair else { return vec![] };
    [password, user].into_iter().filter(|it| !it.is_empty()).collect()
}

/// User name and password of a Basic `Authorization` header.
#[must_use]
pub(crate) fn basic(authorization: &str) -> Option<(String, String)> {
    let (_, rest) = authorization.split_once(' ').filter(|it| it.0.eq_ignore_ascii_case("basic"))?;
    decoded_pair(rest.trim())
}

fn decoded_pair(text: &str) -> Option<(String, String)> {
    let decoded = base64::engine::general_purpose::STANDARD.decode(text).ok()?;
    let decoded = String::from_utf8(decoded).ok()?;
    let (user, password) = decoded.split_once(':').unwrap_or((&decoded, ""));
    Some((user.to_owned(), password.to_owned()))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]
mod tests {
    use super::*;

    #[track_caller]
    fn check(header: &str, expected: &[&str]) {
        assert_eq!(candidates(header), expected, "{header}");
    }

    #[test]
    fn ok_schemes() {
        check("Bearer sg_abc", &["sg_abc"]);
        check("bearer  sg_abc ", &["sg_abc"]);
        check("Basic YW55OnNnX2FiYw==", &["sg_abc", "any"]);
        check("Basic c2dfYWJjOg==", &["sg_abc"]);
    }

    #[test]
    fn err_schemes() {
        for header in ["", "Basic", "Basic !!!", "Digest x", "Basic Og=="] {
            check(header, &[]);
        }
    }

    #[test]
    fn ok_tokens_differ_and_need_no_escaping() {
        let (a, b) = (Token::generate().unwrap(), Token::generate().unwrap());
        assert_ne!(a.expose(), b.expose());
        assert!(Token::is_ours(a.expose()) && !Token::is_ours("d.9a1c6f0e-4f0b-4b8e-9c53"));
        assert!(a.expose().chars().all(|it| it.is_ascii_alphanumeric() || "_-".contains(it)), "{}", a.expose());
        assert_eq!(hash(a.expose()), a.hash());
    }
}
