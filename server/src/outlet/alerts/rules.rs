//! Rules of the user's own are checked and saved, and built-in rules switched off and on. What a
//! rule would have done is worked out in `watch`.

use contract::{
    Error,
    alert::{BuiltIn, RuleDraft},
};

use super::failed;
use crate::{
    clock::now_ms,
    store::{Store, alert::rules},
};

/// Adds a rule, or replaces the one of that number; returns its number. A metric that nobody has
/// sent yet is no error: some appear only with the first failure.
///
/// # Errors
/// [`Error::Invalid`], [`Error::NotFound`], [`Error::Conflict`] with a sentence.
pub(crate) async fn save(store: &Store, id: Option<i64>, draft: RuleDraft) -> Result<i64, Error> {
    let rule = draft.checked().map_err(Error::Invalid)?;
    let mut db = store.connect().await.map_err(failed)?;
    rules::save(&mut db, id, &rule, now_ms()).await.map_err(error)
}

/// Removes a rule.
///
/// # Errors
/// [`Error::NotFound`].
pub(crate) async fn remove(store: &Store, id: i64) -> Result<(), Error> {
    let mut db = store.connect().await.map_err(failed)?;
    rules::remove(&mut db, id).await.map_err(error)
}

/// Switches a built-in rule off or on for an app.
///
/// # Errors
/// [`Error::NotFound`] without such an app.
pub(crate) async fn switch(store: &Store, app: &str, rule: BuiltIn, is_on: bool) -> Result<(), Error> {
    let mut db = store.connect().await.map_err(failed)?;
    match rules::set_off(&mut db, app, rule, is_on).await {
        Err(rules::Error::UnknownApp(app)) => Err(crate::outlet::state::no_such_app(&app)),
        other => other.map_err(error),
    }
}

fn error(error: rules::Error) -> Error {
    match error {
        rules::Error::TooMany => Error::Conflict(error.to_string()),
        rules::Error::Unknown(_) => Error::NotFound(error.to_string()),
        rules::Error::UnknownApp(app) => Error::Invalid(crate::outlet::state::no_such_app(&app).to_string()),
        rules::Error::Store(error) => failed(error),
    }
}
