//! The part of Prometheus' query API that Grafana's own data source needs, over stored figures:
//! below `/prometheus/api/v1`. What is asked is a small part of `PromQL` (`question`); everything
//! else is refused with what there is.
//!
//! Rates and quantiles come from rollups and their sketches, not from samples of counters: nothing
//! is interpolated, and there are no resets.

/// What is asked, read from `PromQL`.
pub(crate) mod question;

/// Which series a selector means.
pub(crate) mod selector;

/// Figures of windows, read from the store.
pub(crate) mod window;

/// Answers made of figures.
pub(crate) mod evaluate;

/// Replies in Prometheus' shape.
pub(crate) mod reply;

/// Parameters of a question.
pub(crate) mod params;

/// `query` and `query_range`.
pub(crate) mod ask;

/// Names, labels and what else Grafana asks about.
pub(crate) mod catalogue;
