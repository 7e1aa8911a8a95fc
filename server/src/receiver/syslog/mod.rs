//! Syslog over TCP (RFC 6587): octet-counted frames or lines, detected frame by frame. Plain TCP
//! only; TLS is left to a proxy.
//!
//! The protocol has no replies. When the store is busy, the server stops reading from the
//! connection, and TCP makes the sender wait.
//!
//! A frame is authenticated by a drain's token, in one of three places: HOSTNAME (where logplex
//! puts its own token), APP-NAME (the TAG of RFC 3164, which Docker can set), or anywhere in
//! STRUCTURED-DATA, which rsyslog and syslog-ng can be configured to write. The token holds for the
//! frames that follow until another token arrives. It is overwritten before a batch is stored. A
//! connection whose first frame has no valid token is closed.
//!
//! # Limits
//! Connections that are not authenticated yet are counted separately: each has [`AUTH_MAX`] and
//! [`UNAUTHENTICATED_BYTES_MAX`] for its first frame, and the oldest is closed when a new one needs
//! its place. Authenticated connections are limited by [`IDLE_MAX`], [`FRAME_MAX`] and
//! [`LONG_FRAMES_MAX`]. A batch is committed at [`BATCH_BYTES`] or after [`BATCH_WAIT`].

use std::{sync::Arc, time::Duration};

use tokio::{
    net::TcpListener,
    sync::Semaphore,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use self::{close_reason::CloseReason, connection::Connection};
use super::Intake;
use crate::net::{
    limits::Limits,
    table::{ConnectionSlot, ConnectionTable},
    tcp,
};

/// Finds the drain that a frame belongs to.
mod auth;

/// Splits frames by drain and app, and commits them.
mod batches;

/// Why a connection was closed.
mod close_reason;

/// Reads frames from a connection.
mod connection;

/// How long a sender may take to authenticate. One TCP retransmission takes 200 ms to 3 s.
pub(crate) const AUTH_MAX: Duration = Duration::from_secs(10);
/// Bytes within which a sender must authenticate. Logplex's lines have 10,000 at most.
pub(crate) const UNAUTHENTICATED_BYTES_MAX: usize = 64 << 10;
/// How long a frame may take from its first byte to its last.
pub(crate) const FRAME_MAX: Duration = Duration::from_secs(60);
/// Connections that may be in the middle of a frame longer than a batch at once; others wait. Such
/// a frame has up to 1 MiB.
pub(crate) const LONG_FRAMES_MAX: usize = 16;
/// A connection on which nothing arrives for this long is closed. Logplex closes its own
/// connections after 4 minutes.
pub(crate) const IDLE_MAX: Duration = Duration::from_secs(300);
/// Bytes that make a batch full.
pub(crate) const BATCH_BYTES: usize = 100 << 10;
/// How long the first frame of a batch waits for more frames.
pub(crate) const BATCH_WAIT: Duration = Duration::from_millis(200);
/// How long to wait after the system could not accept a connection.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Accepts connections until `shutdown` is cancelled.
pub(crate) async fn listen(listener: TcpListener, intake: Intake, limits: Limits, shutdown: CancellationToken) {
    let unauthenticated = ConnectionTable::new(limits.syslog_unauthenticated, Arc::clone(&intake.counters));
    let authenticated = Arc::new(Semaphore::new(limits.syslog));
    let long_frames = Arc::new(Semaphore::new(LONG_FRAMES_MAX));
    loop {
        let accepted = tokio::select! {
            () = shutdown.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        let Ok((stream, peer)) = accepted else {
            intake.counters.accepts_failed.add(1);
            sleep(ACCEPT_PAUSE).await;
            continue;
        };
        tcp::set_options(&stream);
        let Some(slot) = unauthenticated.admit(peer.ip()) else {
            intake.counters.connections_refused.add(1);
            continue;
        };
        let connection = Connection::new(stream, intake.clone(), Arc::clone(&long_frames));
        let (shutdown, authenticated) = (shutdown.clone(), Arc::clone(&authenticated));
        tokio::spawn(async move {
            tokio::select! {
                () = shutdown.cancelled() => {}
                reason = serve(connection, slot, authenticated) => {
                    tracing::debug!(%peer, %reason, "a syslog connection was closed");
                }
            }
        });
    }
}

/// Authenticates a sender, then reads its frames until the connection is closed.
async fn serve(mut connection: Connection, slot: ConnectionSlot, authenticated: Arc<Semaphore>) -> CloseReason {
    let counters = Arc::clone(&connection.intake.counters);
    let first = tokio::select! {
        () = slot.state.evicted() => return CloseReason::Evicted,
        first = timeout(AUTH_MAX, connection.read_first()) => first,
    };
    let first = match first {
        Ok(Ok(first)) => first,
        Ok(Err(reason)) => return reason,
        Err(_) => {
            counters.unauthorized.add(1);
            return CloseReason::AuthTimeout;
        }
    };
    let Ok(_permit) = authenticated.try_acquire() else {
        counters.connections_refused.add(1);
        return CloseReason::TooManyConnections;
    };
    drop(slot);
    match connection.ingest(first.batch).await {
        Ok(()) if first.is_end => CloseReason::SenderLeft,
        Ok(()) => connection.read_batches().await,
        Err(reason) => reason,
    }
}
