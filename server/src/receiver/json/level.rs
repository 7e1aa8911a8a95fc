//! Reads levels: the words of common loggers, and the numbers of syslog (0 to 7) and of pino and
//! bunyan (10 to 60).

/// The severity of syslog of a level; `None` for one that is not known.
pub(crate) fn severity(level: &str) -> Option<u8> {
    const WORDS: [(&str, u8); 24] = [
        ("info", 6),
        ("information", 6),
        ("informational", 6),
        ("error", 3),
        ("err", 3),
        ("severe", 3),
        ("warn", 4),
        ("warning", 4),
        ("debug", 7),
        ("trace", 7),
        ("verbose", 7),
        ("fine", 7),
        ("notice", 5),
        ("fatal", 2),
        ("critical", 2),
        ("crit", 2),
        ("panic", 0),
        ("dpanic", 2),
        ("alert", 1),
        ("emerg", 0),
        ("emergency", 0),
        ("default", 6),
        ("log", 6),
        ("unknown", 6),
    ];
    if let Some((_, severity)) = WORDS.iter().find(|it| it.0.eq_ignore_ascii_case(level)) {
        return Some(*severity);
    }
    match level {
        "60" => Some(2),
        "50" => Some(3),
        "40" => Some(4),
        "30" => Some(6),
        "20" | "10" => Some(7),
        _ => level.parse().ok().filter(|it| *it <= 7),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_levels() {
        for (level, expected) in
            [("INFO", Some(6)), ("Warn", Some(4)), ("3", Some(3)), ("50", Some(3)), ("35", None), ("audit", None)]
        {
            assert_eq!(severity(level), expected, "{level}");
        }
    }
}
