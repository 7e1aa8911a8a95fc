//! What parameters mean that several operations have, for those whose type says nothing itself.

use utoipa::ToSchema;

/// Parameters and their meanings.
const MEANINGS: [(&str, &str); 34] = [
    ("app", "Name of an app"),
    ("id", "Its number, or the id of a log line or a request"),
    ("word", "The word of a built-in rule, such as traffic-surge"),
    ("chart", "A chart of the Dashboard, such as latency"),
    ("metric", "Name of a metric, such as router.service"),
    ("stat", "A statistic: rate, count, sum, mean, min, max, last, or a percentile such as p95"),
    ("from", "Start: unix seconds, RFC 3339, now, or relative such as -1h"),
    ("to", "End, likewise; now unless given"),
    ("step", "Width of a step: seconds, auto, or all for a single one"),
    ("by", "Labels to group by, separated by commas: source, status, class, method, path, code, unit, kind"),
    ("compare", "How much earlier the same range is wanted too, such as 7d"),
    ("format", "json or csv; of an export text, csv or ndjson"),
    ("tz", "A time zone whose times stand beside those of UTC in CSV, such as Europe/Berlin"),
    ("limit", "How many at most"),
    ("sort", "busiest or slowest"),
    ("figure", "A figure whose usual range is wanted, such as p99"),
    ("range", "A range by its word, such as 24h"),
    ("at", "A moment, like from"),
    ("length", "Length of the spans, such as 30m"),
    ("before_from", "Start of the span before, like from"),
    ("before_to", "End of the span before, like from"),
    ("at_once", "How many requests or jobs a dyno handles at once"),
    ("kind", "A kind: of events such as release, of lines such as router"),
    ("q", "What a line must match, as on the Logs page"),
    ("source", "A source of lines, such as web.1"),
    ("level", "The least level of lines: error or warning"),
    ("endpoint", "An endpoint of lines, such as GET /users/:id"),
    ("before_ms", "Only lines before this time, unix milliseconds"),
    ("before", "How many lines before"),
    ("after", "How many lines after"),
    ("method", "The method of an endpoint"),
    ("path", "The path of an endpoint"),
    ("state", "open, pending, firing, unknown or resolved"),
    ("since", "The position in the stream behind which it goes on"),
];

/// What a parameter means; `None` where that stands nowhere.
pub(super) fn of(name: &str) -> Option<&'static str> {
    MEANINGS.iter().find(|it| it.0 == name).map(|it| it.1)
}

/// The name of a type, as the document has it.
pub(super) fn name_of<T: ToSchema>() -> String {
    T::name().into_owned()
}
