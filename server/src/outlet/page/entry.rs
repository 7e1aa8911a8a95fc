//! `/sign-in`, `/sign-out` and `/invite`: how people come in and go. A browser that is signed in
//! has a cookie, which is stored as its hash. Passwords are compared by the gate; the way by a
//! provider is `oidc`.

use std::{net::IpAddr, sync::Arc};

use axum::{
    body::Bytes,
    extract::{Extension, Path, RawQuery, State},
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use dashboard::{
    InvitePage, ProviderLink, SignInPage, invite_page, no_invitation,
    part::{address::Query, time::stamp},
    sign_in_page,
};

use super::{assets::assets, form::Form, plain};
use crate::{
    access::{
        Token, TokenHash,
        password::{self, Passwords},
        password_throttle::TooManyAttempts,
        principal::{Principal, Role},
        token,
    },
    clock::now_ms,
    net::trusted_proxies::client_of,
    outlet::{api::answer::unreadable, guard::gate::SESSION_COOKIE, oidc::provider::Provider, state::Outlet},
    store::access::{
        people, refresh,
        sessions::{self, NewSession},
    },
};

/// How long a browser keeps the cookie, seconds. The server forgets an unused one earlier.
const COOKIE_S: u32 = 400 * 86_400;
/// Longest path to return to, bytes.
const PATH_BYTES_MAX: usize = 2_000;

/// Shows the form and the way to the provider.
pub(crate) async fn form(State(outlet): State<Outlet>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let address = Query::parse(&query.unwrap_or_default());
    let note = outlet.gate.ended(cookies(&headers)).map(|ended_ms| ended(&outlet, ended_ms));
    let page = SignInPage { note, ..empty(&outlet, local(address.word("to"))) };
    plain::reply(StatusCode::OK, sign_in_page(&assets(), page))
}

/// The page before anything is typed.
fn empty(outlet: &Outlet, to: &str) -> SignInPage {
    let provider = outlet.provider.as_ref();
    let link = |it: &Arc<Provider>| ProviderLink { host: it.host().to_owned(), address: it.address(to, false) };
    let has_admin = outlet.gate.has_admin();
    SignInPage {
        to: to.to_owned(),
        provider: provider.map(link),
        has_form: provider.is_none() || has_admin || outlet.gate.credentials.has_passwords(),
        has_admin,
        ..SignInPage::default()
    }
}

/// What is said where a session has ended.
fn ended(outlet: &Outlet, ended_ms: Option<i64>) -> String {
    match (ended_ms, &outlet.provider) {
        (Some(at_ms), Some(provider)) => {
            let at = stamp(at_ms.div_euclid(1_000)).replace('T', " ");
            let minute = &at[..at.len() - ":00".len()];
            let length = contract::duration::text(provider.client.session.as_secs());
            let (number, unit) = length.split_at(length.len() - 1);
            format!("Your session ended at {minute} UTC. With SSO it lasts {number} {unit}; sign in again to go on.")
        }
        _ => "Your session has ended. Sign in again to go on.".to_owned(),
    }
}

/// Compares the name and the password of the form, and begins a session.
pub(crate) async fn sign_in(State(outlet): State<Outlet>, parts: Parts, body: Bytes) -> Response {
    let form = Query::parse(&String::from_utf8_lossy(&body));
    let (name, to) = (form.word("name").trim(), local(form.word("to")));
    if outlet.gate.is_open() {
        return Redirect::to(to).into_response();
    }
    let (status, problem) = match outlet.gate.sign_in(name, form.word("password"), client_of(&parts.extensions)).await {
        Ok(Some(who)) => return begin(&outlet, &who, &parts, to).await.unwrap_or_else(failed),
        Ok(None) => (StatusCode::UNAUTHORIZED, "The name or the password is wrong.".to_owned()),
        Err(TooManyAttempts(wait)) => (
            StatusCode::TOO_MANY_REQUESTS,
            format!("Too many failed sign-ins from your address. Try again in {} s.", wait.as_secs() + 1),
        ),
    };
    let page = SignInPage { name: name.chars().take(60).collect(), problem: Some(problem), ..empty(&outlet, to) };
    plain::reply(status, sign_in_page(&assets(), page))
}

/// Ends the browser's session.
pub(crate) async fn sign_out(State(outlet): State<Outlet>, headers: HeaderMap) -> Response {
    if let Some((session, _)) = outlet.gate.session(cookies(&headers), None) {
        let ended = async {
            let mut db = outlet.reader.store.connect().await?;
            sessions::end(&mut db, session.id).await?;
            refresh::refresh(&outlet.reader.store, &outlet.gate.credentials).await
        };
        if let Err(error) = ended.await {
            return failed(error);
        }
    }
    with_cookie(Redirect::to("/sign-in").into_response(), &format!("{SESSION_COOKIE}=; Path=/; HttpOnly; Max-Age=0"))
}

/// Shows the form of an invitation.
pub(crate) async fn invitation(State(outlet): State<Outlet>, Path(token): Path<String>) -> Response {
    match people::invited(&outlet.reader.store.readers, token::hash(&token), now_ms()).await {
        Ok(Some(name)) => {
            plain::reply(StatusCode::OK, invite_page(&assets(), InvitePage { token, name, problem: None }))
        }
        Ok(None) => plain::reply(StatusCode::NOT_FOUND, no_invitation(&assets())),
        Err(error) => failed(error),
    }
}

/// Accepts an invitation, and signs in.
pub(crate) async fn accept(State(outlet): State<Outlet>, parts: Parts, Form(form): Form) -> Response {
    let (token, name) = (form.word("token").to_owned(), form.word("name"));
    let again = |status, problem: String| {
        let name = name.chars().take(60).collect();
        let page = InvitePage { token: token.clone(), name, problem: Some(problem) };
        plain::reply(status, invite_page(&assets(), page))
    };
    let (store, hash) = (&outlet.reader.store, token::hash(&token));
    // Before the password is hashed, which is what somebody without an invitation could make busy.
    match people::invited(&store.readers, hash, now_ms()).await {
        Ok(Some(_)) => {}
        Ok(None) => return plain::reply(StatusCode::NOT_FOUND, no_invitation(&assets())),
        Err(error) => return failed(error),
    }
    let password = match hashed(&outlet.gate.passwords, form.word("password")).await {
        Ok(password) => password,
        Err(error) => return again(StatusCode::BAD_REQUEST, error.to_string()),
    };
    let accepted = async {
        let mut db = store.connect().await?;
        people::accept(&mut db, hash, (name, &password), now_ms()).await
    };
    match accepted.await {
        Ok(id) => {
            // Only who it is matters for a session; the role is looked up with each request.
            let who = Principal::Person { id, name: name.into(), role: Role::Viewer };
            begin(&outlet, &who, &parts, "/").await.unwrap_or_else(failed)
        }
        Err(people::Error::Store(error)) => failed(error),
        Err(people::Error::NoInvitation) => plain::reply(StatusCode::NOT_FOUND, no_invitation(&assets())),
        Err(error) => again(StatusCode::BAD_REQUEST, error.to_string()),
    }
}

/// The hash of a new password.
pub(super) async fn hashed(passwords: &Passwords, password: &str) -> Result<String, password::Error> {
    passwords.hash(password).await
}

/// Begins a session, and leads to a path of this server.
pub(super) async fn begin(outlet: &Outlet, who: &Principal, parts: &Parts, to: &str) -> Result<Response, sqlx::Error> {
    let person = if let Principal::Person { id, .. } = who { Some(*id) } else { None };
    begin_as(outlet, (person, None), |cookie| outlet.gate.session_hash(cookie, who), parts, to).await
}

/// Begins a session of a person until a time, stored under a hash of its cookie.
pub(super) async fn begin_as(
    outlet: &Outlet,
    (person, ends_ms): (Option<i64>, Option<i64>),
    hash: impl FnOnce(&str) -> TokenHash,
    parts: &Parts,
    to: &str,
) -> Result<Response, sqlx::Error> {
    let cookie = Token::random::<32>("sgb_").map_err(|it| sqlx::Error::Io(std::io::Error::other(it.to_string())))?;
    let from = client_of(&parts.extensions).map(|it: IpAddr| it.to_canonical().to_string()).unwrap_or_default();
    let agent = parts.headers.get(header::USER_AGENT).and_then(|it| it.to_str().ok()).unwrap_or_default();
    let store = &outlet.reader.store;
    let mut db = store.connect().await?;
    let session = NewSession { hash: hash(cookie.expose()), person, ends_ms, from: &from, agent };
    sessions::begin(&mut db, session, now_ms()).await?;
    drop(db);
    refresh::refresh(store, &outlet.gate.credentials).await?;
    let secure = secure(outlet);
    let cookie =
        format!("{SESSION_COOKIE}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age={COOKIE_S}{secure}", cookie.expose());
    Ok(with_cookie(Redirect::to(to).into_response(), &cookie))
}

/// What a cookie says where people reach this server by HTTPS.
pub(super) fn secure(outlet: &Outlet) -> &'static str {
    if outlet.is_https() { "; Secure" } else { "" }
}

/// The cookies of a request.
pub(super) fn cookies(headers: &HeaderMap) -> &str {
    headers.get(header::COOKIE).and_then(|it| it.to_str().ok()).unwrap_or_default()
}

pub(super) fn with_cookie(mut response: Response, cookie: &str) -> Response {
    if let Ok(cookie) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

#[expect(clippy::needless_pass_by_value, reason = "it is a function for unwrap_or_else")]
pub(super) fn failed(error: sqlx::Error) -> Response {
    tracing::error!(%error, "people and sessions could not be read or written");
    unreadable()
}

/// A path of this server, as it came from an address; `/` for all else, so that the form leads to
/// no other site.
pub(super) fn local(to: &str) -> &str {
    // Browsers read a backslash as a slash, and leave out tabs and line ends.
    let is_odd = to.contains(|it: char| it.is_control() || it == '\\') || to.len() > PATH_BYTES_MAX;
    let is_path = to.starts_with('/') && !to.starts_with("//") && to.parse::<Uri>().is_ok_and(|it| it.host().is_none());
    if is_path && !is_odd { to } else { "/" }
}

/// Who asks.
pub(super) type Who = Extension<Principal>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_paths_of_this_server() {
        for path in ["/", "/apps/a?range=1h", "/apps/a%20b"] {
            assert_eq!(local(path), path);
        }
    }

    #[test]
    fn err_other_sites() {
        for path in
            ["", "//evil.example", "/\\evil.example", "https://evil.example", "evil", "/\t/evil.example", "/a\r\nb: c"]
        {
            assert_eq!(local(path), "/", "{path}");
        }
    }
}
