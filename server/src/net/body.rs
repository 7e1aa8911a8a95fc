//! The body of a request, with deadlines between two reads and for the whole. Time that we let the peer wait is not counted between reads.

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

/// How long a body may pause. Senders give up on an answer after 5 s, so none of them pauses as long.
pub const BODY_READ_MAX: Duration = Duration::from_secs(10);
/// How long a body may take in all.
pub const BODY_MAX: Duration = Duration::from_secs(30);

/// A body came too slowly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected the body within {} s and no pause of {} s", BODY_MAX.as_secs(), BODY_READ_MAX.as_secs())]
pub struct TooSlow;

/// A body that ends with [`TooSlow`] when a deadline passes.
pub struct TimedBody {
    body: Incoming,
    state: Arc<ConnectionState>,
    counters: Arc<Counters>,
    began: Instant,
    reading: Deadline,
}

impl TimedBody {
    /// A body whose head has just come.
    pub fn new(body: Incoming, state: Arc<ConnectionState>, counters: Arc<Counters>) -> Self {
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
        // Whether it was read or not, nothing is expected of the peer now.
        if self.state.phase() == Phase::Body {
            self.state.set(Phase::Busy);
        }
    }
}
