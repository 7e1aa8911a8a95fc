//! Asking the server: called in the browser these are requests, called on the server they go straight to the backend.
#![expect(
    missing_docs,
    reason = "the macro makes a struct of each function's arguments, whose fields can't be documented"
)]

use std::future::Future;

use contract::{
    AppHeader, AppPage, LogContext, LogContextQuery, LogHistogram, LogPage, LogQuery, MetricsPage, MetricsPageQuery,
    Overview, Range,
};
use leptos::{
    prelude::*,
    server::codee::{Decoder, Encoder},
    server_fn::codec::Json,
};
use serde::{Serialize, de::DeserializeOwned};

use crate::Error;
#[cfg(feature = "ssr")]
use crate::status;

#[cfg(feature = "ssr")]
fn backend() -> Result<std::sync::Arc<dyn contract::Backend>, Error> {
    use_context().ok_or(Error::Answer(contract::Error::Internal))
}

/// What the server says of a question, with the status that suits it.
#[cfg(feature = "ssr")]
async fn said<T>(asking: impl Future<Output = Result<T, contract::Error>>) -> Result<T, Error> {
    status::unless_left(asking).await.map_err(|error| {
        status::of_function(&error);
        Error::Answer(error)
    })
}

/// Every app with its health.
#[server(AskOverview, input = Json)]
pub async fn overview() -> Result<Overview, Error> {
    said(backend()?.overview()).await
}

/// One app over a range.
#[server(AskAppPage, input = Json)]
pub async fn app_page(app: String, range: Range) -> Result<AppPage, Error> {
    said(backend()?.app(app, range)).await
}

/// One page of an app's log lines.
#[server(AskLogPage, input = Json)]
pub async fn log_page(app: String, query: LogQuery) -> Result<LogPage, Error> {
    said(backend()?.log_page(app, query)).await
}

/// How many log lines match in each step of a span. A brief count ends early.
#[server(AskLogHistogram, input = Json)]
pub async fn log_histogram(app: String, query: LogQuery, is_brief: bool) -> Result<LogHistogram, Error> {
    said(backend()?.log_histogram(app, query, is_brief)).await
}

/// A log line with its neighbours of the same source.
#[server(AskLogContext, input = Json)]
pub async fn log_context(app: String, query: LogContextQuery) -> Result<LogContext, Error> {
    said(backend()?.log_context(app, query)).await
}

/// The state of one app.
#[server(AskAppHeader, input = Json)]
pub async fn head(app: String) -> Result<AppHeader, Error> {
    said(backend()?.head(app)).await
}

/// One metric of an app.
#[server(AskMetricsPage, input = Json)]
pub async fn metrics(app: String, asked: MetricsPageQuery) -> Result<MetricsPage, Error> {
    said(backend()?.metrics(app, asked)).await
}

/// How an answer crosses inside the page: JSON, read as bytes. Leptos' own codec reads it as text, which is another copy of all readers
/// (a twentieth of the WASM).
#[derive(Clone, Copy, Debug)]
pub struct Page;

impl<T: Serialize> Encoder<T> for Page {
    type Error = serde_json::Error;
    type Encoded = String;

    fn encode(value: &T) -> Result<String, serde_json::Error> {
        serde_json::to_string(value)
    }
}

impl<T: DeserializeOwned> Decoder<T> for Page {
    type Error = serde_json::Error;
    type Encoded = str;

    fn decode(text: &str) -> Result<T, serde_json::Error> {
        serde_json::from_slice(text.as_bytes())
    }
}

/// What a page asks for: on the server while it is rendered, in the browser when `key` changes.
pub fn resource<K, T, F>(
    key: impl Fn() -> K + Send + Sync + 'static,
    ask: impl Fn(K) -> F + Send + Sync + 'static,
) -> Resource<T, Page>
where
    K: PartialEq + Clone + Send + Sync + 'static,
    T: Serialize + DeserializeOwned + Send + Sync + 'static,
    F: Future<Output = T> + Send + 'static,
{
    #[cfg(feature = "ssr")]
    let ask = {
        let on_panic = status::on_panic();
        move |key| caught(ask(key), on_panic.clone())
    };
    Resource::new_with_options(key, ask, false)
}

/// Runs a question of a page. One that panics has no answer and never will: whoever waits for the page is told at once.
#[cfg(feature = "ssr")]
async fn caught<F: Future>(asking: F, on_panic: Option<status::OnPanic>) -> F::Output {
    use std::{
        panic::{AssertUnwindSafe, catch_unwind},
        task::Poll,
    };
    let mut asking = Box::pin(asking);
    let answer =
        std::future::poll_fn(move |context| match catch_unwind(AssertUnwindSafe(|| asking.as_mut().poll(context))) {
            Ok(poll) => poll.map(Some),
            Err(_told_by_the_hook) => Poll::Ready(None),
        });
    match answer.await {
        Some(answer) => answer,
        None => {
            if let Some(status::OnPanic(tell)) = on_panic {
                tell();
            }
            std::future::pending().await
        }
    }
}
