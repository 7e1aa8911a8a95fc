//! Names, units and labels of series as Prometheus has them: `router.service` in ms becomes
//! `router_service_seconds`.
//!
//! Times become seconds and sizes bytes, as Prometheus' conventions ask and `promtool check
//! metrics` checks. Any other unit stays what it is and stands at the end of the name.

use pipeline::{Kind, SeriesKey};

/// Names that other exporters and Prometheus itself use.
const FOREIGN: [&str; 5] = ["streamgauge_", "process_", "scrape_", "up", "ALERTS"];
/// Ends of names that mean something to Prometheus.
const RESERVED: [&str; 6] = ["_total", "_count", "_sum", "_bucket", "_info", "_created"];

/// A name, and how values become values of its unit.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Named {
    /// The name of the family: a counter's without `_total`.
    pub family: String,
    /// The unit, which the name ends with; empty for none.
    pub unit: String,
    /// What a value is multiplied with.
    pub factor: f64,
}

/// The unit of Prometheus for a unit of a line, and the factor to it.
#[must_use]
pub(crate) fn unit(unit: &str) -> (String, f64) {
    const KIB: f64 = 1_024.0;
    let (name, factor) = match unit {
        "" => ("", 1.0),
        "ns" => ("seconds", 1e-9),
        "us" | "µs" => ("seconds", 1e-6),
        "ms" => ("seconds", 1e-3),
        "s" | "sec" => ("seconds", 1.0),
        "B" | "bytes" | "byte" => ("bytes", 1.0),
        // Heroku's MB are 2^20 bytes, and so are those of every page here.
        "kB" | "KB" | "KiB" => ("bytes", KIB),
        "MB" | "MiB" => ("bytes", KIB * KIB),
        "GB" | "GiB" => ("bytes", KIB * KIB * KIB),
        "%" => ("percent", 1.0),
        other => return (word(other).trim_matches('_').to_owned(), 1.0),
    };
    (name.to_owned(), factor)
}

/// The name of a series.
#[must_use]
pub(crate) fn of(key: &SeriesKey) -> Named {
    of_parts(&key.metric, key.kind, &key.unit)
}

/// The name of a metric of that kind and unit.
#[must_use]
pub(crate) fn of_parts(metric: &str, kind: Kind, unit_word: &str) -> Named {
    let (unit, factor) = unit(unit_word);
    let mut family = word(metric);
    if kind == Kind::Counter {
        family.truncate(family.strip_suffix("_total").unwrap_or(&family).len());
    }
    if !unit.is_empty() && !family.ends_with(&format!("_{unit}")) {
        family = format!("{family}_{unit}");
    }
    if RESERVED.iter().any(|it| family.ends_with(it)) {
        // A unit must be what the name ends with, also then.
        family = if unit.is_empty() { format!("{family}_value") } else { family };
    }
    if family.starts_with(|it: char| it.is_ascii_digit()) {
        family.insert(0, '_');
    }
    if FOREIGN.iter().any(|it| family.starts_with(it)) {
        family = format!("app_{family}");
    }
    Named { family, unit, factor }
}

/// A text with what names may not hold replaced by `_`.
fn word(text: &str) -> String {
    text.chars().map(|it| if it.is_ascii_alphanumeric() { it } else { '_' }).collect()
}

/// The labels of a series of an app, those that it has, in a fixed order.
pub(crate) fn labels(app: &str, key: &SeriesKey) -> Vec<(&'static str, String)> {
    let mut labels = vec![("app", app.to_owned())];
    for name in ["source", "status", "method", "code", "path"] {
        let value = key.label(name).unwrap_or_default();
        if !value.is_empty() {
            labels.push((name, value.into_owned()));
        }
    }
    labels
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_names() {
        for (metric, kind, unit, family) in [
            ("router.service", Kind::Distribution, "ms", "router_service_seconds"),
            ("router.requests", Kind::Counter, "", "router_requests"),
            ("memory_total", Kind::Gauge, "MB", "memory_total_bytes"),
            ("cache.hits_total", Kind::Counter, "", "cache_hits"),
            ("queue.count", Kind::Gauge, "", "queue_count_value"),
            ("sent_bytes", Kind::Counter, "bytes", "sent_bytes"),
            ("load.avg-1m", Kind::Gauge, "%", "load_avg_1m_percent"),
            ("2xx", Kind::Counter, "", "_2xx"),
            ("streamgauge.lines", Kind::Counter, "", "app_streamgauge_lines"),
            ("größe", Kind::Gauge, "°C", "gr__e_C"),
            ("(other)", Kind::Gauge, "", "_other_"),
            ("x", Kind::Distribution, "req/s", "x_req_s"),
        ] {
            assert_eq!(of_parts(metric, kind, unit).family, family, "{metric}");
        }
        assert!((of_parts("x", Kind::Gauge, "MB").factor - 1_048_576.0).abs() < 1e-9);
    }
}
