//! Asking the server: called in the browser these are requests, called on the server they go straight to the backend.
#![expect(
    missing_docs,
    reason = "the macro makes a struct of each function's arguments, whose fields can't be documented"
)]

use std::future::Future;

use contract::{
    AppHead, AppPage, AroundAsked, LineBars, LinesAround, LinesAsked, LinesFound, MetricsAsked, MetricsPage, Overview,
    Range,
};
use leptos::{
    prelude::*,
    server::codee::{Decoder, Encoder},
    server_fn::codec::Json,
};
use serde::{Serialize, de::DeserializeOwned};

use crate::Error;

#[cfg(feature = "ssr")]
fn backend() -> Result<std::sync::Arc<dyn contract::Backend>, Error> {
    use_context().ok_or(Error::Answer(contract::Error::Internal))
}

/// Every app with its health.
#[server(AskOverview, input = Json)]
pub async fn overview() -> Result<Overview, Error> {
    Ok(backend()?.overview().await?)
}

/// One app over a range.
#[server(AskAppPage, input = Json)]
pub async fn app_page(app: String, range: Range) -> Result<AppPage, Error> {
    Ok(backend()?.app(app, range).await?)
}

/// Raw lines of one app.
#[server(AskLines, input = Json)]
pub async fn lines(app: String, asked: LinesAsked) -> Result<LinesFound, Error> {
    Ok(backend()?.lines(app, asked).await?)
}

/// How many raw lines were found when.
#[server(AskLineBars, input = Json)]
pub async fn line_bars(app: String, asked: LinesAsked, is_brief: bool) -> Result<LineBars, Error> {
    Ok(backend()?.line_bars(app, asked, is_brief).await?)
}

/// A raw line, and what its source wrote around it.
#[server(AskLinesAround, input = Json)]
pub async fn lines_around(app: String, asked: AroundAsked) -> Result<LinesAround, Error> {
    Ok(backend()?.lines_around(app, asked).await?)
}

/// The state of one app.
#[server(AskHead, input = Json)]
pub async fn head(app: String) -> Result<AppHead, Error> {
    Ok(backend()?.head(app).await?)
}

/// One metric of an app.
#[server(AskMetrics, input = Json)]
pub async fn metrics(app: String, asked: MetricsAsked) -> Result<MetricsPage, Error> {
    Ok(backend()?.metrics(app, asked).await?)
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
    Resource::new_with_options(key, ask, false)
}
