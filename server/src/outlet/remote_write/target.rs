//! The store that is sent to: its address, how it is asked, and what its answers mean.

use ureq::{Agent, http::header};

use crate::{
    config::Secret,
    outlet::notify::{
        client::client,
        guard::{ATTEMPT, CONNECT, Guard},
        outcome::{self, Outcome},
        sender,
        url::{Url, UrlError},
    },
};

/// The store that is sent to. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Target {
    agent: Agent,
    url: String,
    origin: String,
    authorization: Option<String>,
    secrets: Vec<String>,
}

impl Target {
    /// The store at a URL, which may hold a user and a password. A token is a bearer's.
    ///
    /// # Errors
    /// What is wrong with the URL.
    pub(crate) fn new(url: &str, token: Option<&Secret>) -> Result<Self, UrlError> {
        let url = Url::parse(url, &["http", "https"], "https:// or http://")?;
        let token = token.map(Secret::expose);
        let authorization = token.map(|it| format!("Bearer {it}")).or_else(|| url.authorization());
        let mut secrets = url.secrets();
        secrets.extend(token.map(str::to_owned));
        secrets.retain(|it| !it.is_empty());
        // Who starts the server chooses the store, which is often on the same machine.
        let agent = client(Guard { allows_private: true }, CONNECT, ATTEMPT);
        Ok(Self { agent, url: url.request(), origin: url.origin(), authorization, secrets })
    }

    /// Its scheme, host and port.
    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    /// Sends a message. Blocks for at most about [`ATTEMPT`].
    pub(super) fn send(&self, message: &[u8]) -> Outcome {
        let packed = match snap::raw::Encoder::new().compress_vec(message) {
            Ok(packed) => packed,
            Err(error) => return Outcome::Refused { problem: error.to_string() },
        };
        let mut post = self
            .agent
            .post(&self.url)
            .header(header::CONTENT_TYPE, "application/x-protobuf")
            .header(header::CONTENT_ENCODING, "snappy")
            .header("X-Prometheus-Remote-Write-Version", "0.1.0");
        if let Some(authorization) = &self.authorization {
            post = post.header(header::AUTHORIZATION, authorization);
        }
        match post.send(&packed[..]) {
            Ok(response) if response.status().is_success() => Outcome::Delivered,
            Ok(response) => outcome::of_status(&sender::answer(response), &self.secrets),
            Err(error) => sender::unanswered(&error, &self.secrets),
        }
    }
}
