//! What Streamgauge measures, in the forms of Prometheus. Metrics keep their own names and units
//! everywhere else.

/// Names, units and labels as Prometheus has them.
pub(crate) mod name;

/// Which form a scrape gets.
pub(crate) mod accept;

/// The bounds of histograms.
pub(crate) mod bounds;

/// Families of samples, and how they are written.
pub(crate) mod family;

/// The server's own metrics.
pub(crate) mod own;

/// The series of apps.
pub(crate) mod series;

/// The query API's subset.
pub(crate) mod query;

/// `GET /metrics`.
pub(crate) mod scrape;
