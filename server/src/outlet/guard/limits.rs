//! Limits of requests: the size of a body, the time until a reply begins, and a 500 where our own
//! code panics.
//!
//! How long a stream lasts and how long a sender may take is decided elsewhere.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::Response,
};
use contract::error::excerpt;
use dashboard::status::OnPanic;
use futures_util::FutureExt;
use http_body_util::Limited;
use tokio::{sync::Notify, time::timeout};

use crate::{problem::problem, telemetry::Counters};

/// Most bytes of the body of a request to pages or the API.
pub(crate) const BODY_BYTES_MAX: usize = 64 << 10;
/// Longest time until a reply begins: longer than a search and a query take one after the other.
pub(crate) const REPLY_MAX: Duration = Duration::from_secs(40);

/// Replies 500 when a handler or a query of a page panics; logs and counts the panic.
pub(crate) async fn catch_panics(State(counters): State<Arc<Counters>>, mut request: Request, next: Next) -> Response {
    let (method, path) = (request.method().clone(), excerpt(request.uri().path()).to_owned());
    let panicked = Arc::new(Notify::new());
    let notify = Arc::clone(&panicked);
    request.extensions_mut().insert(OnPanic(Arc::new(move || notify.notify_one())));
    let reply = tokio::select! {
        reply = AssertUnwindSafe(next.run(request)).catch_unwind() => reply.ok(),
        () = panicked.notified() => None,
    };
    reply.unwrap_or_else(|| {
        counters.panics.add(1);
        tracing::error!(%method, path, "a request ended in a panic; its place in the code stands above");
        fault()
    })
}

/// The reply to a request that failed by our own fault; the log has the reason.
pub(crate) fn fault() -> Response {
    problem(StatusCode::INTERNAL_SERVER_ERROR, "the server failed to answer; see its log for details")
}

/// Limits the size of a request's body and the time until the reply begins.
pub(crate) async fn bound(State(counters): State<Arc<Counters>>, request: Request, next: Next) -> Response {
    let path = excerpt(request.uri().path()).to_owned();
    let request = request.map(|body| Body::new(Limited::new(body, BODY_BYTES_MAX)));
    if let Ok(reply) = timeout(REPLY_MAX, next.run(request)).await {
        return reply;
    }
    counters.replies_late.add(1);
    tracing::error!(path, "a request took longer than {} s", REPLY_MAX.as_secs());
    let mut reply = problem(StatusCode::SERVICE_UNAVAILABLE, "the request timed out; try again, or request less data");
    reply.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    reply
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]
mod tests {
    use axum::{Router, middleware::from_fn_with_state, routing::get};
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::{TcpListener, TcpStream},
    };

    use super::*;

    async fn breaks() -> &'static str {
        std::hint::black_box(None::<&str>).unwrap()
    }

    /// A page whose query panicked on another task and will never finish.
    async fn waits(request: Request) -> &'static str {
        let OnPanic(notify) = request.extensions().get().cloned().unwrap();
        tokio::spawn(async move { notify() });
        std::future::pending().await
    }

    #[tokio::test]
    async fn err_a_panic_is_a_500_and_the_next_request_is_answered() {
        let counters = Arc::new(Counters::default());
        let routes =
            Router::new().route("/breaks", get(breaks)).route("/waits", get(waits)).route("/", get(|| async { "ok" }));
        let routes = routes.layer(from_fn_with_state(Arc::clone(&counters), catch_panics));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(axum::serve(listener, routes).into_future());
        for (n, (path, expected)) in [("/breaks", "500"), ("/", "200"), ("/waits", "500")].into_iter().enumerate() {
            let mut stream = TcpStream::connect(address).await.unwrap();
            let request = format!("GET {path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n");
            stream.write_all(request.as_bytes()).await.unwrap();
            let mut reply = String::new();
            stream.read_to_string(&mut reply).await.unwrap();
            assert!(reply.starts_with(&format!("HTTP/1.1 {expected}")), "{path}: {reply}");
            assert_eq!(expected == "500", reply.contains("application/problem+json"), "{path}: {reply}");
            assert_eq!(counters.panics.get(), [1, 1, 2][n]);
        }
    }
}
