//! `/settings/people`: invites and removes people, and ends sessions.

use axum::{
    extract::State,
    http::{StatusCode, request::Parts},
    response::Response,
};
use contract::Error;
use dashboard::{
    part::address::Query,
    settings::{Outcome, PeoplePage, Person, people_page},
};

use super::{Done, account::here, applied, said, shown, unknown};
use crate::{
    access::{Token, principal::Role},
    clock::now_ms,
    outlet::{
        api::change::number,
        page::{assets::assets, entry::failed, form::Form, plain},
        state::{Outlet, hidden},
    },
    store::access::{people, sessions},
};

/// Shows the page.
pub(crate) async fn page(State(outlet): State<Outlet>, parts: Parts) -> Response {
    show(&outlet, &parts, (StatusCode::OK, Outcome::default())).await
}

/// Carries out what a form asks for.
pub(crate) async fn change(State(outlet): State<Outlet>, parts: Parts, Form(form): Form) -> Response {
    let done = applied(&outlet, carry_out(&outlet, &form).await).await;
    show(&outlet, &parts, said(done)).await
}

async fn carry_out(outlet: &Outlet, form: &Query) -> Done {
    let hide = hidden("people could not be changed");
    let mut db = outlet.reader.store.connect().await.map_err(&hide)?;
    let name = form.word("name").trim();
    match form.word("do") {
        "invite" => {
            let role = Role::ALL.into_iter().find(|it| it.word() == form.word("role"));
            let role = role.ok_or_else(|| Error::Invalid("expected a role: viewer, editor or admin".to_owned()))?;
            let invitation = Token::random::<32>("sgi_").map_err(|_| Error::Internal)?;
            people::invite(&mut db, name, role, invitation.hash(), now_ms()).await.map_err(refused)?;
            let base = outlet.alerting.notifier.base.as_deref().unwrap_or_default();
            let link = format!("{base}/invite/{}", invitation.expose());
            Ok((
                format!("Pass this link on to {name}. It is shown only now, works once, and is valid for 7 days."),
                Some(link),
            ))
        }
        "remove" => {
            people::remove(&mut db, name).await.map_err(refused)?;
            Ok((format!("{name} is removed and signed out."), None))
        }
        "end" => {
            let is_ended = sessions::end(&mut db, number("session", form.word("id"))?).await.map_err(&hide)?;
            let none = || Error::NotFound("this browser is signed out already".to_owned());
            is_ended.then(|| ("The browser is signed out.".to_owned(), None)).ok_or_else(none)
        }
        other => Err(unknown(other)),
    }
}

fn refused(error: people::Error) -> Error {
    match error {
        people::Error::Store(error) => hidden("people could not be changed")(error),
        error @ people::Error::Unknown(_) => Error::NotFound(error.to_string()),
        error => Error::Invalid(error.to_string()),
    }
}

async fn show(outlet: &Outlet, parts: &Parts, (status, outcome): (StatusCode, Outcome)) -> Response {
    let (db, here) = (&outlet.reader.store.readers, here(outlet, parts).map(|it| it.id));
    let read = async { Ok::<_, sqlx::Error>((people::list(db).await?, sessions::list(db, now_ms()).await?)) };
    let (everybody, sessions) = match read.await {
        Ok(read) => read,
        Err(error) => return failed(error),
    };
    let person = |row: people::PersonRow| Person {
        name: row.name,
        role: row.role,
        has_password: row.has_password,
        has_provider: row.has_provider,
        invited_until_s: row.invited_until_ms.map(|it| it.div_euclid(1_000)),
    };
    let page = PeoplePage {
        outcome,
        people: everybody.into_iter().map(person).collect(),
        sessions: sessions.into_iter().map(|it| shown(it, here)).collect(),
    };
    plain::reply(status, people_page(&assets(), page))
}
