//! `/settings`: who one is, one's own sessions, and one's own password.

use axum::{
    extract::{Extension, State},
    http::{StatusCode, header, request::Parts},
    response::Response,
};
use contract::Error;
use dashboard::{
    part::address::Query,
    settings::{AccountPage, Outcome, account_page},
};

use super::{Done, applied, said, shown, unknown};
use crate::{
    access::{credentials::KnownSession, principal::Principal},
    clock::now_ms,
    net::trusted_proxies::client_of,
    outlet::{
        api::change::number,
        page::{
            assets::assets,
            entry::{Who, failed, hashed},
            form::Form,
            plain,
        },
        state::{Outlet, hidden},
    },
    store::access::{people, sessions},
};

/// Shows the page.
pub(crate) async fn page(State(outlet): State<Outlet>, Extension(who): Who, parts: Parts) -> Response {
    show(&outlet, &who, &parts, (StatusCode::OK, Outcome::default())).await
}

/// Carries out what a form asks for.
pub(crate) async fn change(
    State(outlet): State<Outlet>,
    Extension(who): Who,
    parts: Parts,
    Form(form): Form,
) -> Response {
    let done = match form.word("do") {
        "end" => end(&outlet, &who, form.word("id")).await,
        "password" => password(&outlet, &who, &parts, &form).await,
        other => Err(unknown(other)),
    };
    show(&outlet, &who, &parts, said(applied(&outlet, done).await)).await
}

/// The sessions of whoever asks.
async fn own(outlet: &Outlet, who: &Principal) -> Result<Vec<sessions::SessionRow>, sqlx::Error> {
    let mut all = sessions::list(&outlet.reader.store.readers, now_ms()).await?;
    let name = match who {
        Principal::Person { name, .. } => Some(&**name),
        Principal::Admin { .. } => None,
        _ => return Ok(vec![]),
    };
    all.retain(|it| it.name.as_deref() == name);
    Ok(all)
}

async fn end(outlet: &Outlet, who: &Principal, id: &str) -> Done {
    let (id, hide) = (number("session", id)?, hidden("a session could not be ended"));
    if !own(outlet, who).await.map_err(&hide)?.iter().any(|it| it.id == id) {
        return Err(Error::NotFound(format!("there is no session {id} of yours")));
    }
    let mut db = outlet.reader.store.connect().await.map_err(&hide)?;
    sessions::end(&mut db, id).await.map_err(&hide)?;
    Ok(("The browser is signed out.".to_owned(), None))
}

async fn password(outlet: &Outlet, who: &Principal, parts: &Parts, form: &Query) -> Done {
    let Principal::Person { id, name, .. } = who else {
        return Err(Error::Invalid("expected somebody with a password of their own".to_owned()));
    };
    let peer = client_of(&parts.extensions);
    let wrong = || Error::Invalid("The present password is wrong.".to_owned());
    let found = outlet.gate.sign_in(name, form.word("old"), peer).await.map_err(|_| Error::Busy)?;
    found.filter(|it| it == who).ok_or_else(wrong)?;
    let hash = hashed(&outlet.gate.passwords, form.word("password")).await;
    let hash = hash.map_err(|it| Error::Invalid(it.to_string()))?;
    let (store, hide) = (&outlet.reader.store, hidden("a password could not be changed"));
    let mut db = store.connect().await.map_err(&hide)?;
    people::set_password(&mut db, *id, &hash, here(outlet, parts).map(|it| it.id)).await.map_err(&hide)?;
    Ok(("The password is changed. All your other browsers are signed out.".to_owned(), None))
}

/// The session of the request.
pub(super) fn here(outlet: &Outlet, parts: &Parts) -> Option<KnownSession> {
    let cookies = parts.headers.get(header::COOKIE)?.to_str().ok()?;
    Some(outlet.gate.session(cookies, client_of(&parts.extensions))?.0)
}

async fn show(outlet: &Outlet, who: &Principal, parts: &Parts, (status, outcome): (StatusCode, Outcome)) -> Response {
    let here = here(outlet, parts).map(|it| it.id);
    let sessions = match own(outlet, who).await {
        Ok(rows) => rows.into_iter().map(|it| shown(it, here)).collect(),
        Err(error) => return failed(error),
    };
    let has_password = |name| outlet.gate.credentials.person(name).is_some_and(|it| it.password.is_some());
    let has_password = matches!(who, Principal::Person { name, .. } if has_password(name));
    let words = match who {
        Principal::Person { name, role, .. } if !has_password => format!("{name}, {}, by SSO", role.word()),
        Principal::Person { name, role, .. } => format!("{name}, {}", role.word()),
        Principal::Local => "Nobody has to sign in on this machine, because ADMIN_PASSWORD is not set.".to_owned(),
        _ => "The administrator, by ADMIN_PASSWORD.".to_owned(),
    };
    let page = AccountPage { outcome, who: words, has_password, sessions };
    plain::reply(status, account_page(&assets(), page))
}
