//! `/apps/{app}/sources`: the drains that feed an app. A POST of its forms renames the app,
//! merges it into another one, or removes it with all its data; the writer moves or deletes that
//! between its commits.

use axum::{
    extract::{Extension, Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use contract::{Error, error::excerpt};
use dashboard::{
    drains::{
        PATH,
        sources::{SourcesPage, sources_page},
    },
    missing_page,
    part::address::Query,
};

use super::{assets::assets, entry::Who, form::Form, plain};
use crate::{
    access::{App, principal::Principal},
    clock::now_ms,
    outlet::{
        api::answer::refused,
        drains,
        state::{Outlet, hidden},
    },
    store::{app_merge, apps},
};

/// Shows the page.
pub(crate) async fn page(State(outlet): State<Outlet>, Path(app): Path<String>) -> Response {
    show(&outlet, app, StatusCode::OK, None).await
}

/// Carries out what a form asks for.
pub(crate) async fn change(
    State(outlet): State<Outlet>,
    Path(app): Path<String>,
    Extension(who): Who,
    Form(form): Form,
) -> Response {
    if !outlet.knows(&app) {
        return show(&outlet, app, StatusCode::NOT_FOUND, None).await;
    }
    match carry_out(&outlet, &app, &who, &form).await {
        Ok(to) => Redirect::to(&to).into_response(),
        Err(error) => show(&outlet, app, refused(&error).status(), Some(error.to_string())).await,
    }
}

/// Carries out a form; returns the page to go on to.
async fn carry_out(outlet: &Outlet, app: &str, who: &Principal, form: &Query) -> Result<String, Error> {
    const UNSAVED: &str = "a change of an app could not be saved";
    let mut db = outlet.reader.store.connect().await.map_err(hidden(UNSAVED))?;
    let done = match form.word("do") {
        "rename" => {
            let to = form.word("name").trim();
            App::check_name(to).map_err(Error::Invalid)?;
            apps::rename(&mut db, app, to).await
        }
        "merge" => {
            let into = form.word("into").trim();
            if form.word("confirm").trim() != app {
                let found = excerpt(form.word("confirm"));
                return Err(Error::Invalid(format!("nothing was merged: expected {app}, found {found:?}")));
            }
            // A token may be limited to this app.
            if !who.sees(into) {
                return Err(Error::NotFound(format!("there is no app named {}", excerpt(into))));
            }
            let merged = app_merge::begin(&mut db, app, into, now_ms()).await;
            merged.map_err(|error| match error {
                app_merge::Error::Unknown(_) => Error::NotFound(error.to_string()),
                app_merge::Error::Store(error) => hidden(UNSAVED)(error),
                other => Error::Invalid(other.to_string()),
            })?;
            return Ok(format!("/apps/{into}/sources"));
        }
        "remove" if form.word("confirm").trim() != app => {
            let found = excerpt(form.word("confirm"));
            return Err(Error::Invalid(format!("nothing was removed: expected {app}, found {found:?}")));
        }
        "remove" => apps::remove(&mut db, app, now_ms()).await.map(drop),
        other => {
            let found = excerpt(other);
            return Err(Error::Invalid(format!("expected do= to be rename, merge or remove, found {found:?}")));
        }
    };
    done.map(|()| PATH.to_owned()).map_err(|error| match error {
        apps::Error::Unknown(name) => Error::NotFound(format!("there is no app named {name}")),
        apps::Error::Store(error) => hidden(UNSAVED)(error),
        other => Error::Conflict(other.to_string()),
    })
}

async fn show(outlet: &Outlet, app: String, status: StatusCode, problem: Option<String>) -> Response {
    if !outlet.knows(&app) {
        return plain::reply(StatusCode::NOT_FOUND, missing_page(&assets(), &app));
    }
    match read(outlet, app).await {
        Ok(page) => plain::reply(status, sources_page(&assets(), SourcesPage { problem, ..page })),
        Err(error) => refused(&error),
    }
}

async fn read(outlet: &Outlet, app: String) -> Result<SourcesPage, Error> {
    const UNREAD: &str = "the merges of an app could not be read";
    let mut drains = drains::list(outlet).await?;
    drains.retain(|drain| drain.fed().contains(&app));
    let mut db = outlet.reader.store.readers.acquire().await.map_err(hidden(UNREAD))?;
    let arriving = app_merge::arriving(&mut db, &app).await.map_err(hidden(UNREAD))?;
    let names = outlet.reader.aggregates.live.lock().apps.keys().map(|it| it.to_string()).collect::<Vec<_>>();
    let others = names.into_iter().filter(|it| *it != app).collect();
    Ok(SourcesPage { app, drains, others, arriving, now_ms: now_ms(), problem: None })
}
