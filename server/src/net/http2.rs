//! Speaks HTTP/2 on one connection, with the limits that HTTP/1.1 has. What one connection could do
//! with many requests at once is bounded in `http2_streams`.
//!
//! Only over TLS, and without server push and WebSockets.

use std::{net::SocketAddr, pin::pin, sync::Arc};

use hyper::{Request, body::Incoming, server::conn::http2, service::service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_util::sync::CancellationToken;

use super::{
    answer::{Shared, answer, no_place},
    check::HEAD_BYTES_MAX,
    drive::drive,
    http2_streams::Http2Streams,
    io::TimedIo,
    table::{ConnectionSlot, Phase},
};

/// Most requests of a connection at once. A browser has one connection for all its tabs, each with
/// one or two live streams.
pub(crate) const STREAMS_MAX: u32 = 100;
/// Most bytes of request bodies that a connection may send before they are read; the least that the
/// protocol allows.
const WINDOW_BYTES_MAX: u32 = 65_535;
/// Most bytes of a reply that are buffered.
const SEND_BYTES_MAX: usize = 64 << 10;
/// Most requests that were given up before they were begun; more close the connection.
const PENDING_RESETS_MAX: usize = 20;

/// Serves a connection until either side closes it.
pub(super) async fn serve(
    io: impl AsyncRead + AsyncWrite + Unpin,
    client: SocketAddr,
    slot: &ConnectionSlot,
    shared: Arc<Shared>,
    shutdown: &CancellationToken,
) {
    let counters = Arc::clone(&shared.counters);
    let io = TokioIo::new(TimedIo::of_http2(io, Arc::clone(&slot.state), Arc::clone(&counters)));
    let streams = Http2Streams::new(Arc::clone(&slot.state));
    let of_service = Arc::clone(&streams);
    let service = service_fn(move |request: Request<Incoming>| {
        // Here and not in the future, which is polled later: until then the connection looks idle.
        let place = of_service.open(&shared.table, client.ip());
        let shared = Arc::clone(&shared);
        async move {
            let Some(place) = place else { return Ok(no_place()) };
            let (state, streams) = (place.state(), place.streams());
            tokio::select! {
                reply = answer(shared, client, Arc::clone(&state), Some(place), request) => reply,
                () = state.evicted() => {
                    streams.close();
                    Ok(no_place())
                }
            }
        }
    });
    let connection = pin!(builder().serve_connection(io, service));
    let ended = pin!(streams.ended(&counters));
    // An idle peer is told too: a request that is on its way may then be sent again elsewhere.
    let _closed = drive(connection, |it| it.graceful_shutdown(), &[Phase::Head], slot, shutdown, ended).await;
}

pub(super) fn builder() -> http2::Builder<TokioExecutor> {
    let mut builder = http2::Builder::new(TokioExecutor::new());
    builder
        .max_concurrent_streams(STREAMS_MAX)
        .max_header_list_size(HEAD_BYTES_MAX as u32)
        .initial_connection_window_size(WINDOW_BYTES_MAX)
        .initial_stream_window_size(WINDOW_BYTES_MAX)
        .max_send_buf_size(SEND_BYTES_MAX)
        .max_pending_accept_reset_streams(PENDING_RESETS_MAX);
    builder
}
