//! Accepts syslog connections and serves each in a task of its own, until the server stops.

use std::{sync::Arc, time::Duration};

use tokio::{
    net::TcpListener,
    sync::Semaphore,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use super::{
    close_reason::CloseReason,
    connection::Connection,
    limits::{AUTH_MAX, LONG_FRAMES_MAX},
};
use crate::{
    net::{
        limits::Limits,
        table::{ConnectionSlot, ConnectionTable},
        tcp,
    },
    receiver::Intake,
};

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
