//! The queries of pages. Called in the browser they are HTTP requests; called on the server they go
//! to the backend directly.
//!
//! Each has its path written out. Without one it would carry a hash of the folder that the
//! browser's module and the server were built in, and the two must agree.
#![expect(
    missing_docs,
    reason = "the macro makes a struct of each function's arguments, whose fields can't be documented"
)]

use std::future::Future;

use contract::{
    AppHeader, AppPage, ComparePage, CompareQuery, EndpointPage, EndpointQuery, LogContext, LogContextQuery,
    LogHistogram, LogPage, LogQuery, LogTime, MetricsPage, MetricsPageQuery, Overview, Range, RequestId, RequestPage,
    alert::{AlertChange, AlertsPage, Changed, IncidentId, IncidentPage, Preview, PreviewQuery},
    board::{BoardChange, BoardId, BoardPage, BoardQuery, BoardsPage},
    errors_page::ErrorsPage,
    log::LogField,
    sizing::{SizingPage, SizingQuery},
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
#[server(AskOverview, endpoint = "page/overview", input = Json)]
pub async fn overview() -> Result<Overview, Error> {
    answer(backend()?.overview()).await
}

/// The data of one app over a range.
#[server(AskAppPage, endpoint = "page/app", input = Json)]
pub async fn app_page(app: String, range: Range) -> Result<AppPage, Error> {
    answer(backend()?.app(app, range)).await
}

/// One endpoint of an app over a range.
#[server(AskEndpoint, endpoint = "page/endpoint", input = Json)]
pub async fn endpoint(app: String, asked: EndpointQuery) -> Result<EndpointPage, Error> {
    answer(backend()?.endpoint(app, asked)).await
}

/// The endpoints of an app before and after a release.
#[server(AskCompare, endpoint = "page/compare", input = Json)]
pub async fn compare(app: String, asked: CompareQuery) -> Result<ComparePage, Error> {
    answer(backend()?.compare(app, asked)).await
}

/// One page of an app's log lines.
#[server(AskLogPage, endpoint = "page/logs", input = Json)]
pub async fn log_page(app: String, query: LogQuery) -> Result<LogPage, Error> {
    answer(backend()?.log_page(app, query)).await
}

/// How many log lines match in each step of a span. A brief count ends early.
#[server(AskLogHistogram, endpoint = "page/log-histogram", input = Json)]
pub async fn log_histogram(app: String, query: LogQuery, is_brief: bool) -> Result<LogHistogram, Error> {
    answer(backend()?.log_histogram(app, query, is_brief)).await
}

/// The fields that an app's newest log lines have.
#[server(AskLogFields, endpoint = "page/log-fields", input = Json)]
pub async fn log_fields(app: String, query: LogQuery) -> Result<Vec<LogField>, Error> {
    answer(backend()?.log_fields(app, query)).await
}

/// A log line with its neighbours of the same source.
#[server(AskLogContext, endpoint = "page/log-context", input = Json)]
pub async fn log_context(app: String, query: LogContextQuery) -> Result<LogContext, Error> {
    answer(backend()?.log_context(app, query)).await
}

/// The error lines of an app in groups.
#[server(AskErrors, endpoint = "page/errors", input = Json)]
pub async fn errors(app: String, time: LogTime) -> Result<ErrorsPage, Error> {
    answer(backend()?.errors(app, time)).await
}

/// All log lines of a request over all apps.
#[server(AskRequest, endpoint = "page/request", input = Json)]
pub async fn request(id: RequestId, at_ms: Option<i64>) -> Result<RequestPage, Error> {
    answer(backend()?.request(id, at_ms)).await
}

/// The state of one app without data of a range.
#[server(AskAppHeader, endpoint = "page/app-header", input = Json)]
pub async fn head(app: String) -> Result<AppHeader, Error> {
    answer(backend()?.head(app)).await
}

/// One metric of an app, and the list of all its metrics.
#[server(AskMetricsPage, endpoint = "page/metrics", input = Json)]
pub async fn metrics(app: String, asked: MetricsPageQuery) -> Result<MetricsPage, Error> {
    answer(backend()?.metrics(app, asked)).await
}

/// How many dynos an app needs.
#[server(AskSizing, endpoint = "page/sizing", input = Json)]
pub async fn sizing(app: String, asked: SizingQuery) -> Result<SizingPage, Error> {
    answer(backend()?.sizing(app, asked)).await
}

/// Open incidents, rules, channels, mutes and history.
#[server(AskAlerts, endpoint = "page/alerts", input = Json)]
pub async fn alerts() -> Result<AlertsPage, Error> {
    answer(backend()?.alerts()).await
}

/// One incident with its timeline.
#[server(AskIncident, endpoint = "page/incident", input = Json)]
pub async fn incident(id: IncidentId) -> Result<IncidentPage, Error> {
    answer(backend()?.incident(id)).await
}

/// What a rule would have done in the last seven days.
#[server(AskPreview, endpoint = "page/rule-preview", input = Json)]
pub async fn preview_rule(asked: PreviewQuery) -> Result<Preview, Error> {
    answer(backend()?.preview_rule(asked)).await
}

/// Changes rules, channels, mutes or maintenance windows.
#[server(ChangeAlerts, endpoint = "page/change-alerts", input = Json)]
pub async fn change_alerts(change: AlertChange) -> Result<Changed, Error> {
    answer(backend()?.change_alerts(change)).await
}

/// Every board.
#[server(AskBoards, endpoint = "page/boards", input = Json)]
pub async fn boards() -> Result<BoardsPage, Error> {
    answer(backend()?.boards()).await
}

/// One board with the data of its panels.
#[server(AskBoard, endpoint = "page/board", input = Json)]
pub async fn board(asked: BoardQuery) -> Result<BoardPage, Error> {
    answer(backend()?.board(asked)).await
}

/// Changes a board, and gives its number.
#[server(ChangeBoard, endpoint = "page/change-board", input = Json)]
pub async fn change_board(change: BoardChange) -> Result<BoardId, Error> {
    answer(backend()?.change_board(change)).await
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

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use leptos::server_fn::ServerFn;

    use super::*;

    #[test]
    fn ok_no_path_depends_on_the_build() {
        for (path, expected) in [
            (AskOverview::PATH, "/api/page/overview"),
            (AskAppPage::PATH, "/api/page/app"),
            (AskLogPage::PATH, "/api/page/logs"),
            (AskLogHistogram::PATH, "/api/page/log-histogram"),
            (AskLogContext::PATH, "/api/page/log-context"),
            (AskAppHeader::PATH, "/api/page/app-header"),
            (AskMetricsPage::PATH, "/api/page/metrics"),
            (AskAlerts::PATH, "/api/page/alerts"),
            (AskIncident::PATH, "/api/page/incident"),
            (AskPreview::PATH, "/api/page/rule-preview"),
            (ChangeAlerts::PATH, "/api/page/change-alerts"),
        ] {
            assert_eq!(path, expected);
        }
        let all = leptos::server_fn::axum::server_fn_paths().map(|it| it.0.to_owned());
        for path in all {
            assert!(!path.chars().any(|it| it.is_ascii_digit()), "{path} carries a hash");
        }
    }
}
