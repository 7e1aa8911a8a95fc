//! Access logs of AWS Application Load Balancers, as they lie in S3.
//!
//! ```text
//! TYPE TIME ELB CLIENT:PORT TARGET:PORT REQUEST_S TARGET_S RESPONSE_S STATUS TARGET_STATUS RECEIVED SENT "REQUEST" "AGENT" CIPHER
//!     TLS TARGET_GROUP "TRACE" "DOMAIN" "CERTIFICATE" PRIORITY CREATED "ACTIONS" "REDIRECT" "ERROR" …
//! ```
//! Source of the format: AWS's
//! [access log entries](https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html).
//! Times are seconds, and -1 stands for a point that was never reached. The service time is that
//! from handing the request to the target until the answer begins (`TARGET_S` + `RESPONSE_S`): the
//! format has no later moment. `SENT` includes headers. The error reason of a failed request is its
//! error code. Fields behind it are not read.
//!
//! # Incomplete support
//! `REQUEST_S` holds more than a wait, so it is no queue time. Files may be delivered twice: give
//! each of them to `tap` once.

use super::{Context, Example, Reader, Request, RequestParts, Sink, Writer, platform_code, request, words::Words};
use crate::{Line, number, time};

pub(super) const READER: Reader = Reader {
    name: "alb",
    title: "AWS Application Load Balancer access log",
    writers: &[Writer::WebServer],
    examples: &[
        Example {
            app: "alb",
            proc_id: "1",
            msg: r#"https 2026-11-27T10:00:00.250186Z app/shop/50dc6c495c0c9188 203.0.113.7:40312 10.0.0.5:3000 0.001 0.018 0.000 200 200 120 4096 "GET https://shop.example.com:443/orders/7?page=2 HTTP/2.0" "curl/8" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/shop/73e2d6bc24d8a067 "Root=1-58337262-36d228ad5d99923122bbe354" "shop.example.com" "-" 0 2026-11-27T10:00:00.231000Z "forward" "-" "-" "10.0.0.5:3000" "200" "-" "-""#,
        },
        Example {
            app: "alb",
            proc_id: "1",
            msg: r#"https 2026-11-27T10:00:00.250186Z app/shop/50dc6c495c0c9188 203.0.113.7:40312 - 0.001 0.018 0.000 502 - 120 4096 "GET https://shop.example.com:443/orders/7?page=2 HTTP/2.0" "curl/8" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/shop/73e2d6bc24d8a067 "Root=1-58337262-36d228ad5d99923122bbe354" "shop.example.com" "-" 0 2026-11-27T10:00:00.231000Z "forward" "-" "LambdaInvalidResponse" "10.0.0.5:3000" "200" "-" "-""#,
        },
    ],
    metrics: &[
        "router.requests",
        "router.service",
        "router.bytes",
        "router.errors",
        "router.endpoints",
        "router.endpoint_errors",
    ],
    events: &[],
    parts: Some(|msg, _| Some(Entry::of(msg)?.parts())),
};

const TYPES: [&[u8]; 6] = [b"http", b"https", b"h2", b"grpcs", b"ws", b"wss"];
/// Fields between the request's agent and its error reason.
const FIELDS_BETWEEN: usize = 10;

/// The fields of a line that are used.
struct Entry<'a> {
    at_ms: i64,
    client: &'a [u8],
    times: [&'a [u8]; 2],
    status: u16,
    bytes: &'a [u8],
    method: &'a [u8],
    host: &'a [u8],
    path: &'a [u8],
    protocol: &'a [u8],
    code: &'a [u8],
}

/// Reads a request; whether the line is one.
pub(super) fn read(line: &Line<'_>, _: &mut Context<'_>, sink: &mut impl Sink) -> bool {
    let Some(entry) = Entry::of(line.msg) else { return false };
    if line.time_ms.is_none() {
        sink.date(entry.at_ms);
    }
    sink.request(&entry.request());
    true
}

impl<'a> Entry<'a> {
    fn of(msg: &'a [u8]) -> Option<Self> {
        if !matches!(msg.first()?, b'h' | b'g' | b'w') {
            return None;
        }
        let mut words = Words(msg);
        if !TYPES.contains(&words.word()?) {
            return None;
        }
        let at_ms = time::parse(words.word()?)?;
        let _balancer = words.word().filter(|it| it.starts_with(b"app/"))?;
        let (client, _target) = (words.word()?, words.word()?);
        let (_request_s, target_s, response_s) = (words.word()?, words.word()?, words.word()?);
        let status = match words.word()? {
            b"-" => 0,
            other => Some(request::status(other)).filter(|it| *it != 0)?,
        };
        let (_target_status, _received, bytes) = (words.word()?, words.number()?, words.number()?);
        let [method, host, path, protocol] = request::request_line(words.text()?)?;
        let is_failed = status >= 400 || status == 0;
        let code = if is_failed { reason(words).unwrap_or_default() } else { b"" };
        let times = [target_s, response_s];
        let client = &client[..client.iter().rposition(|it| *it == b':').unwrap_or(client.len())];
        Some(Self { at_ms, client, times, status, bytes, method, host, path, protocol, code })
    }

    fn request(&self) -> Request<'a> {
        let [target_s, response_s] = self.times.map(number::bare);
        Request {
            method: request::method(self.method),
            path: self.path,
            status: self.status,
            code: self.code,
            service_ms: target_s.zip(response_s).map(|(target_s, response_s)| (target_s + response_s) * 1_000.0),
            bytes: number::bare(self.bytes),
            ..Request::default()
        }
    }

    fn parts(&self) -> RequestParts<'a> {
        let Request { path, status, code, service_ms, bytes, .. } = self.request();
        let Self { method, host, protocol, client: fwd, .. } = *self;
        RequestParts { method, host, path, status, code, service_ms, bytes, fwd, protocol, ..RequestParts::default() }
    }
}

/// The error reason among the fields behind the request. An agent that is not escaped shifts them:
/// only known reasons are codes.
fn reason(mut words: Words<'_>) -> Option<&[u8]> {
    let _agent = words.text()?;
    for _ in 0..FIELDS_BETWEEN {
        words.text()?;
    }
    words.text().filter(|it| platform_code::is_proxy_code(it))
}
