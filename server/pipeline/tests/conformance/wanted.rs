//! Parses expectations written as source text: Elixir maps, VRL values and Go strings. It supports
//! only what the suites use. Other text gives `None`, so that the case fails.

use pipeline::logfmt::unescape;

use crate::facts::lossy;

/// The pairs of `%{"key" => value, …}`.
pub fn elixir(text: &str) -> Option<Vec<(String, String)>> {
    map(text.strip_prefix("%{")?.strip_suffix('}')?, " => ")
}

/// The pairs of `Ok(value!({key: value, …}))`.
pub fn vrl(text: &str) -> Option<Vec<(String, String)>> {
    map(text.strip_prefix("Ok(value!({")?.strip_suffix("}))")?, ": ")
}

/// A Go string, in quotes or back quotes, or a number. `None` if the text was cut before its end.
pub fn go(text: &str) -> Option<String> {
    match text.as_bytes().first()? {
        b'`' => Some(text[1..].strip_suffix('`')?.to_owned()),
        b'"' => Some(word(text)?.0),
        _ => Some(text.to_owned()),
    }
}

fn map(text: &str, sign: &str) -> Option<Vec<(String, String)>> {
    let (mut pairs, mut rest) = (Vec::new(), text.trim());
    while !rest.is_empty() {
        let (key, after) = match word(rest) {
            Some(quoted) => quoted,
            None => rest.find(sign).map(|at| (rest[..at].to_owned(), &rest[at..]))?,
        };
        let after = after.strip_prefix(sign)?;
        let (value, after) = word(after).unwrap_or_else(|| {
            let end = after.find(',').unwrap_or(after.len());
            (after[..end].to_owned(), &after[end..])
        });
        if value.starts_with('[') {
            return None;
        }
        pairs.push((key, value));
        rest = after.trim_start();
        rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
    }
    Some(pairs)
}

/// The string at the start, `"escaped"` or `r#"raw"#`, and the rest.
fn word(text: &str) -> Option<(String, &str)> {
    if let Some(raw) = text.strip_prefix("r#\"") {
        let end = raw.find("\"#")?;
        return Some((raw[..end].to_owned(), &raw[end + 2..]));
    }
    let inner = text.strip_prefix('"')?;
    let mut at = 0;
    loop {
        at += inner[at..].find(['"', '\\'])?;
        if inner[at..].starts_with('"') {
            break;
        }
        at += 2;
    }
    let mut value = Vec::new();
    unescape(&inner.as_bytes()[..at], &mut value);
    Some((lossy(&value), &inner[at + 1..]))
}
