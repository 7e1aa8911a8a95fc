//! A stored line as answers carry it: masked, as it is shown, and with the parts of its request.
//!
//! Requests are read by the pipeline, from the text as it is shown, so that the parts are masked
//! like the text.

use contract::{LogLine, RequestParts};
use pipeline::{extract::request_parts, mask::masked, request_id};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::store::log::block_lines::StoredLine;

/// Longest text of a line on a page and in a tail, bytes.
pub(crate) const PAGE_TEXT_BYTES_MAX: usize = 4 << 10;

/// A line for pages, with at most `text_bytes_max` bytes of its text. Its request has only the
/// parts that pages show.
pub(crate) fn log_line(stored: &StoredLine, text_bytes_max: usize) -> LogLine {
    let mut line = full_line(stored, text_bytes_max);
    if let Some(request) = &mut line.request {
        (request.host, request.request_id) = (None, None);
    }
    line
}

/// [`log_line`] as JSON for tails: also with the severity of the transport.
pub(crate) fn tail_json(stored: &StoredLine, text_bytes_max: usize) -> Value {
    json!(SentLine { line: log_line(stored, text_bytes_max), severity: stored.severity })
}

/// A line as JSON for scripts: with every part of its request and the severity of the transport.
pub(crate) fn line_json(stored: &StoredLine, text_bytes_max: usize) -> Value {
    json!(sent_line(stored, text_bytes_max))
}

/// A line for scripts: with every part of its request and the severity of the transport.
pub(crate) fn sent_line(stored: &StoredLine, text_bytes_max: usize) -> SentLine {
    SentLine { line: full_line(stored, text_bytes_max), severity: stored.severity }
}

/// A log line as scripts get it.
#[derive(Serialize, ToSchema)]
pub(crate) struct SentLine {
    #[serde(flatten)]
    line: LogLine,
    /// The severity of the transport, 0 (emergency) to 7 (debug).
    severity: u8,
}

fn full_line(stored: &StoredLine, text_bytes_max: usize) -> LogLine {
    let text = String::from(masked(&stored.text, text_bytes_max));
    LogLine {
        id: stored.id,
        at_ms: stored.at_ms,
        app: stored.app.clone(),
        source: stored.source.clone(),
        level: stored.level,
        request_id: request_id::of(text.as_bytes()).map(|it| String::from_utf8_lossy(it).into_owned()),
        request: request(&stored.source, &text).map(Box::new),
        text,
        bytes: stored.bytes,
    }
}

/// The request that a line of the router describes.
fn request(source: &str, text: &str) -> Option<RequestParts> {
    if source != "router" {
        return None;
    }
    let parts = request_parts(source.as_bytes(), text.as_bytes())?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let optional = |bytes: &[u8]| (!bytes.is_empty()).then(|| text(bytes));
    Some(RequestParts {
        method: text(parts.method),
        path: text(parts.path),
        status: parts.status,
        code: optional(parts.code),
        description: optional(parts.desc),
        host: optional(parts.host),
        request_id: optional(parts.request_id),
        dyno: optional(parts.dyno),
        service_ms: parts.service_ms,
        connect_ms: parts.connect_ms,
        queue_ms: parts.queue_ms,
        bytes: parts.bytes,
    })
}

#[cfg(test)]
mod tests {
    use contract::Level;

    use super::*;

    const ROUTER: &str = "at=error code=H12 desc=\"Request timeout\" method=POST path=\"/orders/8841?a=b\" host=h request_id=1 \
                          fwd=\"1.1.1.1\" dyno=web.3 connect=1ms service=30000ms status=503 bytes=0 protocol=https";

    fn stored(source: &str, text: &str) -> StoredLine {
        StoredLine {
            id: contract::LineId { block: 812, index: 7 },
            at_ms: 1_000,
            app: "heroku".to_owned(),
            source: source.to_owned(),
            severity: 6,
            level: Level::Error,
            text: text.as_bytes().to_vec(),
            bytes: text.len() as u64,
        }
    }

    #[test]
    fn ok_a_router_line_has_its_request() {
        let expected = RequestParts {
            method: "POST".to_owned(),
            path: "/orders/8841?a=b".to_owned(),
            status: 503,
            code: Some("H12".to_owned()),
            description: Some("Request timeout".to_owned()),
            host: Some("h".to_owned()),
            request_id: Some("1".to_owned()),
            dyno: Some("web.3".to_owned()),
            service_ms: Some(30_000.0),
            connect_ms: Some(1.0),
            queue_ms: None,
            bytes: Some(0.0),
        };
        assert_eq!(full_line(&stored("router", ROUTER), 4_096).request.as_deref(), Some(&expected));
        for (source, text, text_bytes_max) in [
            ("web.1", ROUTER, 4_096),
            ("router", "at=error code=H10 desc=\"App crashed\"", 4_096),
            // Cut off before its status.
            ("router", ROUTER, 100),
        ] {
            assert_eq!(full_line(&stored(source, text), text_bytes_max).request, None, "{source} {text_bytes_max}");
        }
    }

    #[test]
    fn ok_no_client_writes_parts_of_its_request() {
        let forged =
            "at=info method=GET path=\"/\" code=H12 status=200 \" host=h dyno=web.1 service=5ms status=503 bytes=0";
        let expected = RequestParts {
            method: "GET".to_owned(),
            path: "/\" code=H12 status=200 ".to_owned(),
            status: 503,
            host: Some("h".to_owned()),
            dyno: Some("web.1".to_owned()),
            service_ms: Some(5.0),
            bytes: Some(0.0),
            ..RequestParts::default()
        };
        assert_eq!(full_line(&stored("router", forged), 4_096).request.as_deref(), Some(&expected));
        let bare = "at=info method=GET path=\"/\" dyno= connect= service= status=200";
        let (method, path) = ("GET".to_owned(), "/".to_owned());
        let expected = RequestParts { method, path, status: 200, ..RequestParts::default() };
        assert_eq!(full_line(&stored("router", bare), 4_096).request.as_deref(), Some(&expected));
    }

    #[test]
    fn ok_json_for_scripts() {
        let expected = json!({
            "id": "812-7", "at_ms": 1_000, "app": "heroku", "source": "web.1", "severity": 6, "level": "error",
            "text": "password=***", "bytes": 16,
        });
        assert_eq!(line_json(&stored("web.1", "password=hunter2"), 4_096), expected);
        let other = StoredLine { level: Level::Other, ..stored("router", ROUTER) };
        let json = line_json(&other, 4_096);
        assert_eq!((&json["level"], &json["request"]["service_ms"]), (&json!(""), &json!(30_000.0)));
        assert_eq!(serde_json::from_value::<LogLine>(json).ok(), Some(full_line(&other, 4_096)));
    }

    #[test]
    fn ok_pages_and_tails_get_the_parts_that_pages_show() {
        let line = stored("router", ROUTER);
        let request = full_line(&line, 4_096).request.map(|it| RequestParts { host: None, request_id: None, ..*it });
        assert!(request.is_some());
        assert_eq!(log_line(&line, 4_096).request.map(|it| *it), request);
        assert_eq!(tail_json(&line, 4_096)["request"], json!(request));
        assert_eq!(line_json(&line, 4_096)["request"]["host"], json!("h"));
    }
}
