//! What happened to an app, and which of its endpoints are slow.

use serde::{Deserialize, Serialize};

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// When, unix seconds.
    pub at_s: i64,
    /// What: `release`, `deploy`, `config`, `scale`, `start`, `up`, `restart`, `stop`, `exit`, `crash`, `idle`, `note`.
    pub kind: String,
    /// Where, such as `web.1`; empty for the whole app.
    pub source: String,
    /// In words.
    pub text: String,
}

/// The requests of one endpoint over the last ten minutes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Endpoint {
    /// HTTP method; empty for none.
    pub method: String,
    /// Path with its ids folded to `:id`.
    pub path: String,
    /// Requests.
    pub requests: u64,
    /// Service time, milliseconds: p50, p95 and maximum; `None` where it was not told.
    pub service_ms: Option<[f64; 3]>,
}
