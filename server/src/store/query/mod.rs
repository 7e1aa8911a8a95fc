//! Reads the points of metrics, from rollup rows, open cells and windows.

/// The value of a statistic.
pub mod stat;

/// Which rows answer a query.
pub mod plan;

/// Series sorted into groups by their labels.
pub mod group;

/// Rows, open cells and windows of a span, merged.
pub mod merge;

/// The same range at an earlier time.
pub mod compare;

/// Why a query has no answer.
pub mod error;

/// What queries are answered from.
pub mod reader;

/// Answers of metric queries.
pub mod answer;

pub use error::Error;
pub use reader::Reader;
