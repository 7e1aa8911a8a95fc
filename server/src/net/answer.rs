//! Answers one HTTP request: checks its head, adds the client's address to it, and passes it to the
//! router. Counts live streams per address. Knows the connection only by its state.

use std::{
    convert::Infallible,
    net::SocketAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
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
    service::Service,
};
use hyper_util::service::TowerToHyperService;

use super::{
    body::TimedBody,
    check,
    door::Door,
    http2_streams::{Sent, StreamPlace},
    table::{ConnectionState, ConnectionTable, PEER_STREAMS_MAX, Phase, StreamSlot},
};
use crate::{problem::problem, telemetry::Counters};

/// How long browsers remember to use TLS only, as `Strict-Transport-Security` says it: a year. Not
/// for subdomains, which may be anyone's.
const TRANSPORT_SECURITY: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// Most bytes of a reply that an HTTP/2 connection gets at once.
const PIECE_BYTES_MAX: usize = 16 << 10;

/// State shared by all connections of a listener.
pub(super) struct Shared {
    pub router: TowerToHyperService<Router>,
    pub table: Arc<ConnectionTable>,
    pub counters: Arc<Counters>,
    pub door: Door,
    /// The port of HTTPS, on a listener that only redirects to it.
    pub redirect_port: Option<u16>,
}

impl Shared {
    /// Whether requests without TLS are redirected.
    pub(super) const fn redirects_plain(&self) -> bool {
        self.door.tls.is_some() || self.redirect_port.is_some()
    }
}

/// Answers one request, and refuses a live stream when its address has too many. With HTTP/2 the
/// request has a place of its own.
pub(super) async fn answer(
    shared: Arc<Shared>,
    peer: SocketAddr,
    state: Arc<ConnectionState>,
    place: Option<StreamPlace>,
    request: Request<Incoming>,
) -> Result<Response<ReplyBody>, Infallible> {
    state.set(Phase::Busy);
    let client = SocketAddr::new(shared.door.proxies.client(peer.ip(), request.headers()), peer.port());
    let request = request.map(|body| {
        if body.is_end_stream() {
            return Body::empty();
        }
        Body::new(TimedBody::new(body, Arc::clone(&state), Arc::clone(&shared.counters)))
    });
    let mut response = route(&shared, client, request).await?;
    let mut stream = None;
    if response.headers().get(header::CONTENT_TYPE).is_some_and(|it| it == "text/event-stream") {
        stream = shared.table.stream(client.ip());
        if stream.is_none() {
            response = unavailable(&format!("expected at most {PEER_STREAMS_MAX} live streams of one address"));
        }
    }
    Ok(response.map(|body| ReplyBody::new(body, Some(state), place, stream)))
}

/// Answers a request of a connection over the limit.
pub(super) async fn over_limit(
    shared: Arc<Shared>,
    peer: SocketAddr,
    request: Request<Body>,
) -> Result<Response<Body>, Infallible> {
    if check::is_probe(request.uri().path()) {
        return route(&shared, peer, request).await;
    }
    Ok(unavailable("expected fewer connections: all that there may be are in use"))
}

/// The reply to a request for which there is no place.
pub(super) fn no_place() -> Response<ReplyBody> {
    let response = unavailable("expected fewer requests at once: all that there may be are in progress");
    response.map(|body| ReplyBody::new(body, None, None, None))
}

async fn route(shared: &Shared, client: SocketAddr, mut request: Request<Body>) -> Result<Response<Body>, Infallible> {
    let checked = check::set_host(&mut request).and_then(|()| check::head(request.uri().path(), request.headers()));
    if let Err(error) = checked {
        shared.counters.refused.add(1);
        let mut response = problem(error.status(), &error.to_string());
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        return Ok(response);
    }
    request.extensions_mut().insert(ConnectInfo(client));
    let mut response = shared.router.call(request).await?;
    if shared.door.tls.is_some() {
        response.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, TRANSPORT_SECURITY);
    }
    Ok(response)
}

fn unavailable(detail: &str) -> Response<Body> {
    let headers = [(header::RETRY_AFTER, "1"), (header::CONNECTION, "close")];
    (headers, problem(StatusCode::SERVICE_UNAVAILABLE, detail)).into_response()
}

/// The body of a reply. Dropping it, sent or not, makes the connection idle.
pub(super) struct ReplyBody {
    body: Body,
    state: Option<Arc<ConnectionState>>,
    /// With HTTP/2.
    place: Option<StreamPlace>,
    /// With HTTP/2, what is left of the last piece of the body.
    rest: Bytes,
    _stream: Option<StreamSlot>,
}

impl ReplyBody {
    fn new(
        body: Body,
        state: Option<Arc<ConnectionState>>,
        mut place: Option<StreamPlace>,
        stream: Option<StreamSlot>,
    ) -> Self {
        if let Some(place) = &mut place {
            place.hand_over(if body.is_end_stream() { Sent::All } else { Sent::Part });
        }
        Self { body, state, place, rest: Bytes::new(), _stream: stream }
    }

    /// Gives the next piece to an HTTP/2 connection, so small that a slow peer takes it in time.
    fn next_piece(&mut self, frame: Frame<Bytes>) -> Frame<Bytes> {
        match frame.into_data() {
            Ok(mut data) => {
                self.rest = data.split_off(data.len().min(PIECE_BYTES_MAX));
                Frame::data(data)
            }
            Err(frame) => frame,
        }
    }
}

impl HttpBody for ReplyBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = self.get_mut();
        let Some(place) = &mut this.place else { return Pin::new(&mut this.body).poll_frame(cx) };
        place.taken();
        let next = if this.rest.is_empty() {
            ready!(Pin::new(&mut this.body).poll_frame(cx))
        } else {
            Some(Ok(Frame::data(std::mem::take(&mut this.rest))))
        };
        place.hand_over(if next.is_none() { Sent::All } else { Sent::Part });
        Poll::Ready(next.map(|frame| frame.map(|frame| this.next_piece(frame))))
    }

    fn is_end_stream(&self) -> bool {
        // With HTTP/2 the end is asked for by itself, when the peer has taken everything before it.
        // Until then the request keeps its place and its deadline.
        self.body.is_end_stream() && self.place.as_ref().is_none_or(StreamPlace::has_sent_all)
    }

    fn size_hint(&self) -> SizeHint {
        let left = self.rest.len() as u64;
        let hint = self.body.size_hint();
        if left == 0 {
            return hint;
        }
        let mut with_rest = SizeHint::new();
        with_rest.set_lower(hint.lower() + left);
        if let Some(upper) = hint.upper() {
            with_rest.set_upper(upper + left);
        }
        with_rest
    }
}

impl Drop for ReplyBody {
    fn drop(&mut self) {
        if let Some(state) = &self.state {
            state.set(Phase::Idle);
        }
    }
}
