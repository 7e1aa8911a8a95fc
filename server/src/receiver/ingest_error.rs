//! Why a batch was refused, and the reply that says so: a status and one sentence.
//!
//! Damaged lines are not an error: a sender drops a whole batch on any 4xx.

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

use super::{
    BodyError,
    availability::Unavailable,
    batch::StoreError,
    byte_budget::{HOLD_MAX, LimitReached},
};
use crate::access::AuthError;
use crate::problem::problem;

/// Why a batch was refused. None of it is counted.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum IngestError {
    /// No token, or none that is valid.
    #[error("expected the drain's token as Basic or Bearer authorization")]
    Unauthorized,
    /// A content type that this receiver can't read.
    #[error("expected Content-Type: {expected}, found {found:?}")]
    ContentType {
        /// Those that it can read.
        expected: &'static str,
        /// The beginning of the header.
        found: String,
    },
    /// A content encoding other than gzip.
    #[error("expected Content-Encoding: gzip or none, found {0:?}")]
    Encoding(String),
    /// The body is not in the format that its content type states.
    #[error("{0}")]
    Format(String),
    /// The drain's URL is wrong.
    #[error("{0}")]
    Url(String),
    /// The body could not be read.
    #[error(transparent)]
    Body(#[from] BodyError),
    /// More records than one reply can name.
    #[error("expected at most {0} records in one request")]
    TooManyRecords(usize),
    /// The queue stayed full for as long as a reply may be held.
    #[error("the server is overloaded; no room within {} s, try again", HOLD_MAX.as_secs())]
    Overloaded,
    /// The drain had as much in flight as one drain may have, for as long as a reply may be held.
    #[error("this drain exceeds the share of one drain; no room within {} s, try again", HOLD_MAX.as_secs())]
    DrainLimit,
    /// The database file can't be written.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    /// The batch was received but not stored.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl IngestError {
    /// The status of the reply.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::Unauthorized | Self::Store(StoreError::NoDrain) => StatusCode::UNAUTHORIZED,
            Self::ContentType { .. } | Self::Encoding(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Format(_) | Self::Url(_) | Self::Body(BodyError::Gzip(_) | BodyError::Cut) => StatusCode::BAD_REQUEST,
            // The drain caused it and a retry would not help. On a 5xx a sender would hold its
            // pipe, and stop its app.
            Self::Store(StoreError::TooManyAppsOfDrain) => StatusCode::FORBIDDEN,
            Self::Body(BodyError::TooLarge) | Self::TooManyRecords(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Body(BodyError::Slow(_)) => StatusCode::REQUEST_TIMEOUT,
            Self::Overloaded
            | Self::DrainLimit
            | Self::Unavailable(_)
            | Self::Store(StoreError::StoreFailed | StoreError::TooManyApps) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

impl From<LimitReached> for IngestError {
    fn from(limit: LimitReached) -> Self {
        match limit {
            LimitReached::Drain => Self::DrainLimit,
            LimitReached::Server => Self::Overloaded,
        }
    }
}

impl From<AuthError> for IngestError {
    fn from(error: AuthError) -> Self {
        match error {
            AuthError::Unknown => Self::Unauthorized,
            // A sender drops its batch on a 401, so only a token that is certainly invalid gets
            // one.
            AuthError::Busy => Self::Overloaded,
        }
    }
}

impl IntoResponse for IngestError {
    fn into_response(self) -> Response {
        let status = self.status();
        let mut response = problem(status, &self.to_string());
        let headers = response.headers_mut();
        if status == StatusCode::SERVICE_UNAVAILABLE {
            // It takes a person to remove an app.
            let seconds = if self == Self::Store(StoreError::TooManyApps) { "30" } else { "1" };
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
