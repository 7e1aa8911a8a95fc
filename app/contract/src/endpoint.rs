//! Endpoints and add-ons of an app, as the App page lists them.

use serde::{Deserialize, Serialize};

use crate::Quantiles;

/// The requests of one endpoint: a method and a path.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Endpoint {
    /// HTTP method; empty for none.
    pub method: String,
    /// Path with its ids folded to `:id`.
    pub path: String,
    /// How many requests it had.
    pub requests: u64,
    /// Those of them that the server failed: 5xx, or no response.
    #[serde(default)]
    pub errors: u64,
    /// Service time, milliseconds; `None` where no line said how long a request took.
    pub service_ms: Option<Quantiles>,
}

/// A database or another add-on, as it last reported its own measurements.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Addon {
    /// The attachment, such as `DATABASE`.
    pub name: String,
    /// The kind of add-on: `Postgres`, `Redis` or `Pooler`.
    pub what: String,
    /// When it last reported, unix seconds.
    pub at_s: i64,
    /// Its newest measurements, the most important first.
    pub metrics: Vec<AddonMetric>,
}

/// One measurement of an add-on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AddonMetric {
    /// Its name for people, such as `Table cache hit rate`.
    pub name: String,
    /// The metric it is read from.
    pub metric: String,
    /// The newest value.
    pub value: f64,
    /// Unit of the value; empty for none.
    pub unit: String,
    /// The greatest value that the add-on's plan allows, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<f64>,
}
