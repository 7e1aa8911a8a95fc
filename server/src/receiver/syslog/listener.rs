//! Accepts syslog connections and serves each in a task of its own, until the server stops.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{
    io::AsyncRead,
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::{Instant, sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use super::{
    batches::Peer,
    close_reason::CloseReason,
    connection::Connection,
    limits::{AUTH_MAX, LONG_FRAMES_MAX},
};
use crate::{
    net::{
        door::{Door, OpeningError, Stream},
        limits::Limits,
        table::{ConnectionSlot, ConnectionTable},
        tcp,
    },
    receiver::Intake,
};

/// How long to wait after the system could not accept a connection.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Least time between two log lines about senders without TLS.
const WARN_EVERY: Duration = Duration::from_secs(60);

/// What syslog connections are accepted with.
pub(crate) struct SyslogSettings {
    pub door: Door,
    /// Whether connections without TLS are accepted although there is a certificate.
    pub takes_plain: bool,
    pub limits: Limits,
}

/// What all connections share.
struct Shared {
    intake: Intake,
    door: Door,
    takes_plain: bool,
    unauthenticated: Arc<ConnectionTable>,
    authenticated: Semaphore,
    long_frames: Arc<Semaphore>,
    /// When a sender without TLS was last logged.
    warned: Mutex<Option<Instant>>,
}

/// Accepts connections until `shutdown` is cancelled.
pub(crate) async fn listen(
    listener: TcpListener,
    intake: Intake,
    settings: SyslogSettings,
    shutdown: CancellationToken,
) {
    let SyslogSettings { door, takes_plain, limits } = settings;
    let shared = Arc::new(Shared {
        unauthenticated: ConnectionTable::new(limits.syslog_unauthenticated, Arc::clone(&intake.counters)),
        authenticated: Semaphore::new(limits.syslog),
        long_frames: Arc::new(Semaphore::new(LONG_FRAMES_MAX)),
        intake,
        door,
        takes_plain,
        warned: Mutex::default(),
    });
    loop {
        let accepted = tokio::select! {
            () = shutdown.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        let Ok((stream, peer)) = accepted else {
            shared.intake.counters.accepts_failed.add(1);
            sleep(ACCEPT_PAUSE).await;
            continue;
        };
        tcp::set_options(&stream);
        let Some(slot) = shared.unauthenticated.admit(peer.ip()) else {
            shared.intake.counters.connections_refused.add(1);
            continue;
        };
        let (shutdown, shared) = (shutdown.clone(), Arc::clone(&shared));
        tokio::spawn(async move {
            tokio::select! {
                () = shutdown.cancelled() => {}
                reason = serve(stream, peer, slot, &shared) => {
                    tracing::debug!(%peer, %reason, "a syslog connection was closed");
                }
            }
        });
    }
}

/// Opens a connection, authenticates its sender, then reads its frames until the connection is
/// closed.
async fn serve(stream: TcpStream, peer: SocketAddr, mut slot: ConnectionSlot, shared: &Shared) -> CloseReason {
    let counters = &shared.intake.counters;
    let opened = tokio::select! {
        () = slot.state.evicted() => return CloseReason::Evicted,
        opened = shared.door.open(stream, peer) => opened,
    };
    let opened = match opened {
        Ok(opened) => opened,
        Err(OpeningError::PeerLeft) => return CloseReason::SenderLeft,
        Err(error) => {
            counters.handshakes_failed.add(1);
            return CloseReason::NotOpened(error.to_string());
        }
    };
    if opened.client.ip() != peer.ip() {
        drop(slot);
        let Some(own) = shared.unauthenticated.admit(opened.client.ip()) else {
            counters.connections_refused.add(1);
            return CloseReason::TooManyConnections;
        };
        slot = own;
    }
    let peer = |by| Peer { address: opened.client.ip(), by };
    match opened.stream {
        Stream::Plain(_) if shared.door.tls.is_some() && !shared.takes_plain => {
            counters.plain_refused.add(1);
            shared.warn_of_plain();
            CloseReason::NoTls
        }
        Stream::Plain(io) => serve_opened(io, slot, peer("syslog over TCP"), shared).await,
        Stream::Tls(io) => serve_opened(*io, slot, peer("syslog over TLS"), shared).await,
    }
}

impl Shared {
    fn warn_of_plain(&self) {
        let mut warned = self.warned.lock().unwrap_or_else(PoisonError::into_inner);
        if warned.is_none_or(|it| it.elapsed() >= WARN_EVERY) {
            *warned = Some(Instant::now());
            tracing::warn!(
                "syslog without TLS was refused, because there is a certificate; SYSLOG_PLAIN=1 takes it too"
            );
        }
    }
}

/// Authenticates a sender, then reads its frames until the connection is closed.
async fn serve_opened(io: impl AsyncRead + Unpin, slot: ConnectionSlot, peer: Peer, shared: &Shared) -> CloseReason {
    let mut connection = Connection::new(io, shared.intake.clone(), peer, Arc::clone(&shared.long_frames));
    let counters = &shared.intake.counters;
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
    let Ok(_permit) = shared.authenticated.try_acquire() else {
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
