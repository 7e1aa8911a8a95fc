//! Rows about log lines.

use contract::LogHistogram;

use super::operation::{Operation, get};
use crate::outlet::{
    api::{
        context, errors,
        export::ExportParams,
        fields,
        log_params::LogParams,
        logs,
        request::{self, RequestParams},
    },
    stream::tail::Resume,
};

/// What an export may be.
const FILES: [&str; 3] = ["text/plain", "text/csv", "application/x-ndjson"];

pub(super) fn rows() -> Vec<Operation> {
    vec![
        get("/api/v1/apps/{app}/logs", "Searches log lines, the newest first")
            .takes::<LogParams>()
            .gives::<logs::FoundAnswer>(),
        get("/api/v1/apps/{app}/logs/tail", "Log lines as they are committed")
            .takes::<LogParams>()
            .takes::<Resume>()
            .answers(200, "Server-Sent Events", &["text/event-stream"]),
        get("/api/v1/apps/{app}/logs/export", "Log lines of an app as a file")
            .takes::<LogParams>()
            .takes::<ExportParams>()
            .answers(200, "A file", &FILES),
        get("/api/v1/logs/export", "Log lines of all apps as a file")
            .takes::<LogParams>()
            .takes::<ExportParams>()
            .answers(200, "A file", &FILES),
        get("/api/v1/apps/{app}/logs/histogram", "Matching lines over time")
            .takes::<LogParams>()
            .gives::<LogHistogram>(),
        get("/api/v1/apps/{app}/logs/bars", "The earlier address of the histogram").answers(308, "Moved", &[]),
        get("/api/v1/apps/{app}/logs/fields", "The fields of lines, and their most frequent values")
            .takes::<LogParams>()
            .gives::<fields::Fields>(),
        get("/api/v1/apps/{app}/logs/{id}", "A line and its neighbours")
            .takes::<context::ContextParams>()
            .gives::<context::LineContext>(),
        get("/api/v1/apps/{app}/logs/{id}/text", "The whole text of a line").answers(200, "Its text", &["text/plain"]),
        get("/api/v1/apps/{app}/errors", "Errors, grouped").takes::<LogParams>().gives::<errors::Errors>(),
        get("/api/v1/requests/{id}", "The lines of a request, of every app")
            .takes::<RequestParams>()
            .gives::<request::RequestLines>(),
    ]
}
