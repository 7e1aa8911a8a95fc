//! Drains: listed with what has arrived on them, checked and changed. The page and the API use the
//! same functions. What a platform's senders need is decided by the package `dashboard`.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, header};
use contract::{
    Error,
    drain::{Drain, DrainChange, DrainDraft, DrainId},
    error::excerpt,
};

use super::state::{Outlet, hidden};
use crate::{
    access::{App, Token, token},
    clock::now_ms,
    store::{
        apps, drain_tokens,
        drain_tokens::OVERLAP_MAX,
        drains::{self, NewDrain},
    },
    watch::code,
};

/// What the log says where the table can't be read, or written.
const UNREADABLE: &str = "drains could not be read";
const UNSAVED: &str = "a change of a drain could not be saved";
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
/// Longest platform's name, bytes.
const PLATFORM_BYTES_MAX: usize = 40;

/// A drain with a token that is shown once.
pub(crate) struct Made {
    pub drain: Drain,
    pub token: Token,
}

/// Every drain, with what has arrived on it.
///
/// # Errors
/// [`Error::Internal`] when the store can't be read.
pub(crate) async fn list(outlet: &Outlet) -> Result<Vec<Drain>, Error> {
    let now_ms = now_ms();
    let mut all = drains::list(&outlet.reader.store.readers, now_ms).await.map_err(hidden(UNREADABLE))?;
    all.iter_mut().for_each(|drain| fill(outlet, drain, now_ms));
    Ok(all)
}

/// One drain, with what has arrived on it.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Internal`] when the store can't be read.
pub(crate) async fn find(outlet: &Outlet, id: DrainId) -> Result<Drain, Error> {
    let now_ms = now_ms();
    let found = drains::find(&outlet.reader.store.readers, id, now_ms).await.map_err(hidden(UNREADABLE))?;
    let mut drain = found.ok_or_else(|| Error::NotFound(format!("there is no drain {id}")))?;
    fill(outlet, &mut drain, now_ms);
    Ok(drain)
}

fn fill(outlet: &Outlet, drain: &mut Drain, now_ms: i64) {
    outlet.reader.aggregates.activity.fill(drain, now_ms);
    for loss in drain.hour.losses.iter_mut().filter(|it| it.means.is_empty()) {
        // A sender's own report: its reason is a code of the platform.
        let known = loss.reason.parse().map_or(code::UNKNOWN, code::lookup);
        known.meaning.clone_into(&mut loss.means);
    }
}

/// Adds a drain.
///
/// # Errors
/// [`Error::Invalid`], [`Error::Conflict`] with a sentence.
pub(crate) async fn add(outlet: &Outlet, draft: DrainDraft) -> Result<Made, Error> {
    let DrainDraft { app, shared, platform } = draft;
    let app = app.trim();
    App::check_name(app).map_err(Error::Invalid)?;
    let is_word = platform.bytes().all(|it| it.is_ascii_lowercase() || it == b'-');
    if platform.len() > PLATFORM_BYTES_MAX || !is_word {
        return Err(Error::Invalid(format!("expected the word of a platform, found {:?}", excerpt(&platform))));
    }
    let token = generated()?;
    let mut db = outlet.reader.store.connect().await.map_err(hidden(UNSAVED))?;
    let new = NewDrain { name: app, shared, platform: &platform };
    let id = drains::add(&mut db, new, token.hash(), now_ms()).await.map_err(error)?;
    Ok(Made { drain: find(outlet, id).await?, token })
}

/// Changes a drain.
///
/// # Errors
/// [`Error::Invalid`], [`Error::NotFound`].
pub(crate) async fn change(outlet: &Outlet, id: DrainId, change: DrainChange) -> Result<(), Error> {
    let name = change.name.as_deref().map(Drain::checked_name).transpose().map_err(Error::Invalid)?;
    find(outlet, id).await?;
    let mut db = outlet.reader.store.connect().await.map_err(hidden(UNSAVED))?;
    if let Some(name) = name {
        drains::rename(&mut db, id, &name).await.map_err(error)?;
    }
    if let Some(is_paused) = change.paused {
        drains::pause(&mut db, id, is_paused.then(now_ms)).await.map_err(error)?;
    }
    Ok(())
}

/// Gives a drain a new token; the old one stays valid for `overlap`.
///
/// # Errors
/// [`Error::Invalid`], [`Error::NotFound`].
pub(crate) async fn rotate(outlet: &Outlet, id: DrainId, overlap: Duration) -> Result<Made, Error> {
    if overlap > OVERLAP_MAX {
        let days = OVERLAP_MAX.as_secs() / 86_400;
        return Err(Error::Invalid(format!("expected an overlap of at most {days} days")));
    }
    let token = generated()?;
    let mut db = outlet.reader.store.connect().await.map_err(hidden(UNSAVED))?;
    let now_ms = now_ms();
    drain_tokens::rotate(&mut db, id, token.hash(), now_ms, overlap).await.map_err(error)?;
    Ok(Made { drain: find(outlet, id).await?, token })
}

/// Removes a drain; its app and its data stay.
///
/// # Errors
/// [`Error::NotFound`].
pub(crate) async fn remove(outlet: &Outlet, id: DrainId) -> Result<(), Error> {
    let mut db = outlet.reader.store.connect().await.map_err(hidden(UNSAVED))?;
    drains::remove(&mut db, id).await.map_err(error)
}

/// The address at which senders reach this server: `PUBLIC_URL`, or else that of the request.
#[must_use]
pub(crate) fn base(outlet: &Outlet, headers: &HeaderMap) -> String {
    let text = |name| headers.get(name).and_then(|it| it.to_str().ok());
    outlet.doors.public_url.clone().unwrap_or_else(|| {
        // Only a proxy sets it; one that lies to its client misleads nobody else.
        let scheme = if text(FORWARDED_PROTO) == Some("https") { "https" } else { outlet.doors.scheme };
        format!("{scheme}://{}", text(header::HOST).unwrap_or("127.0.0.1"))
    })
}

/// The URL of a drain with a token, at an address.
#[must_use]
pub(crate) fn url(made: &Made, base: &str) -> String {
    let url = token::url(base, &made.token).unwrap_or_default();
    if made.drain.app.is_none() { format!("{url}?app={}", made.drain.name) } else { url }
}

fn generated() -> Result<Token, Error> {
    Token::generate().map_err(|error| {
        tracing::error!(%error, "could not read random bytes");
        Error::Internal
    })
}

fn error(error: drains::Error) -> Error {
    use drains::Error as E;
    match error {
        E::Unknown(id) => Error::NotFound(format!("there is no drain {id}")),
        E::Store(error) | E::App(apps::Error::Store(error)) => hidden(UNSAVED)(error),
        E::TooMany | E::Ambiguous(_) | E::App(_) => Error::Conflict(error.to_string()),
    }
}
