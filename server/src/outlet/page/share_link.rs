//! `/s/TOKEN`: what a share link leads to. The token moves into a cookie, and the browser goes on
//! to the page without it. What the link allows is decided by the guard.

use axum::{
    extract::{Extension, Path, State},
    http::{HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use dashboard::share_notice::{ShareNotice, share_notice};

use super::{assets::assets, entry::Who, plain};
use crate::{
    access::{password_throttle::TooManyAttempts, principal::Principal},
    clock::now_ms,
    net::trusted_proxies::client_of,
    outlet::{
        guard::shared::{SHARE_COOKIE, link_over},
        state::Outlet,
    },
};

/// How long a browser keeps the cookie of a link that does not expire, seconds.
const COOKIE_S: i64 = 400 * 86_400;

/// Leads to the page of a link.
pub(crate) async fn open(
    State(outlet): State<Outlet>,
    Extension(who): Who,
    Path(token): Path<String>,
    parts: Parts,
) -> Response {
    let share = match outlet.gate.share(&token, client_of(&parts.extensions)).await {
        Ok(Some(share)) => share,
        Ok(None) => return plain::reply(StatusCode::NOT_FOUND, share_notice(&assets(), &ShareNotice::Unknown)),
        Err(TooManyAttempts(wait)) => {
            let mut reply =
                plain::reply(StatusCode::TOO_MANY_REQUESTS, share_notice(&assets(), &ShareNotice::TooManyGuesses));
            reply.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs() + 1));
            return reply;
        }
    };
    let now_ms = now_ms();
    if !share.is_open(now_ms) {
        return link_over();
    }
    let mut reply = Redirect::to(&share.address()).into_response();
    reply.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    match who {
        Principal::Nobody | Principal::Share(_) => {
            let left_s = share.expires_ms.map_or(COOKIE_S, |it| (it - now_ms).div_euclid(1_000).clamp(1, COOKIE_S));
            let secure = if is_secure(&outlet) { "; Secure" } else { "" };
            let cookie = format!("{SHARE_COOKIE}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={left_s}{secure}");
            if let Ok(cookie) = HeaderValue::from_str(&cookie) {
                reply.headers_mut().append(header::SET_COOKIE, cookie);
            }
        }
        // Without a password everybody sees everything, and no cookie tells a view.
        Principal::Local => outlet.gate.credentials.shares.view(share.id, now_ms),
        // Somebody who is signed in stays who they are.
        _ => {}
    }
    reply
}

/// Whether browsers reach this server by HTTPS alone.
fn is_secure(outlet: &Outlet) -> bool {
    outlet.alerting.notifier.base.as_deref().is_some_and(|it| it.starts_with("https://"))
}
