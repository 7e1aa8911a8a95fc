//! What is usual for an app at an hour, with the counts that rules need. Works nothing out.

use contract::alert::Usual;

use super::{
    latency::Latency,
    rate::Rate,
    share::{CodeShare, Share},
};

/// What is usual for an app at an hour. `None` means "not enough history", never zero.
#[derive(Clone, Debug, PartialEq)]
pub struct AppUsual {
    /// Start of the hour, unix seconds.
    pub hour_s: i64,
    /// The usual ranges, as pages and the API show them.
    pub usual: Usual,
    /// How many earlier hours the figures come from: weeks, days or hours by the basis.
    pub hours: usize,
    /// Requests.
    pub requests: Option<Rate>,
    /// Log lines.
    pub lines: Option<Rate>,
    /// Requests answered with 5xx.
    pub errors: Option<Share>,
    /// Platform error codes that occur, the most frequent first.
    pub codes: Vec<CodeShare>,
    /// Service time.
    pub latency: Option<Latency>,
}
