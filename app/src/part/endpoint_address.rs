//! The address of an endpoint's page: `/apps/APP/endpoint?method=POST&path=/orders/:id&range=1h`,
//! or `from=` and `to=` of a selected span. Pure.

use contract::{EndpointQuery, LogQuery, LogTime, Range, Span};

use super::{
    address::{Query, add},
    span::range_of,
};

/// The query that an address holds; of the last hour where it names no range.
#[must_use]
pub fn query_of(address: &Query) -> EndpointQuery {
    let is_any = address.get("range").is_none() && address.get("from").is_none();
    let range = if is_any { Range::Hour } else { range_of(address) };
    // Endpoints are counted by the minute, so that the live range would be five points.
    let range = if range == Range::Live { Range::Hour } else { range };
    EndpointQuery { method: address.word("method").to_owned(), path: address.word("path").to_owned(), range }
}

/// The address of a query.
#[must_use]
pub fn endpoint_address(app: &str, query: &EndpointQuery) -> String {
    let mut address = format!("/apps/{app}/endpoint");
    if !query.method.is_empty() {
        add(&mut address, "method", &query.method);
    }
    add(&mut address, "path", &query.path);
    match query.range {
        Range::Custom(span) => {
            add(&mut address, "from", &span.from_s().to_string());
            add(&mut address, "to", &span.to_s().to_string());
        }
        range => add(&mut address, "range", range.word()),
    }
    address
}

/// The query for the lines of an endpoint in a span: of exactly its method and path.
#[must_use]
pub fn lines_of(query: &EndpointQuery, span: Span) -> LogQuery {
    LogQuery {
        endpoint: format!("{} {}", query.method, query.path).trim_start().to_owned(),
        time: LogTime::Span(span),
        ..LogQuery::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_an_address_comes_back() {
        for (range, expected) in [
            (Range::Day, "method=GET&path=%2Forders%2F%3Aid&range=24h"),
            (Range::between(60, 6_000), "method=GET&path=%2Forders%2F%3Aid&from=60&to=6000"),
        ] {
            let query = EndpointQuery { method: "GET".to_owned(), path: "/orders/:id".to_owned(), range };
            let address = endpoint_address("a", &query);
            assert_eq!(address, format!("/apps/a/endpoint?{expected}"));
            assert_eq!(query_of(&Query::parse(expected)), query);
        }
        for address in ["path=/", "path=/&range=live"] {
            assert_eq!(query_of(&Query::parse(address)).range, Range::Hour, "{address}");
        }
    }

    #[test]
    fn ok_lines_are_of_exactly_the_endpoint() {
        let query = |method: &str| EndpointQuery {
            method: method.to_owned(),
            path: "/a/:id".to_owned(),
            ..EndpointQuery::default()
        };
        let endpoint = |method: &str| lines_of(&query(method), Span::clamped(0, 60)).endpoint;
        assert_eq!((&*endpoint("GET"), &*endpoint("")), ("GET /a/:id", "/a/:id"));
    }
}
