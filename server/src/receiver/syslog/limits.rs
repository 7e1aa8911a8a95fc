//! Limits of syslog connections.
//!
//! Connections that are not authenticated yet are counted separately: each has [`AUTH_MAX`] and
//! [`UNAUTHENTICATED_BYTES_MAX`] for its first frame, and the oldest is closed when a new one needs
//! its place. Authenticated connections are limited by [`IDLE_MAX`], [`FRAME_MAX`] and
//! [`LONG_FRAMES_MAX`]. A batch is committed at [`BATCH_BYTES`] or after [`BATCH_WAIT`].

use std::time::Duration;

/// How long a sender may take to authenticate. One TCP retransmission takes 200 ms to 3 s.
pub(super) const AUTH_MAX: Duration = Duration::from_secs(10);
/// Bytes within which a sender must authenticate. Logplex's lines have 10,000 at most.
pub(super) const UNAUTHENTICATED_BYTES_MAX: usize = 64 << 10;
/// How long a frame may take from its first byte to its last.
pub(super) const FRAME_MAX: Duration = Duration::from_secs(60);
/// Connections that may be in the middle of a frame longer than a batch at once; others wait. Such
/// a frame has up to 1 MiB.
pub(super) const LONG_FRAMES_MAX: usize = 16;
/// A connection on which nothing arrives for this long is closed. Logplex closes its own
/// connections after 4 minutes.
pub(super) const IDLE_MAX: Duration = Duration::from_secs(300);
/// Bytes that make a batch full.
pub(super) const BATCH_BYTES: usize = 100 << 10;
/// How long the first frame of a batch waits for more frames.
pub(super) const BATCH_WAIT: Duration = Duration::from_millis(200);
