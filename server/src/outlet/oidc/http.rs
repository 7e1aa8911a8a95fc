//! Requests to the provider, by the client of messages: a deadline, no redirects, short answers.
//! The provider stands in the settings, so private addresses are allowed; whatever address it
//! names must be protected as its own is.

use std::time::Duration;

use openidconnect::{HttpRequest, HttpResponse, url::Url};
use ureq::{Agent, http::Method};

use crate::{
    config::is_protected,
    outlet::notify::{client::client, guard::Guard},
};

/// How long connecting may take.
const CONNECT: Duration = Duration::from_secs(3);
/// How long a request may take in all. A sign-in makes at most five.
const ATTEMPT: Duration = Duration::from_secs(6);
/// Most bytes of an answer: many keys, or somebody in many groups.
const ANSWER_BYTES_MAX: u64 = 256 << 10;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HttpError {
    #[error("it names an address without https://")]
    Unprotected,
    #[error("its answer is longer than {} kB", ANSWER_BYTES_MAX >> 10)]
    TooLong,
    #[error("{}", words(.0))]
    Failed(ureq::Error),
}

/// A client for [`send`].
pub(super) fn agent() -> Agent {
    client(Guard { allows_private: true }, CONNECT, ATTEMPT)
}

/// Sends a request; blocks until it is answered.
pub(super) fn send(agent: &Agent, request: HttpRequest) -> Result<HttpResponse, HttpError> {
    let url = Url::parse(&request.uri().to_string()).map_err(|_| HttpError::Unprotected)?;
    if !is_protected(&url) {
        return Err(HttpError::Unprotected);
    }
    let answer = if request.method() == Method::GET { agent.run(request.map(drop)) } else { agent.run(request) };
    let (head, mut body) = answer.map_err(failed)?.into_parts();
    let body = body.with_config().limit(ANSWER_BYTES_MAX).read_to_vec().map_err(failed)?;
    Ok(HttpResponse::from_parts(head, body))
}

fn failed(error: ureq::Error) -> HttpError {
    match error {
        ureq::Error::BodyExceedsLimit(_) => HttpError::TooLong,
        error => HttpError::Failed(error),
    }
}

fn words(error: &ureq::Error) -> &'static str {
    match error {
        ureq::Error::Timeout(_) => "it did not answer in time",
        // The system's resolver has no kind of error of its own.
        ureq::Error::Io(error) if error.to_string().contains("lookup address") => "its host was not found",
        ureq::Error::HostNotFound => "its host was not found",
        ureq::Error::Io(_) | ureq::Error::ConnectionFailed => "no connection to it could be made",
        ureq::Error::Tls(_) | ureq::Error::Rustls(_) => "its certificate was not accepted",
        _ => "its answer is no HTTP",
    }
}
