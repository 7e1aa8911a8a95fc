//! Pages are made to their end, in a task of their own, also when who asked for one left.
//!
//! Leptos walks over a page on several tasks at once. Were a page dropped in the middle, the others would find its signals gone and panic.
//! What such a page still asks the store is dropped at once, so that it holds no place of a search.
//!
//! What a page shows is the app's.

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

use crate::outlet::guard::limits::{REPLY_MAX, fault};

/// Most bytes of a page: many times those of the largest, which shows 300 raw lines.
const PAGE_BYTES_MAX: usize = 32 << 20;
/// A page whose question panicked is never whole; it goes a little after [`REPLY_MAX`], so that this is the reply's deadline alone.
const MAKING_MAX: Duration = REPLY_MAX.saturating_add(Duration::from_secs(5));

/// Most pages that are made at once: who left does not end one, so connections do not bound them. Others wait for their turn as long as
/// somebody waits for them, at most [`REPLY_MAX`].
const PAGES_MAX: usize = 128;

/// Answers with the page that `make` makes.
pub fn whole<S: Clone + Send + Sync + 'static>(
    make: impl Fn(Request) -> Pin<Box<dyn Future<Output = Response> + Send>> + Clone + Send + Sync + 'static,
) -> MethodRouter<S> {
    let turns = Arc::new(Semaphore::new(PAGES_MAX));
    get(move |mut request: Request| {
        let (make, turns) = (make.clone(), Arc::clone(&turns));
        async move {
            // Never closed.
            let turn = turns.acquire_owned().await;
            let token = CancellationToken::new();
            // Dropped with this handler: once the page is there, or when nobody waits for it.
            let _waiting = token.clone().drop_guard();
            request.extensions_mut().insert(ClientGone(Arc::new(move || Box::pin(token.clone().cancelled_owned()))));
            let making = make(request);
            let made = tokio::spawn(async {
                let _turn = turn;
                let whole = async {
                    let (head, body) = making.await.into_parts();
                    (head, to_bytes(body, PAGE_BYTES_MAX).await)
                };
                timeout(MAKING_MAX, whole).await
            });
            match made.await {
                Ok(Ok((head, Ok(page)))) => Response::from_parts(head, Body::from(page)),
                Ok(Ok((_, Err(error)))) => broken(&format!("a page was not read to its end: {error}")),
                Ok(Err(_late)) => broken("a page was never whole"),
                Err(error) => match error.try_into_panic() {
                    // Told and counted where all panics of handlers are.
                    Ok(panic) => std::panic::resume_unwind(panic),
                    Err(_stopping) => broken("a page was dropped while the server stops"),
                },
            }
        }
    })
}

fn broken(why: &str) -> Response {
    tracing::error!("{why}");
    fault()
}
