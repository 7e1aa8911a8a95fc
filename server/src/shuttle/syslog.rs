//! Finds the end of an RFC 5424 header: just enough to pass a message on, or to repeat its header
//! before each piece of a long message. What the fields mean is left to the server.

const PRIORITY_MAX: u16 = 191;

/// Index of the first byte of a message's text: after MSGID and, when it is NILVALUE, after
/// STRUCTURED-DATA. `None` when `message` doesn't start with a whole header.
#[must_use]
pub(crate) fn header_end(message: &[u8]) -> Option<usize> {
    let mut at = priority_and_version_end(message)?;
    for _ in 0..5 {
        let field = message[at..].iter().position(|it| matches!(it, b' ' | b'\n'))?;
        if field == 0 || message[at + field] == b'\n' {
            return None;
        }
        at += field + 1;
    }
    Some(if message[at..].starts_with(b"- ") { at + 2 } else { at })
}

/// Index of the first byte after `<PRI>VERSION SP`.
#[must_use]
pub(crate) fn priority_and_version_end(message: &[u8]) -> Option<usize> {
    let digits = |text: &[u8]| text.iter().take(4).take_while(|it| it.is_ascii_digit()).count();
    let rest = message.strip_prefix(b"<")?;
    let priority = digits(rest);
    let value = rest[..priority].iter().fold(0, |value, digit| value * 10 + u16::from(digit - b'0'));
    if !matches!(priority, 1..=3) || value > PRIORITY_MAX {
        return None;
    }
    let rest = rest[priority..].strip_prefix(b">")?;
    let version = digits(rest);
    (matches!(version, 1..=2) && rest.get(version) == Some(&b' ')).then_some(priority + version + 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(message: &str, text: Option<&str>) {
        assert_eq!(header_end(message.as_bytes()).map(|it| &message[it..]), text, "{message:?}");
    }

    #[test]
    fn ok_header() {
        check("<0>1 - h a p - - text", Some("text"));
        check("<191>12 - h a p m text", Some("text"));
        check("<34>1 - h a p - [id k=\"v\"] text", Some("[id k=\"v\"] text"));
        check("<34>1 - h a p - ", Some(""));
    }

    #[test]
    fn err_header() {
        for message in
            ["", "<", "<>1 - h a p - x", "<192>1 - h a p - x", "<1>1 - h a p", "<1>100 - h a p - x", "<1>1 -  a p m x"]
        {
            check(message, None);
        }
    }
}
