//! `/settings/shares`: makes and ends share links.

use axum::{extract::State, http::StatusCode, response::Response};
use contract::{Error, Range};
use dashboard::{
    part::address::Query,
    settings::Outcome,
    shares::{SharedLink, SharesPage, shares_page},
};

use super::{Done, applied, expiry, said, unknown};
use crate::{
    access::{
        Token,
        share::{PREFIX, SharedPage},
    },
    clock::now_ms,
    outlet::{
        api::change::{User, author},
        page::{assets::assets, entry::failed, form::Form, plain},
        state::{Outlet, hidden},
    },
    store::{
        access::shares::{self, ShareDraft, ShareRow},
        boards,
    },
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
    let mut db = outlet.reader.store.connect().await.map_err(hidden("a share link could not be changed"))?;
    match form.word("do") {
        "add" => {
            let draft = draft(form, now_ms())?;
            let token = Token::random::<16>(PREFIX).map_err(|_| Error::Internal)?;
            shares::add(&mut db, &draft, token.hash(), by, now_ms()).await.map_err(refused)?;
            let base = outlet.alerting.notifier.base.as_deref().unwrap_or_default();
            let link = format!("{}/s/{}", base.trim_end_matches('/'), token.expose());
            Ok(("Copy the link: it is shown only now.".to_owned(), Some(link)))
        }
        "end" => {
            shares::end(&mut db, form.word("name"), now_ms()).await.map_err(refused)?;
            Ok(("The link has ended. Pages that were opened by it show nothing new.".to_owned(), None))
        }
        other => Err(unknown(other)),
    }
}

/// The link that a form describes.
fn draft(form: &Query, now_ms: i64) -> Result<ShareDraft, Error> {
    let (page, of_page) = SharedPage::parse(form.word("page")).map_err(Error::Invalid)?;
    let apps = match of_page {
        Some(app) => vec![app],
        None => form.all("app").map(str::to_owned).collect(),
    };
    let span = form.word("span");
    let range = Range::ALL.into_iter().find(|it| it.word() == span);
    if range.is_none() && !span.is_empty() {
        return Err(Error::Invalid("expected a range of the list".to_owned()));
    }
    let expires_ms = expiry(form, now_ms)?;
    Ok(ShareDraft {
        name: form.word("name").to_owned(),
        page,
        apps,
        range,
        shows_lines: form.get("lines").is_some(),
        expires_ms,
    })
}

fn refused(error: shares::Error) -> Error {
    match error {
        shares::Error::Store(error) => hidden("a share link could not be changed")(error),
        error @ shares::Error::Unknown(_) => Error::NotFound(error.to_string()),
        error @ shares::Error::NameTaken(_) => Error::Conflict(error.to_string()),
        error => Error::Invalid(error.to_string()),
    }
}

async fn show(outlet: &Outlet, (status, outcome): (StatusCode, Outcome)) -> Response {
    let db = &outlet.reader.store.readers;
    let read = async { Ok::<_, sqlx::Error>((shares::list(db).await?, boards::list(db).await?)) };
    let (rows, boards) = match read.await {
        Ok(read) => read,
        Err(error) => return failed(error),
    };
    let now_ms = now_ms();
    let mut apps: Vec<String> = outlet.apps().iter().map(ToString::to_string).collect();
    apps.sort();
    let page = SharesPage {
        outcome,
        links: rows.into_iter().map(|it| shown(it, now_ms)).collect(),
        apps,
        boards: boards.into_iter().map(|it| (it.id, it.name)).collect(),
        is_open: outlet.gate.is_open(),
    };
    plain::reply(status, shares_page(&assets(), page))
}

/// A link as the page shows it.
fn shown(row: ShareRow, now_ms: i64) -> SharedLink {
    let (second, share) = (|it: i64| it.div_euclid(1_000), row.share);
    let page = match share.page {
        SharedPage::Wall => "Wall".to_owned(),
        SharedPage::App => "Dashboard".to_owned(),
        SharedPage::Board(id) => row.board.map_or(format!("Board {id}, removed"), |it| format!("Board {it}")),
    };
    SharedLink {
        page,
        address: share.address(),
        is_over: !share.is_open(now_ms),
        name: share.name.to_string(),
        created_by: row.created_by,
        apps: share.apps.iter().map(ToString::to_string).collect(),
        range: share.range.map(Range::label),
        shows_lines: share.shows_lines,
        expires_s: share.expires_ms.map(second),
        views: row.views,
        viewed_s: row.viewed_ms.map(second),
    }
}
