//! Takes out of a text what nobody should read twice: addresses of persons, passwords, tokens.
//!
//! Works on words, so that it can be wrong in both directions; it stands before what is shown, never before what counts.

/// What stands in place of a secret.
const MASK: &str = "***";

/// Names whose values are secrets, in lower case.
const SECRETS: [&str; 8] = ["password", "passwd", "secret", "token", "authorization", "api_key", "apikey", "cookie"];

/// The beginning of a text, at most `bytes_max` long, masked, with what can't be shown replaced.
#[must_use]
pub fn masked(text: &[u8], bytes_max: usize) -> Box<str> {
    let text = &text[..text.len().min(bytes_max)];
    let text = String::from_utf8_lossy(text);
    let mut out = String::with_capacity(text.len());
    let mut is_secret = false;
    for word in text.split_inclusive([' ', '\t', ',', ';']) {
        let end = word.trim_end_matches([' ', '\t', ',', ';']);
        if is_secret && !end.is_empty() && !matches!(end.to_ascii_lowercase().as_str(), "bearer" | "basic" | "token") {
            out.push_str(MASK);
            is_secret = false;
        } else {
            is_secret |= put(end, &mut out);
        }
        out.push_str(&word[end.len()..]);
    }
    out.retain(|it| !it.is_control());
    out.truncate(out.floor_char_boundary(bytes_max));
    out.into()
}

/// Appends a word, masked; whether the next word is a secret.
fn put(word: &str, out: &mut String) -> bool {
    if let Some((name, value)) = word.split_once(['=', ':']).filter(|(name, _)| is_secret(name)) {
        out.push_str(name);
        out.push_str(&word[name.len()..=name.len()]);
        if !value.is_empty() && !value.eq_ignore_ascii_case("bearer") && !value.eq_ignore_ascii_case("basic") {
            out.push_str(MASK);
            return false;
        }
        out.push_str(value);
        return true;
    }
    if let Some((scheme, rest)) = word.split_once("://")
        && let Some((_, host)) = rest.split_once('@')
    {
        out.extend([scheme, "://", MASK, "@", host]);
    } else if let Some((person, host)) = word.split_once('@')
        && !person.is_empty()
        && host.contains('.')
    {
        out.push_str(MASK);
    } else {
        out.push_str(word);
    }
    word.eq_ignore_ascii_case("bearer")
}

fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SECRETS.iter().any(|it| name.contains(it))
}
