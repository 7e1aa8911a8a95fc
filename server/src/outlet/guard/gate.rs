//! Who may look, and headers that every reply carries.

use std::{
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header, request::Parts},
    middleware::Next,
    response::Response,
};
use leptos::{nonce::use_nonce, prelude::use_context};
use leptos_axum::ResponseOptions;

use crate::{
    access::{
        admin::Admin,
        password_throttle::{PasswordThrottle, TooManyAttempts},
    },
    problem::problem,
    telemetry::Counters,
};

/// What a browser tells of whether a person asks for a document, or a page for its parts.
const SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");

/// The cookie of a browser that was right once.
const MARK: &str = "streamgauge_mark";
/// How long one is held that is sent away: who asks again at once would crowd out who is right.
const HOLD: Duration = Duration::from_secs(1);
/// Time between two log lines about wrong passwords.
const COMPLAIN_EVERY: Duration = Duration::from_secs(10);

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Who may look, and what the others are shown.
#[derive(Clone, Debug)]
pub struct Gate {
    admin: Admin,
    throttle: Arc<PasswordThrottle>,
    counters: Arc<Counters>,
    complained: Arc<Mutex<Option<Instant>>>,
}

/// What became of a request for something that not everybody may see.
enum Admitted {
    /// It may look; whether its browser carries the mark already.
    Yes {
        marked: bool,
    },
    No,
    TooMany(TooManyAttempts),
}

impl Gate {
    /// One that nobody has guessed at yet.
    #[must_use]
    pub fn new(admin: Admin, counters: Arc<Counters>) -> Self {
        Self { admin, throttle: Arc::default(), counters, complained: Arc::default() }
    }

    async fn judge(&self, headers: &HeaderMap, peer: Option<IpAddr>) -> Admitted {
        let text = |name: HeaderName| headers.get(name).and_then(|it: &HeaderValue| it.to_str().ok());
        let Some(authorization) = text(header::AUTHORIZATION) else { return Admitted::No };
        let marked = text(header::COOKIE).is_some_and(|it| has_mark(it, self.admin.cookie()));
        if marked && self.admin.authorizes(Some(authorization)) {
            return Admitted::Yes { marked };
        }
        let turn = match self.throttle.reserve(peer, Instant::now()) {
            Ok(turn) => turn,
            Err(too_many) => {
                self.counters.passwords_refused.add(1);
                self.complain(peer);
                tokio::time::sleep(HOLD).await;
                return Admitted::TooMany(too_many);
            }
        };
        if !turn.wait.is_zero() {
            tokio::time::sleep(turn.wait).await;
        }
        if self.admin.authorizes(Some(authorization)) {
            self.throttle.refund(turn);
            return Admitted::Yes { marked };
        }
        self.counters.passwords_wrong.add(1);
        self.complain(peer);
        Admitted::No
    }

    fn complain(&self, peer: Option<IpAddr>) {
        let mut complained = self.complained.lock().unwrap_or_else(PoisonError::into_inner);
        if complained.is_some_and(|it| it.elapsed() < COMPLAIN_EVERY) {
            return;
        }
        *complained = Some(Instant::now());
        let (wrong, refused) = (self.counters.passwords_wrong.get(), self.counters.passwords_refused.get());
        let peer = peer.map(|it| it.to_string()).unwrap_or_default();
        tracing::warn!(peer, wrong, refused, "wrong passwords; counted since the start");
    }
}

/// Asks to sign in, in the way that browsers and curl know.
fn challenge(request: &Request) -> Response {
    let mut response = problem(StatusCode::UNAUTHORIZED, "expected the dashboard's password in Basic authorization");
    // A page's own questions would make the browser ask for a password over the page.
    if request.headers().get(SEC_FETCH_MODE).is_none_or(|it| it == "navigate") {
        let challenge = HeaderValue::from_static("Basic realm=\"Streamgauge\", charset=\"UTF-8\"");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    }
    response
}

/// Lets through who may look; asks the others to sign in.
pub async fn admit(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    if gate.admin.is_open() {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let admitted = gate.judge(&parts.headers, peer(&parts)).await;
    let request = Request::from_parts(parts, body);
    match admitted {
        Admitted::Yes { marked } => {
            let mut response = next.run(request).await;
            let headers = response.headers_mut();
            // Whoever uses the browser next must not find it there.
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            let mark = format!("{MARK}={}; Path=/; HttpOnly; SameSite=Strict", gate.admin.cookie());
            if let Some(mark) = HeaderValue::from_str(&mark).ok().filter(|_| !marked) {
                headers.append(header::SET_COOKIE, mark);
            }
            response
        }
        Admitted::No => challenge(&request),
        Admitted::TooMany(TooManyAttempts(wait)) => {
            let detail = "too many failed sign-ins from this address; try again later";
            let mut response = problem(StatusCode::TOO_MANY_REQUESTS, detail);
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs() + 1));
            response
        }
    }
}

/// Whose guesses these are: the other end, or where it is a proxy on this machine, whom that has it from. A proxy that lets through what
/// it was told is lied to, and then all share a pace.
fn peer(parts: &Parts) -> Option<IpAddr> {
    let extensions = &parts.extensions;
    let peer = extensions.get::<ConnectInfo<SocketAddr>>()?.0.ip();
    let last = parts.headers.get_all(FORWARDED_FOR).iter().next_back().and_then(|it| it.to_str().ok());
    let told = last.and_then(|it| it.rsplit(',').next()?.trim().parse::<IpAddr>().ok());
    Some(told.filter(|_| peer.to_canonical().is_loopback()).unwrap_or(peer))
}

fn has_mark(cookies: &str, mark: &str) -> bool {
    cookies.split(';').any(|it| it.trim().split_once('=') == Some((MARK, mark)))
}

/// Where a page may load from: here, and nothing that is not ours. Only scripts that carry this page's number run; positions are
/// attributes of style, which are let through.
pub(crate) const POLICY: &str = "default-src 'none'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; font-src 'self'; \
                      manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// Gives the page that is being rendered its Content-Security-Policy.
pub fn protect_page() {
    let (Some(response), Some(nonce)) = (use_context::<ResponseOptions>(), use_nonce()) else { return };
    // The development loop tells the page over a socket of its own when to load anew.
    let reload = if std::env::var_os("LEPTOS_WATCH").is_some() { " ws:" } else { "" };
    let policy = format!("{POLICY}; connect-src 'self'{reload}; script-src 'self' 'wasm-unsafe-eval' 'nonce-{nonce}'");
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
    }
}

/// Keeps browsers from guessing types, framing the page and telling others where one came from.
pub async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    response
}
