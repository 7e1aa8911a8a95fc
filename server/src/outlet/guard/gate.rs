//! Who asks, found out by passwords, tokens and cookies in front of pages and API. What each may
//! ask is decided in `permit`, and which sites may cause a request in `origin`.

use std::{
    net::IpAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    middleware::Next,
    response::Response,
};

use super::{
    permit::{Peer, challenge},
    shared::{self, LinkOver, SHARE_COOKIE},
    stream_end,
};
use crate::{
    access::{
        TokenHash,
        admin::Admin,
        credentials::{Credentials, KnownPerson, KnownSession, Marks, marked},
        password::Passwords,
        password_throttle::{PasswordThrottle, TooManyAttempts, Turn},
        principal::Principal,
        share::Share,
        token,
    },
    clock::now_ms,
    net::trusted_proxies::client_of,
    problem::problem,
    telemetry::{Counters, LogPace},
};

/// Name of the cookie of a browser that is signed in.
pub(crate) const SESSION_COOKIE: &str = "streamgauge_session";
/// Name of the cookie that a browser gets with its first right password in Basic authorization.
const COOKIE: &str = "streamgauge_mark";
/// How long the reply to a throttled password is delayed: a client that retries at once would crowd
/// out those with the right password.
const REFUSAL_DELAY: Duration = Duration::from_secs(1);

/// Checks credentials, with a throttle against guesses.
#[derive(Clone, Debug)]
pub(crate) struct Gate {
    admin: Admin,
    pub(crate) credentials: Arc<Credentials>,
    pub(crate) passwords: Passwords,
    /// The hash of the settings of the provider by which people sign in, where there is one.
    provider: Option<TokenHash>,
    throttle: Arc<PasswordThrottle>,
    counters: Arc<Counters>,
    /// When wrong passwords were last logged.
    logged: Arc<LogPace>,
}

/// The result of a password check.
enum Admission {
    Granted {
        who: Principal,
        /// Whether the reply gives the browser the cookie by which it does not wait next time.
        gives_mark: bool,
    },
    /// No credentials.
    Nobody,
    /// The cookie of a share link that is over, and no other credentials.
    LinkOver,
    /// Wrong credentials.
    Denied,
    Throttled(TooManyAttempts),
}

impl Gate {
    /// A gate without failed attempts.
    #[must_use]
    pub(crate) fn new(
        admin: Admin,
        credentials: Arc<Credentials>,
        passwords: Passwords,
        provider: Option<TokenHash>,
        counters: Arc<Counters>,
    ) -> Self {
        Self { admin, credentials, passwords, provider, throttle: Arc::default(), counters, logged: Arc::default() }
    }

    /// Whether everybody comes in: there is neither a password nor a provider.
    pub(crate) const fn is_open(&self) -> bool {
        self.admin.is_open() && self.provider.is_none()
    }

    /// Whether there is a password of the administrator.
    pub(crate) const fn has_admin(&self) -> bool {
        !self.admin.is_open()
    }

    const fn marks(&self) -> Marks<'_> {
        Marks { admin: self.admin.password_sha256(), provider: self.provider.as_ref() }
    }

    async fn check(&self, headers: &HeaderMap, peer: Option<IpAddr>) -> Admission {
        let text = |name: HeaderName| headers.get(name).and_then(|it: &HeaderValue| it.to_str().ok());
        let cookies = text(header::COOKIE).unwrap_or_default();
        let granted = |who, gives_mark| Admission::Granted { who, gives_mark };
        let Some(authorization) = text(header::AUTHORIZATION) else {
            // A session wins over a share link: who is signed in sees what is theirs to see.
            return match (self.session(cookies, peer), cookie(cookies, SHARE_COOKIE)) {
                (Some((_, who)), _) => granted(who, false),
                (None, Some(link)) => self.with_link(link),
                (None, None) => Admission::Nobody,
            };
        };
        // A token has too many random bits to be guessed, so a known one needs no turn.
        let tokens = token::candidates(authorization);
        if let Some(who) = tokens.iter().find_map(|it| self.credentials.of_token(it, peer, now_ms())) {
            return granted(who, false);
        }
        let admin = || Principal::Admin { name: self.admin.user(authorization) };
        let has_mark = cookie(cookies, COOKIE) == Some(self.admin.cookie());
        if has_mark && self.admin.authorizes(authorization) {
            return granted(admin(), false);
        }
        let (name, password) = token::basic(authorization).unwrap_or_default();
        if let Some(who) = self.known_person(&name, &password) {
            return granted(who, false);
        }
        let turn = match self.turn(peer).await {
            Ok(turn) => turn,
            Err(too_many) => return Admission::Throttled(too_many),
        };
        if self.admin.authorizes(authorization) {
            self.throttle.refund(turn);
            return granted(admin(), !has_mark);
        }
        if let Some(who) = self.person(&name, &password).await {
            self.throttle.refund(turn);
            return granted(who, false);
        }
        self.wrong(peer);
        Admission::Denied
    }

    /// The session of a request's cookies, and whose it is.
    pub(crate) fn session(&self, cookies: &str, peer: Option<IpAddr>) -> Option<(KnownSession, Principal)> {
        let value = cookie(cookies, SESSION_COOKIE)?;
        self.credentials.of_session(value, self.marks(), peer, now_ms())
    }

    /// Whether a request's cookies are those of a session. Does not count as a use of it.
    fn is_signed_in(&self, cookies: &str) -> bool {
        let value = cookie(cookies, SESSION_COOKIE);
        value.is_some_and(|it| self.credentials.has_session(it, self.marks(), now_ms()))
    }

    /// Whether a request's cookies are those of a session that is over, and when it ended if that
    /// is known.
    pub(crate) fn ended(&self, cookies: &str) -> Option<Option<i64>> {
        let value = cookie(cookies, SESSION_COOKIE).filter(|it| !it.is_empty())?;
        (!self.is_signed_in(cookies)).then(|| self.credentials.ended_ms(value, self.marks(), now_ms()))
    }

    /// Who has the share link of a cookie.
    fn with_link(&self, link: &str) -> Admission {
        match self.credentials.shares.of_token(link) {
            Some(share) if share.is_open(now_ms()) => {
                Admission::Granted { who: Principal::Share(share), gives_mark: false }
            }
            Some(_) => Admission::LinkOver,
            None => Admission::Nobody,
        }
    }

    /// The share link of a token, open or not. An unknown one counts as a guess.
    ///
    /// # Errors
    /// [`TooManyAttempts`].
    pub(crate) async fn share(&self, text: &str, peer: Option<IpAddr>) -> Result<Option<Arc<Share>>, TooManyAttempts> {
        let found = self.credentials.shares.of_token(text);
        if found.is_none() {
            self.turn(peer).await?;
            self.wrong(peer);
        }
        Ok(found)
    }

    /// Who has this name and password, once it is the peer's turn.
    ///
    /// # Errors
    /// [`TooManyAttempts`]. `Ok(None)` where they are wrong.
    pub(crate) async fn sign_in(
        &self,
        name: &str,
        password: &str,
        peer: Option<IpAddr>,
    ) -> Result<Option<Principal>, TooManyAttempts> {
        let turn = self.turn(peer).await?;
        let is_admin = matches!(name, "" | "admin") && self.admin.is_password(password);
        let found = if is_admin {
            Some(Principal::Admin { name: Some("admin".to_owned()) })
        } else {
            self.person(name, password).await
        };
        match found {
            Some(_) => self.throttle.refund(turn),
            None => self.wrong(peer),
        }
        Ok(found)
    }

    /// The hash under which a session of this principal is stored.
    pub(crate) fn session_hash(&self, cookie: &str, who: &Principal) -> TokenHash {
        match (who, self.admin.password_sha256()) {
            (Principal::Admin { .. }, Some(password)) => marked(cookie, password),
            _ => token::hash(cookie),
        }
    }

    /// The hash under which a session of a provider's person is stored.
    pub(crate) fn provided_hash(&self, cookie: &str) -> TokenHash {
        self.provider.as_ref().map_or_else(|| token::hash(cookie), |it| marked(cookie, it))
    }

    /// Waits for the peer's turn to have its credentials compared.
    ///
    /// # Errors
    /// [`TooManyAttempts`].
    pub(crate) async fn turn(&self, peer: Option<IpAddr>) -> Result<Turn, TooManyAttempts> {
        match self.throttle.reserve(peer, Instant::now()) {
            Ok(turn) => {
                if !turn.wait.is_zero() {
                    tokio::time::sleep(turn.wait).await;
                }
                Ok(turn)
            }
            Err(too_many) => {
                self.counters.passwords_refused.add(1);
                self.log_wrong(peer);
                tokio::time::sleep(REFUSAL_DELAY).await;
                Err(too_many)
            }
        }
    }

    /// Gives a turn back, because what it was for was right.
    pub(crate) fn refund(&self, turn: Turn) {
        self.throttle.refund(turn);
    }

    /// The person of a name whose password was right lately.
    fn known_person(&self, name: &str, password: &str) -> Option<Principal> {
        let person = self.credentials.person(name)?;
        let is_known = self.passwords.is_known(person.password.as_deref()?, password);
        is_known.then_some(Principal::Person { id: person.id, name: person.name, role: person.role })
    }

    /// The person of a name, if the password is right.
    async fn person(&self, name: &str, password: &str) -> Option<Principal> {
        // `any` stands for nobody, and so do names while there are none.
        if matches!(name, "" | "any" | "admin") || !self.credentials.has_people() {
            return None;
        }
        let person = self.credentials.person(name);
        let hash = person.as_ref().and_then(|it| it.password.as_deref());
        let is_right = self.passwords.is_right(hash, password).await;
        let KnownPerson { id, name, role, .. } = person.filter(|_| is_right)?;
        Some(Principal::Person { id, name, role })
    }

    fn wrong(&self, peer: Option<IpAddr>) {
        self.counters.passwords_wrong.add(1);
        self.log_wrong(peer);
    }

    fn log_wrong(&self, peer: Option<IpAddr>) {
        if !self.logged.is_due() {
            return;
        }
        let (wrong, refused) = (self.counters.passwords_wrong.get(), self.counters.passwords_refused.get());
        let peer = peer.map(|it| it.to_string()).unwrap_or_default();
        tracing::warn!(peer, wrong, refused, "wrong passwords; counted since the start");
    }
}

/// Finds out who asks, and passes the request on with a [`Principal`]. Replies 401 to wrong
/// credentials, or 429 when throttled. Whether somebody may ask is decided in `permit`.
pub(crate) async fn admit(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let peer = client_of(&parts.extensions);
    parts.extensions.insert(Peer(peer));
    if gate.is_open() {
        parts.extensions.insert(Principal::Local);
        return next.run(Request::from_parts(parts, body)).await;
    }
    let admission = gate.check(&parts.headers, peer).await;
    // A person who sends no password is known by a session.
    let session = parts.headers.get(header::COOKIE).filter(|_| !parts.headers.contains_key(header::AUTHORIZATION));
    let session = session.cloned();
    let mut request = Request::from_parts(parts, body);
    match admission {
        Admission::Nobody => {
            request.extensions_mut().insert(Principal::Nobody);
            next.run(request).await
        }
        Admission::LinkOver => {
            request.extensions_mut().insert(Principal::Nobody);
            request.extensions_mut().insert(LinkOver);
            next.run(request).await
        }
        Admission::Granted { who, gives_mark } => {
            let is_person = matches!(who, Principal::Admin { .. } | Principal::Person { .. });
            let link = shared::Use::of(&who, &request, (&gate.credentials, &gate.counters));
            request.extensions_mut().insert(who);
            let mut response = next.run(request).await;
            if let Some(cookies) = session.filter(|_| is_person) {
                let gate = gate.clone();
                let is_signed_in = move || cookies.to_str().is_ok_and(|it| gate.is_signed_in(it));
                response = stream_end::with_session(response, is_signed_in);
            }
            if let Some(link) = link {
                response = link.of_response(response);
            }
            let headers = response.headers_mut();
            // The next user of the browser must not find the reply in its cache.
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            let cookie = format!("{COOKIE}={}; Path=/; HttpOnly; SameSite=Strict", gate.admin.cookie());
            if let Some(cookie) = HeaderValue::from_str(&cookie).ok().filter(|_| gives_mark) {
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

/// The value of a cookie.
pub(crate) fn cookie<'a>(cookies: &'a str, name: &str) -> Option<&'a str> {
    cookies.split(';').find_map(|it| it.trim().strip_prefix(name)?.strip_prefix('='))
}
