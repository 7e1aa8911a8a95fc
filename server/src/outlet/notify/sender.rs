//! Sends one message over the network and waits for the answer. Blocks; every wait has a deadline,
//! and of an answer no more is read than a sentence needs.

use std::io::Read;

use contract::alert::ChannelKind;
use ureq::{
    Agent, Body,
    http::{Response, header},
};

use super::{
    client::client,
    compose::{Outgoing, compose},
    guard::{ATTEMPT, CONNECT, Guard, GuardError},
    outcome::{Answer, Outcome, of_answer, problem},
    smtp::{self, Smtp},
    target::Target,
    text::Message,
};
use crate::clock::now_ms;

/// Most bytes of an answer that are read.
const ANSWER_BYTES_MAX: u64 = 4_096;

/// Sends messages. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Sender {
    agent: Agent,
    smtp: Smtp,
}

impl Sender {
    /// A sender that reaches private addresses only if it is told so.
    #[must_use]
    pub(crate) fn new(guard: Guard, smtp: Smtp) -> Self {
        Self { agent: client(guard, CONNECT, ATTEMPT), smtp }
    }

    /// Sends a message. Blocks for at most about [`ATTEMPT`].
    pub(crate) fn send(&self, kind: ChannelKind, target: &Target, message: &Message) -> Outcome {
        let secrets = target.secrets();
        match compose(target, message) {
            Ok(Outgoing::Post { url, headers, body }) => self.post(kind, &url, &headers, &body, &secrets),
            Ok(Outgoing::Mail { mailbox, mail }) => smtp::send(&self.smtp, mailbox, &mail, &secrets),
            Err(error) => Outcome::Refused { problem: problem(&error, &secrets) },
        }
    }

    fn post(
        &self,
        kind: ChannelKind,
        url: &str,
        headers: &[(&'static str, String)],
        body: &[u8],
        secrets: &[String],
    ) -> Outcome {
        let mut post = self.agent.post(url).header(header::CONTENT_TYPE, "application/json");
        for (name, value) in headers {
            post = post.header(*name, value);
        }
        match post.send(body) {
            Ok(response) => of_answer(kind, &answer(response), secrets),
            Err(error) => unanswered(&error, secrets),
        }
    }
}

/// What becomes of a request that got no answer. `secrets` are masked in what it says.
pub(crate) fn unanswered(error: &ureq::Error, secrets: &[String]) -> Outcome {
    let may_have_arrived = may_have_arrived(error);
    Outcome::Later { problem: problem(&said(error), secrets), after: None, may_have_arrived }
}

/// Whether a request that got no answer may have arrived all the same. Where no connection came
/// about, it did not.
fn may_have_arrived(error: &ureq::Error) -> bool {
    use std::io::ErrorKind::{ConnectionRefused, HostUnreachable, NetworkUnreachable};
    use ureq::{Error, Timeout};
    match error {
        // The guard's refusal is `Other`.
        Error::HostNotFound | Error::ConnectionFailed | Error::Tls(_) | Error::Other(_) => false,
        Error::BadUri(_) | Error::Http(_) | Error::Timeout(Timeout::Resolve | Timeout::Connect) => false,
        Error::Io(error) => !matches!(error.kind(), ConnectionRefused | HostUnreachable | NetworkUnreachable),
        _ => true,
    }
}

/// An answer, as much of it as a sentence needs.
pub(crate) fn answer(mut response: Response<Body>) -> Answer {
    let mut body = Vec::new();
    // What could not be read is only a worse sentence.
    let _cut = response.body_mut().as_reader().take(ANSWER_BYTES_MAX).read_to_end(&mut body);
    let retry_after = response.headers().get(header::RETRY_AFTER).and_then(|it| it.to_str().ok());
    Answer {
        status: response.status().as_u16(),
        retry_after_s: retry_after.and_then(seconds),
        body: String::from_utf8_lossy(&body).into_owned(),
    }
}

/// The seconds of `Retry-After`: a number, or a date.
fn seconds(text: &str) -> Option<f64> {
    let date = || jiff::fmt::rfc2822::parse(text).ok().map(|it| it.timestamp().as_millisecond());
    let from_now = || Some(date()?.saturating_sub(now_ms()) as f64 / 1_000.0);
    text.trim().parse().ok().or_else(from_now)
}

/// What went wrong, for people. Errors that would repeat a URL are said in words of our own.
fn said(error: &ureq::Error) -> String {
    match error {
        ureq::Error::Timeout(_) => format!("no answer within {} s", ATTEMPT.as_secs()),
        ureq::Error::HostNotFound => GuardError::NotFound.to_string(),
        ureq::Error::BadUri(_) | ureq::Error::Http(_) => "the URL could not be requested".to_owned(),
        ureq::Error::Io(error) => format!("the connection failed: {error}"),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_retry_after_is_a_number_or_a_date() {
        assert_eq!((seconds("120"), seconds(" 1.5 ")), (Some(120.0), Some(1.5)));
        assert!(seconds("Wed, 21 Oct 2015 07:28:00 GMT").is_some_and(|it| it < 0.0));
        assert!(seconds("Fri, 21 Oct 2095 07:28:00 GMT").is_some_and(|it| it > 1e6));
        assert_eq!((seconds("soon"), seconds("")), (None, None));
    }
}
