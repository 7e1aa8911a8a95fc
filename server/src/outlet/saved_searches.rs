//! Saved searches: listed, checked and changed. The page and the API use the same functions.

use contract::{
    Error,
    saved_search::{SavedSearch, SavedSearchId, SearchChange, SearchDraft, checked_name},
};

use super::state::hidden;
use crate::store::{Store, saved_searches};

/// What the log says where the table can't be read, or written.
const UNREADABLE: &str = "saved searches could not be read";
const UNSAVED: &str = "a change of a saved search could not be saved";

/// Every search; with an app, those of the app and those of every app.
///
/// # Errors
/// [`Error::Internal`] when the store can't be read.
pub(crate) async fn list(store: &Store, app: Option<&str>) -> Result<Vec<SavedSearch>, Error> {
    saved_searches::list(&store.readers, app).await.map_err(hidden(UNREADABLE))
}

/// One search.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Internal`] when the store can't be read.
pub(crate) async fn find(store: &Store, id: SavedSearchId) -> Result<SavedSearch, Error> {
    let found = saved_searches::find(&store.readers, id).await.map_err(hidden(UNREADABLE))?;
    found.ok_or_else(|| error(saved_searches::Error::Unknown(id)))
}

/// Carries out a change that `by` makes; returns the number of the search.
///
/// # Errors
/// [`Error::Invalid`], [`Error::NotFound`], [`Error::Conflict`] with a sentence.
pub(crate) async fn change(store: &Store, change: SearchChange, by: &str, now_ms: i64) -> Result<SavedSearchId, Error> {
    let mut db = store.connect().await.map_err(hidden(UNSAVED))?;
    let (id, search) = match change {
        SearchChange::Add(search) => (None, checked(search)?),
        SearchChange::Replace(id, search) => (Some(id), checked(search)?),
        SearchChange::Rename(id, name) => {
            let name = checked_name(&name).map_err(Error::Invalid)?;
            (Some(id), SearchDraft { name, ..find(store, id).await?.draft })
        }
        SearchChange::Remove(id) => return saved_searches::remove(&mut db, id).await.map_err(error).map(|()| id),
    };
    saved_searches::save(&mut db, id, &search, by, now_ms).await.map_err(error)
}

fn checked(search: SearchDraft) -> Result<SearchDraft, Error> {
    search.checked().map_err(Error::Invalid)
}

fn error(error: saved_searches::Error) -> Error {
    use saved_searches::Error::{NameTaken, Store, TooMany, Unknown, UnknownApp};
    match error {
        TooMany | NameTaken(_) => Error::Conflict(error.to_string()),
        Unknown(_) | UnknownApp(_) => Error::NotFound(error.to_string()),
        Store(error) => hidden(UNSAVED)(error),
    }
}
