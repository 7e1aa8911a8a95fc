//! HTTP statuses on the server: of a failed server function, and of a failed page. Also ends the
//! queries of a page that panicked or that nobody waits for any more.
//!
//! A page sets the status of its own document where it shows the error.

use std::{
    future::{Future, poll_fn},
    pin::{Pin, pin},
    sync::Arc,
    task::Poll,
};

use leptos::{
    prelude::use_context,
    server_fn::axum_export::http::{HeaderName, HeaderValue, StatusCode, request::Parts},
};
use leptos_axum::ResponseOptions;

/// When a client may retry after [`contract::Error::Busy`], seconds.
const RETRY_AFTER_S: u16 = 2;
/// The path below which server functions are.
const FUNCTIONS: &str = "/api/";

/// Request extension: what the server does when a query of a page panics.
#[derive(Clone)]
pub struct OnPanic(pub Arc<dyn Fn() + Send + Sync>);

/// Request extension: makes a future that is ready when the client is gone.
#[derive(Clone)]
pub struct ClientGone(pub Arc<dyn Fn() -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>);

/// Runs a query of a page or of a server function until the client is gone. A page is rendered to
/// its end even then, but nobody reads it.
///
/// # Errors
/// Those of `query`, and [`contract::Error::Busy`] when the client is gone.
pub async fn until_client_gone<T>(
    query: impl Future<Output = Result<T, contract::Error>>,
) -> Result<T, contract::Error> {
    let gone = use_context::<Parts>().and_then(|it| it.extensions.get::<ClientGone>().cloned());
    let Some(ClientGone(gone)) = gone else { return query.await };
    let (mut query, mut gone) = (pin!(query), gone());
    poll_fn(|context| match query.as_mut().poll(context) {
        Poll::Pending => gone.as_mut().poll(context).map(|()| Err(contract::Error::Busy)),
        answer => answer,
    })
    .await
}

/// The [`OnPanic`] of the page that is being rendered.
#[must_use]
pub fn on_panic() -> Option<OnPanic> {
    use_context::<Parts>()?.extensions.get().cloned()
}

/// Sets the status of a server function's reply to that of an error. Does nothing for a page.
pub fn set_for_function(error: &contract::Error) {
    if use_context::<Parts>().is_some_and(|it| it.uri.path().starts_with(FUNCTIONS)) {
        set(error);
    }
}

/// Sets the status of a server function's reply to 400: its arguments can't be read.
pub fn set_bad_request() {
    if let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(StatusCode::BAD_REQUEST);
    }
}

/// Sets the status of the reply to that of an error.
pub fn set(error: &contract::Error) {
    use contract::Error::{Busy, Conflict, Internal, Invalid, NotFound, Unauthorized};
    let Some(response) = use_context::<ResponseOptions>() else { return };
    response.set_status(match error {
        Invalid(_) => StatusCode::BAD_REQUEST,
        NotFound(_) => StatusCode::NOT_FOUND,
        Unauthorized => StatusCode::UNAUTHORIZED,
        Conflict(_) => StatusCode::CONFLICT,
        Busy => StatusCode::SERVICE_UNAVAILABLE,
        Internal => StatusCode::INTERNAL_SERVER_ERROR,
    });
    if matches!(error, Busy) {
        response.insert_header(HeaderName::from_static("retry-after"), HeaderValue::from(RETRY_AFTER_S));
    }
}
