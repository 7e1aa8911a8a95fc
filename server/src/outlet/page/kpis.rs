//! Headline metrics, added up from seconds of memory or from rollups.

use contract::{ByStatusClass, Kpis, StatusClass};
use pipeline::Cell;

/// What headline metrics are worked out from.
#[derive(Clone, Debug, Default)]
pub(super) struct Sums {
    /// Requests by class of status.
    pub requests: ByStatusClass<u64>,
    /// Service time, milliseconds.
    pub service: Cell,
    /// Lines known to be lost.
    pub lost_lines: u64,
}

impl Sums {
    /// The headline metrics of a span of `length_s` seconds that has data from its beginning.
    pub(super) fn kpis(&self, length_s: i64) -> Kpis {
        let requests = self.requests.total();
        let is_any = requests > 0;
        Kpis {
            requests,
            requests_per_s: is_any.then(|| requests as f64 / length_s as f64),
            p50_ms: self.service.quantile(0.5),
            p95_ms: self.service.quantile(0.95),
            p99_ms: self.service.quantile(0.99),
            error_rate: is_any.then(|| self.requests[StatusClass::ServerError] as f64 / requests as f64),
            lost_lines: self.lost_lines,
        }
    }
}
