//! Lines of statsd: `NAME:VALUE|TYPE|@RATE|#TAG:VALUE,…`, several in a packet. Sources of the form:
//! <https://github.com/statsd/statsd/blob/master/docs/metric_types.md> and
//! <https://docs.datadoghq.com/developers/dogstatsd/datagram_shell>.
//!
//! Types are `c`, `g`, `ms`, `h`, `d` and `s`. `DogStatsD`'s several values (`a:1:2|ms`) are read;
//! its events (`_e`) and service checks (`_sc`) are ignored. Of the tags, `app` names the app, and
//! `source`, `dyno`, `host` or `instance` the source, in this order; others are not kept.

/// Longest name of a metric, bytes: longer ones would be cut as labels.
const NAME_BYTES_MAX: usize = 200;
/// Largest value. Larger ones are a mistake, and a count cannot hold them exactly.
const VALUE_MAX: f64 = 1e15;

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    Counter,
    Gauge,
    /// Milliseconds.
    Timer,
    /// A histogram or distribution of any unit.
    Distribution,
    Set,
}

/// A metric with its values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Metric<'a> {
    pub name: &'a str,
    /// Between colons.
    pub values: &'a str,
    pub kind: Type,
    /// The share of values that was sent.
    pub rate: f64,
    pub app: &'a str,
    pub source: &'a str,
}

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Item<'a> {
    Metric(Metric<'a>),
    /// An event or a service check.
    Ignored,
    /// No line of statsd.
    Refused,
}

/// The lines of a packet.
pub(crate) fn items(packet: &[u8]) -> impl Iterator<Item = Item<'_>> {
    packet.split(|it| *it == b'\n').map(<[u8]>::trim_ascii).filter(|it| !it.is_empty()).map(item)
}

fn item(line: &[u8]) -> Item<'_> {
    if line.starts_with(b"_e{") || line.starts_with(b"_sc|") {
        return Item::Ignored;
    }
    std::str::from_utf8(line).ok().and_then(metric).map_or(Item::Refused, Item::Metric)
}

fn metric(line: &str) -> Option<Metric<'_>> {
    let (head, rest) = line.split_once('|')?;
    let (name, values) = head.split_once(':')?;
    let mut parts = rest.split('|');
    let kind = match parts.next()? {
        "c" => Type::Counter,
        "g" => Type::Gauge,
        "ms" => Type::Timer,
        "h" | "d" => Type::Distribution,
        "s" => Type::Set,
        _ => return None,
    };
    if name.is_empty() || name.len() > NAME_BYTES_MAX || values.is_empty() {
        return None;
    }
    let mut metric = Metric { name, values, kind, rate: 1.0, app: "", source: "" };
    for part in parts {
        if let Some(rate) = part.strip_prefix('@') {
            metric.rate = rate.parse().ok().filter(|it| *it > 0.0 && *it <= 1.0)?;
        } else if let Some(tags) = part.strip_prefix('#') {
            metric.app = tag(tags, "app");
            let names = ["source", "dyno", "host", "instance"];
            metric.source = names.into_iter().map(|it| tag(tags, it)).find(|it| !it.is_empty()).unwrap_or_default();
        }
        // Containers (`c:`), times (`T`) and what may come later are not needed.
    }
    Some(metric)
}

/// The value of a tag; empty for none.
fn tag<'a>(tags: &'a str, name: &str) -> &'a str {
    let value = |it: &'a str| it.strip_prefix(name)?.strip_prefix(':');
    tags.split(',').find_map(value).filter(|it| it.len() <= NAME_BYTES_MAX).unwrap_or_default()
}

/// A value, and whether it has a sign, which makes a gauge's relative.
pub(crate) fn number(text: &str) -> Option<(f64, bool)> {
    let value = text.parse::<f64>().ok().filter(|it| it.abs() <= VALUE_MAX)?;
    Some((value, text.starts_with(['+', '-'])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_lines() {
        let plain = Metric { name: "a", values: "1", kind: Type::Counter, rate: 1.0, app: "", source: "" };
        for (line, expected) in [
            ("a:1|c", plain),
            ("a:1|c|@0.1", Metric { rate: 0.1, ..plain }),
            ("a:-1|g", Metric { values: "-1", kind: Type::Gauge, ..plain }),
            (
                "a:1:2.5:3|ms|#env:x,host:h,app:shop",
                Metric { values: "1:2.5:3", kind: Type::Timer, app: "shop", source: "h", ..plain },
            ),
            ("a:u:7|s", Metric { values: "u:7", kind: Type::Set, ..plain }),
            (
                "a:1|d|#dyno:web.1,host:h|c:ci-1|T1790000000",
                Metric { kind: Type::Distribution, source: "web.1", ..plain },
            ),
        ] {
            assert_eq!(item(line.as_bytes()), Item::Metric(expected), "{line}");
        }
        let all: Vec<_> = items(b"a:1|c\r\n\n_e{1,1}:a|b\n_sc|x|0\nwhat\n").collect();
        assert_eq!(all, [Item::Metric(plain), Item::Ignored, Item::Ignored, Item::Refused]);
    }

    #[test]
    fn err_no_line_of_statsd() {
        let long = format!("{}:1|c", "x".repeat(NAME_BYTES_MAX + 1));
        for line in ["a", "a:1", "a:|c", ":1|c", "a:1|x", "a:1|c|@0", "a:1|c|@2", "a:1|c|@NaN", "a|c:1", &long] {
            assert_eq!(item(line.as_bytes()), Item::Refused, "{line}");
        }
        assert_eq!(item(b"a\xff:1|c"), Item::Refused);
        for text in ["NaN", "inf", "-inf", "1e16", "x", ""] {
            assert_eq!(number(text), None, "{text}");
        }
        assert_eq!((number("+1.5"), number("2")), (Some((1.5, true)), Some((2.0, false))));
    }
}
