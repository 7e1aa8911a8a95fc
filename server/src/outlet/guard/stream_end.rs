//! Ends a live stream with the session of the browser that opened it: a stream has no end of its
//! own, and would go on to show what whoever opened it may no longer see. Streams of scripts, by
//! tokens and passwords, are not watched.

use std::time::Duration;

use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::Response,
};
use futures_util::StreamExt;

/// Time between two looks at a session.
const EVERY: Duration = Duration::from_secs(2);

/// The response, and where it is a live stream one that ends with the session.
pub(super) fn with_session(response: Response, is_signed_in: impl Fn() -> bool + Send + 'static) -> Response {
    let is_stream = response.headers().get(header::CONTENT_TYPE).is_some_and(is_stream);
    if !is_stream {
        return response;
    }
    let is_over = async move {
        while is_signed_in() {
            tokio::time::sleep(EVERY).await;
        }
    };
    response.map(|body| Body::from_stream(body.into_data_stream().take_until(Box::pin(is_over))))
}

fn is_stream(kind: &HeaderValue) -> bool {
    kind.as_bytes().starts_with(b"text/event-stream")
}
