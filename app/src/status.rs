//! The status of what the server sends: that of a server function's error, and what a page does whose question panicked.
//!
//! A page sets the status of its own document where it shows the error.

use std::sync::Arc;

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
