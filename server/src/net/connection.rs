//! Serves one HTTP connection: checks each request, adds the peer's address to it, and passes it to
//! the router. Counts live streams per address. Doesn't accept connections; `listener` does.

use std::{
    convert::Infallible,
    net::SocketAddr,
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, HttpBody},
    extract::ConnectInfo,
    http::{HeaderValue, Request, Response, StatusCode, header},
    response::IntoResponse,
};
use bytes::Bytes;
use hyper::{
    body::{Frame, Incoming, SizeHint},
    server::conn::http1,
    service::{Service, service_fn},
};
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
use tokio::{net::TcpStream, time::timeout};
use tokio_util::sync::CancellationToken;

use super::{
    body, check,
    content_length::ContentLengthIo,
    io,
    table::{ConnectionSlot, ConnectionState, ConnectionTable, PEER_STREAMS_MAX, Phase, StreamSlot},
    tcp,
};
use crate::{problem::problem, telemetry::Counters};

/// Longest head of a request, bytes. Browsers stop at 16 kB of cookies; the longest URLs of our own
/// pages have 4 kB.
pub(crate) const HEAD_BYTES_MAX: usize = 32 << 10;
/// Most bytes buffered from a connection before they are read.
const BUFFER_BYTES_MAX: usize = 64 << 10;
/// How long a connection over the limit is kept: long enough for a probe, which sends its request
/// at once.
const PROBE_MAX: Duration = Duration::from_secs(2);

/// State shared by all connections.
pub(super) struct Shared {
    pub router: TowerToHyperService<Router>,
    pub table: Arc<ConnectionTable>,
    pub counters: Arc<Counters>,
}

/// Serves a connection until either side closes it.
pub(super) async fn serve_connection(
    stream: TcpStream,
    peer: SocketAddr,
    slot: ConnectionSlot,
    shared: Arc<Shared>,
    shutdown: CancellationToken,
) {
    tcp::set_options(&stream);
    let (state, counters) = (Arc::clone(&slot.state), Arc::clone(&shared.counters));
    let io = TokioIo::new(io::TimedIo::new(ContentLengthIo::new(stream), Arc::clone(&state), Arc::clone(&counters)));
    let service = service_fn(move |request| answer(Arc::clone(&shared), peer, Arc::clone(&state), request));
    let mut connection = pin!(builder().serve_connection(io, service));
    let mut is_ending = false;
    let result = loop {
        tokio::select! {
            result = connection.as_mut() => break result,
            () = slot.state.evicted() => return,
            () = shutdown.cancelled(), if !is_ending => {
                if matches!(slot.state.phase(), Phase::Head | Phase::Idle) {
                    return;
                }
                is_ending = true;
                connection.as_mut().graceful_shutdown();
            }
        }
    };
    if result.is_err_and(|it| it.is_parse_too_large()) {
        counters.heads_refused.add(1);
    }
}

/// Serves a connection over the limit: answers a probe and refuses anything else with 503.
pub(super) async fn serve_over_limit(stream: TcpStream, peer: SocketAddr, shared: Arc<Shared>) {
    let service = service_fn(move |request: Request<Incoming>| {
        let shared = Arc::clone(&shared);
        async move {
            if check::is_probe(request.uri().path()) {
                return route(&shared, peer, request.map(Body::new)).await;
            }
            Ok(unavailable("expected fewer connections: all that there may be are in use"))
        }
    });
    let io = TokioIo::new(ContentLengthIo::new(stream));
    let _too_late = timeout(PROBE_MAX, builder().keep_alive(false).serve_connection(io, service)).await;
}

fn builder() -> http1::Builder {
    let mut builder = http1::Builder::new();
    // Deadlines are in `io`: hyper's own would include the time between two requests.
    builder.header_read_timeout(None).max_header_size(HEAD_BYTES_MAX).max_buf_size(BUFFER_BYTES_MAX);
    builder
}

/// Answers one request, and refuses a live stream when its address has too many.
async fn answer(
    shared: Arc<Shared>,
    peer: SocketAddr,
    state: Arc<ConnectionState>,
    request: Request<Incoming>,
) -> Result<Response<ReplyBody>, Infallible> {
    state.set(Phase::Busy);
    let request = request.map(|body| {
        if body.is_end_stream() {
            return Body::empty();
        }
        Body::new(body::TimedBody::new(body, Arc::clone(&state), Arc::clone(&shared.counters)))
    });
    let mut response = route(&shared, peer, request).await?;
    let mut stream = None;
    if response.headers().get(header::CONTENT_TYPE).is_some_and(|it| it == "text/event-stream") {
        stream = shared.table.stream(peer.ip());
        if stream.is_none() {
            response = unavailable(&format!("expected at most {PEER_STREAMS_MAX} live streams of one address"));
        }
    }
    Ok(response.map(|body| ReplyBody { body, state, _stream: stream }))
}

async fn route(shared: &Shared, peer: SocketAddr, mut request: Request<Body>) -> Result<Response<Body>, Infallible> {
    if let Err(error) = check::head(request.uri().path(), request.headers()) {
        shared.counters.refused.add(1);
        let mut response = problem(error.status(), &error.to_string());
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        return Ok(response);
    }
    request.extensions_mut().insert(ConnectInfo(peer));
    shared.router.call(request).await
}

fn unavailable(detail: &str) -> Response<Body> {
    let headers = [(header::RETRY_AFTER, "1"), (header::CONNECTION, "close")];
    (headers, problem(StatusCode::SERVICE_UNAVAILABLE, detail)).into_response()
}

/// The body of a reply. Dropping it, sent or not, makes the connection idle.
struct ReplyBody {
    body: Body,
    state: Arc<ConnectionState>,
    _stream: Option<StreamSlot>,
}

impl HttpBody for ReplyBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.get_mut().body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for ReplyBody {
    fn drop(&mut self) {
        self.state.set(Phase::Idle);
    }
}
