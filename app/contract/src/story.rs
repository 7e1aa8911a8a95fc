//! What happened to an app, which of its endpoints are slow, and what its add-ons say.

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

/// The requests of one endpoint.
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

/// An add-on, as it last reported of itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Addon {
    /// The attachment, such as `DATABASE`.
    pub name: String,
    /// What it is, in a word: `Postgres`, `Redis` or `Pooler`.
    pub what: String,
    /// When it last reported, unix seconds.
    pub at_s: i64,
    /// Its figures, the most telling first.
    pub figures: Vec<AddonMetric>,
}

/// One figure of an add-on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AddonMetric {
    /// In words.
    pub name: String,
    /// The metric behind it.
    pub metric: String,
    /// The newest value.
    pub value: f64,
    /// Its unit; empty for none.
    pub unit: String,
    /// What it may not exceed, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<f64>,
}
