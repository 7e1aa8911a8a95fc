//! Mutes and maintenance windows: drafts are checked and saved.

use contract::{
    Error,
    alert::{MuteDraft, MuteId, Window, WindowDraft},
};

use super::failed;
use crate::{
    clock::now_ms,
    store::{
        Store,
        alert::mutes::{self, MuteError},
    },
    watch::{maintenance, zone::Zone},
};

/// Adds a mute; returns its number.
///
/// # Errors
/// [`Error::Invalid`], [`Error::NotFound`], [`Error::Conflict`] with a sentence.
pub(crate) async fn add(store: &Store, draft: MuteDraft, by: &str) -> Result<MuteId, Error> {
    let now_ms = now_ms();
    let draft = draft.checked(now_ms).map_err(Error::Invalid)?;
    let mut db = store.connect().await.map_err(failed)?;
    mutes::add(&mut db, &draft, by, now_ms).await.map_err(error)
}

/// Ends a mute.
///
/// # Errors
/// [`Error::NotFound`].
pub(crate) async fn remove(store: &Store, id: MuteId) -> Result<(), Error> {
    let mut db = store.connect().await.map_err(failed)?;
    if mutes::remove(&mut db, id).await.map_err(failed)? {
        return Ok(());
    }
    Err(Error::NotFound(format!("there is no mute {id}")))
}

/// The maintenance windows, each with its next occurrences.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn windows(store: &Store, now_ms: i64) -> Result<Vec<Window>, sqlx::Error> {
    let stored = mutes::list_windows(&store.readers).await?;
    Ok(stored.into_iter().map(|it| maintenance::shown(it, now_ms)).collect())
}

/// Adds a window, or replaces the one of that number; returns its number.
///
/// # Errors
/// [`Error::Invalid`], [`Error::NotFound`], [`Error::Conflict`] with a sentence.
pub(crate) async fn save_window(
    store: &Store,
    id: Option<MuteId>,
    draft: WindowDraft,
    by: &str,
) -> Result<MuteId, Error> {
    let draft = draft.checked().map_err(Error::Invalid)?;
    if draft.zone.trim().is_empty() {
        return Err(Error::Invalid("expected a time zone such as Europe/Berlin or UTC, found none".to_owned()));
    }
    let zone = Zone::named(&draft.zone).map_err(|it| Error::Invalid(it.to_string()))?;
    let draft = WindowDraft { zone: zone.name().to_owned(), ..draft };
    let mut db = store.connect().await.map_err(failed)?;
    mutes::save_window(&mut db, id, &draft, by, now_ms()).await.map_err(error)
}

/// Removes a window.
///
/// # Errors
/// [`Error::NotFound`].
pub(crate) async fn remove_window(store: &Store, id: MuteId) -> Result<(), Error> {
    let mut db = store.connect().await.map_err(failed)?;
    if mutes::remove_window(&mut db, id).await.map_err(failed)? {
        return Ok(());
    }
    Err(Error::NotFound(format!("there is no maintenance window {id}")))
}

fn error(error: MuteError) -> Error {
    match error {
        MuteError::TooMany | MuteError::TooManyWindows => Error::Conflict(error.to_string()),
        MuteError::NoApp(_) | MuteError::NoRule(_) | MuteError::NoIncident(_) => Error::Invalid(error.to_string()),
        MuteError::NoWindow(_) => Error::NotFound(error.to_string()),
        MuteError::Store(error) => failed(error),
    }
}
