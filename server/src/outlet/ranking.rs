//! Endpoints ranked by their requests or by their service time, for the API and for the App page.

use std::{cmp::Reverse, collections::BTreeMap};

use pipeline::Cell;

use crate::live::endpoints::Endpoint;

/// An endpoint with fewer requests is not called slow: one cold start would lead the list.
const SLOW_REQUESTS_MIN: u64 = 5;

/// What identifies an endpoint. Sorts by path, then by method.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct EndpointKey {
    /// Path with its ids folded.
    pub path: String,
    /// HTTP method; empty for none.
    pub method: String,
}

/// The requests of one endpoint.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub key: EndpointKey,
    /// Service time of those requests whose lines said it, milliseconds.
    pub cell: Cell,
    /// All requests, with and without a service time.
    pub requests: u64,
    /// Those that the server failed.
    pub errors: u64,
    /// The most requests that may be missing from them.
    pub missed: u64,
}

impl Row {
    /// An endpoint without requests.
    pub(crate) fn new(key: EndpointKey) -> Self {
        Self { key, cell: Cell::default(), requests: 0, errors: 0, missed: 0 }
    }
}

/// What a list of endpoints is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sort {
    /// The most requests first.
    Busiest,
    /// The greatest 95th percentile of service time first.
    Slowest,
}

/// One row for each endpoint: requests with a service time and those without are counted apart
/// before.
pub(crate) fn merged(list: Vec<Endpoint>) -> Vec<Row> {
    let mut rows: BTreeMap<EndpointKey, Row> = BTreeMap::new();
    for endpoint in list {
        let key = EndpointKey { path: endpoint.key.path.to_string(), method: endpoint.key.method.to_string() };
        let row = rows.entry(key.clone()).or_insert_with(|| Row::new(key));
        row.requests += endpoint.cell.count;
        row.errors += endpoint.errors;
        row.missed += endpoint.missed_max;
        if endpoint.cell.sketch.is_some() {
            row.cell.merge(&endpoint.cell);
        }
    }
    rows.into_values().collect()
}

/// The busiest or the slowest endpoints, at most `limit`.
pub(crate) fn top(mut rows: Vec<Row>, sort: Sort, limit: usize) -> Vec<Row> {
    let slowness = |row: &Row| row.cell.quantile(0.95).unwrap_or(0.0);
    match sort {
        Sort::Busiest => rows.sort_by_key(|it| Reverse(it.requests)),
        Sort::Slowest => {
            rows.retain(|it| it.cell.count >= SLOW_REQUESTS_MIN);
            rows.sort_by(|a, b| slowness(b).total_cmp(&slowness(a)));
        }
    }
    rows.truncate(limit);
    rows
}
