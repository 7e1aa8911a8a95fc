//! What happens between accepting a TCP connection and its first byte of HTTP or syslog: the header
//! of a trusted proxy, and the TLS handshake. Connections without either pass at once.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use tokio::{io::AsyncReadExt, net::TcpStream, time::timeout};
use tokio_rustls::server::TlsStream;

use super::{
    prefixed_io::PrefixedIo,
    proxy_header::{self, Start},
    tls::{Tls, Use},
    trusted_proxies::TrustedProxies,
};

/// How long a proxy's header and the TLS handshake may take together.
pub(crate) const OPENING_MAX: Duration = Duration::from_secs(10);
/// Bytes reserved for one read.
const READ_BYTES: usize = 512;
/// The first byte of a TLS connection: a record of the handshake (RFC 8446, section 5.1).
const TLS_HANDSHAKE: u8 = 0x16;

/// What a listener expects at the beginning of its connections.
#[derive(Clone)]
pub(crate) struct Door {
    /// The certificate, if TLS is on.
    pub tls: Option<Arc<Tls>>,
    /// What it is used for.
    pub used: Use,
    /// Who may name the client.
    pub proxies: Arc<TrustedProxies>,
    /// Whether trusted proxies begin with a header of the PROXY protocol.
    pub has_proxy_header: bool,
}

/// A connection that is ready.
pub(crate) struct Opened {
    pub stream: Stream,
    /// The client: the peer, or whom a trusted proxy names.
    pub client: SocketAddr,
}

/// Its bytes.
pub(crate) enum Stream {
    Plain(PrefixedIo),
    Tls(Box<TlsStream<PrefixedIo>>),
}

/// Why a connection was closed before it was ready.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OpeningError {
    #[error(transparent)]
    ProxyHeader(#[from] proxy_header::Malformed),
    #[error("the TLS handshake failed: {0}")]
    Handshake(io::Error),
    #[error("expected the beginning of a connection within {} s", OPENING_MAX.as_secs())]
    Timeout,
    #[error("the peer left")]
    PeerLeft,
}

impl Door {
    /// Reads what comes before the first byte of HTTP or syslog.
    ///
    /// # Errors
    /// See [`OpeningError`].
    pub(crate) async fn open(&self, stream: TcpStream, peer: SocketAddr) -> Result<Opened, OpeningError> {
        timeout(OPENING_MAX, self.open_unbounded(stream, peer)).await.unwrap_or(Err(OpeningError::Timeout))
    }

    async fn open_unbounded(&self, mut stream: TcpStream, peer: SocketAddr) -> Result<Opened, OpeningError> {
        let mut buffer = Vec::new();
        let mut client = peer;
        if self.has_proxy_header && self.proxies.trusts(peer.ip()) {
            let named = read_proxy_header(&mut stream, &mut buffer).await?;
            client = named.unwrap_or(peer);
        }
        let Some(tls) = &self.tls else {
            return Ok(Opened { stream: Stream::Plain(PrefixedIo::new(stream, buffer)), client });
        };
        if buffer.is_empty() {
            read_more(&mut stream, &mut buffer).await?;
        }
        let is_tls = buffer.first() == Some(&TLS_HANDSHAKE);
        let io = PrefixedIo::new(stream, buffer);
        if !is_tls {
            return Ok(Opened { stream: Stream::Plain(io), client });
        }
        let stream = tls.acceptor(self.used).accept(io).await.map_err(OpeningError::Handshake)?;
        Ok(Opened { stream: Stream::Tls(Box::new(stream)), client })
    }
}

/// Reads the header of a proxy, and leaves what follows it in `buffer`. A trusted proxy may also
/// connect without one, such as for a health check.
async fn read_proxy_header(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Result<Option<SocketAddr>, OpeningError> {
    loop {
        match proxy_header::read(buffer)? {
            Start::NoHeader => return Ok(None),
            Start::Header { bytes, client } => {
                buffer.drain(..bytes);
                return Ok(client);
            }
            // A header has a length of its own, so the buffer stays bounded.
            Start::Incomplete => read_more(stream, buffer).await?,
        }
    }
}

async fn read_more(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Result<(), OpeningError> {
    buffer.reserve(READ_BYTES);
    match stream.read_buf(buffer).await {
        Ok(0) | Err(_) => Err(OpeningError::PeerLeft),
        Ok(_) => Ok(()),
    }
}
