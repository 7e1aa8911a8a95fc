//! How the parts of a request are written for people. Reading them from a line is the pipeline's
//! business.

use contract::RequestParts;

use super::number::latency;

/// The address of the page of a request, which was at a time, unix milliseconds.
#[must_use]
pub fn request_address(id: &str, at_ms: i64) -> String {
    format!("/requests/{id}?at={at_ms}")
}

/// A request as one line of text, without its error code.
#[must_use]
pub fn summary(request: &RequestParts) -> String {
    let mut text = String::new();
    if let Some(description) = &request.description {
        text.push_str(description);
        text.push(' ');
    }
    for part in [&*request.method, " ", &request.path, " ", &request.status.to_string()] {
        text.push_str(part);
    }
    let times = [("service ", request.service_ms), ("connect ", request.connect_ms), ("queue ", request.queue_ms)];
    for (name, ms) in times {
        if let Some(ms) = ms {
            for part in ["  ", name, &ms.to_string(), "ms"] {
                text.push_str(part);
            }
        }
    }
    if let Some(dyno) = &request.dyno {
        text.push_str("  ");
        text.push_str(dyno);
    }
    text
}

/// A time in milliseconds in a readable unit; a dash if there is none.
#[must_use]
pub fn duration(ms: Option<f64>) -> String {
    ms.map_or_else(dash, |ms| {
        let latency = latency(ms);
        format!("{} {}", latency.text, latency.unit)
    })
}

/// A text; a dash if there is none.
#[must_use]
pub fn text(text: Option<&String>) -> String {
    text.map_or_else(dash, Clone::clone)
}

fn dash() -> String {
    "–".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_a_request_in_one_line() {
        let mut request =
            RequestParts { method: "GET".into(), path: "/".into(), status: 200, ..RequestParts::default() };
        assert_eq!(summary(&request), "GET / 200");
        request.service_ms = Some(5.0);
        request.dyno = Some("web.1".into());
        assert_eq!(summary(&request), "GET / 200  service 5ms  web.1");
        let failed = RequestParts {
            code: Some("H12".into()),
            description: Some("Request timeout".into()),
            method: "POST".into(),
            path: "/orders/8841?a=b".into(),
            status: 503,
            dyno: Some("web.3".into()),
            connect_ms: Some(1.0),
            service_ms: Some(30_000.0),
            ..RequestParts::default()
        };
        let expected = "Request timeout POST /orders/8841?a=b 503  service 30000ms  connect 1ms  web.3";
        assert_eq!(summary(&failed), expected);
    }

    #[test]
    fn ok_values() {
        assert_eq!(duration(Some(30_000.0)), "30.0 s");
        assert_eq!(duration(None), "–");
        assert_eq!(text(Some(&"web.1".to_owned())), "web.1");
        assert_eq!(text(None), "–");
    }
}
