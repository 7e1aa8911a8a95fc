//! Databases and poolers, as they last reported of themselves: told from other sources by what only they measure, and shown by the few figures
//! that say how they are. Pure; the metrics themselves have all of it, and their history.

use std::collections::BTreeMap;

use contract::{Addon, AddonMetric};
use pipeline::{Kind, SeriesKey};

/// Most add-ons of one app.
const ADDONS_MAX: usize = 12;
/// An add-on that has not reported for this long is gone, seconds.
const GONE_S: i64 = 3_600;

/// A kind of add-on.
struct Sort {
    name: &'static str,
    /// A metric that no other kind has.
    mark: &'static str,
    figures: &'static [Shown],
}

/// A figure: in words, its metric, the metric that limits it, and what makes a person's unit of it.
type Shown = (&'static str, &'static str, &'static str, Unit);

/// How a value is meant.
#[derive(Clone, Copy)]
enum Unit {
    /// As the line has it.
    Own,
    /// A share of 0 to 1.
    Share,
    /// A number a second.
    PerSecond,
}

use Unit::{Own, PerSecond, Share};

const SORTS: [Sort; 3] = [
    Sort {
        name: "Postgres",
        mark: "table-cache-hit-rate",
        figures: &[
            ("Connections", "active-connections", "max-connections", Own),
            ("Waiting connections", "waiting-connections", "", Own),
            ("Table cache hit rate", "table-cache-hit-rate", "", Share),
            ("Index cache hit rate", "index-cache-hit-rate", "", Share),
            ("Load", "load-avg-1m", "", Own),
            ("Reads", "read-iops", "max-iops", PerSecond),
            ("Writes", "write-iops", "", PerSecond),
            ("Size", "db_size", "", Own),
        ],
    },
    Sort {
        name: "Redis",
        mark: "evicted-keys",
        figures: &[
            ("Connections", "active-connections", "max-connections", Own),
            ("Hit rate", "hit-rate", "", Share),
            ("Memory", "memory-redis", "", Own),
            ("Memory used", "memory-percentage-used", "", Share),
            ("Evicted keys", "evicted-keys", "", Own),
            ("Load", "load-avg-1m", "", Own),
        ],
    },
    Sort {
        name: "Pooler",
        mark: "client_waiting",
        figures: &[
            ("Active clients", "client_active", "", Own),
            ("Waiting clients", "client_waiting", "", Own),
            ("Active servers", "server_active", "", Own),
            ("Idle servers", "server_idle", "", Own),
            ("Max wait", "max_wait", "", Own),
        ],
    },
];

/// The add-ons among an app's series, each with the time (unix milliseconds) and value that it last had; by name.
#[must_use]
pub fn list<'a>(newest: impl Iterator<Item = (&'a SeriesKey, (i64, f64))>, now_s: i64) -> Vec<Addon> {
    let mut sources: BTreeMap<&str, BTreeMap<&str, (&SeriesKey, i64, f64)>> = BTreeMap::new();
    for (key, (at_ms, value)) in newest.filter(|it| it.0.kind == Kind::Gauge && !it.0.source.is_empty()) {
        sources.entry(&key.source).or_default().insert(&key.metric, (key, at_ms, value));
    }
    let addon = |(name, metrics): (&str, BTreeMap<&str, (&SeriesKey, i64, f64)>)| {
        let sort = SORTS.iter().find(|it| metrics.contains_key(it.mark))?;
        let at_s = metrics.get(sort.mark)?.1.div_euclid(1_000);
        let figures = sort.figures.iter().filter_map(|it| figure(it, &metrics)).collect();
        let addon = Addon { name: name.to_owned(), what: sort.name.to_owned(), at_s, figures };
        (at_s >= now_s - GONE_S).then_some(addon)
    };
    sources.into_iter().filter_map(addon).take(ADDONS_MAX).collect()
}

fn figure(
    (name, metric, limit, unit): &Shown,
    metrics: &BTreeMap<&str, (&SeriesKey, i64, f64)>,
) -> Option<AddonMetric> {
    let (key, _, value) = metrics.get(metric)?;
    let (value, unit) = match unit {
        Own => (*value, &*key.unit),
        Share => (value * 100.0, "%"),
        PerSecond => (*value, "/s"),
    };
    let limit = metrics.get(limit).map(|it| it.2);
    Some(AddonMetric { name: (*name).to_owned(), metric: (*metric).to_owned(), value, unit: unit.to_owned(), limit })
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
    fn ok_add_ons_are_told_by_what_only_they_measure() {
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
        let told: Vec<_> = found
            .iter()
            .map(|it| {
                let figures =
                    it.figures.iter().map(|it| format!("{} {} {} {:?}", it.name, it.value, it.unit, it.limit));
                (it.name.as_str(), it.what.as_str(), figures.collect::<Vec<_>>())
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
        assert_eq!(told, expected);
    }

    #[test]
    fn ok_one_that_fell_silent_is_gone() {
        let key = gauge("DATABASE", "table-cache-hit-rate", "");
        let at_ms = (NOW_S - GONE_S - 1) * 1_000;
        assert_eq!(list([(&key, (at_ms, 1.0))].into_iter(), NOW_S), []);
    }
}
