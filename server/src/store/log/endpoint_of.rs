//! Whether a line is about a request of an endpoint: of its method, and of exactly its path with
//! the ids folded as the pipeline folds them when it counts.

use pipeline::{
    Line,
    extract::{endpoint::normalize, request_parts},
    mask::plain,
};

/// An endpoint whose requests are wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EndpointOf {
    /// HTTP method; empty for any.
    method: Vec<u8>,
    /// Path with its ids folded.
    path: Vec<u8>,
}

impl EndpointOf {
    /// The endpoint of a text such as `POST /orders/:id`, or of a path alone; `None` of an empty
    /// text.
    #[must_use]
    pub(crate) fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        let (method, path) = text.split_once(' ').unwrap_or(("", text));
        (!text.is_empty()).then(|| Self { method: method.into(), path: path.trim_start().into() })
    }

    /// Whether a line is about one of its requests.
    #[must_use]
    pub(crate) fn has(&self, line: &Line<'_>) -> bool {
        let shown = plain(line.msg);
        let Some(request) = request_parts(line.proc_id, &shown) else { return false };
        if !self.method.is_empty() && request.method != self.method {
            return false;
        }
        let mut path = vec![];
        normalize(request.path, &mut path);
        path == self.path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_lines_of_an_endpoint_and_no_others() {
        let line = |method: &str, path: &str| {
            format!(
                "at=info method={method} path=\"{path}\" host=h fwd=\"1.1.1.1\" dyno=web.1 connect=1ms service=2ms status=200 bytes=0"
            )
        };
        for (endpoint, method, path, expected) in [
            ("GET /orders/:id", "GET", "/orders/17?a=b", true),
            ("GET /orders/:id", "POST", "/orders/17", false),
            ("GET /orders/:id", "GET", "/orders/17/items", false),
            ("GET /orders/:id", "GET", "/orders", false),
            ("/orders/:id", "DELETE", "/orders/9", true),
            ("GET /", "GET", "/", true),
        ] {
            let msg = line(method, path);
            let line = Line { proc_id: b"router", msg: msg.as_bytes(), ..Line::default() };
            assert_eq!(
                EndpointOf::new(endpoint).map(|it| it.has(&line)),
                Some(expected),
                "{endpoint}: {method} {path}"
            );
        }
        assert_eq!(EndpointOf::new(" "), None);
        let other = Line { proc_id: b"web.1", msg: b"GET /orders/:id", ..Line::default() };
        assert_eq!(EndpointOf::new("GET /orders/:id").map(|it| it.has(&other)), Some(false));
    }
}
