//! The status of what the server sends: that of a server function's error, and what a page does whose question panicked or which nobody
//! waits for any more.
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

/// Seconds after which it is worth to ask again.
const RETRY_AFTER_S: u16 = 2;
/// Where server functions are.
const FUNCTIONS: &str = "/api/";

/// What the server does when a question of a page panicked; it stands in the request's extensions.
#[derive(Clone)]
pub struct OnPanic(pub Arc<dyn Fn() + Send + Sync>);

/// Makes a future that is ready once nobody waits for the page; it stands in the request's extensions.
#[derive(Clone)]
pub struct Left(pub Arc<dyn Fn() -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>);

/// The answer to a question of a page or of a server function. A page is made to its end, but nobody reads what is asked after its reader
/// left: [`contract::Error::Busy`] then.
///
/// # Errors
/// Those of `asking`, and [`contract::Error::Busy`].
pub async fn unless_left<T>(asking: impl Future<Output = Result<T, contract::Error>>) -> Result<T, contract::Error> {
    let left = use_context::<Parts>().and_then(|it| it.extensions.get::<Left>().cloned());
    let Some(Left(left)) = left else { return asking.await };
    let (mut asking, mut left) = (pin!(asking), left());
    poll_fn(|context| match asking.as_mut().poll(context) {
        Poll::Pending => left.as_mut().poll(context).map(|()| Err(contract::Error::Busy)),
        answer => answer,
    })
    .await
}

/// That of the page which is being made.
#[must_use]
pub fn on_panic() -> Option<OnPanic> {
    use_context::<Parts>()?.extensions.get().cloned()
}

/// Gives the reply of a server function the status of its error; a page is not touched.
pub fn of_function(error: &contract::Error) {
    if use_context::<Parts>().is_some_and(|it| it.uri.path().starts_with(FUNCTIONS)) {
        of(error);
    }
}

/// Gives the reply of a server function the status of a question that can't be read.
pub fn unread() {
    if let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(StatusCode::BAD_REQUEST);
    }
}

/// Gives the reply the status of an error.
pub fn of(error: &contract::Error) {
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
