//! The password in front of pages and API, the security headers of every reply, and the
//! Content-Security-Policy of pages. Which sites may cause a request is decided in `origin`.

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

/// By this header a browser tells whether a person opens a document or a page loads its parts.
const SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");

/// Name of the cookie that a browser gets with its first right password.
const COOKIE: &str = "streamgauge_mark";
/// How long the reply to a throttled password is delayed: a client that retries at once would crowd
/// out those with the right password.
const REFUSAL_DELAY: Duration = Duration::from_secs(1);
/// Least time between two log lines about wrong passwords.
const LOG_EVERY: Duration = Duration::from_secs(10);

/// Checks passwords, with a throttle against guesses.
#[derive(Clone, Debug)]
pub(crate) struct Gate {
    admin: Admin,
    throttle: Arc<PasswordThrottle>,
    counters: Arc<Counters>,
    /// When wrong passwords were last logged.
    logged: Arc<Mutex<Option<Instant>>>,
}

/// The user name beside the right password, as an extension of the request.
#[derive(Clone, Debug)]
pub(crate) struct SignedIn(pub String);

/// The result of a password check.
enum Admission {
    Granted {
        /// Whether the browser has the cookie already.
        has_cookie: bool,
    },
    /// No password, or a wrong one.
    Denied,
    Throttled(TooManyAttempts),
}

impl Gate {
    /// A gate without failed attempts.
    #[must_use]
    pub(crate) fn new(admin: Admin, counters: Arc<Counters>) -> Self {
        Self { admin, throttle: Arc::default(), counters, logged: Arc::default() }
    }

    async fn check(&self, headers: &HeaderMap, peer: Option<IpAddr>) -> Admission {
        let text = |name: HeaderName| headers.get(name).and_then(|it: &HeaderValue| it.to_str().ok());
        let Some(authorization) = text(header::AUTHORIZATION) else { return Admission::Denied };
        let has_cookie = text(header::COOKIE).is_some_and(|it| is_cookie_in(it, self.admin.cookie()));
        if has_cookie && self.admin.authorizes(Some(authorization)) {
            return Admission::Granted { has_cookie };
        }
        let turn = match self.throttle.reserve(peer, Instant::now()) {
            Ok(turn) => turn,
            Err(too_many) => {
                self.counters.passwords_refused.add(1);
                self.log_wrong(peer);
                tokio::time::sleep(REFUSAL_DELAY).await;
                return Admission::Throttled(too_many);
            }
        };
        if !turn.wait.is_zero() {
            tokio::time::sleep(turn.wait).await;
        }
        if self.admin.authorizes(Some(authorization)) {
            self.throttle.refund(turn);
            return Admission::Granted { has_cookie };
        }
        self.counters.passwords_wrong.add(1);
        self.log_wrong(peer);
        Admission::Denied
    }

    fn log_wrong(&self, peer: Option<IpAddr>) {
        let mut logged = self.logged.lock().unwrap_or_else(PoisonError::into_inner);
        if logged.is_some_and(|it| it.elapsed() < LOG_EVERY) {
            return;
        }
        *logged = Some(Instant::now());
        let (wrong, refused) = (self.counters.passwords_wrong.get(), self.counters.passwords_refused.get());
        let peer = peer.map(|it| it.to_string()).unwrap_or_default();
        tracing::warn!(peer, wrong, refused, "wrong passwords; counted since the start");
    }
}

/// The 401 reply, with the Basic challenge that browsers and curl know.
fn challenge(request: &Request) -> Response {
    let mut response = problem(StatusCode::UNAUTHORIZED, "expected the dashboard's password in Basic authorization");
    // Without a challenge for requests of a page's script: it would open a password prompt over the
    // page.
    if request.headers().get(SEC_FETCH_MODE).is_none_or(|it| it == "navigate") {
        let challenge = HeaderValue::from_static("Basic realm=\"Streamgauge\", charset=\"UTF-8\"");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    }
    response
}

/// Passes requests with the right password on; replies 401 to others, or 429 when throttled.
pub(crate) async fn admit(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    if gate.admin.is_open() {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let admission = gate.check(&parts.headers, peer(&parts)).await;
    let mut request = Request::from_parts(parts, body);
    match admission {
        Admission::Granted { has_cookie } => {
            let header = request.headers().get(header::AUTHORIZATION).and_then(|it| it.to_str().ok());
            if let Some(user) = header.and_then(|it| gate.admin.user(it)) {
                request.extensions_mut().insert(SignedIn(user));
            }
            let mut response = next.run(request).await;
            let headers = response.headers_mut();
            // The next user of the browser must not find the reply in its cache.
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            let cookie = format!("{COOKIE}={}; Path=/; HttpOnly; SameSite=Strict", gate.admin.cookie());
            if let Some(cookie) = HeaderValue::from_str(&cookie).ok().filter(|_| !has_cookie) {
                headers.append(header::SET_COOKIE, cookie);
            }
            response
        }
        Admission::Denied => challenge(&request),
        Admission::Throttled(TooManyAttempts(wait)) => {
            let detail = "too many failed sign-ins from this address; try again later";
            let mut response = problem(StatusCode::TOO_MANY_REQUESTS, detail);
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs() + 1));
            response
        }
    }
}

/// The address that attempts are counted for. Which client a trusted proxy speaks for was decided
/// in `net::trusted_proxies`.
pub(crate) fn peer(parts: &Parts) -> Option<IpAddr> {
    parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|it| it.0.ip())
}

fn is_cookie_in(cookies: &str, value: &str) -> bool {
    cookies.split(';').any(|it| it.trim().split_once('=') == Some((COOKIE, value)))
}

/// The Content-Security-Policy of every page: it loads from this server only. Pages with scripts
/// add a nonce. Style attributes are allowed, since positions are set by them.
pub(crate) const POLICY: &str = "default-src 'none'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; font-src 'self'; \
                      manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// Sets the Content-Security-Policy of the page that is being rendered. Only scripts with this
/// page's nonce run.
pub(crate) fn protect_page() {
    let (Some(response), Some(nonce)) = (use_context::<ResponseOptions>(), use_nonce()) else { return };
    // The development server tells pages over a WebSocket when to reload.
    let reload = if std::env::var_os("LEPTOS_WATCH").is_some() { " ws:" } else { "" };
    let policy = format!("{POLICY}; connect-src 'self'{reload}; script-src 'self' 'wasm-unsafe-eval' 'nonce-{nonce}'");
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
    }
}

/// Adds headers that keep browsers from guessing content types, from framing pages, and from
/// sending the address of a page to other sites.
pub(crate) async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    response
}
