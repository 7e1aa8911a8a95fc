//! Signatures of webhooks, after Standard Webhooks 1.0.0 with HMAC-SHA256.
//! <https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>

use base64::{Engine, prelude::BASE64_STANDARD};
use ring::hmac;

/// How the text of a key begins.
const PREFIX: &str = "whsec_";
/// Bytes of a key that we make.
const KEY_BYTES: usize = 32;

/// The key of a webhook's signatures. `Debug` shows nothing of it.
#[derive(Clone)]
pub(crate) struct SigningKey(hmac::Key);

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SigningKey(…)")
    }
}

impl SigningKey {
    /// A new key as its receiver gets it: `whsec_` and base64.
    ///
    /// # Errors
    /// When there are no random bytes.
    pub(crate) fn generate() -> Result<String, getrandom::Error> {
        let mut bytes = [0; KEY_BYTES];
        getrandom::fill(&mut bytes)?;
        Ok(format!("{PREFIX}{}", BASE64_STANDARD.encode(bytes)))
    }

    /// Reads a key of 18 to 64 bytes: the specification asks for 24, and its own example has 18.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let bytes = BASE64_STANDARD.decode(text.strip_prefix(PREFIX)?).ok()?;
        (18..=64).contains(&bytes.len()).then(|| Self(hmac::Key::new(hmac::HMAC_SHA256, &bytes)))
    }

    /// The value of `webhook-signature` for a body as it is sent. `at_s` is the time of this
    /// attempt, unix seconds.
    pub(crate) fn sign(&self, id: &str, at_s: i64, body: &[u8]) -> String {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(format!("{id}.{at_s}.").as_bytes());
        context.update(body);
        format!("v1,{}", BASE64_STANDARD.encode(context.sign()))
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]
mod tests {
    use super::*;

    /// The example of the specification.
    #[test]
    fn ok_the_example_of_the_specification() {
        let key = SigningKey::parse("whsec_plJ3nmyCDGBKInavdOK15jsl").unwrap();
        let body = br#"{"event_type":"ping","data":{"success":true}}"#;
        let found = key.sign("msg_loFOjxBNrRLzqYUf", 1_731_705_121, body);
        assert_eq!(found, "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=");
        assert_ne!(key.sign("msg_loFOjxBNrRLzqYUf", 1_731_705_122, body), found);
        assert_ne!(
            SigningKey::parse(&SigningKey::generate().unwrap()).unwrap().sign("a", 1, body),
            key.sign("a", 1, body)
        );
    }

    #[test]
    fn err_keys() {
        for text in ["", "whsec_", "whsec_AAAA", "plJ3nmyCDGBKInavdOK15jsl", "whsec_!!!!!!!!!!!!!!!!!!!!!!!!"] {
            assert!(SigningKey::parse(text).is_none(), "{text}");
        }
    }
}
