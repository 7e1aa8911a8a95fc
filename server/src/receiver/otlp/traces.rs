//! Server spans become requests, one line each. Spans of other kinds say nothing about the
//! requests of the app that sends them; they are counted and not kept.
//!
//! A request may be reported several times: by a router's or proxy's log, by its spans, by those of
//! the app. [`crate::receiver::request_sources`] decides which counts.

use std::borrow::Cow;

use super::{
    logfmt,
    record::Rejected,
    sender::Sender,
    span::Span,
    tree::{Raw, Visit},
    value::Attributes,
};
use crate::receiver::{
    frames::{FrameWriter, Header},
    request_sources::{RequestSource, RequestSources},
};

/// An HTTP request by its attributes, in the names of the semantic conventions, the present ones
/// and those before version 1.20.
#[derive(Debug)]
pub(super) struct Request<'a> {
    method: Cow<'a, str>,
    route: Cow<'a, str>,
    path: Cow<'a, str>,
    status: Cow<'a, str>,
    host: Cow<'a, str>,
    client: Cow<'a, str>,
    bytes: Cow<'a, str>,
    error: Cow<'a, str>,
}

impl<'a> Request<'a> {
    /// The request of these attributes; `None` if they have no method or no path.
    pub(super) fn of(attributes: &'a Attributes<'_>) -> Option<Self> {
        let path = attributes.text(&["url.path", "http.target", "http.path"]);
        let route = attributes.text(&["http.route"]);
        let request = Self {
            method: attributes.text(&["http.request.method", "http.method"]),
            status: attributes.text(&["http.response.status_code", "http.status_code"]),
            host: attributes.text(&["server.address", "http.host", "net.host.name"]),
            client: attributes.text(&["client.address", "http.client_ip"]),
            bytes: attributes.text(&["http.response.body.size", "http.response_content_length"]),
            error: attributes.text(&["error.type", "code"]),
            route: if route.is_empty() { path.clone() } else { route },
            path,
        };
        (!request.method.is_empty() && !request.route.is_empty()).then_some(request)
    }

    /// Writes the line that the reader `otlp_span` of the pipeline reads.
    pub(super) fn write(&self, text: &mut String) {
        text.push_str("span kind=server");
        logfmt::push_word(text, "method", &self.method);
        let route = &self.route;
        let slash = if route.starts_with('/') { "" } else { "/" };
        logfmt::push_word(text, "path", &format!("{slash}{route}"));
        if !self.path.is_empty() && self.path != self.route {
            logfmt::push_word(text, "url", &self.path);
        }
        // An error is named by its status where it has no other name.
        let error = if self.error == self.status { "" } else { &*self.error };
        for (key, value) in [
            ("status", &*self.status),
            ("host", &self.host),
            ("client", &self.client),
            ("bytes", &self.bytes),
            ("code", error),
        ] {
            if !value.is_empty() {
                logfmt::push_word(text, key, value);
            }
        }
    }
}

/// Writes the lines of one request.
pub(super) struct Traces<'a> {
    pub frames: &'a mut FrameWriter,
    pub rejected: &'a mut Rejected,
    sources: &'a RequestSources,
    /// The better source of the present resource's requests, once a span has asked.
    better: Option<Option<RequestSource>>,
    app: &'a str,
    now_ms: i64,
    sender: Sender,
    text: String,
    /// Spans of other kinds, or of no HTTP request.
    pub others: u64,
}

impl<'a> Traces<'a> {
    pub(super) fn new(
        frames: &'a mut FrameWriter,
        rejected: &'a mut Rejected,
        sources: &'a RequestSources,
        app: &'a str,
        now_ms: i64,
    ) -> Self {
        Self {
            frames,
            rejected,
            sources,
            better: None,
            app,
            now_ms,
            sender: Sender::default(),
            text: String::new(),
            others: 0,
        }
    }

    fn span(&mut self, span: &Span<'_>) {
        let Some(request) = Request::of(&span.attributes).filter(|_| span.is_server()) else {
            self.others += 1;
            return;
        };
        let better = *self.better.get_or_insert_with(|| {
            let is_router = self.sender.is_heroku && !self.sender.is_dyno;
            let source = if is_router { RequestSource::RouterSpan } else { RequestSource::AppSpan };
            self.sources.note_span(self.app, source, self.now_ms)
        });
        self.text.clear();
        request.write(&mut self.text);
        if let Some(ms) = span.duration_ms() {
            logfmt::push_word(&mut self.text, "service_ms", &format!("{ms:.3}"));
        }
        if let Some(share) = span.sampled() {
            logfmt::push_word(&mut self.text, "sampled", &format!("{share:.6}"));
        }
        if let Some(by) = better {
            logfmt::push_word(&mut self.text, "told_by", by.word());
        }
        for (key, id) in [("trace_id", &span.trace_id), ("span_id", &span.span_id)] {
            logfmt::push_word(&mut self.text, key, id);
        }
        let at_ms =
            super::record::at_ms(span.end_time_unix_nano).or_else(|| super::record::at_ms(span.start_time_unix_nano));
        let Sender { service, process, .. } = &self.sender;
        let header = Header { at_ms, host: service, app: "otlp", proc_id: process, ..Header::default() };
        self.frames.line(&header, self.text.as_bytes());
    }
}

impl Visit for Traces<'_> {
    fn resource(&mut self, attributes: &Attributes<'_>) {
        self.sender = Sender::of(attributes);
        self.better = None;
    }

    fn scope(&mut self, _: &str) {}

    fn record(&mut self, record: Raw<'_>) {
        match Span::read(record) {
            Ok(span) => self.span(&span),
            Err(error) => self.rejected.add(&error),
        }
    }
}
