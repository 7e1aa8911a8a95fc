//! The body of an HTTP request with two deadlines: one between reads and one for the whole body.
//! Time during which the server itself isn't reading doesn't count as a pause.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use axum::{BoxError, body::HttpBody};
use bytes::Bytes;
use hyper::body::{Frame, Incoming, SizeHint};
use tokio::time::Instant;

use super::{
    deadline::Deadline,
    table::{ConnectionState, Phase},
};
use crate::telemetry::Counters;

/// How long a body may pause. Senders give up on a reply after 5 s, so none of them pauses this
/// long.
pub(crate) const BODY_READ_MAX: Duration = Duration::from_secs(10);
/// How long a whole body may take.
pub(crate) const BODY_MAX: Duration = Duration::from_secs(30);

/// A body arrived too slowly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected the body within {} s and no pause of {} s", BODY_MAX.as_secs(), BODY_READ_MAX.as_secs())]
pub struct TooSlow;

/// A request body that fails with [`TooSlow`] when a deadline passes.
pub(crate) struct TimedBody {
    body: Incoming,
    state: Arc<ConnectionState>,
    counters: Arc<Counters>,
    began: Instant,
    reading: Deadline,
}

impl TimedBody {
    /// Wraps the body of a request whose head has just arrived.
    pub(crate) fn new(body: Incoming, state: Arc<ConnectionState>, counters: Arc<Counters>) -> Self {
        Self { body, state, counters, began: Instant::now(), reading: Deadline::default() }
    }
}

impl HttpBody for TimedBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = self.get_mut();
        let poll = Pin::new(&mut this.body).poll_frame(cx);
        if poll.is_ready() {
            this.reading.clear();
            this.state.set(Phase::Busy);
            return poll.map_err(Into::into);
        }
        if !this.reading.is_set() {
            this.reading.set((Instant::now() + BODY_READ_MAX).min(this.began + BODY_MAX));
            this.state.set_since(Phase::Body, this.began.into_std());
        }
        if this.reading.has_passed(cx) {
            this.counters.bodies_slow.add(1);
            return Poll::Ready(Some(Err(TooSlow.into())));
        }
        Poll::Pending
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for TimedBody {
    fn drop(&mut self) {
        // Read or not, the peer owes nothing any more.
        if self.state.phase() == Phase::Body {
            self.state.set(Phase::Busy);
        }
    }
}
