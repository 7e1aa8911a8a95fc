//! The address of the form for a rule, filled in with what a chart or a search shows. The page of
//! the form reads it.

use contract::{Label, LogQuery, Stat};

use super::address::{add, filled};

/// The path of the form.
pub const PATH: &str = "/alerts/new";

/// The address of the form for a rule about a statistic of a metric.
#[must_use]
pub fn of_metric(app: &str, metric: &str, stat: Stat, by: &[Label]) -> String {
    filled(PATH, &[("app", app), ("metric", metric), ("stat", &stat.to_string()), ("by", &Label::join(by))])
}

/// The address of the form for a rule about the log lines of a search. A rule has no kind and no
/// level, so these are left out.
#[must_use]
pub fn of_search(app: &str, query: &LogQuery) -> String {
    let mut address = filled(PATH, &[("app", app), ("source", &query.source)]);
    add(&mut address, "q", &query.filter);
    address
}

/// The address of the form for a rule that exists.
#[must_use]
pub fn of_rule(number: i64) -> String {
    filled(PATH, &[("id", &number.to_string())])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_addresses() {
        assert_eq!(
            of_metric("api", "router.service", Stat::Percentile(95.0), &[Label::Path]),
            "/alerts/new?app=api&metric=router.service&stat=p95&by=path"
        );
        assert_eq!(of_metric("api", "jobs", Stat::Rate, &[]), "/alerts/new?app=api&metric=jobs&stat=rate");
        let query = LogQuery { filter: "a b".to_owned(), source: "web.1".to_owned(), ..LogQuery::default() };
        assert_eq!(of_search("api", &query), "/alerts/new?app=api&source=web.1&q=a%20b");
        assert_eq!(of_search("api", &LogQuery::default()), "/alerts/new?app=api&q=");
        assert_eq!(of_rule(12), "/alerts/new?id=12");
    }
}
