//! The vocabulary that crosses between browser and server.
//!
//! Plain data and one trait, with serde as the only dependency. Integers have a fixed width (the browser is a 32-bit
//! machine), times are UTC, and units stand last in names. No formatting, no I/O and no storage types here.

/// How an app is doing, and why.
pub mod app;

/// The steps of time that the charts of one app are drawn from.
pub mod column;

/// Events and endpoints.
pub mod story;

/// What every page of an app says of it.
pub mod head;

/// Log lines, and what searches for them return.
pub mod log;

/// Which log lines are wanted.
pub mod log_query;

/// When wanted lines were written.
pub mod log_time;

/// What the text of a wanted line contains.
pub mod log_filter;

/// How serious a log line is.
pub mod level;

/// The parts of a router's line.
pub mod request;

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
pub use column::{AppPage, Column, Kpis, heat};
pub use error::Error;
pub use head::{AppHeader, LossCount, LossInterval, Unmatched};
pub use level::Level;
pub use live::{AppDelta, OverviewDelta};
pub use log::{LineId, LogContext, LogContextQuery, LogHistogram, LogKind, LogLine, LogPage, TailBatch};
pub use log_filter::LogFilter;
pub use log_query::{LogCursor, LogLimit, LogQuery};
pub use log_time::{LogTime, LookBack};
pub use metrics::{MetricsPage, MetricsPageQuery};
pub use range::Range;
pub use request::RequestParts;
pub use span::{OutOfRange, Span, Step};
pub use story::{Addon, AddonMetric, Endpoint, Mark};
