//! `/settings/tokens`: creates and removes API tokens.

use axum::{extract::State, http::StatusCode, response::Response};
use contract::Error;
use dashboard::{
    part::address::Query,
    settings::{ApiToken, Outcome, TokensPage, tokens_page},
};

use super::{Done, applied, expiry, said, unknown};
use crate::{
    access::{Token, principal::Scope},
    clock::now_ms,
    outlet::{
        api::change::{User, author},
        page::{assets::assets, entry::failed, form::Form, plain},
        state::{Outlet, hidden},
    },
    store::access::tokens::{self, TokenDraft, TokenRow},
};

/// Shows the page.
pub(crate) async fn page(State(outlet): State<Outlet>) -> Response {
    show(&outlet, (StatusCode::OK, Outcome::default())).await
}

/// Carries out what a form asks for.
pub(crate) async fn change(State(outlet): State<Outlet>, user: User, Form(form): Form) -> Response {
    let done = applied(&outlet, carry_out(&outlet, &form, &author(user)).await).await;
    show(&outlet, said(done)).await
}

async fn carry_out(outlet: &Outlet, form: &Query, by: &str) -> Done {
    let mut db = outlet.reader.store.connect().await.map_err(hidden("a token could not be changed"))?;
    match form.word("do") {
        "add" => {
            let draft = draft(form, now_ms())?;
            let token = Token::random::<16>(draft.scope.prefix()).map_err(|_| Error::Internal)?;
            tokens::add(&mut db, &draft, token.hash(), by, now_ms()).await.map_err(refused)?;
            Ok(("Copy the token: it is shown only now.".to_owned(), Some(token.expose().to_owned())))
        }
        "remove" => {
            tokens::remove(&mut db, form.word("name")).await.map_err(refused)?;
            Ok(("The token is removed.".to_owned(), None))
        }
        other => Err(unknown(other)),
    }
}

/// The token that a form describes.
fn draft(form: &Query, now_ms: i64) -> Result<TokenDraft, Error> {
    let scope = Scope::ALL.into_iter().find(|it| it.word() == form.word("scope"));
    let scope = scope.ok_or_else(|| Error::Invalid("expected a scope: read or write".to_owned()))?;
    let expires_ms = expiry(form, now_ms)?;
    let apps = form.all("app").map(str::trim).filter(|it| !it.is_empty()).map(str::to_owned).collect();
    Ok(TokenDraft { name: form.word("name").to_owned(), scope, apps, expires_ms })
}

fn refused(error: tokens::Error) -> Error {
    match error {
        tokens::Error::Store(error) => hidden("a token could not be changed")(error),
        error @ tokens::Error::Unknown(_) => Error::NotFound(error.to_string()),
        error @ tokens::Error::NameTaken(_) => Error::Conflict(error.to_string()),
        error => Error::Invalid(error.to_string()),
    }
}

async fn show(outlet: &Outlet, (status, outcome): (StatusCode, Outcome)) -> Response {
    let rows = match tokens::list(&outlet.reader.store.readers).await {
        Ok(rows) => rows,
        Err(error) => return failed(error),
    };
    let second = |it: i64| it.div_euclid(1_000);
    let token = |row: TokenRow| ApiToken {
        apps: row.app_names(),
        name: row.name,
        scope: row.scope,
        expires_s: row.expires_ms.map(second),
        used_s: row.used_ms.map(second),
        used_from: row.used_from.unwrap_or_default(),
        created_by: row.created_by,
    };
    let mut apps: Vec<String> = outlet.apps().iter().map(ToString::to_string).collect();
    apps.sort();
    let page = TokensPage { outcome, tokens: rows.into_iter().map(token).collect(), apps };
    plain::reply(status, tokens_page(&assets(), page))
}
