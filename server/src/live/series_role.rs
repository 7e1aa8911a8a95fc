//! What a series means to the Overview and App pages, decided when the series is first seen.
//!
//! The names of metrics are those that the pipeline gives to what it extracts.

use contract::{ErrorCode, StatusClass};
use pipeline::{Kind, Loss, SeriesKey};

/// The role of a series on the Overview and App pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeriesRole {
    /// Requests of one status class.
    Requests(StatusClass),
    /// Service time of requests.
    Service,
    /// Time to connect to a dyno.
    Connect,
    /// Time in a queue before that.
    Queue,
    /// Errors of one code.
    Errors(ErrorCode),
    /// Memory of one dyno.
    Memory,
    /// Load of one dyno.
    Load,
    /// Memory quota of one dyno.
    Quota,
    /// Requests of one endpoint.
    Endpoint,
    /// Failed requests of one endpoint.
    EndpointErrors,
    /// Lines received.
    Lines,
    /// Lines lost, here or at the sender.
    Lost,
    /// Not shown on these pages.
    Other,
}

impl SeriesRole {
    /// The role of a series, by its metric and kind.
    #[must_use]
    pub fn of(key: &SeriesKey) -> Self {
        match (&*key.metric, key.kind) {
            ("router.requests", Kind::Counter) => Self::Requests(StatusClass::of(key.status)),
            ("router.service", Kind::Distribution) => Self::Service,
            ("router.connect", Kind::Distribution) => Self::Connect,
            ("router.queue", Kind::Distribution) => Self::Queue,
            ("router.errors" | "dyno.errors", Kind::Counter) => {
                ErrorCode::from_bytes(key.code.as_bytes()).map_or(Self::Other, Self::Errors)
            }
            _ if is_endpoint(key) => Self::Endpoint,
            _ if is_endpoint_errors(key) => Self::EndpointErrors,
            ("memory_total", Kind::Gauge) => Self::Memory,
            ("load_avg_1m", Kind::Gauge) => Self::Load,
            ("memory_quota", Kind::Gauge) => Self::Quota,
            ("drain.lines", Kind::Counter) => Self::Lines,
            ("drain.lost", Kind::Counter) => Self::Lost,
            // A measurement that was not used does not lose its line.
            ("drain.losses", Kind::Counter) if Loss::from_word(&key.code).is_some_and(Loss::is_whole_frame) => {
                Self::Lost
            }
            _ => Self::Other,
        }
    }
}

/// The metric of requests by endpoint.
pub(crate) const ENDPOINTS: &str = "router.endpoints";
/// The metric of failed requests by endpoint, status and code.
pub(crate) const ENDPOINT_ERRORS: &str = "router.endpoint_errors";

/// Whether a series counts one endpoint. Called for every series of every batch, so the cheap
/// comparison comes first.
#[must_use]
pub(crate) fn is_endpoint(key: &SeriesKey) -> bool {
    !key.path.is_empty() && &*key.metric == ENDPOINTS
}

/// Whether a series counts failed requests of one endpoint.
#[must_use]
pub(crate) fn is_endpoint_errors(key: &SeriesKey) -> bool {
    !key.path.is_empty() && &*key.metric == ENDPOINT_ERRORS
}

/// A gauge's value in MB, from the unit of its line; without a unit it is bytes.
#[must_use]
pub(crate) fn megabytes(value: f64, unit: &str) -> f64 {
    let factor = match unit {
        "MB" | "M" => 1.0,
        "GB" | "G" => 1_024.0,
        "kB" | "KB" | "k" => 1.0 / 1_024.0,
        _ => 1.0 / (1_024.0 * 1_024.0),
    };
    value * factor
}
