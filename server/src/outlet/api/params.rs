//! The words of a question's URL, or of the command line, become checked types; the only place where they do.
//!
//! Whatever is out of bounds is refused here with a sentence that says what was expected and found, before anything is added,
//! multiplied or allocated.

use contract::{Span, Step};

use crate::{
    config::duration,
    store::query::{LABELS, plan},
};

/// A span: from an hour ago and through the present second unless told otherwise.
///
/// # Errors
/// A sentence that says what was expected.
pub fn span(from: Option<&str>, to: Option<&str>, now_ms: i64) -> Result<Span, String> {
    let from_s = time_s("from", from.unwrap_or("-1h"), now_ms)?;
    // The present second counts: what is in it was asked for.
    let to_s = to.map_or(Ok(now_ms.div_euclid(1_000) + 1), |it| time_s("to", it, now_ms))?;
    Span::new(from_s, to_s).map_err(|it| it.to_string())
}

/// A moment: unix seconds, RFC 3339, `now`, or a length of time before now such as `-1h`.
fn time_s(name: &str, text: &str, now_ms: i64) -> Result<i64, String> {
    let now_s = now_ms.div_euclid(1_000);
    if text == "now" {
        return Ok(now_s);
    }
    if let Some(ago) = text.strip_prefix('-').and_then(|it| duration::parse(it).ok()) {
        // Further back than there is anything is as far back as possible.
        let ago_s = i64::try_from(ago.as_secs()).unwrap_or(i64::MAX);
        return Ok(now_s.saturating_sub(ago_s).max(Span::FIRST_S));
    }
    // A plus sign that was not escaped arrives as a space.
    let stamped = || pipeline::time::parse(text.replace(' ', "+").as_bytes()).map(|ms| ms.div_euclid(1_000));
    let at_s = text.parse().ok().or_else(stamped).ok_or_else(|| {
        format!("expected {name}= to be unix seconds, RFC 3339, now, or such as -1h, found {:?}", cut(text))
    })?;
    Span::moment(at_s).map_err(|it| format!("{name}=: {it}"))
}

/// The width of a step.
///
/// # Errors
/// A sentence that says what was expected.
pub(crate) fn step(text: Option<&str>) -> Result<plan::Step, String> {
    match text {
        None | Some("auto") => Ok(plan::Step::Auto),
        Some("all") => Ok(plan::Step::All),
        Some(text) => {
            let seconds = text
                .parse()
                .map_err(|_| format!("expected step= to be auto, all or a number of seconds, found {:?}", cut(text)))?;
            Step::new(seconds).map(plan::Step::Seconds).map_err(|it| format!("step=: {it}"))
        }
    }
}

/// The labels to group by, each once.
///
/// # Errors
/// A sentence that says what was expected.
pub(crate) fn labels(text: Option<&str>) -> Result<Vec<String>, String> {
    let mut by: Vec<String> = vec![];
    for name in text.unwrap_or("").split(',').map(str::trim).filter(|it| !it.is_empty() && *it != "none") {
        if !LABELS.contains(&name) {
            return Err(format!("expected by= to be of {}, found {:?}", LABELS.join(", "), cut(name)));
        }
        if !by.iter().any(|it| it == name) {
            by.push(name.to_owned());
        }
    }
    Ok(by)
}

/// How much earlier, seconds.
///
/// # Errors
/// A sentence that says what was expected.
pub(crate) fn earlier_s(text: Option<&str>) -> Result<Option<i64>, String> {
    let parse = |text: &str| {
        let seconds = duration::parse(text).ok().and_then(|it| i64::try_from(it.as_secs()).ok());
        seconds
            .filter(|it| (1..=Span::LAST_S).contains(it))
            .ok_or_else(|| format!("expected compare= to be a length of time such as 1d or 7d, found {:?}", cut(text)))
    };
    text.map(parse).transpose()
}

/// How many: a number from 1 on; more than `most` is as many as that.
///
/// # Errors
/// A sentence that says what was expected.
pub(crate) fn count(name: &str, text: Option<&str>, usual: usize, most: usize) -> Result<usize, String> {
    let Some(text) = text.filter(|it| !it.is_empty()) else { return Ok(usual) };
    match text.parse::<u64>() {
        Ok(n) => Ok(usize::try_from(n).unwrap_or(most).clamp(1, most)),
        Err(_) => Err(format!("expected {name}= to be a number from 1 to {most}, found {:?}", cut(text))),
    }
}

/// The beginning of what somebody wrote, to be told back.
pub(crate) fn cut(text: &str) -> &str {
    const TOLD_BYTES_MAX: usize = 80;
    &text[..text.floor_char_boundary(TOLD_BYTES_MAX)]
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW_MS: i64 = 1_790_000_000_500;

    #[track_caller]
    fn check(text: &str, expected: Option<i64>) {
        assert_eq!(time_s("from", text, NOW_MS).ok(), expected, "{text}");
    }

    #[test]
    fn ok_times() {
        check("now", Some(1_790_000_000));
        check("-1h", Some(1_789_996_400));
        check("1789996400", Some(1_789_996_400));
        check("2026-09-21T14:13:20Z", Some(1_790_000_000));
        check("2026-09-21T16:13:20+02:00", Some(1_790_000_000));
        check("2026-09-21T16:13:20 02:00", Some(1_790_000_000));
        check("-99999999999d", Some(0));
        check("0", Some(0));
    }

    #[test]
    fn err_times() {
        for text in
            ["", "yesterday", "-1w", "2026-09-21", "9223372036854775807", "-9223372036854775808", "1e308", "NaN"]
        {
            check(text, None);
        }
        assert!(time_s("from", "9223372036854775807", NOW_MS).is_err_and(|it| it.contains("9223372036854775807")));
    }

    #[test]
    fn ok_counts_steps_and_labels() {
        assert_eq!((count("limit", None, 5, 9), count("limit", Some("7"), 5, 9)), (Ok(5), Ok(7)));
        assert_eq!(
            (count("limit", Some("0"), 5, 9), count("limit", Some("18446744073709551615"), 5, 9)),
            (Ok(1), Ok(9))
        );
        assert_eq!(labels(Some("source, source,none,path")), Ok(vec!["source".to_owned(), "path".to_owned()]));
        assert_eq!(step(Some("all")), Ok(plan::Step::All));
        assert_eq!(earlier_s(Some("7d")), Ok(Some(604_800)));
    }

    #[test]
    fn err_counts_steps_and_labels() {
        for text in ["-1", "NaN", "1e308", "x"] {
            assert!(count("limit", Some(text), 5, 9).is_err_and(|it| it.contains(text)), "{text}");
            assert!(step(Some(text)).is_err(), "{text}");
        }
        for text in ["0", "9223372036854775807"] {
            assert!(step(Some(text)).is_err_and(|it| it.contains(text)), "{text}");
        }
        for text in ["0", "", "-1d", "99999999999999d", "1w"] {
            assert!(earlier_s(Some(text)).is_err(), "{text}");
        }
        assert!(labels(Some("colour")).is_err_and(|it| it.contains("colour")));
    }
}
