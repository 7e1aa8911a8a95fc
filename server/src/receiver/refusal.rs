//! What a refused sender is told: a status and one sentence, as `application/problem+json`.
//!
//! Trouble in the content is no refusal: a sender drops a whole batch on any 4xx.

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

use super::{availability::Unavailable, batch::Unkept, body, room::HOLD_MAX};
use crate::access::Unproven;
pub use crate::net::problem::problem;

/// Why a request was not taken in. Nothing of it is counted.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum Refusal {
    /// No token, or not one of ours.
    #[error("expected the drain's token as Basic or Bearer authorization")]
    Unauthorized,
    /// Not a log drain's body.
    #[error("expected Content-Type: application/logplex-1, found {0:?}")]
    ContentType(String),
    /// An encoding that we don't read.
    #[error("expected Content-Encoding: gzip or none, found {0:?}")]
    Encoding(String),
    /// The drain's URL is wrong.
    #[error("{0}")]
    Url(String),
    /// The body could not be read.
    #[error(transparent)]
    Body(#[from] body::Error),
    /// The queue stayed full for as long as a reply may be held.
    #[error("the server is overloaded; no room within {} s, try again", HOLD_MAX.as_secs())]
    Overloaded,
    /// One drain had as much in flight as one may have, for as long as a reply may be held.
    #[error("this drain exceeds the share of one drain; no room within {} s, try again", HOLD_MAX.as_secs())]
    Share,
    /// There is nowhere to store it.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    /// It was taken in but could not be kept.
    #[error(transparent)]
    Unkept(#[from] Unkept),
}

impl Refusal {
    /// The status that it is told with.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::Unauthorized | Self::Unkept(Unkept::NoDrain) => StatusCode::UNAUTHORIZED,
            Self::ContentType(_) | Self::Encoding(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Url(_) | Self::Body(body::Error::Gzip(_) | body::Error::Cut) => StatusCode::BAD_REQUEST,
            // Its own doing, and trying again would not help: a sender that holds its pipe meanwhile would stop its app.
            Self::Unkept(Unkept::TooManyAppsOfDrain) => StatusCode::FORBIDDEN,
            Self::Body(body::Error::TooLarge) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Body(body::Error::Slow(_)) => StatusCode::REQUEST_TIMEOUT,
            Self::Overloaded
            | Self::Share
            | Self::Unavailable(_)
            | Self::Unkept(Unkept::StoreFailed | Unkept::TooManyApps) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

impl From<Unproven> for Refusal {
    fn from(why: Unproven) -> Self {
        match why {
            Unproven::Unknown => Self::Unauthorized,
            // A sender drops its batch on a 401, so that is only said of a token that is certainly not ours.
            Unproven::Busy => Self::Overloaded,
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = self.status();
        let mut response = problem(status, &self.to_string());
        let headers = response.headers_mut();
        if status == StatusCode::SERVICE_UNAVAILABLE {
            // Room for apps is made by a person.
            let seconds = if self == Self::Unkept(Unkept::TooManyApps) { "30" } else { "1" };
            headers.insert(header::RETRY_AFTER, header::HeaderValue::from_static(seconds));
        }
        if status == StatusCode::REQUEST_TIMEOUT {
            headers.insert(header::CONNECTION, header::HeaderValue::from_static("close"));
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, header::HeaderValue::from_static("Basic realm=\"drain\""));
        }
        response
    }
}
