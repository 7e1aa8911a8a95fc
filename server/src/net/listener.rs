//! Accepts HTTP connections. Accepts a few more than may be served, so that a probe is answered
//! even when all places are taken. Doesn't read requests; `connection` does.

use std::{collections::VecDeque, net::SocketAddr, sync::Arc, time::Duration};

use axum::Router;
use hyper_util::service::TowerToHyperService;
use tokio::{
    net::{TcpListener, TcpStream},
    task::{AbortHandle, JoinSet},
    time::{Instant, sleep},
};
use tokio_util::sync::CancellationToken;

use super::{
    answer::Shared,
    connection::{serve_connection, serve_over_limit},
    door::Door,
    table::ConnectionTable,
};
use crate::telemetry::Counters;

/// Connections over the limit at once; a further one closes the oldest.
const OVER_LIMIT_MAX: usize = 16;
/// How long to wait after the system could not accept a connection.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// Least time between two warnings about refused connections.
const WARN_EVERY: Duration = Duration::from_secs(60);

/// What all HTTP listeners of the server share.
#[derive(Clone)]
pub(crate) struct HttpParts {
    pub router: Router,
    pub table: Arc<ConnectionTable>,
    pub counters: Arc<Counters>,
    pub door: Door,
}

impl HttpParts {
    /// The same for a listener without TLS.
    #[must_use]
    pub(crate) fn without_tls(mut self) -> Self {
        self.door.tls = None;
        self
    }
}

/// Accepts connections until `shutdown` is cancelled, then waits for open requests. Dropping the
/// future aborts them. With a `redirect_port` every request is sent to HTTPS on that port.
pub(crate) async fn serve(
    listener: TcpListener,
    parts: HttpParts,
    redirect_port: Option<u16>,
    shutdown: CancellationToken,
) {
    let HttpParts { router, table, counters, door } = parts;
    let router = TowerToHyperService::new(router);
    let shared = Arc::new(Shared { router, table, counters, door, redirect_port });
    let mut acceptor = Acceptor { shared, shutdown, tasks: JoinSet::new(), over_limit: VecDeque::new(), warned: None };
    loop {
        tokio::select! {
            () = acceptor.shutdown.cancelled() => break,
            Some(_) = acceptor.tasks.join_next(), if !acceptor.tasks.is_empty() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => acceptor.open(stream, peer),
                Err(error) => {
                    acceptor.warn(&format!("a connection could not be accepted: {error}"));
                    acceptor.shared.counters.accepts_failed.add(1);
                    sleep(ACCEPT_PAUSE).await;
                }
            },
        }
    }
    drop(listener);
    while acceptor.tasks.join_next().await.is_some() {}
}

struct Acceptor {
    shared: Arc<Shared>,
    shutdown: CancellationToken,
    tasks: JoinSet<()>,
    over_limit: VecDeque<AbortHandle>,
    warned: Option<Instant>,
}

impl Acceptor {
    fn open(&mut self, stream: TcpStream, peer: SocketAddr) {
        let shared = Arc::clone(&self.shared);
        if let Some(slot) = shared.table.admit(peer.ip()) {
            self.tasks.spawn(serve_connection(stream, peer, slot, shared, self.shutdown.clone()));
            return;
        }
        shared.counters.connections_refused.add(1);
        self.warn("the limit of connections is reached; further connections get replies to health probes only");
        self.over_limit.retain(|it| !it.is_finished());
        if self.over_limit.len() >= OVER_LIMIT_MAX
            && let Some(oldest) = self.over_limit.pop_front()
        {
            oldest.abort();
        }
        self.over_limit.push_back(self.tasks.spawn(serve_over_limit(stream, peer, shared)));
    }

    /// Logs a warning, at most one every [`WARN_EVERY`].
    fn warn(&mut self, message: &str) {
        if self.warned.is_none_or(|it| it.elapsed() >= WARN_EVERY) {
            self.warned = Some(Instant::now());
            tracing::warn!("{message}");
        }
    }
}
