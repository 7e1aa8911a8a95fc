//! Names whose values are secrets: `password`, `X-Api-Key`, `dbPassword1`, `_shop_session`.
//!
//! The end of a name says what its value is: `token_count` is a count, `password_resets` are resets.

/// What the value of a name is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// No secret.
    Plain,
    /// A secret, whatever it looks like.
    Strong,
    /// A secret, but for small numbers and words of a sentence.
    Weak,
    /// The value of an HTTP header: several words may belong to it.
    Header,
}

/// The longest name that is read, bytes.
pub(super) const NAME_BYTES_MAX: usize = 64;

/// Whole words.
const STRONG: [&str; 13] =
    ["otp", "totp", "pin", "cvv", "cvc", "jwt", "sid", "ssn", "csrf", "xsrf", "passcode", "bearer", "keypass"];
/// Ends of words, since names are also written without a joint.
const STRONG_ENDS: [&str; 18] = [
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "secret",
    "token",
    "sessionid",
    "sessid",
    "apikey",
    "authkey",
    "accesskey",
    "privatekey",
    "secretkey",
    "accountkey",
    "signingkey",
    "masterkey",
    "encryptionkey",
    "userpass",
];
const WEAK: [&str; 10] =
    ["auth", "oauth", "pass", "session", "sess", "sig", "signature", "credential", "credentials", "creds"];
const HEADER_ENDS: [&str; 3] = ["authorization", "cookie", "cookies"];
/// What stands before `key` where a key is a secret.
const KEYS: [&str; 26] = [
    "api",
    "app",
    "private",
    "secret",
    "access",
    "encryption",
    "signing",
    "sign",
    "master",
    "auth",
    "client",
    "account",
    "shared",
    "service",
    "deploy",
    "ssh",
    "rsa",
    "crypt",
    "storage",
    "session",
    "hmac",
    "jwt",
    "webhook",
    "consumer",
    "subscription",
    "license",
];
/// What stands before `token` where tokens are counted.
const COUNTS: [&str; 10] =
    ["max", "min", "total", "num", "prompt", "completion", "input", "output", "per", "unexpected"];
/// What may stand behind a name without changing what its value is.
const TAILS: [&str; 18] = [
    "confirmation",
    "confirm",
    "repeat",
    "digest",
    "hash",
    "hashed",
    "encrypted",
    "value",
    "base",
    "old",
    "new",
    "current",
    "plain",
    "plaintext",
    "raw",
    "header",
    "string",
    "env",
];

/// What the value of a name is.
pub(super) fn judge(name: &[u8]) -> Kind {
    let is_measured = name.contains(&b'#') || name.starts_with(b"measure.") || name.starts_with(b"sample.");
    if is_measured || name.len() > NAME_BYTES_MAX {
        return Kind::Plain;
    }
    let (mut rest, mut word) = last_word(name);
    for _ in 0..2 {
        if !word.is_empty() && (word[0].is_ascii_digit() || is_any(word, &TAILS)) {
            (rest, word) = last_word(rest);
        }
    }
    let before = || last_word(rest).1;
    let kind = if ends(word, &HEADER_ENDS) {
        Kind::Header
    } else if is_any(word, &STRONG) || ends(word, &STRONG_ENDS) {
        Kind::Strong
    } else if is_any(word, &WEAK) {
        Kind::Weak
    } else if is(word, "key") && is_any(before(), &KEYS)
        || is(word, "id") && is_any(before(), &["session", "sess"])
        || is(word, "code") && is_any(before(), &["auth", "authorization", "oauth", "otp", "pass", "pin"])
    {
        Kind::Strong
    } else {
        Kind::Plain
    };
    if kind == Kind::Strong && is(word, "token") && is_any(before(), &COUNTS) { Kind::Plain } else { kind }
}

/// The last word of a name, and what stands before it. Words end at joints, before a capital, and between letters and digits.
fn last_word(name: &[u8]) -> (&[u8], &[u8]) {
    let end = name.iter().rposition(u8::is_ascii_alphanumeric).map_or(0, |it| it + 1);
    let name = &name[..end];
    let Some(last) = name.last() else { return (b"", b"") };
    let is_of_it = |it: &u8| it.is_ascii_alphanumeric() && it.is_ascii_digit() == last.is_ascii_digit();
    let mut start = name.iter().rposition(|it| !is_of_it(it)).map_or(0, |it| it + 1);
    for at in (start + 1..end).rev() {
        let (before, here) = (name[at - 1], name[at]);
        let begins_small = name.get(at + 1).is_some_and(u8::is_ascii_lowercase);
        if here.is_ascii_uppercase() && (before.is_ascii_lowercase() || begins_small) {
            start = at;
            break;
        }
    }
    (&name[..start], &name[start..])
}

fn is(word: &[u8], one: &str) -> bool {
    word.eq_ignore_ascii_case(one.as_bytes())
}

fn is_any(word: &[u8], of: &[&str]) -> bool {
    of.iter().any(|it| is(word, it))
}

fn ends(word: &[u8], with: &[&str]) -> bool {
    with.iter().any(|it| word.len().checked_sub(it.len()).is_some_and(|at| is(&word[at..], it)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_names() {
        use Kind::{Header, Plain, Strong, Weak};
        for (names, expected) in [
            ("password Password PGPASSWORD dbPassword db_password1 password_confirmation encrypted_password", Strong),
            ("pwd passphrase client_secret secret_key_base accessToken APIKey x-api-key X-Api-Key apikey", Strong),
            ("AWS_SECRET_ACCESS_KEY private_key JSESSIONID PHPSESSID session_id sessionId sid connect.sid", Strong),
            ("authenticity_token csrf XSRF-TOKEN csrfmiddlewaretoken id_token otp cvv2 pin authCode", Strong),
            ("auth pass _shop_session sig X-Amz-Signature X-Hub-Signature-256 credentials REDISCLI_AUTH", Weak),
            ("Authorization HTTP_AUTHORIZATION Cookie Set-Cookie cookies HTTP_COOKIE", Header),
            ("key keys monkey cache_key primary_key key_id access_key_id public_key idempotency_key", Plain),
            ("tokens token_count total_tokens max_token token_type password_resets sessions session_count", Plain),
            ("author authority authenticated inside side president design ping mapping passed bypass compass", Plain),
            ("measure#auth.token sample#session count#password measure.token", Plain),
        ] {
            for name in names.split(' ') {
                assert_eq!(judge(name.as_bytes()), expected, "{name}");
            }
        }
    }
}
