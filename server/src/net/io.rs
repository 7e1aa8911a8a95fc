//! Deadlines on the bytes of an HTTP connection: for a request's head from its first byte to its
//! last, for a connection between requests, and for a peer that reads nothing. The deadlines of
//! request bodies are in `body`.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::Instant,
};

use super::{
    deadline::Deadline,
    table::{ConnectionState, Phase},
};
use crate::telemetry::Counters;

/// How long a head may take, and how long a new connection may stay silent.
pub(crate) const HEAD_MAX: Duration = Duration::from_secs(10);
/// How long a connection may stay open between two requests. Logplex closes its own connections
/// after 144 to 159 s without a batch. It should close first: if we did, a batch on its way at that
/// moment would have to be sent again.
pub(crate) const IDLE_MAX: Duration = Duration::from_secs(180);
/// How long a peer may go without reading a byte of a reply.
pub(crate) const WRITE_MAX: Duration = Duration::from_secs(30);

/// A connection that fails with `TimedOut` when a deadline passes.
#[derive(Debug)]
pub(crate) struct TimedIo<T> {
    io: T,
    state: Arc<ConnectionState>,
    counters: Arc<Counters>,
    reading: Deadline,
    /// The phase for which `reading` was set.
    phase: Phase,
    writing: Deadline,
    /// Whether the first byte after a silence begins a head. With HTTP/2 it may be anything.
    begins_head: bool,
}

impl<T> TimedIo<T> {
    /// Wraps a new connection, which is expected to send a head.
    pub(crate) fn new(io: T, state: Arc<ConnectionState>, counters: Arc<Counters>) -> Self {
        let (reading, writing) = Default::default();
        Self { io, state, counters, reading, phase: Phase::Busy, writing, begins_head: true }
    }

    /// Wraps a new HTTP/2 connection, which is expected to send its first head. A later head has
    /// the time that a connection may stay open between two requests.
    pub(crate) fn of_http2(io: T, state: Arc<ConnectionState>, counters: Arc<Counters>) -> Self {
        Self { begins_head: false, ..Self::new(io, state, counters) }
    }

    /// Called when no bytes are available: whether the connection has been silent for too long.
    fn is_silent_too_long(&mut self, cx: &mut Context<'_>) -> bool {
        let phase = self.state.phase();
        if phase != self.phase {
            self.phase = phase;
            match phase {
                Phase::Head => self.reading.set(Instant::now() + HEAD_MAX),
                Phase::Idle => self.reading.set(Instant::now() + IDLE_MAX),
                Phase::Body | Phase::Busy => self.reading.clear(),
            }
        }
        let has_passed = self.reading.has_passed(cx);
        if has_passed && phase == Phase::Head {
            self.counters.heads_refused.add(1);
        }
        has_passed
    }

    /// Returns the result of a write, or an error when no byte has been accepted for too long.
    fn check_write<R>(&mut self, cx: &mut Context<'_>, poll: Poll<io::Result<R>>) -> Poll<io::Result<R>> {
        if poll.is_ready() {
            self.writing.clear();
            return poll;
        }
        if !self.writing.is_set() {
            self.writing.set(Instant::now() + WRITE_MAX);
        }
        if self.writing.has_passed(cx) {
            self.counters.answers_slow.add(1);
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        Poll::Pending
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for TimedIo<T> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        let poll = Pin::new(&mut this.io).poll_read(cx, buffer);
        match &poll {
            Poll::Ready(_) => {
                if this.begins_head && buffer.filled().len() > before && this.state.phase() == Phase::Idle {
                    this.state.set(Phase::Head);
                }
                poll
            }
            Poll::Pending if this.is_silent_too_long(cx) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => poll,
        }
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for TimedIo<T> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let poll = Pin::new(&mut this.io).poll_write(cx, bytes);
        this.check_write(cx, poll)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let poll = Pin::new(&mut this.io).poll_flush(cx);
        this.check_write(cx, poll)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let poll = Pin::new(&mut this.io).poll_shutdown(cx);
        this.check_write(cx, poll)
    }
}
