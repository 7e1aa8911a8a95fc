//! The names that frameworks give to the parts of a request, one row each, and the units of their
//! times.
//!
//! A number without a unit is a time only in a format that defines its unit. Sources: the READMEs
//! and sources of pino-http, morgan, lograge, Logster, Rails Semantic Logger, django-structlog,
//! chi's httplog (its `event.duration` is milliseconds where the schema says nanoseconds, so its
//! message is read), samber's slog-http, Tomcat's `JsonAccessLogValve` (`elapsedTime` is
//! milliseconds or microseconds by version, so it is not read), logstash-logback-encoder, Laravel
//! Octane's `Stream`, and Google's `HttpRequest`.

use memchr::{memchr, memmem};

use super::super::{
    json::{self, Value},
    request::{self, Request},
};
use crate::number;

/// Signs of a format, or parts of one. Their bits are kept in [`Fields::signs`].
#[derive(Clone, Copy)]
#[repr(u8)]
enum Sign {
    /// `req` and `res`, as pino-http writes them.
    PinoRequest,
    PinoResponse,
    /// The names of morgan's tokens.
    Morgan,
    /// A controller: Rails or Phoenix.
    Controller,
    DjangoEvent,
    /// chi's httplog 2.
    ChiRequest,
    ChiResponse,
    /// Groups `request` and `response` of slog.
    SlogRequest,
    SlogResponse,
    /// Names of the Elastic Common Schema or OpenTelemetry.
    Schema,
    /// Google's `httpRequest`.
    Google,
    Tomcat,
    Logback,
    OctaneType,
    OctaneMemory,
    /// The address of a client.
    Client,
}

/// The first value of each field; empty where there is none.
#[derive(Clone, Copy, Default)]
pub(super) struct Fields<'a> {
    pub(super) time: &'a [u8],
    pub(super) host: &'a [u8],
    pub(super) client: &'a [u8],
    pub(super) protocol: &'a [u8],
    pub(super) request_id: &'a [u8],
    method: &'a [u8],
    /// A path, or a whole address.
    target: &'a [u8],
    /// `METHOD target` or a whole request line.
    line: &'a [u8],
    status: &'a [u8],
    /// django-structlog's name of the status.
    code: &'a [u8],
    bytes: &'a [u8],
    message: &'a [u8],
    /// A time whose name or text has its unit.
    stated_ms: Option<f64>,
    /// `duration` as a number, which some formats define.
    duration: &'a [u8],
    view: &'a [u8],
    db: &'a [u8],
    queue: &'a [u8],
    signs: u16,
}

impl<'a> Fields<'a> {
    /// The fields of a line about a request; `None` for any other.
    pub(super) fn of(msg: &'a [u8]) -> Option<Self> {
        let mut fields = Self::default();
        for (key, value) in json::line(msg)? {
            match value {
                Value::Bare(object) if object.first() == Some(&b'{') => fields.put_group(key, object),
                _ => fields.put(key, value),
            }
        }
        fields.is_request().then_some(fields)
    }

    /// Takes a field that is not nested.
    fn put(&mut self, key: &'a [u8], value: Value<'a>) {
        let text = value.bytes();
        if self.put_time(key, value) {
            return;
        }
        match key {
            b"method" | b"http.request.method" => put(&mut self.method, text),
            b"path" | b"url" | b"url.path" | b"requested_uri" | b"uri" => put(&mut self.target, text),
            b"status" | b"statusCode" | b"status_code" | b"http.response.status_code" => put(&mut self.status, text),
            b"code" => put(&mut self.code, text),
            b"request" => put(&mut self.line, text),
            b"host" | b"url.domain" | b"server.address" => put(&mut self.host, text),
            b"protocol" | b"http.version" => put(&mut self.protocol, text),
            b"request_id" | b"requestId" | b"id" => put(&mut self.request_id, text),
            b"size" | b"content-length" | b"content_length" | b"http.response.body.bytes" => put(&mut self.bytes, text),
            b"msg" | b"message" | b"body" => put(&mut self.message, text),
            b"time" | b"ts" | b"timestamp" | b"@timestamp" => put(&mut self.time, text),
            b"view" => put(&mut self.view, text),
            b"db" => put(&mut self.db, text),
            b"queue" | b"request_queue" | b"queue_time" => put(&mut self.queue, text),
            b"remote_addr" | b"remoteAddr" | b"remote_ip" | b"remoteIp" | b"client_ip" | b"clientIp" | b"ip"
            | b"remote_host" | b"client.ip" | b"client.address" => {
                put(&mut self.client, text);
                self.sign(Sign::Client);
            }
            _ => {}
        }
        match (key, text) {
            (b"response-time" | b"total-time", _) => self.sign(Sign::Morgan),
            (b"controller", _) => self.sign(Sign::Controller),
            (b"event", b"request_finished" | b"request_failed") => self.sign(Sign::DjangoEvent),
            (b"http.request.method", _) => self.sign(Sign::Schema),
            (b"logicalUserName" | b"localServerName", _) => self.sign(Sign::Tomcat),
            (b"requested_uri", _) => self.sign(Sign::Logback),
            (b"type", b"request") => self.sign(Sign::OctaneType),
            (b"memory", _) => self.sign(Sign::OctaneMemory),
            _ => {}
        }
    }

    /// Takes a time; whether the field is one.
    fn put_time(&mut self, key: &[u8], value: Value<'a>) -> bool {
        let text = value.bytes();
        let number = |per_ms: f64| number::bare(text).map(|it| it / per_ms);
        let stated_ms = match key {
            b"total-time" | b"response-time" => {
                self.sign(Sign::Morgan);
                number(1.0)
            }
            b"duration_ms" | b"latency_ms" | b"elapsed_ms" | b"response_time_ms" | b"took_ms" | b"durationMs"
            | b"latencyMs" | b"elapsedMs" | b"responseTimeMs" => number(1.0),
            b"duration_s" | b"duration_seconds" | b"latency_seconds" | b"elapsed_seconds" | b"elapsedTimeS" => {
                number(1e-3)
            }
            b"duration_us" | b"latency_us" | b"elapsed_us" => number(1e3),
            b"duration_ns" | b"latency_ns" | b"elapsed_ns" => number(1e6),
            b"duration" | b"latency" | b"elapsed" | b"took" | b"response_time" => {
                if key == b"duration" {
                    put(&mut self.duration, text);
                }
                number::duration_ms(text)
            }
            // pino-http's and Logback's; of anybody else they have no unit.
            b"responseTime" | b"elapsed_time" => {
                put(&mut self.duration, text);
                None
            }
            _ => return false,
        };
        // The whole time is better than that to the headers.
        if self.stated_ms.is_none() || key == b"total-time" {
            self.stated_ms = stated_ms.or(self.stated_ms);
        }
        true
    }

    /// Takes a nested object.
    fn put_group(&mut self, group: &[u8], object: &'a [u8]) {
        for (key, value) in json::Fields::of(object).into_iter().flatten() {
            let text = value.bytes();
            match (group, key) {
                (b"req", b"method") => {
                    put(&mut self.method, text);
                    self.sign(Sign::PinoRequest);
                }
                (b"req" | b"httpRequest", b"url") => put(&mut self.target, text),
                (b"req", b"id") | (b"httpRequest", b"requestID") => put(&mut self.request_id, text),
                (b"req", b"remoteAddress") | (b"request", b"ip") | (b"httpRequest", b"remoteIP") => {
                    put(&mut self.client, text);
                }
                (b"res", b"statusCode") => {
                    put(&mut self.status, text);
                    self.sign(Sign::PinoResponse);
                }
                (b"payload", b"controller") => self.sign(Sign::Controller),
                (b"payload", b"view_runtime") => put(&mut self.view, text),
                (b"payload", b"db_runtime") => put(&mut self.db, text),
                (b"payload" | b"request" | b"httpRequest", b"method") => put(&mut self.method, text),
                (b"payload", b"path") => put(&mut self.target, text),
                (b"request", b"path") => {
                    put(&mut self.target, text);
                    self.sign(Sign::SlogRequest);
                }
                (b"httpRequest", b"path") => {
                    put(&mut self.target, text);
                    self.sign(Sign::ChiRequest);
                }
                (b"request" | b"httpRequest", b"host") => put(&mut self.host, text),
                (b"payload", b"status") => put(&mut self.status, text),
                (b"response", b"status") => {
                    put(&mut self.status, text);
                    self.sign(Sign::SlogResponse);
                }
                (b"httpResponse", b"status") => {
                    put(&mut self.status, text);
                    self.sign(Sign::ChiResponse);
                }
                // slog writes durations as whole nanoseconds.
                (b"response", b"latency") => self.stated_ms = number::bare(text).map(|it| it / 1e6),
                (b"httpResponse", b"elapsed") => self.stated_ms = number::bare(text),
                (b"response", b"length") | (b"httpResponse", b"bytes") => put(&mut self.bytes, text),
                _ => self.put_google(group, key, text),
            }
        }
    }

    /// Takes a field of Google's `httpRequest`. Its latency is text with a unit.
    fn put_google(&mut self, group: &[u8], key: &[u8], text: &'a [u8]) {
        match (group, key) {
            (b"httpRequest", b"requestMethod") => {
                put(&mut self.method, text);
                self.sign(Sign::Google);
            }
            (b"httpRequest", b"requestUrl") => put(&mut self.target, text),
            (b"httpRequest", b"status") => put(&mut self.status, text),
            (b"httpRequest", b"latency") => self.stated_ms = number::duration_ms(text),
            (b"httpRequest", b"responseSize") => put(&mut self.bytes, text),
            (b"httpRequest", b"remoteIp") => {
                put(&mut self.client, text);
                self.sign(Sign::Client);
            }
            _ => {}
        }
    }

    const fn sign(&mut self, sign: Sign) {
        self.signs |= 1 << sign as u8;
    }

    fn has(&self, signs: &[Sign]) -> bool {
        signs.iter().all(|it| self.signs & 1 << *it as u8 != 0)
    }

    /// Whether the format is known, and the line is about a request that was served.
    fn is_request(&self) -> bool {
        let is_pino = self.has(&[Sign::PinoRequest, Sign::PinoResponse]) && !self.duration.is_empty();
        let is_octane = self.has(&[Sign::OctaneType, Sign::OctaneMemory]);
        let is_known = is_pino
            || is_octane
            || self.has(&[Sign::Morgan])
            || self.has(&[Sign::Controller])
            || self.has(&[Sign::DjangoEvent])
            || self.has(&[Sign::ChiRequest, Sign::ChiResponse])
            || self.has(&[Sign::SlogRequest, Sign::SlogResponse])
            || self.has(&[Sign::Tomcat])
            || self.has(&[Sign::Client]);
        // A whole address is that of a call, unless the format is known to write it.
        let is_path = self.target().first() == Some(&b'/');
        let is_target = is_path || is_octane || self.has(&[Sign::Google, Sign::Client]);
        let has_status = request::status(self.status()) != 0 || is_pino && self.status == b"null";
        is_known && is_target && has_status && !request::method(self.method()).is_empty()
    }

    /// The method as the line has it.
    pub(super) fn method(&self) -> &'a [u8] {
        let end = memchr(b' ', self.line).unwrap_or(0);
        if self.method.is_empty() { &self.line[..end] } else { self.method }
    }

    fn status(&self) -> &'a [u8] {
        if self.has(&[Sign::DjangoEvent]) { self.code } else { self.status }
    }

    /// A path or a whole address as the line has it, with the escapes of a string.
    pub(super) fn target(&self) -> &'a [u8] {
        if self.target.is_empty() { request::request_line(self.line).map_or(&[], |it| it[2]) } else { self.target }
    }

    /// The request, with its path as the line has it.
    pub(super) fn request(&self) -> Request<'a> {
        self.request_at(self.target())
    }

    /// The request with a target without escapes.
    pub(super) fn request_at<'t>(&self, target: &'t [u8]) -> Request<'t>
    where
        'a: 't,
    {
        Request {
            method: request::method(self.method()),
            path: request::target_parts(target).1,
            status: request::status(self.status()),
            service_ms: self.service_ms(),
            queue_ms: number::router_ms(self.queue).filter(|_| self.has(&[Sign::Controller])),
            bytes: number::bare(self.bytes),
            ..Request::default()
        }
    }

    fn service_ms(&self) -> Option<f64> {
        let is_ms = self.has(&[Sign::Controller])
            || self.has(&[Sign::PinoRequest, Sign::PinoResponse])
            || self.has(&[Sign::OctaneType, Sign::OctaneMemory])
            || self.has(&[Sign::Logback]);
        let defined_ms = || number::bare(self.duration).filter(|_| is_ms);
        self.stated_ms.or_else(defined_ms).or_else(|| self.chi_ms())
    }

    /// The time at the end of a message of chi's httplog: `GET http://h/a => HTTP 200 (12.3ms)`.
    fn chi_ms(&self) -> Option<f64> {
        if !self.has(&[Sign::Schema]) {
            return None;
        }
        let at = memmem::rfind(self.message, b" => HTTP ")?;
        let time = self.message[at..].strip_suffix(b")")?;
        number::duration_ms(&time[memchr(b'(', time)? + 1..])
    }

    /// The time that the view took.
    pub(super) fn view_ms(&self) -> Option<f64> {
        number::router_ms(self.view).filter(|_| self.has(&[Sign::Controller]))
    }

    /// The time that the database took.
    pub(super) fn db_ms(&self) -> Option<f64> {
        number::router_ms(self.db).filter(|_| self.has(&[Sign::Controller]))
    }
}

/// Fills a field that is empty.
const fn put<'a>(slot: &mut &'a [u8], text: &'a [u8]) {
    if slot.is_empty() {
        *slot = text;
    }
}
