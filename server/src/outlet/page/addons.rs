//! Databases and poolers, as they last reported their own measurements: recognized by metrics that
//! only they have, and shown by the few metrics that say how they are doing.
//!
//! Pure. The Metrics page has all of their metrics, and the past of each.

use std::collections::BTreeMap;

use contract::{Addon, AddonMetric};
use pipeline::{Kind, SeriesKey};

/// Most add-ons of one app.
const ADDONS_MAX: usize = 12;
/// An add-on that has not reported for this long is gone, seconds.
const GONE_S: i64 = 3_600;

/// A type of add-on.
struct Type {
    name: &'static str,
    /// A metric that no other type has.
    marker: &'static str,
    metrics: &'static [Shown],
}

/// A metric that is shown of an add-on.
struct Shown {
    /// Its name for people.
    name: &'static str,
    metric: &'static str,
    /// The metric that holds its limit; empty for none.
    limit: &'static str,
    unit: Unit,
}

const fn shown(name: &'static str, metric: &'static str, limit: &'static str, unit: Unit) -> Shown {
    Shown { name, metric, limit, unit }
}

/// The unit that a value is shown in.
#[derive(Clone, Copy)]
enum Unit {
    /// That of the line.
    Own,
    /// A share of 0 to 1, shown in percent.
    Share,
    /// A number a second.
    PerSecond,
}

use Unit::{Own, PerSecond, Share};

/// The newest value of a gauge.
struct Newest<'a> {
    key: &'a SeriesKey,
    at_ms: i64,
    value: f64,
}

const TYPES: [Type; 3] = [
    Type {
        name: "Postgres",
        marker: "table-cache-hit-rate",
        metrics: &[
            shown("Connections", "active-connections", "max-connections", Own),
            shown("Waiting connections", "waiting-connections", "", Own),
            shown("Table cache hit rate", "table-cache-hit-rate", "", Share),
            shown("Index cache hit rate", "index-cache-hit-rate", "", Share),
            shown("Load", "load-avg-1m", "", Own),
            shown("Reads", "read-iops", "max-iops", PerSecond),
            shown("Writes", "write-iops", "", PerSecond),
            shown("Size", "db_size", "", Own),
        ],
    },
    Type {
        name: "Redis",
        marker: "evicted-keys",
        metrics: &[
            shown("Connections", "active-connections", "max-connections", Own),
            shown("Hit rate", "hit-rate", "", Share),
            shown("Memory", "memory-redis", "", Own),
            shown("Memory used", "memory-percentage-used", "", Share),
            shown("Evicted keys", "evicted-keys", "", Own),
            shown("Load", "load-avg-1m", "", Own),
        ],
    },
    Type {
        name: "Pooler",
        marker: "client_waiting",
        metrics: &[
            shown("Active clients", "client_active", "", Own),
            shown("Waiting clients", "client_waiting", "", Own),
            shown("Active servers", "server_active", "", Own),
            shown("Idle servers", "server_idle", "", Own),
            shown("Max wait", "max_wait", "", Own),
        ],
    },
];

/// The add-ons among an app's series, each series with the time (unix milliseconds) and the value
/// that it last had; by name.
pub(super) fn list<'a>(newest: impl Iterator<Item = (&'a SeriesKey, (i64, f64))>, now_s: i64) -> Vec<Addon> {
    let mut sources: BTreeMap<&str, BTreeMap<&str, Newest<'_>>> = BTreeMap::new();
    for (key, (at_ms, value)) in newest.filter(|it| it.0.kind == Kind::Gauge && !it.0.source.is_empty()) {
        sources.entry(&key.source).or_default().insert(&key.metric, Newest { key, at_ms, value });
    }
    let addon = |(name, metrics): (&str, BTreeMap<&str, Newest<'_>>)| {
        let kind = TYPES.iter().find(|it| metrics.contains_key(it.marker))?;
        let at_s = metrics.get(kind.marker)?.at_ms.div_euclid(1_000);
        let shown = kind.metrics.iter().filter_map(|it| metric(it, &metrics)).collect();
        let addon = Addon { name: name.to_owned(), what: kind.name.to_owned(), at_s, metrics: shown };
        (at_s >= now_s - GONE_S).then_some(addon)
    };
    sources.into_iter().filter_map(addon).take(ADDONS_MAX).collect()
}

fn metric(shown: &Shown, metrics: &BTreeMap<&str, Newest<'_>>) -> Option<AddonMetric> {
    let newest = metrics.get(shown.metric)?;
    let (value, unit) = match shown.unit {
        Own => (newest.value, &*newest.key.unit),
        Share => (newest.value * 100.0, "%"),
        PerSecond => (newest.value, "/s"),
    };
    Some(AddonMetric {
        name: shown.name.to_owned(),
        metric: shown.metric.to_owned(),
        value,
        unit: unit.to_owned(),
        limit: metrics.get(shown.limit).map(|it| it.value),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW_S: i64 = 1_800_000_000;

    fn gauge(source: &str, metric: &str, unit: &str) -> SeriesKey {
        SeriesKey {
            metric: metric.into(),
            kind: Kind::Gauge,
            unit: unit.into(),
            source: source.into(),
            status: 0,
            method: "".into(),
            path: "".into(),
            code: "".into(),
        }
    }

    #[test]
    fn ok_add_ons_are_recognized_by_their_marker() {
        let keys = [
            (gauge("DATABASE", "table-cache-hit-rate", ""), 0.991),
            (gauge("DATABASE", "active-connections", ""), 12.0),
            (gauge("DATABASE", "max-connections", ""), 120.0),
            (gauge("REDIS", "evicted-keys", ""), 0.0),
            (gauge("REDIS", "memory-redis", "bytes"), 5e6),
            (gauge("web.1", "memory_total", "MB"), 300.0),
            (gauge("worker.1", "load-avg-1m", ""), 1.0),
        ];
        let found = list(keys.iter().map(|(key, value)| (key, (NOW_S * 1_000, *value))), NOW_S);
        let listed: Vec<_> = found
            .iter()
            .map(|addon| {
                let metrics =
                    addon.metrics.iter().map(|it| format!("{} {} {} {:?}", it.name, it.value, it.unit, it.limit));
                (addon.name.as_str(), addon.what.as_str(), metrics.collect::<Vec<_>>())
            })
            .collect();
        let expected = [
            (
                "DATABASE",
                "Postgres",
                vec!["Connections 12  Some(120.0)".to_owned(), "Table cache hit rate 99.1 % None".into()],
            ),
            ("REDIS", "Redis", vec!["Memory 5000000 bytes None".to_owned(), "Evicted keys 0  None".into()]),
        ];
        assert_eq!(listed, expected);
    }

    #[test]
    fn ok_an_add_on_that_fell_silent_is_gone() {
        let key = gauge("DATABASE", "table-cache-hit-rate", "");
        let at_ms = (NOW_S - GONE_S - 1) * 1_000;
        assert_eq!(list([(&key, (at_ms, 1.0))].into_iter(), NOW_S), []);
    }
}
