//! Reads the points of metrics, from rollup rows, open cells and windows.

/// The value of a statistic.
pub(crate) mod stat;

/// Which rows answer a query.
pub(crate) mod plan;

/// Series sorted into groups by their labels.
pub(crate) mod group;

/// Rows, open cells and windows of a span, merged.
pub(crate) mod merge;

/// The same range at an earlier time.
pub(crate) mod compare;

/// Requests by endpoint.
pub(crate) mod endpoints;

/// Hour rows, for what is usual.
pub(crate) mod hours;

/// Why a query has no answer.
pub(crate) mod error;

/// What queries are answered from.
pub(crate) mod reader;

/// Merged cells of a metric.
pub(crate) mod cells;

/// Answers of metric queries.
pub(crate) mod answer;

pub(crate) use error::Error;
pub(crate) use reader::Reader;
