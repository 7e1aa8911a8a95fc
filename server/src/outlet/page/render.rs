//! Renders each page to its end in a task of its own, also when the client has left.
//!
//! Leptos renders a page on several tasks at once. If a page were dropped midway, the other tasks
//! would find its signals gone and panic. Queries of a page whose client has left are dropped at
//! once, so that they hold no search slot.
//!
//! What a page shows is decided by the package `dashboard`.

use std::{future::Future, pin::Pin, sync::Arc, time::Duration};

use axum::{
    body::{Body, to_bytes},
    extract::Request,
    response::Response,
    routing::{MethodRouter, get},
};
use dashboard::status::ClientGone;
use tokio::{sync::Semaphore, time::timeout};
use tokio_util::sync::CancellationToken;

use crate::outlet::{
    guard::limits::{REPLY_MAX, fault},
    zone::InZone,
};

/// Most bytes of a page: many times the size of the largest, which shows 300 raw lines.
const PAGE_BYTES_MAX: usize = 32 << 20;
/// Longest time to render a page. A page whose query panicked is never finished, so its task ends
/// after this. It is a little longer than [`REPLY_MAX`], which alone is the deadline of the reply.
const RENDER_MAX: Duration = REPLY_MAX.saturating_add(Duration::from_secs(5));

/// Most pages that are rendered at once. The limit of connections does not bound them, since a page
/// is rendered to its end after its client has left. Further pages wait while their clients do, at
/// most [`REPLY_MAX`].
const PAGES_MAX: usize = 128;

/// A handler that replies with the page that `make` renders.
pub(crate) fn render_whole<S: Clone + Send + Sync + 'static>(
    make: impl Fn(Request) -> Pin<Box<dyn Future<Output = Response> + Send>> + Clone + Send + Sync + 'static,
) -> MethodRouter<S> {
    let slots = Arc::new(Semaphore::new(PAGES_MAX));
    get(move |mut request: Request| {
        let (make, slots) = (make.clone(), Arc::clone(&slots));
        async move {
            // The semaphore is never closed, so this can't fail.
            let slot = slots.acquire_owned().await;
            let token = CancellationToken::new();
            // Cancels the token when this handler is dropped: when the page is done, or when its
            // client has left.
            let _waiting = token.clone().drop_guard();
            request.extensions_mut().insert(ClientGone(Arc::new(move || Box::pin(token.clone().cancelled_owned()))));
            let rendering = make(request);
            let rendered = tokio::spawn(InZone::here(async {
                let _slot = slot;
                let whole = async {
                    let (head, body) = rendering.await.into_parts();
                    (head, to_bytes(body, PAGE_BYTES_MAX).await)
                };
                timeout(RENDER_MAX, whole).await
            }));
            match rendered.await {
                Ok(Ok((head, Ok(page)))) => Response::from_parts(head, Body::from(page)),
                Ok(Ok((_, Err(error)))) => failed(&format!("a page was not read to its end: {error}")),
                Ok(Err(_late)) => failed("a page was never whole"),
                Err(error) => match error.try_into_panic() {
                    // Logged and counted where all panics of handlers are.
                    Ok(panic) => std::panic::resume_unwind(panic),
                    Err(_stopping) => failed("a page was dropped while the server stops"),
                },
            }
        }
    })
}

fn failed(why: &str) -> Response {
    tracing::error!("{why}");
    fault()
}
