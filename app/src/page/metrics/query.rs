//! The question of the Metrics page, and the address that holds it: `?metric=&stat=&by=&compare=&range=&from=&to=&find=`. Pure.

use contract::{MetricsPageQuery, Range};

use crate::part::{
    address::{Query, add},
    span::range_of,
};

/// What can be grouped by, as in the address and in words.
pub const BY: [(&str, &str); 7] = [
    ("", "No grouping"),
    ("source", "By source"),
    ("status", "By status"),
    ("class", "By class"),
    ("method", "By method"),
    ("path", "By path"),
    ("code", "By code"),
];
/// Earlier times, as in the address and in words.
pub const COMPARE: [(&str, &str); 3] = [("", "No comparison"), ("1d", "vs. yesterday"), ("7d", "vs. last week")];

/// The question that an address holds.
#[must_use]
pub fn asked_in(query: &Query) -> MetricsPageQuery {
    let word = |name: &str| query.word(name).to_owned();
    let range = if query.get("range").is_none() && query.get("from").is_none() { Range::Hour } else { range_of(query) };
    MetricsPageQuery { metric: word("metric"), stat: word("stat"), by: word("by"), compare: word("compare"), range }
}

/// The address of a question.
#[must_use]
pub fn address(app: &str, asked: &MetricsPageQuery, find: &str) -> String {
    let mut address = format!("/apps/{app}/metrics");
    let (range, from, to) = match asked.range {
        Range::Custom(span) => (String::new(), span.from_s().to_string(), span.to_s().to_string()),
        range => (range.word().to_owned(), String::new(), String::new()),
    };
    for (name, value) in [
        ("metric", asked.metric.as_str()),
        ("stat", &asked.stat),
        ("by", &asked.by),
        ("compare", &asked.compare),
        ("range", &range),
        ("from", &from),
        ("to", &to),
        ("find", find),
    ] {
        if !value.is_empty() {
            add(&mut address, name, value);
        }
    }
    address
}

/// Where what is shown can be had as a file.
#[must_use]
pub fn export(app: &str, asked: &MetricsPageQuery, (from_s, to_s): (i64, i64), format: &str) -> String {
    let mut address = format!("/api/v1/apps/{app}/query");
    for (name, value) in [
        ("metric", asked.metric.clone()),
        ("stat", asked.stat.clone()),
        ("by", asked.by.clone()),
        ("compare", asked.compare.clone()),
        ("from", from_s.to_string()),
        ("to", to_s.to_string()),
        ("step", asked.range.step_s().to_string()),
        ("format", format.to_owned()),
    ] {
        if !value.is_empty() {
            add(&mut address, name, &value);
        }
    }
    address
}

/// Whether a metric is one that somebody looks for: every word occurs in its name.
#[must_use]
pub fn is_found(metric: &str, find: &str) -> bool {
    let metric = metric.to_lowercase();
    find.to_lowercase().split_whitespace().all(|it| metric.contains(it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_addresses() {
        let asked = MetricsPageQuery {
            metric: "db.query#a".into(),
            stat: "p95".into(),
            by: "source".into(),
            compare: "7d".into(),
            range: Range::Day,
        };
        let expected = "/apps/api/metrics?metric=db.query%23a&stat=p95&by=source&compare=7d&range=24h&find=db";
        assert_eq!(address("api", &asked, "db"), expected);
        let step_s = Range::Day.step_s();
        let expected = format!(
            "/api/v1/apps/api/query?metric=db.query%23a&stat=p95&by=source&compare=7d&from=1&to=2&step={step_s}&format=csv"
        );
        assert_eq!(export("api", &asked, (1, 2), "csv"), expected);
    }

    #[test]
    fn ok_names_are_found_by_parts() {
        assert!(is_found("router.Service", "rou serv") && is_found("a", "") && !is_found("router.service", "conn"));
    }
}
