//! Names whose values are secrets: `password`, `X-Api-Key`, `dbPassword1`, `_shop_session`.
//!
//! The end of a name tells what its value is: `token_count` is a count, `password_resets` are
//! resets.

/// What kind of value a name has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// No secret.
    Plain,
    /// A secret, whatever its form.
    Strong,
    /// A secret, except small numbers and words of a sentence.
    Weak,
    /// The value of an HTTP header, which may have several words.
    Header,
}

/// The longest name that is read, bytes.
pub(super) const NAME_BYTES_MAX: usize = 64;
/// Words that name a secret.
const STRONG: [u128; 13] =
    packed(["otp", "totp", "pin", "cvv", "cvc", "jwt", "sid", "ssn", "csrf", "xsrf", "passcode", "bearer", "keypass"]);
/// Ends of words that name a secret, since names are also written without a separator.
const STRONG_ENDS: [u128; 18] = packed([
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
]);
const WEAK: [u128; 10] =
    packed(["auth", "oauth", "pass", "session", "sess", "sig", "signature", "credential", "credentials", "creds"]);
const HEADER_ENDS: [u128; 3] = packed(["authorization", "cookie", "cookies"]);
/// Words before `key` that make it a secret.
const KEYS: [u128; 26] = packed([
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
]);
/// Words before `token` that make its value a count.
const COUNTS: [u128; 10] =
    packed(["max", "min", "total", "num", "prompt", "completion", "input", "output", "per", "unexpected"]);
/// Words before `id`, and below before `code`, that make them secrets.
const SESSIONS: [u128; 2] = packed(["session", "sess"]);
const CODES: [u128; 6] = packed(["auth", "authorization", "oauth", "otp", "pass", "pin"]);
const KEY: u128 = small(b"key");
const ID: u128 = small(b"id");
const CODE: u128 = small(b"code");
const TOKEN: u128 = small(b"token");
/// Words that may end a name without changing what its value is.
const TAILS: [u128; 18] = packed([
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
]);

/// Words as numbers, so that one comparison is enough: the last sixteen bytes, the last byte
/// lowest, zeros before a shorter word.
const fn packed<const N: usize>(words: [&str; N]) -> [u128; N] {
    let mut all = [0; N];
    let mut at = 0;
    while at < N {
        all[at] = small(words[at].as_bytes());
        at += 1;
    }
    all
}

/// The end of a word in lower case, as such a number.
const fn small(word: &[u8]) -> u128 {
    let (mut all, mut at) = (0, word.len().saturating_sub(16));
    while at < word.len() {
        all = all << 8 | word[at].to_ascii_lowercase() as u128;
        at += 1;
    }
    all
}

fn ends(word: u128, with: &[u128]) -> bool {
    // All bytes but the leading zeros.
    with.iter().any(|it| (word ^ it) << (it.leading_zeros() / 8 * 8) == 0)
}

/// Whether a name with this end may name a secret. The last three letters exclude most words that
/// hold a clue.
pub(super) fn may_end(name: &[u8]) -> bool {
    let Some([.., third, second, last]) = name.last_chunk::<3>() else { return false };
    if last.is_ascii_digit() {
        return true;
    }
    let end = [third.to_ascii_lowercase(), second.to_ascii_lowercase(), last.to_ascii_lowercase()];
    matches!(
        &end,
        // Ends of names.
        b"ord" | b"swd" | b"ase" | b"pwd" | b"ret" | b"ken" | b"key" | b"ass" | b"otp" | b"pin" | b"cvv" | b"cvc" | b"jwt" | b"ssn"
            | b"srf" | b"ode" | b"rer" | b"uth" | b"ion" | b"ess" | b"sig" | b"ure" | b"ial" | b"als" | b"eds" | b"kie" | b"ies"
            | [_, b'i', b'd']
            // Ends of the words after them.
            | b"irm" | b"eat" | b"est" | b"ash" | b"hed" | b"ted" | b"lue" | b"old" | b"new" | b"ent" | b"ain" | b"ext" | b"raw"
            | b"der" | b"ing" | b"env"
    )
}

/// What kind of value a name has.
pub(super) fn judge(name: &[u8]) -> Kind {
    let is_measured = name.contains(&b'#') || name.starts_with(b"measure.") || name.starts_with(b"sample.");
    if is_measured || name.len() > NAME_BYTES_MAX {
        return Kind::Plain;
    }
    let (mut rest, mut last) = last_word(name);
    let mut word = small(last);
    for _ in 0..2 {
        if last.first().is_some_and(u8::is_ascii_digit) || TAILS.contains(&word) {
            (rest, last) = last_word(rest);
            word = small(last);
        }
    }
    let before = || small(last_word(rest).1);
    let kind = if ends(word, &HEADER_ENDS) {
        Kind::Header
    } else if STRONG.contains(&word) || ends(word, &STRONG_ENDS) {
        Kind::Strong
    } else if WEAK.contains(&word) {
        Kind::Weak
    } else if word == KEY && KEYS.contains(&before())
        || word == ID && SESSIONS.contains(&before())
        || word == CODE && CODES.contains(&before())
    {
        Kind::Strong
    } else {
        Kind::Plain
    };
    if kind == Kind::Strong && word == TOKEN && COUNTS.contains(&before()) { Kind::Plain } else { kind }
}

/// The last word of a name, and the text before it. Words end at separators, before a capital, and
/// between letters and digits.
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
                assert!(expected == Plain || may_end(name.as_bytes()), "{name}");
            }
        }
    }
}
