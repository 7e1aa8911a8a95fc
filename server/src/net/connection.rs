//! Serves one HTTP connection: opens its door, and speaks HTTP/1.1 or hands on to `http2`. Doesn't
//! accept connections; `listener` does. What a request gets is decided in `answer`.

use std::{future::pending, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use axum::body::Body;
use hyper::{Request, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::server::TlsStream;
use tokio_util::sync::CancellationToken;

use super::{
    answer::{Shared, answer, over_limit},
    check::HEAD_BYTES_MAX,
    content_length::ContentLengthIo,
    door::{OpeningError, Stream},
    drive::drive,
    http2,
    io::TimedIo,
    prefixed_io::PrefixedIo,
    redirect,
    table::{ConnectionSlot, Phase},
    tcp,
    tls::ALPN_HTTP2,
};

/// Phases in which a connection has nothing to finish when the server stops.
const DONE: &[Phase] = &[Phase::Head, Phase::Idle];
/// Most bytes buffered from a connection before they are read.
const BUFFER_BYTES_MAX: usize = 64 << 10;
/// How long a connection over the limit is kept: long enough for a probe, which sends its request
/// at once.
const PROBE_MAX: Duration = Duration::from_secs(2);

/// Serves a connection until either side closes it.
pub(super) async fn serve_connection(
    stream: TcpStream,
    peer: SocketAddr,
    mut slot: ConnectionSlot,
    shared: Arc<Shared>,
    shutdown: CancellationToken,
) {
    tcp::set_options(&stream);
    let opened = tokio::select! {
        opened = shared.door.open(stream, peer) => opened,
        () = slot.state.evicted() => return,
        () = shutdown.cancelled() => return,
    };
    let opened = match opened {
        Ok(opened) => opened,
        Err(error) => return count_unopened(&shared, &error),
    };
    if opened.client.ip() != peer.ip() {
        // From here on the client's own address counts, not that of the proxy.
        drop(slot);
        let Some(own) = shared.table.admit(opened.client.ip()) else {
            shared.counters.connections_refused.add(1);
            return;
        };
        slot = own;
    }
    match opened.stream {
        Stream::Plain(io) if shared.redirects_plain() => redirect_plain(io, &slot, &shared, &shutdown).await,
        Stream::Plain(io) => serve_http1(io, opened.client, &slot, shared, &shutdown).await,
        Stream::Tls(io) if is_http2(&io) => http2::serve(*io, opened.client, &slot, shared, &shutdown).await,
        Stream::Tls(io) => serve_http1(*io, opened.client, &slot, shared, &shutdown).await,
    }
}

fn count_unopened(shared: &Shared, error: &OpeningError) {
    match error {
        OpeningError::PeerLeft => {}
        OpeningError::Timeout | OpeningError::ProxyHeader(_) => shared.counters.heads_refused.add(1),
        OpeningError::Handshake(_) => shared.counters.handshakes_failed.add(1),
    }
}

fn is_http2(io: &TlsStream<PrefixedIo>) -> bool {
    io.get_ref().1.alpn_protocol() == Some(ALPN_HTTP2)
}

async fn serve_http1(
    io: impl AsyncRead + AsyncWrite + Unpin,
    client: SocketAddr,
    slot: &ConnectionSlot,
    shared: Arc<Shared>,
    shutdown: &CancellationToken,
) {
    let (state, counters) = (Arc::clone(&slot.state), Arc::clone(&shared.counters));
    let io = TokioIo::new(TimedIo::new(ContentLengthIo::new(io), Arc::clone(&state), Arc::clone(&counters)));
    let service = service_fn(move |request| answer(Arc::clone(&shared), client, Arc::clone(&state), None, request));
    let connection = pin!(builder().serve_connection(io, service));
    let result = drive(connection, |it| it.graceful_shutdown(), DONE, slot, shutdown, pending()).await;
    if result.is_err_and(|it| it.is_parse_too_large()) {
        counters.heads_refused.add(1);
    }
}

/// Answers requests that came without TLS where it is expected.
async fn redirect_plain(io: PrefixedIo, slot: &ConnectionSlot, shared: &Arc<Shared>, shutdown: &CancellationToken) {
    let (state, counters) = (Arc::clone(&slot.state), Arc::clone(&shared.counters));
    let io = TokioIo::new(TimedIo::new(io, state, counters));
    let of_service = Arc::clone(shared);
    let service = service_fn(move |request: Request<Incoming>| redirect::answer(Arc::clone(&of_service), request));
    let connection = pin!(builder().keep_alive(false).serve_connection(io, service));
    let _closed = drive(connection, |it| it.graceful_shutdown(), DONE, slot, shutdown, pending()).await;
}

/// Serves a connection over the limit: answers a probe and refuses anything else with 503.
pub(super) async fn serve_over_limit(stream: TcpStream, peer: SocketAddr, shared: Arc<Shared>) {
    let service = {
        let shared = Arc::clone(&shared);
        service_fn(move |request: Request<Incoming>| over_limit(Arc::clone(&shared), peer, request.map(Body::new)))
    };
    let served = async {
        match shared.door.open(stream, peer).await.ok()?.stream {
            Stream::Plain(io) => {
                let io = TokioIo::new(ContentLengthIo::new(io));
                builder().keep_alive(false).serve_connection(io, service).await.ok()
            }
            Stream::Tls(io) if is_http2(&io) => {
                http2::builder().serve_connection(TokioIo::new(*io), service).await.ok()
            }
            Stream::Tls(io) => {
                let io = TokioIo::new(ContentLengthIo::new(*io));
                builder().keep_alive(false).serve_connection(io, service).await.ok()
            }
        }
    };
    let _too_late = timeout(PROBE_MAX, served).await;
}

fn builder() -> http1::Builder {
    let mut builder = http1::Builder::new();
    // Deadlines are in `io`: hyper's own would include the time between two requests.
    builder.header_read_timeout(None).max_header_size(HEAD_BYTES_MAX).max_buf_size(BUFFER_BYTES_MAX);
    builder
}
