//! Options of a socket that somebody else has connected.

use std::time::Duration;

use rustix::net::sockopt::{set_socket_keepalive, set_tcp_keepcnt, set_tcp_keepidle, set_tcp_keepintvl};
use tokio::net::TcpStream;

/// After so long without a byte the system asks whether the other side is still there,
const KEEPALIVE_IDLE: Duration = Duration::from_secs(60);
/// again after so long,
const KEEPALIVE_EVERY: Duration = Duration::from_secs(15);
/// and so many times before it gives the connection up.
const KEEPALIVE_TRIES: u32 = 4;

/// Answers leave at once, and a peer that is gone without a word is noticed within two minutes.
pub fn set_options(stream: &TcpStream) {
    let kept = set_socket_keepalive(stream, true)
        .and_then(|()| set_tcp_keepidle(stream, KEEPALIVE_IDLE))
        .and_then(|()| set_tcp_keepintvl(stream, KEEPALIVE_EVERY))
        .and_then(|()| set_tcp_keepcnt(stream, KEEPALIVE_TRIES));
    if let Err(error) = kept {
        tracing::debug!(%error, "no TCP keepalive");
    }
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "no TCP_NODELAY");
    }
}
