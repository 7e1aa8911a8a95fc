//! The pages of settings: who comes in, who changed what, and how times are shown. A GET shows a
//! page, a POST of one of its forms changes something and shows it again.

/// One's own sessions and password.
pub(crate) mod account;

/// People, their roles and their sessions.
pub(crate) mod people;

/// API tokens.
pub(crate) mod tokens;

/// The time zone.
pub(crate) mod time;

/// The server, its storage, its settings and backups.
pub(crate) mod server;

/// Share links.
pub(crate) mod shares;

use axum::{extract::State, http::StatusCode, response::Response};
use contract::{Error, error::excerpt};
use dashboard::{
    part::address::Query,
    settings::{Change, Outcome, Session, audit_page},
};

use super::{assets::assets, entry::failed, plain};
use crate::{
    outlet::state::{Outlet, hidden},
    store::access::{audit, refresh, sessions::SessionRow},
};

/// Most days until a token or a share link expires.
const DAYS_MAX: i64 = 3_650;
/// Most changes on the page.
const CHANGES_MAX: i64 = 500;

/// Shows the newest changes.
pub(crate) async fn audit(State(outlet): State<Outlet>) -> Response {
    let changes = match audit::newest(&outlet.reader.store.readers, CHANGES_MAX).await {
        Ok(changes) => changes,
        Err(error) => return failed(error),
    };
    let change = |row: audit::ChangeRow| Change {
        at_s: row.at_ms.div_euclid(1_000),
        who: row.who,
        from: row.address,
        what: row.what,
    };
    plain::reply(StatusCode::OK, audit_page(&assets(), changes.into_iter().map(change).collect()))
}

/// A session as pages show it.
fn shown(row: SessionRow, here: Option<i64>) -> Session {
    Session {
        id: row.id,
        name: row.name.unwrap_or_else(|| "admin".to_owned()),
        agent: row.agent,
        from: row.used_from,
        used_s: row.used_ms.div_euclid(1_000),
        is_here: here == Some(row.id),
    }
}

/// A change, once everybody in memory is as stored: what it allows or forbids holds from its answer
/// on.
async fn applied(outlet: &Outlet, done: Done) -> Done {
    let done = done?;
    let read = refresh::refresh(&outlet.reader.store, &outlet.gate.credentials).await;
    read.map_err(hidden("people and tokens could not be read")).map(|()| done)
}

/// When what a form makes expires, unix milliseconds; `None` for never.
///
/// # Errors
/// [`Error::Invalid`].
fn expiry(form: &Query, now_ms: i64) -> Result<Option<i64>, Error> {
    let days: i64 = form.word("days").parse().ok().filter(|it| (0..=DAYS_MAX).contains(it)).ok_or_else(|| {
        Error::Invalid(format!("expected whole days until it expires, 0 to {DAYS_MAX}; 0 means never"))
    })?;
    Ok((days > 0).then(|| now_ms + days * 86_400_000))
}

/// What was done, and the secret that it made.
type Done = Result<(String, Option<String>), Error>;

/// What a page says after a change, and with which status.
fn said(done: Done) -> (StatusCode, Outcome) {
    match done {
        Ok((done, secret)) => (StatusCode::OK, Outcome { done: Some(done), secret, problem: None }),
        Err(error) => {
            let status = match error {
                Error::NotFound(_) => StatusCode::NOT_FOUND,
                Error::Conflict(_) => StatusCode::CONFLICT,
                Error::Internal => StatusCode::INTERNAL_SERVER_ERROR,
                _ => StatusCode::BAD_REQUEST,
            };
            (status, Outcome { problem: Some(error.to_string()), ..Outcome::default() })
        }
    }
}

/// The error for a form that asks for nothing known.
fn unknown(what: &str) -> Error {
    Error::Invalid(format!("expected a form of this page, found do={:?}", excerpt(what)))
}
