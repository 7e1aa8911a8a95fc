//! What Prometheus reads of a real server: by hand, by `promtool`, and by a real Prometheus.

mod query;
mod real;
mod remote;
mod scrape;

use testing::{http::form_urlencoded, prometheus::Prometheus};
