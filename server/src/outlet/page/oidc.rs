//! `/sign-in/oidc` leads a browser to the provider, and `/sign-in/oidc/callback` takes it back: who
//! is proven and allowed gets a session, everybody else a page that says why not. The protocol is
//! in `outlet/oidc`.

use std::time::Duration;

use axum::{
    extract::{RawQuery, State},
    http::{HeaderValue, header, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use dashboard::{entry_notice, part::address::Query};
use tokio::time::timeout;

use super::{
    assets::assets,
    entry::{begin_as, cookies, failed, local, secure, with_cookie},
    oidc_refusal::{Refusal, Said},
    plain,
};
use crate::{
    access::{
        allow::checked_address,
        password_throttle::{TooManyAttempts, Turn},
        principal::Role,
    },
    clock::now_ms,
    net::trusted_proxies::client_of,
    outlet::{
        guard::gate::cookie,
        oidc::{
            proof::{self, Proven},
            provider::Provider,
            ticket::{TICKET_COOKIE, TICKET_S, Ticket},
            trouble::Trouble,
        },
        state::Outlet,
    },
    store::access::{
        entrants::{self, Entered, Entrant},
        refresh,
    },
};

/// How long the provider may take in all, so that people read why and not that a page is late.
const PATIENCE: Duration = Duration::from_secs(25);

/// Leads to the provider.
pub(crate) async fn begin(State(outlet): State<Outlet>, RawQuery(query): RawQuery, parts: Parts) -> Response {
    let address = Query::parse(&query.unwrap_or_default());
    let to = local(address.word("to"));
    let Some(provider) = &outlet.provider else { return Redirect::to("/sign-in").into_response() };
    let asks_anew = address.word("account") == "other";
    match in_time(proof::begin(provider, to, asks_anew, now_ms() / 1_000)).await {
        Ok((url, ticket)) => {
            let secure = secure(&outlet);
            let cookie = format!(
                "{TICKET_COOKIE}={}; Path=/sign-in/oidc; HttpOnly; SameSite=Lax; Max-Age={TICKET_S}{secure}",
                ticket.to_cookie()
            );
            with_cookie(Redirect::to(url.as_str()).into_response(), &cookie)
        }
        Err(trouble) => refused(&outlet, provider, &parts, to, &trouble.into()),
    }
}

/// Takes a browser back from the provider.
pub(crate) async fn finish(State(outlet): State<Outlet>, RawQuery(query): RawQuery, parts: Parts) -> Response {
    let answer = Query::parse(&query.unwrap_or_default());
    let Some(provider) = &outlet.provider else { return Redirect::to("/sign-in").into_response() };
    let ticket = cookie(cookies(&parts.headers), TICKET_COOKIE);
    let ticket =
        ticket.and_then(|it| Ticket::parse(it, now_ms() / 1_000)).filter(|it| it.state == answer.word("state"));
    let to = ticket.as_ref().map_or("/", |it| local(&it.to)).to_owned();
    let reply = match proven(&outlet, provider, &parts, &answer, ticket).await {
        Ok(proven) => enter(&outlet, provider, &parts, &to, proven).await,
        Err(refusal) => Err(refusal),
    };
    let reply = reply.unwrap_or_else(|refusal| match refusal {
        Refusal::Store(error) => failed(error),
        refusal => refused(&outlet, provider, &parts, &to, &refusal),
    });
    with_cookie(reply, &format!("{TICKET_COOKIE}=; Path=/sign-in/oidc; HttpOnly; Max-Age=0"))
}

/// Who came back, by what their address says.
async fn proven(
    outlet: &Outlet,
    provider: &Provider,
    parts: &Parts,
    answer: &Query,
    ticket: Option<Ticket>,
) -> Result<Proven, Refusal> {
    // Without a ticket anybody may have written the address, so nothing of it is believed.
    let ticket = ticket.ok_or(Refusal::Ticket)?;
    let issuer = answer.word("iss");
    if !issuer.is_empty() && issuer != provider.client.issuer_text {
        return Err(Trouble::Token("it comes from another provider").into());
    }
    if !answer.word("error").is_empty() {
        return Err(Refusal::said(answer.word("error")));
    }
    let code = answer.word("code");
    if code.is_empty() {
        return Err(Refusal::Ticket);
    }
    let turn = outlet.gate.turn(client_of(&parts.extensions)).await;
    let turn: Turn = turn.map_err(|TooManyAttempts(wait)| Refusal::TooManyAttempts(wait))?;
    let proven = in_time(proof::prove(provider, code.to_owned(), &ticket)).await;
    // What was the provider's fault costs nobody a turn.
    if matches!(proven, Ok(_) | Err(Trouble::Down(_) | Trouble::Busy)) {
        outlet.gate.refund(turn);
    }
    Ok(proven?)
}

/// Lets somebody in who is allowed, and begins a session.
async fn enter(
    outlet: &Outlet,
    provider: &Provider,
    parts: &Parts,
    to: &str,
    proven: Proven,
) -> Result<Response, Refusal> {
    let (client, store) = (&provider.client, &outlet.reader.store);
    let mut db = store.connect().await?;
    let (address, role) = match allowed(provider, &proven) {
        Ok(found) => found,
        Err(refusal) => {
            // Who was let in before is so no longer, in any browser.
            if entrants::dismiss(&mut db, &client.issuer_text, &proven.subject).await? {
                refresh::refresh(store, &outlet.gate.credentials).await?;
            }
            return Err(refusal);
        }
    };
    let entrant = Entrant { issuer: &client.issuer_text, subject: &proven.subject, address, role };
    let now_ms = now_ms();
    let id = match entrants::enter(&mut db, entrant, now_ms).await? {
        Entered::As(id) => id,
        Entered::NameTaken => return Err(Refusal::NameTaken(address.to_owned())),
        Entered::TooMany => return Err(Refusal::TooManyPeople),
    };
    drop(db);
    tracing::info!(name = address, role = role.word(), "somebody signed in by the provider");
    let session_ms = i64::try_from(client.session.as_millis()).unwrap_or(i64::MAX);
    let ends_ms = now_ms.saturating_add(session_ms);
    Ok(begin_as(outlet, (Some(id), Some(ends_ms)), |cookie| outlet.gate.provided_hash(cookie), parts, to).await?)
}

/// The address and the role of somebody who may come in.
fn allowed<'a>(provider: &Provider, proven: &'a Proven) -> Result<(&'a str, Role), Refusal> {
    let address = proven.address.as_deref().and_then(checked_address).ok_or(Refusal::NoAddress)?;
    if proven.is_verified == Some(false) {
        return Err(Refusal::Unverified(address.to_owned()));
    }
    let role = provider.allow.role(address, &proven.groups);
    role.map(|it| (address, it)).ok_or_else(|| Refusal::NotAllowed(address.to_owned()))
}

async fn in_time<T>(asked: impl Future<Output = Result<T, Trouble>>) -> Result<T, Trouble> {
    let late = || Trouble::Down("it did not answer in time".to_owned());
    timeout(PATIENCE, asked).await.unwrap_or_else(|_| Err(late()))
}

/// The page that says why not; counted and logged.
fn refused(outlet: &Outlet, provider: &Provider, parts: &Parts, to: &str, refusal: &Refusal) -> Response {
    let counters = &outlet.reader.aggregates.counters;
    counters.oidc_refused.add(1);
    let peer = client_of(&parts.extensions).map(|it| it.to_string()).unwrap_or_default();
    // What anybody can cause without an account at the provider would fill the log.
    if !refusal.is_anybodys() || provider.logged.is_due() {
        tracing::warn!(peer, refused = counters.oidc_refused.get(), "a sign-in by the provider led nowhere: {refusal}");
    }
    let has_form = outlet.gate.has_admin() || outlet.gate.credentials.has_passwords();
    let notice = refusal.notice(Said {
        host: provider.host(),
        again: &provider.address(to, false),
        other: &provider.address(to, true),
        has_form,
    });
    let mut reply = plain::reply(refusal.status(), entry_notice(&assets(), notice));
    if let Some(after) = refusal.retry_after() {
        reply.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(after.as_secs()));
    }
    reply
}
