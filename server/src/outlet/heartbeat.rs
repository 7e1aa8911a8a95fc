//! Requests a URL every minute while lines are taken in and rules are judged. The service behind it
//! tells people when the requests stop, which this server can't do itself.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering::Relaxed},
    },
    time::Duration,
};

use tokio::time::{MissedTickBehavior, timeout};
use tokio_util::sync::CancellationToken;
use ureq::Agent;

use super::notify::{
    client::client,
    guard::{Guard, GuardError},
    worker::judged,
};
use crate::{clock::now_ms, config::Secret, receiver::availability::Availability, watch::Judge};

/// Time between two requests.
const EVERY: Duration = Duration::from_secs(60);
/// Longest time since the last judgement at which judging counts as working, milliseconds.
const JUDGED_MAX_MS: i64 = 30_000;
/// Longest time of a request.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The heartbeat's URL, and when it was last accepted.
#[derive(Debug)]
pub(crate) struct Heartbeat {
    url: Option<Secret>,
    /// Whether it may reach private addresses.
    allows_private: bool,
    /// Unix milliseconds; 0 for never.
    accepted_ms: AtomicI64,
}

impl Heartbeat {
    /// A heartbeat that was never accepted; without a URL it never will be.
    pub(crate) const fn new(url: Option<Secret>, allows_private: bool) -> Self {
        Self { url, allows_private, accepted_ms: AtomicI64::new(0) }
    }

    /// Whether there is a URL.
    pub(crate) const fn is_on(&self) -> bool {
        self.url.is_some()
    }

    /// When it was last accepted, unix milliseconds.
    pub(crate) fn accepted_ms(&self) -> Option<i64> {
        Some(self.accepted_ms.load(Relaxed)).filter(|it| *it > 0)
    }
}

/// Sends heartbeats until the server stops.
pub(crate) async fn keep_beating(
    heartbeat: Arc<Heartbeat>,
    available: Arc<Availability>,
    judge: Judge,
    stop: CancellationToken,
) {
    let Some(url) = heartbeat.url.clone() else { return };
    let first = timeout(Duration::from_millis(JUDGED_MAX_MS.unsigned_abs()), judged(judge.clone()));
    tokio::select! {
        () = stop.cancelled() => return,
        _late_or_not = first => {}
    }
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let agent = client(Guard { allows_private: heartbeat.allows_private }, TIMEOUT, TIMEOUT);
    let mut told = None;
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = ticks.tick() => {}
        }
        let judged_ms = judge.verdicts.lock().judged_ms;
        let problem = match fault(&available, judged_ms, now_ms()) {
            Some(fault) => Some(format!("it was not sent: {fault}")),
            None => send(agent.clone(), url.clone()).await.err(),
        };
        if problem.is_none() {
            heartbeat.accepted_ms.store(now_ms(), Relaxed);
        }
        // Each problem is logged once, and once more that it is over.
        if problem != told {
            match &problem {
                Some(problem) => tracing::warn!(problem, "no heartbeat"),
                None => tracing::info!("the heartbeat is accepted again"),
            }
            told = problem;
        }
    }
}

/// Why no heartbeat may be sent; `None` while lines are taken in and rules are judged.
fn fault(available: &Availability, judged_ms: Option<i64>, now_ms: i64) -> Option<String> {
    if let Some(fault) = available.fault() {
        return Some(fault);
    }
    let Some(judged_ms) = judged_ms else { return Some("rules were not judged yet".to_owned()) };
    let ago_ms = now_ms.saturating_sub(judged_ms);
    (ago_ms > JUDGED_MAX_MS).then(|| format!("rules were last judged {} s ago", ago_ms / 1_000))
}

/// Sends one; the error is a sentence without the URL, which may hold a secret.
async fn send(agent: Agent, url: Secret) -> Result<(), String> {
    let sent = tokio::task::spawn_blocking(move || agent.get(url.expose()).call().map(|it| it.status().as_u16()));
    match sent.await {
        Ok(Ok(200..=299)) => Ok(()),
        Ok(Ok(status)) => Err(format!("expected status 200 to 299, found {status}")),
        Ok(Err(error)) => Err(reason(&error)),
        Err(_panicked) => Err("the request failed".to_owned()),
    }
}

fn reason(error: &ureq::Error) -> String {
    let known = match error {
        ureq::Error::Other(error) if error.is::<GuardError>() => return error.to_string(),
        ureq::Error::Timeout(_) => "there was no answer within 10 s",
        ureq::Error::HostNotFound => "its host was not found",
        ureq::Error::Io(_) | ureq::Error::ConnectionFailed => "no connection could be made",
        ureq::Error::Tls(_) | ureq::Error::Rustls(_) => "its certificate was not accepted",
        _ => "the request failed",
    };
    known.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::receiver::availability::Unavailable;

    #[test]
    fn ok_only_while_all_works() {
        let available = Availability::default();
        let now_ms = 1_790_000_000_000;
        assert_eq!(fault(&available, Some(now_ms - JUDGED_MAX_MS), now_ms), None);
        // A clock that was set back.
        assert_eq!(fault(&available, Some(now_ms + 3_600_000), now_ms), None);
        let stuck = fault(&available, Some(now_ms - JUDGED_MAX_MS - 1), now_ms);
        assert_eq!(stuck.as_deref(), Some("rules were last judged 30 s ago"));
        available.set_commit_failed(true);
        assert!(fault(&available, Some(now_ms), now_ms).is_some_and(|it| it.contains("commit")));
        available.set(Some(Unavailable::Missing));
        assert!(fault(&available, Some(now_ms), now_ms).is_some_and(|it| it.contains("missing")));
    }
}
