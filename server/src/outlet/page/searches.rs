//! `/searches`: the page of saved searches. A GET shows it, a POST of one of its forms changes
//! something and leads back to it. `/searches/open` opens a search in an app.

use axum::{
    extract::{RawQuery, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use contract::{
    Error, LogQuery,
    saved_search::{SearchChange, SearchDraft},
};
use dashboard::{
    SearchesPage, address_after,
    part::{
        address::Query,
        log_address::{log_address, of_address},
    },
    searches_page,
};

use super::{assets::assets, form::Form, plain};
use crate::{
    clock::now_ms,
    outlet::{
        api::{
            answer::refused,
            change::{User, author, number},
        },
        saved_searches,
        state::{Outlet, no_such_app},
    },
};

/// What was done, by the word for it in addresses.
const DONE: [(&str, &str); 3] =
    [("saved", "The search is saved."), ("renamed", "The search is renamed."), ("removed", "The search is removed.")];

/// Shows the page.
pub(crate) async fn page(State(outlet): State<Outlet>, RawQuery(query): RawQuery) -> Response {
    let address = Query::parse(&query.unwrap_or_default());
    let done = DONE.iter().find(|it| it.0 == address.word("done")).map(|it| it.1);
    show(&outlet, &address, StatusCode::OK, SearchesPage { done, ..SearchesPage::default() }).await
}

/// Carries out what a form asks for.
pub(crate) async fn change(State(outlet): State<Outlet>, user: User, Form(form): Form) -> Response {
    let (change, done) = match asked(&form) {
        Ok(asked) => asked,
        Err(error) => return refused(&error),
    };
    match saved_searches::change(&outlet.reader.store, change, &author(user), now_ms()).await {
        Ok(_) => Redirect::to(&address_after(form.word("app"), done)).into_response(),
        Err(error @ (Error::Invalid(_) | Error::NotFound(_) | Error::Conflict(_))) => {
            let (name, is_for_all) = (form.word("name").to_owned(), form.word("scope") == "all");
            let page = SearchesPage { name, is_for_all, problem: Some(error.to_string()), ..SearchesPage::default() };
            show(&outlet, &form, refused(&error).status(), page).await
        }
        Err(error) => refused(&error),
    }
}

/// The change that a form is about, and the word for it once it is done.
fn asked(form: &Query) -> Result<(SearchChange, &'static str), Error> {
    let id = || number("saved search", form.word("id"));
    match form.word("do") {
        "add" => {
            let app = Some(form.word("app")).filter(|_| form.word("scope") != "all");
            let draft = SearchDraft::of_query(form.word("name"), app, &of_address(form));
            Ok((SearchChange::Add(draft), "saved"))
        }
        "rename" => Ok((SearchChange::Rename(id()?, form.word("name").to_owned()), "renamed")),
        "remove" => Ok((SearchChange::Remove(id()?), "removed")),
        other => Err(Error::Invalid(format!(
            "expected do= to be add, rename or remove, found {:?}",
            contract::error::excerpt(other)
        ))),
    }
}

/// The page for an address, with what `page` says already.
async fn show(outlet: &Outlet, address: &Query, status: StatusCode, page: SearchesPage) -> Response {
    let app = Some(address.word("app")).filter(|it| outlet.knows(it)).unwrap_or_default();
    let of = (!app.is_empty()).then_some(app);
    let searches = match saved_searches::list(&outlet.reader.store, of).await {
        Ok(searches) => searches,
        Err(error) => return refused(&error),
    };
    let query = LogQuery { before: None, ..of_address(address) };
    let new = (of.is_some() && query != LogQuery::default()).then_some(query);
    let problem = page.problem.or_else(|| plain::problem_of(&new.as_ref()?.filter));
    let mut apps: Vec<String> = outlet.apps().iter().map(ToString::to_string).collect();
    apps.sort();
    let page = SearchesPage { app: app.to_owned(), apps, searches, new, problem, ..page };
    plain::reply(status, searches_page(&assets(), page))
}

/// Leads to the Logs page of an app with a search.
pub(crate) async fn open(State(outlet): State<Outlet>, RawQuery(query): RawQuery) -> Response {
    let address = Query::parse(&query.unwrap_or_default());
    let found = async {
        let search = saved_searches::find(&outlet.reader.store, number("saved search", address.word("id"))?).await?;
        let app = search.draft.app.as_deref().unwrap_or(address.word("app")).trim();
        if outlet.knows(app) { Ok(log_address(app, &search.draft.query())) } else { Err(no_such_app(app)) }
    };
    match found.await {
        Ok(address) => Redirect::to(&address).into_response(),
        Err(error @ Error::NotFound(_)) => {
            let page = SearchesPage { problem: Some(error.to_string()), ..SearchesPage::default() };
            show(&outlet, &Query::default(), StatusCode::NOT_FOUND, page).await
        }
        Err(error) => refused(&error),
    }
}
