//! Socket options of an accepted TCP connection.

use std::time::Duration;

use rustix::net::sockopt::{set_socket_keepalive, set_tcp_keepcnt, set_tcp_keepidle, set_tcp_keepintvl};
use tokio::net::TcpStream;

/// Time without a byte before the first keepalive probe.
const KEEPALIVE_IDLE: Duration = Duration::from_secs(60);
/// Time between keepalive probes.
const KEEPALIVE_EVERY: Duration = Duration::from_secs(15);
/// Unanswered keepalive probes before the connection is dropped.
const KEEPALIVE_TRIES: u32 = 4;

/// Sends small replies at once, and detects a vanished peer within two minutes. An option that
/// can't be set is logged and left.
pub(crate) fn set_options(stream: &TcpStream) {
    let kept = set_socket_keepalive(stream, true)
        .and_then(|()| set_tcp_keepidle(stream, KEEPALIVE_IDLE))
        .and_then(|()| set_tcp_keepintvl(stream, KEEPALIVE_EVERY))
        .and_then(|()| set_tcp_keepcnt(stream, KEEPALIVE_TRIES));
    if let Err(error) = kept {
        tracing::debug!(%error, "TCP keepalive could not be enabled");
    }
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY could not be set");
    }
}
