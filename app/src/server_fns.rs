//! The queries of pages. Called in the browser they are HTTP requests; called on the server they go
//! to the backend directly.
#![expect(
    missing_docs,
    reason = "the macro makes a struct of each function's arguments, whose fields can't be documented"
)]

use std::future::Future;

use contract::{
    AppHeader, AppPage, LogContext, LogContextQuery, LogHistogram, LogPage, LogQuery, LogTime, MetricsPage,
    MetricsPageQuery, Overview, Range, RequestId, RequestPage,
    alert::{AlertChange, AlertsPage, Changed, IncidentId, IncidentPage, Preview, PreviewQuery},
    errors_page::ErrorsPage,
    log::LogField,
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

/// Runs a query and sets the HTTP status of its error.
#[cfg(feature = "ssr")]
async fn answer<T>(query: impl Future<Output = Result<T, contract::Error>>) -> Result<T, Error> {
    status::until_client_gone(query).await.map_err(|error| {
        status::set_for_function(&error);
        Error::Answer(error)
    })
}

/// The state of all apps.
#[server(AskOverview, input = Json)]
pub async fn overview() -> Result<Overview, Error> {
    answer(backend()?.overview()).await
}

/// The data of one app over a range.
#[server(AskAppPage, input = Json)]
pub async fn app_page(app: String, range: Range) -> Result<AppPage, Error> {
    answer(backend()?.app(app, range)).await
}

/// One page of an app's log lines.
#[server(AskLogPage, input = Json)]
pub async fn log_page(app: String, query: LogQuery) -> Result<LogPage, Error> {
    answer(backend()?.log_page(app, query)).await
}

/// How many log lines match in each step of a span. A brief count ends early.
#[server(AskLogHistogram, input = Json)]
pub async fn log_histogram(app: String, query: LogQuery, is_brief: bool) -> Result<LogHistogram, Error> {
    answer(backend()?.log_histogram(app, query, is_brief)).await
}

/// The fields that an app's newest log lines have.
#[server(AskLogFields, input = Json)]
pub async fn log_fields(app: String, query: LogQuery) -> Result<Vec<LogField>, Error> {
    answer(backend()?.log_fields(app, query)).await
}

/// A log line with its neighbours of the same source.
#[server(AskLogContext, input = Json)]
pub async fn log_context(app: String, query: LogContextQuery) -> Result<LogContext, Error> {
    answer(backend()?.log_context(app, query)).await
}

/// The error lines of an app in groups.
#[server(AskErrors, input = Json)]
pub async fn errors(app: String, time: LogTime) -> Result<ErrorsPage, Error> {
    answer(backend()?.errors(app, time)).await
}

/// All log lines of a request over all apps.
#[server(AskRequest, input = Json)]
pub async fn request(id: RequestId, at_ms: Option<i64>) -> Result<RequestPage, Error> {
    answer(backend()?.request(id, at_ms)).await
}

/// The state of one app without data of a range.
#[server(AskAppHeader, input = Json)]
pub async fn head(app: String) -> Result<AppHeader, Error> {
    answer(backend()?.head(app)).await
}

/// One metric of an app, and the list of all its metrics.
#[server(AskMetricsPage, input = Json)]
pub async fn metrics(app: String, asked: MetricsPageQuery) -> Result<MetricsPage, Error> {
    answer(backend()?.metrics(app, asked)).await
}

/// Open incidents, rules, channels, mutes and history.
#[server(AskAlerts, input = Json)]
pub async fn alerts() -> Result<AlertsPage, Error> {
    answer(backend()?.alerts()).await
}

/// One incident with its timeline.
#[server(AskIncident, input = Json)]
pub async fn incident(id: IncidentId) -> Result<IncidentPage, Error> {
    answer(backend()?.incident(id)).await
}

/// What a rule would have done in the last seven days.
#[server(AskPreview, input = Json)]
pub async fn preview_rule(asked: PreviewQuery) -> Result<Preview, Error> {
    answer(backend()?.preview_rule(asked)).await
}

/// Changes rules, channels, mutes or maintenance windows.
#[server(ChangeAlerts, input = Json)]
pub async fn change_alerts(change: AlertChange) -> Result<Changed, Error> {
    answer(backend()?.change_alerts(change)).await
}

/// The encoding of answers inside the document: JSON, read from bytes. Leptos' own codec reads it
/// from text, for which the compiler would make a second copy of all deserializers (5 % of the
/// WASM).
#[derive(Clone, Copy, Debug)]
pub struct EmbeddedJson;

impl<T: Serialize> Encoder<T> for EmbeddedJson {
    type Error = serde_json::Error;
    type Encoded = String;

    fn encode(value: &T) -> Result<String, serde_json::Error> {
        serde_json::to_string(value)
    }
}

impl<T: DeserializeOwned> Decoder<T> for EmbeddedJson {
    type Error = serde_json::Error;
    type Encoded = str;

    fn decode(text: &str) -> Result<T, serde_json::Error> {
        serde_json::from_slice(text.as_bytes())
    }
}

/// The answer to a query of a page: requested on the server while the page is rendered, and in the
/// browser when `key` changes.
pub fn resource<K, T, F>(
    key: impl Fn() -> K + Send + Sync + 'static,
    query: impl Fn(K) -> F + Send + Sync + 'static,
) -> Resource<T, EmbeddedJson>
where
    K: PartialEq + Clone + Send + Sync + 'static,
    T: Serialize + DeserializeOwned + Send + Sync + 'static,
    F: Future<Output = T> + Send + 'static,
{
    #[cfg(feature = "ssr")]
    let query = {
        let on_panic = status::on_panic();
        move |key| caught(query(key), on_panic.clone())
    };
    Resource::new_with_options(key, query, false)
}

/// Runs a query of a page. If it panics it never gives an answer, and the server is told at once
/// through [`status::OnPanic`].
#[cfg(feature = "ssr")]
async fn caught<F: Future>(query: F, on_panic: Option<status::OnPanic>) -> F::Output {
    use std::{
        panic::{AssertUnwindSafe, catch_unwind},
        task::Poll,
    };
    let mut query = Box::pin(query);
    let answer =
        std::future::poll_fn(move |context| match catch_unwind(AssertUnwindSafe(|| query.as_mut().poll(context))) {
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
