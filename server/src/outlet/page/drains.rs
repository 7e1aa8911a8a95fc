//! `/drains`, `/drains/ID` and the pages below: a GET shows, a POST of one of their forms changes
//! something. A new token is on the page that answers the form, and on no other.

use std::time::Duration;

use axum::{
    extract::{Path, RawQuery, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use contract::{
    Error,
    drain::{Drain, DrainChange, DrainDraft, DrainId, Seen},
};
use dashboard::{
    drains::{
        DrainsPage, PATH,
        access::Access,
        detail::{DrainPage, drain_page},
        drains_page,
        inspect::{InspectPage, inspect_page},
        made::{MadePage, made_page, wait_page},
    },
    part::address::Query,
};

use super::{assets::assets, form::Form, plain};
use crate::{
    clock::now_ms,
    outlet::{
        api::{answer::refused, change::number},
        drains::{self, Made},
        inspect,
        state::Outlet,
    },
    store::drain_tokens::OVERLAP,
};

/// What was done, by the word for it in addresses.
const DONE: [(&str, &str); 4] = [
    ("paused", "The drain is paused: what it sends is not kept."),
    ("resumed", "The drain goes on: what it sends is kept again."),
    ("renamed", "The drain is renamed."),
    ("removed", "The drain is removed."),
];
/// Seconds after which a page that waits loads again by itself.
const RELOAD_S: &str = "3";
/// What stands in commands in the place of a token that can't be shown.
const TOKEN: &str = "TOKEN";

/// Shows every drain.
pub(crate) async fn list(State(outlet): State<Outlet>, RawQuery(query): RawQuery) -> Response {
    let address = Query::parse(&query.unwrap_or_default());
    let (app, platform) = (address.word("app").to_owned(), address.word("platform").to_owned());
    let is_adding = address.word("add") == "1";
    let page = DrainsPage { app, platform, is_adding, done: done(&address), ..DrainsPage::default() };
    show_all(&outlet, StatusCode::OK, page).await
}

/// Adds a drain, as the form asks.
pub(crate) async fn add(State(outlet): State<Outlet>, headers: HeaderMap, Form(form): Form) -> Response {
    let (app, platform, shared) =
        (form.word("app").to_owned(), form.word("platform").to_owned(), form.word("shared") == "1");
    let draft = DrainDraft { app: app.clone(), shared, platform: platform.clone() };
    match drains::add(&outlet, draft).await {
        Ok(made) => show_made(&outlet, &headers, made, false),
        Err(error @ (Error::Invalid(_) | Error::Conflict(_))) => {
            let problem = Some(error.to_string());
            let page = DrainsPage { app, platform, shared, problem, ..DrainsPage::default() };
            show_all(&outlet, refused(&error).status(), page).await
        }
        Err(error) => refused(&error),
    }
}

async fn show_all(outlet: &Outlet, status: StatusCode, page: DrainsPage) -> Response {
    match drains::list(outlet).await {
        Ok(drains) => plain::reply(status, drains_page(&assets(), DrainsPage { drains, now_ms: now_ms(), ..page })),
        Err(error) => refused(&error),
    }
}

/// Shows one drain.
pub(crate) async fn detail(
    State(outlet): State<Outlet>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let address = Query::parse(&query.unwrap_or_default());
    match find(&outlet, &id).await {
        Ok(drain) => show(&outlet, &headers, drain, StatusCode::OK, done(&address), None),
        Err(error) => missing(&outlet, &error).await,
    }
}

/// Carries out what a form of a drain's page asks for.
pub(crate) async fn change(
    State(outlet): State<Outlet>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Form(form): Form,
) -> Response {
    let drain = match find(&outlet, &id).await {
        Ok(drain) => drain,
        Err(error) => return missing(&outlet, &error).await,
    };
    if form.word("do") == "rotate" {
        let overlap = form.word("overlap").parse().map_or(OVERLAP, Duration::from_secs);
        return match drains::rotate(&outlet, drain.id, overlap).await {
            Ok(made) => show_made(&outlet, &headers, made, true),
            Err(error) => show(&outlet, &headers, drain, refused(&error).status(), None, Some(error.to_string())),
        };
    }
    match carry_out(&outlet, &drain, &form).await {
        Ok(address) => Redirect::to(&address).into_response(),
        Err(error) => show(&outlet, &headers, drain, refused(&error).status(), None, Some(error.to_string())),
    }
}

/// Changes a drain; returns the address that shows it.
async fn carry_out(outlet: &Outlet, drain: &Drain, form: &Query) -> Result<String, Error> {
    let here = |done: &str| format!("{PATH}/{}?done={done}", drain.id);
    let paused = |paused| DrainChange { paused: Some(paused), ..DrainChange::default() };
    match form.word("do") {
        "pause" => drains::change(outlet, drain.id, paused(true)).await.map(|()| here("paused")),
        "resume" => drains::change(outlet, drain.id, paused(false)).await.map(|()| here("resumed")),
        "rename" => {
            let change = DrainChange { name: Some(form.word("name").to_owned()), ..DrainChange::default() };
            drains::change(outlet, drain.id, change).await.map(|()| here("renamed"))
        }
        "remove" if form.word("confirm").trim() != drain.name => Err(Error::Invalid(format!(
            "nothing was removed: expected {}, found {:?}",
            drain.name,
            contract::error::excerpt(form.word("confirm"))
        ))),
        "remove" => drains::remove(outlet, drain.id).await.map(|()| format!("{PATH}?done=removed")),
        other => Err(Error::Invalid(format!(
            "expected do= to be rotate, pause, resume, rename or remove, found {:?}",
            contract::error::excerpt(other)
        ))),
    }
}

/// Waits for the first line of a drain. Without its script the page loads again by itself.
pub(crate) async fn wait(State(outlet): State<Outlet>, Path(id): Path<String>) -> Response {
    let drain = match find(&outlet, &id).await {
        Ok(drain) => drain,
        Err(error) => return missing(&outlet, &error).await,
    };
    let has_come = drain.memory.seen_ms(Seen::Lines).is_some();
    let mut reply = plain::reply(StatusCode::OK, wait_page(&assets(), drain));
    if !has_come {
        reply.headers_mut().insert(HeaderName::from_static("refresh"), HeaderValue::from_static(RELOAD_S));
    }
    reply
}

/// Shows the last batch of a drain, line by line.
pub(crate) async fn last_batch(State(outlet): State<Outlet>, Path(id): Path<String>) -> Response {
    let found = async {
        let drain = find(&outlet, &id).await?;
        let batch = inspect::last_batch(&outlet, &drain).await?;
        Ok(InspectPage { drain, now_ms: now_ms(), batch })
    };
    match found.await {
        Ok(page) => plain::reply(StatusCode::OK, inspect_page(&assets(), page)),
        Err(error) => missing(&outlet, &error).await,
    }
}

async fn find(outlet: &Outlet, id: &str) -> Result<Drain, Error> {
    let id: DrainId = number("drain", id)?;
    drains::find(outlet, id).await
}

/// The list of drains in the place of one that there is not.
async fn missing(outlet: &Outlet, error: &Error) -> Response {
    let status = refused(error).status();
    show_all(outlet, status, DrainsPage { problem: Some(error.to_string()), ..DrainsPage::default() }).await
}

fn show(
    outlet: &Outlet,
    headers: &HeaderMap,
    drain: Drain,
    status: StatusCode,
    done: Option<&'static str>,
    problem: Option<String>,
) -> Response {
    let base = drains::base(outlet, headers);
    let (host, is_local) = host_of(&base);
    let (app, shared) = (app_of(&drain), drain.app.is_none());
    let (scheme, rest) = base.split_once("://").unwrap_or(("http", &base));
    let query = if shared { format!("?app={app}") } else { String::new() };
    let url = format!("{scheme}://any:{TOKEN}@{rest}/logs{query}");
    let access = Access {
        url,
        token: TOKEN.to_owned(),
        host,
        port: outlet.doors.syslog_port,
        syslog_tcp: outlet.doors.syslog_tcp,
        app,
    };
    let page = DrainPage { drain, now_ms: now_ms(), access, is_local, done, problem };
    plain::reply(status, drain_page(&assets(), page))
}

fn show_made(outlet: &Outlet, headers: &HeaderMap, made: Made, is_rotated: bool) -> Response {
    let base = drains::base(outlet, headers);
    let (host, is_local) = host_of(&base);
    let url = drains::url(&made, &base);
    let (app, token) = (app_of(&made.drain), made.token.expose().to_owned());
    let access = Access { url, token, host, port: outlet.doors.syslog_port, syslog_tcp: outlet.doors.syslog_tcp, app };
    plain::reply(StatusCode::OK, made_page(&assets(), MadePage { drain: made.drain, access, is_rotated, is_local }))
}

/// The app for which commands are written.
fn app_of(drain: &Drain) -> String {
    drain.fed().first().cloned().unwrap_or_else(|| drain.name.clone())
}

/// The host of an address without its port, and whether it is this machine's own.
fn host_of(base: &str) -> (String, bool) {
    let rest = base.split_once("://").map_or(base, |it| it.1);
    let rest = rest.split('/').next().unwrap_or_default();
    let host = match rest.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|it| it.is_ascii_digit()) => host,
        _ => rest,
    };
    let is_local = host == "localhost" || host.starts_with("127.") || host == "[::1]";
    (host.to_owned(), is_local)
}

fn done(address: &Query) -> Option<&'static str> {
    DONE.iter().find(|it| it.0 == address.word("done")).map(|it| it.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_hosts() {
        for (base, host, is_local) in [
            ("https://gauge.example.com", "gauge.example.com", false),
            ("https://gauge.example.com:8443/below", "gauge.example.com", false),
            ("http://127.0.0.1:3000", "127.0.0.1", true),
            ("http://localhost:3000", "localhost", true),
            ("http://[::1]:3000", "[::1]", true),
            ("http://[2001:db8::7]", "[2001:db8::7]", false),
        ] {
            assert_eq!(host_of(base), (host.to_owned(), is_local), "{base}");
        }
    }
}
