//! The query of the Metrics page, and the address that holds it:
//! `?metric=&stat=&by=&compare=&range=&from=&to=&find=`. Pure.

use contract::{Label, MetricsPageQuery, Offset, Range, Span, Stat};

use crate::part::{
    address::add_zone,
    address::{Query, add},
    span::range_of,
};

/// The choices of a grouping: the word of the address, and its name.
pub const BY: [(&str, &str); 7] = [
    ("", "No grouping"),
    ("source", "By source"),
    ("status", "By status"),
    ("class", "By class"),
    ("method", "By method"),
    ("path", "By path"),
    ("code", "By code"),
];
/// The choices of a comparison: the word of the address, and its name.
pub const COMPARE: [(&str, &str); 3] = [("", "No comparison"), ("1d", "vs. yesterday"), ("7d", "vs. last week")];

/// The query that an address holds; of the last hour where it names no range.
#[must_use]
pub fn query_of(address: &Query) -> MetricsPageQuery {
    let is_any = address.get("range").is_none() && address.get("from").is_none();
    MetricsPageQuery::parse(|name| address.word(name), if is_any { Range::Hour } else { range_of(address) })
}

/// The words that an address has for a query; empty for what the query leaves open.
#[must_use]
pub fn words(query: &MetricsPageQuery) -> [(&'static str, String); 4] {
    [
        ("metric", query.metric.clone()),
        ("stat", query.stat.map_or_else(String::new, |it: Stat| it.to_string())),
        ("by", Label::join(&query.by)),
        ("compare", query.compare.map_or_else(String::new, |it: Offset| it.to_string())),
    ]
}

/// The address of a query.
#[must_use]
pub fn address(app: &str, query: &MetricsPageQuery, find: &str) -> String {
    let mut address = format!("/apps/{app}/metrics");
    add_words(&mut address, query);
    match query.range {
        Range::Custom(span) => add_ends(&mut address, span),
        range => add(&mut address, "range", range.word()),
    }
    if !find.is_empty() {
        add(&mut address, "find", find);
    }
    address
}

/// The address of the API that has the same points as a file.
#[must_use]
pub fn export(app: &str, query: &MetricsPageQuery, span: Span, format: &str) -> String {
    let mut address = format!("/api/v1/apps/{app}/query");
    add_words(&mut address, query);
    add_ends(&mut address, span);
    add(&mut address, "step", &query.range.step_s().to_string());
    add(&mut address, "format", format);
    if format == "csv" {
        add_zone(&mut address);
    }
    address
}

fn add_words(address: &mut String, query: &MetricsPageQuery) {
    for (name, value) in words(query).iter().filter(|it| !it.1.is_empty()) {
        add(address, name, value);
    }
}

fn add_ends(address: &mut String, span: Span) {
    add(address, "from", &span.from_s().to_string());
    add(address, "to", &span.to_s().to_string());
}

/// Whether every word of a search occurs in a metric's name.
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
        let query = MetricsPageQuery {
            metric: "db.query#a".into(),
            stat: Some(Stat::Percentile(95.0)),
            by: vec![Label::Source],
            compare: "7d".parse().ok(),
            range: Range::Day,
            problem: None,
        };
        let expected = "/apps/api/metrics?metric=db.query%23a&stat=p95&by=source&compare=7d&range=24h&find=db";
        assert_eq!(address("api", &query, "db"), expected);
        assert_eq!(query_of(&Query::parse(expected.split_once('?').unwrap_or_default().1)), query);
        let step_s = Range::Day.step_s();
        let expected = format!(
            "/api/v1/apps/api/query?metric=db.query%23a&stat=p95&by=source&compare=7d&from=1&to=2&step={step_s}&format=csv"
        );
        assert_eq!(export("api", &query, Span::clamped(1, 2), "csv"), expected);
    }

    #[test]
    fn ok_names_are_found_by_parts() {
        assert!(is_found("router.Service", "rou serv") && is_found("a", "") && !is_found("router.service", "conn"));
    }
}
