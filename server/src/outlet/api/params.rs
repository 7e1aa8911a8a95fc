//! Parameters of a URL, or arguments of the command line, become checked types. What needs no clock
//! is parsed by the types of `contract`.
//!
//! Whatever is out of bounds is refused here with a sentence that says what was expected and found,
//! before anything is added, multiplied or allocated.

use contract::{Label, MetricQuery, Range, Span, Stat, StepChoice, duration, error::excerpt};

use crate::watch::zone::Zone;

/// What is said of a metric query: by a URL, or by the command line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MetricParams<'a> {
    pub metric: &'a str,
    /// The statistic; `rate` unless given.
    pub stat: Option<&'a str>,
    /// Start of the range; an hour ago unless given.
    pub from: Option<&'a str>,
    /// End of the range; now unless given.
    pub to: Option<&'a str>,
    /// Width of a step; `auto` unless given.
    pub step: Option<&'a str>,
    /// Labels to group by.
    pub by: Option<&'a str>,
    /// How much earlier the same range is wanted too.
    pub compare: Option<&'a str>,
}

/// The metric query that parameters describe.
///
/// # Errors
/// A sentence that says what was expected and found.
pub(crate) fn metric_query(app: &str, params: MetricParams<'_>, now_ms: i64) -> Result<MetricQuery, String> {
    // The first mistake in this order is the one that is reported.
    let compare = params.compare.map(str::parse).transpose()?;
    let stat = params.stat.map_or(Ok(Stat::Rate), str::parse)?;
    let span = span(params.from, params.to, now_ms)?;
    let step = params.step.map_or(Ok(StepChoice::Auto), str::parse)?;
    let by = Label::list(params.by.unwrap_or_default())?;
    Ok(MetricQuery { app: app.to_owned(), metric: params.metric.to_owned(), stat, span, step, by, compare })
}

/// A span: from an hour ago through the present second, unless given.
///
/// # Errors
/// A sentence that says what was expected and found.
pub(crate) fn span(from: Option<&str>, to: Option<&str>, now_ms: i64) -> Result<Span, String> {
    let from_s = time_s("from", from.unwrap_or("-1h"), now_ms)?;
    // The present second belongs to the span.
    let to_s = to.map_or(Ok(now_ms.div_euclid(1_000) + 1), |it| time_s("to", it, now_ms))?;
    Span::new(from_s, to_s).map_err(|it| it.to_string())
}

/// A range: one of `ranges` by its word, or from and to, as [`span`] reads them; `usual` without
/// any.
///
/// # Errors
/// A sentence that says what was expected and found.
pub(crate) fn range(
    word: Option<&str>,
    (from, to): (Option<&str>, Option<&str>),
    (ranges, usual): (&[Range], Range),
    now_ms: i64,
) -> Result<Range, String> {
    match (word.filter(|it| !it.is_empty()), from, to) {
        (None, None, None) => Ok(usual),
        (Some(word), None, None) => ranges.iter().copied().find(|it| it.word() == word).ok_or_else(|| {
            let words: Vec<&str> = ranges.iter().map(|it| it.word()).collect();
            format!("expected range= to be one of {}, found {:?}", words.join(", "), excerpt(word))
        }),
        (None, from, to) => {
            let span = span(from, to, now_ms)?;
            Ok(Range::between(span.from_s(), span.to_s()))
        }
        (Some(_), ..) => Err("expected range= or from= and to=, found both".to_owned()),
    }
}

/// The zone whose times stand beside those of UTC; UTC where none is named.
///
/// # Errors
/// A sentence that says what was expected and found.
pub(crate) fn zone(name: Option<&str>) -> Result<Zone, String> {
    Zone::named(name.unwrap_or_default()).map_err(|it| format!("tz=: {it}"))
}

/// A moment: unix seconds, RFC 3339, `now`, or a length of time before now such as `-1h`.
///
/// # Errors
/// A sentence that says what was expected and found.
pub(crate) fn time_s(name: &str, text: &str, now_ms: i64) -> Result<i64, String> {
    let now_s = now_ms.div_euclid(1_000);
    if text == "now" {
        return Ok(now_s);
    }
    if let Some(ago) = text.strip_prefix('-').and_then(duration::seconds) {
        // A moment before 1970 is 1970.
        let ago_s = i64::try_from(ago).unwrap_or(i64::MAX);
        return Ok(now_s.saturating_sub(ago_s).max(Span::FIRST_S));
    }
    // A plus sign that was not escaped arrives as a space.
    let stamped = || pipeline::time::parse(text.replace(' ', "+").as_bytes()).map(|ms| ms.div_euclid(1_000));
    let at_s = text.parse().ok().or_else(stamped).ok_or_else(|| {
        format!(
            "expected {name}= to be unix seconds, RFC 3339, now, or relative such as -1h, found {:?}",
            excerpt(text)
        )
    })?;
    Span::moment(at_s).map_err(|it| format!("{name}=: {it}"))
}

/// A limit, from 1 to `most`; a greater one is lowered to `most`.
///
/// # Errors
/// A sentence that says what was expected and found.
pub(crate) fn count(name: &str, text: Option<&str>, usual: usize, most: usize) -> Result<usize, String> {
    let Some(text) = text.filter(|it| !it.is_empty()) else { return Ok(usual) };
    match text.parse::<u64>() {
        Ok(n) => Ok(usize::try_from(n).unwrap_or(most).clamp(1, most)),
        Err(_) => Err(format!("expected {name}= to be a number from 1 to {most}, found {:?}", excerpt(text))),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]
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

    fn query(params: MetricParams<'_>) -> Result<MetricQuery, String> {
        metric_query("app", params, NOW_MS)
    }

    const BARE: MetricParams<'_> =
        MetricParams { metric: "jobs", stat: None, from: None, to: None, step: None, by: None, compare: None };

    #[test]
    fn ok_metric_queries() {
        let bare = query(BARE).unwrap();
        assert_eq!((bare.stat, bare.step, bare.compare), (Stat::Rate, StepChoice::Auto, None));
        assert_eq!(bare.span, Span::new(1_789_996_400, 1_790_000_001).unwrap());
        let full = MetricParams {
            by: Some("source, source,none,path"),
            step: Some("all"),
            compare: Some("7d"),
            stat: Some("p99"),
            ..BARE
        };
        let full = query(full).unwrap();
        assert_eq!((full.stat, full.step), (Stat::Percentile(99.0), StepChoice::All));
        assert_eq!((full.by, full.compare.unwrap().seconds()), (vec![Label::Source, Label::Path], 604_800));
    }

    #[test]
    fn err_metric_queries() {
        for text in ["-1", "NaN", "1e308", "x", "0", "9223372036854775807"] {
            assert!(query(MetricParams { step: Some(text), ..BARE }).is_err_and(|it| it.contains(text)), "{text}");
        }
        for text in ["0", "", "-1d", "99999999999999d", "1w"] {
            assert!(query(MetricParams { compare: Some(text), ..BARE }).is_err(), "{text}");
        }
        assert!(query(MetricParams { by: Some("colour"), ..BARE }).is_err_and(|it| it.contains("colour")));
    }

    #[test]
    fn ok_counts() {
        assert_eq!((count("limit", None, 5, 9), count("limit", Some("7"), 5, 9)), (Ok(5), Ok(7)));
        assert_eq!(
            (count("limit", Some("0"), 5, 9), count("limit", Some("18446744073709551615"), 5, 9)),
            (Ok(1), Ok(9))
        );
    }

    #[test]
    fn err_counts() {
        for text in ["-1", "NaN", "1e308", "x"] {
            assert!(count("limit", Some(text), 5, 9).is_err_and(|it| it.contains(text)), "{text}");
        }
    }
}
