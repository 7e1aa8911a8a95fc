//! Reads frames from one syslog connection, within its deadlines, and hands on whole ones.

use std::{io, sync::Arc};

use pipeline::frame;
use tokio::{
    io::{AsyncRead, AsyncReadExt},
    sync::Semaphore,
    time::{Instant, timeout, timeout_at},
};

use super::{
    auth::Authenticator,
    batches::{self, Peer},
    close_reason::CloseReason,
    limits::{BATCH_BYTES, BATCH_WAIT, FRAME_MAX, IDLE_MAX, UNAUTHENTICATED_BYTES_MAX},
};
use crate::receiver::Intake;

/// Bytes reserved for one read.
const READ_BYTES: usize = 16 << 10;
/// Digits of a frame's octet count, and the space after them.
const COUNT_BYTES_MAX: usize = 8;

/// One connection and what has arrived on it.
pub(super) struct Connection<T> {
    stream: T,
    pub(super) intake: Intake,
    buffer: Vec<u8>,
    auth: Authenticator,
    peer: Peer,
    long_frames: Arc<Semaphore>,
}

/// The frames that authenticated a sender.
pub(super) struct FirstFrames {
    pub(super) batch: Vec<u8>,
    /// Whether the sender has closed its side.
    pub(super) is_end: bool,
}

impl<T: AsyncRead + Unpin> Connection<T> {
    /// A new connection; at most `long_frames` of all connections may be inside a long frame.
    pub(super) fn new(stream: T, intake: Intake, peer: Peer, long_frames: Arc<Semaphore>) -> Self {
        let auth = Authenticator::new(Arc::clone(&intake.tokens));
        Self { stream, intake, buffer: Vec::new(), auth, peer, long_frames }
    }

    /// Reads the first frames and authenticates the sender by them.
    pub(super) async fn read_first(&mut self) -> Result<FirstFrames, CloseReason> {
        loop {
            let free = UNAUTHENTICATED_BYTES_MAX - self.buffer.len();
            if free == 0 {
                return self.authenticate_by_count().await;
            }
            self.buffer.reserve(free.min(READ_BYTES));
            let read = end_of_tls((&mut self.stream).take(free as u64).read_buf(&mut self.buffer).await);
            let is_end = read.map_err(|_| CloseReason::Broken)? == 0;
            if is_end && self.buffer.trim_ascii().is_empty() {
                return Err(CloseReason::SenderLeft);
            }
            let whole = if is_end { self.buffer.len() } else { frame::complete_bytes(&self.buffer) };
            let first = self.buffer.trim_ascii_start().first();
            if whole == 0 && first.is_some_and(|it| *it != b'<' && !it.is_ascii_digit()) {
                self.intake.counters.unauthorized.add(1);
                return Err(CloseReason::NotSyslog);
            }
            let batch = self.take_front(whole);
            if batch.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            if !self.auth.authenticate_first(&batch).await {
                self.intake.counters.unauthorized.add(1);
                return Err(CloseReason::NoToken);
            }
            return Ok(FirstFrames { batch, is_end });
        }
    }

    /// Authenticates by a first frame whose end is uncertain, because the frame after it is not
    /// whole and may be long. The frame's octet count is trusted, and the buffer stays as it is.
    async fn authenticate_by_count(&mut self) -> Result<FirstFrames, CloseReason> {
        let buffer = std::mem::take(&mut self.buffer);
        let is_valid = self.auth.authenticate_first(counted_frame(&buffer).unwrap_or_default()).await;
        self.buffer = buffer;
        if is_valid {
            return Ok(FirstFrames { batch: vec![], is_end: false });
        }
        self.intake.counters.unauthorized.add(1);
        Err(CloseReason::FirstFrameTooLong)
    }

    /// Reads and commits batches until the connection is closed.
    pub(super) async fn read_batches(mut self) -> CloseReason {
        let mut batch_due = None::<Instant>;
        let mut frame_due = None::<Instant>;
        let mut long_frame_permit = None;
        let mut full = self.buffer.len() + BATCH_BYTES;
        loop {
            if self.buffer.len() > BATCH_BYTES && long_frame_permit.is_none() {
                long_frame_permit = timeout(FRAME_MAX, Arc::clone(&self.long_frames).acquire_owned()).await.ok();
                if long_frame_permit.is_none() {
                    return CloseReason::TooManyLongFrames;
                }
            }
            self.buffer.reserve(READ_BYTES);
            let until = batch_due.or(frame_due).unwrap_or_else(|| Instant::now() + IDLE_MAX);
            let read = timeout_at(until, self.stream.read_buf(&mut self.buffer)).await;
            let is_end = match read.map(end_of_tls) {
                Ok(Ok(0)) => true,
                Ok(Ok(_)) if self.buffer.len() < full => {
                    batch_due = batch_due.or_else(|| Some(Instant::now() + BATCH_WAIT));
                    continue;
                }
                Ok(Ok(_)) => false,
                Ok(Err(_)) => return CloseReason::Broken,
                Err(_) if batch_due.is_some() => false,
                Err(_) if frame_due.is_some() => {
                    self.intake.counters.bodies_slow.add(1);
                    return CloseReason::FrameTimeout;
                }
                Err(_) => return CloseReason::IdleTimeout,
            };
            batch_due = None;
            let whole = if is_end { self.buffer.len() } else { frame::complete_bytes(&self.buffer) };
            if whole > 0 {
                let batch = self.take_front(whole);
                if let Err(reason) = self.ingest(batch).await {
                    return reason;
                }
                frame_due = None;
            }
            if is_end {
                return CloseReason::SenderLeft;
            }
            if self.buffer.len() <= BATCH_BYTES {
                long_frame_permit = None;
            }
            if !self.buffer.is_empty() {
                frame_due = frame_due.or_else(|| Some(Instant::now() + FRAME_MAX));
            }
            full = self.buffer.len() + BATCH_BYTES;
        }
    }

    /// Commits whole frames.
    pub(super) async fn ingest(&mut self, batch: Vec<u8>) -> Result<(), CloseReason> {
        batches::ingest(&self.intake, &mut self.auth, self.peer, batch).await
    }

    /// Takes the first `len` bytes off the buffer.
    fn take_front(&mut self, len: usize) -> Vec<u8> {
        let rest = self.buffer.split_off(len);
        std::mem::replace(&mut self.buffer, rest)
    }
}

/// Takes a connection that was closed without the end of TLS for one that was closed. Many senders
/// do so, and a frame that is cut off is noticed by its count.
fn end_of_tls(read: io::Result<usize>) -> io::Result<usize> {
    read.or_else(|error| if error.kind() == io::ErrorKind::UnexpectedEof { Ok(0) } else { Err(error) })
}

/// The first frame with its octet count, as long as the count says.
fn counted_frame(buffer: &[u8]) -> Option<&[u8]> {
    let text = buffer.trim_ascii_start();
    let space = memchr::memchr(b' ', &text[..text.len().min(COUNT_BYTES_MAX)])?;
    let count: usize = std::str::from_utf8(&text[..space]).ok()?.parse().ok()?;
    text.get(..(space + 1).checked_add(count)?)
}
