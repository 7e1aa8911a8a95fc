//! The vocabulary that crosses between browser and server, and between the server's stages.
//!
//! Plain data and one trait, with serde as the only dependency. Integers have a fixed width (the
//! browser is a 32-bit machine), times are UTC, and units stand last in names. Texts from outside
//! are parsed into these types once, at the edge. No I/O and no storage types here.

#![warn(missing_docs)]

/// Rules, incidents, channels and mutes.
pub mod alert;

/// The state of an app, and the reasons for it.
pub mod app;

/// JSON of types that have a text of their own.
mod as_text;

/// The App page.
pub mod app_page;

/// Boards: pages of one's own.
pub mod board;

/// The steps of time that the charts of one app are drawn from.
pub mod bucket;

/// The charts, as addresses name them.
pub mod chart;

/// Everything that the dashboard asks of the server.
pub mod backend;

/// Lengths of time such as `15m`.
pub mod duration;

/// Endpoints and add-ons of an app.
pub mod endpoint;

/// The page of one endpoint.
pub mod endpoint_page;

/// The errors that a person may see.
pub mod error;

/// Error codes of the platform, such as `H12`.
pub mod error_code;

/// The Errors page.
pub mod errors_page;

/// Releases, crashes and other events of an app.
pub mod event;

/// The header of every page of an app.
pub mod head;

/// The labels that series are grouped by.
pub mod label;

/// How serious a log line is.
pub mod level;

/// What the Server-Sent Events carry.
pub mod live;

/// Log lines, and the answers to searches for them.
pub mod log;

/// What the text of a wanted line contains.
pub mod log_filter;

/// Who writes a log line.
pub mod log_kind;

/// Which log lines are wanted.
pub mod log_query;

/// When wanted lines were written.
pub mod log_time;

/// The Metrics page.
pub mod metrics;

/// How many incidents are open.
mod open_incidents;

/// Bounds of times and steps, and the error of a number outside them.
pub mod out_of_range;

/// Drains, and what has arrived on them.
pub mod drain;

/// Quantiles of a distribution.
pub mod quantiles;

/// The query for the points of a metric.
pub mod query;

/// The range that a page shows.
pub mod range;

/// Before against after a release.
pub mod release;

/// The Compare page.
pub mod compare_page;

/// The parts of a router's line.
pub mod request;

/// The page of a request.
pub mod request_page;

/// Searches for log lines that people keep.
pub mod saved_search;

/// Answers of the query API.
pub mod series;

/// The Sizing page.
pub mod sizing;

/// Times and spans that came from outside.
pub mod span;

/// Statistics of a metric.
pub mod stat;

/// Widths of a step that came from outside.
pub mod step;

/// Classes of HTTP statuses.
pub mod status_class;

/// How much is stored.
pub mod storage;

pub use app::{AppSummary, Health, Overview, Reason, SparkPoint, Totals};
pub use app_page::{AppPage, Kpis};
pub use backend::{Answer, Backend};
pub use bucket::{ChartBucket, CodeCount, FEW_REQUESTS, HeatCounts, SourceValue, heat};
pub use chart::ChartId;
pub use compare_page::{ComparePage, CompareQuery};
pub use endpoint::{Addon, AddonMetric, Endpoint};
pub use endpoint_page::{EndpointPage, EndpointQuery, ReleaseEffect, StatusErrors};
pub use error::Error;
pub use error_code::ErrorCode;
pub use event::{Event, EventKind};
pub use head::{AppHeader, LossCount, LossInterval, Unmatched};
pub use label::Label;
pub use level::Level;
pub use live::{AppDelta, OverviewDelta};
pub use log::{LineId, LogContext, LogContextQuery, LogHistogram, LogLine, LogPage, TailBatch};
pub use log_filter::LogFilter;
pub use log_kind::LogKind;
pub use log_query::{LogCursor, LogLimit, LogQuery, LogSort};
pub use log_time::{LogTime, LookBack};
pub use metrics::{MetricsPage, MetricsPageQuery};
pub use open_incidents::OpenIncidents;
pub use out_of_range::OutOfRange;
pub use quantiles::Quantiles;
pub use query::{MetricQuery, Offset};
pub use range::Range;
pub use release::ReleaseComparison;
pub use request::RequestParts;
pub use request_page::{RequestId, RequestLine, RequestPage};
pub use series::Kind;
pub use span::{Span, SpanMs};
pub use stat::Stat;
pub use status_class::{ByStatusClass, StatusClass};
pub use step::{Step, StepChoice};
