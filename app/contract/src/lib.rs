//! The vocabulary that crosses between browser and server.
//!
//! Plain data and one trait, with serde as the only dependency. Integers have a fixed width (the browser is a 32-bit
//! machine), times are UTC, and units stand last in names. No formatting, no I/O and no storage types here.

#![warn(missing_docs)]

/// How an app is doing, and why.
pub mod app;

/// The steps of time that the charts of one app are drawn from.
pub mod column;

/// The charts, as addresses name them.
pub mod chart;

/// Events and endpoints.
pub mod story;

/// What every page of an app says of it.
pub mod head;

/// Raw lines.
pub mod lines;

/// How a search is cut into words.
pub mod words;

/// Times, spans and steps that came from outside.
pub mod span;

/// The span that a page shows.
pub mod range;

/// What the Server-Sent Events carry.
pub mod live;

/// Answers of the query API.
pub mod series;

/// The Metrics page.
pub mod metrics;

/// How much is stored.
pub mod storage;

/// Everything that the dashboard asks of the server.
pub mod backend;

/// The errors that a person may see.
pub mod error;

pub use app::{AppSummary, Health, Overview, Reason, SparkPoint, Totals};
pub use backend::{Answer, Backend};
pub use chart::ChartId;
pub use column::{AppPage, Column, Kpis, heat};
pub use error::Error;
pub use head::{AppHeader, LossCount, LossInterval, Unmatched};
pub use lines::{LineId, LogContext, LogContextQuery, LogHistogram, LogKind, LogLine, LogPage, LogQuery, TailBatch};
pub use live::{AppDelta, OverviewDelta};
pub use metrics::{MetricsPage, MetricsPageQuery};
pub use range::Range;
pub use span::{OutOfRange, Span, Step};
pub use story::{Addon, AddonMetric, Endpoint, Mark};
