//! Rules of the user's own are listed, checked and saved, and built-in rules switched off and on.

use contract::{
    Error,
    alert::{BuiltIn, BuiltInRule, OwnRule, RuleDraft},
};

use super::{failed, unreadable};
use crate::{
    clock::now_ms,
    outlet::state::Outlet,
    store::{Store, alert::rules},
    watch::built_in::BuiltInRules,
};

/// The built-in rules, each with the apps in which it is switched off.
///
/// # Errors
/// [`Error::Internal`] when the store can't be read.
pub(crate) async fn built_in(store: &Store) -> Result<Vec<BuiltInRule>, Error> {
    let off = rules::off(&store.readers).await.map_err(unreadable)?;
    let off_of = |rule: BuiltIn| {
        let mut apps: Vec<String> = off.iter().filter(|it| it.2 == rule).map(|it| it.1.clone()).collect();
        apps.sort_unstable();
        apps
    };
    Ok(BuiltIn::ALL.into_iter().map(|it| BuiltInRules::describe(it, off_of(it))).collect())
}

/// The user's own rules, with how they were last judged.
///
/// # Errors
/// [`Error::Internal`] when the store can't be read.
pub(crate) async fn own(outlet: &Outlet) -> Result<Vec<OwnRule>, Error> {
    let stored = rules::list(&outlet.reader.store.readers).await.map_err(unreadable)?;
    let found = outlet.judge.verdicts.lock();
    let page_rule = |rule: rules::StoredRule| {
        let judged = found.own.get(&rule.id).cloned().unwrap_or_default();
        let problem = judged.problem.or(rule.rule.clone().checked().err());
        let (unit, verdicts) = (judged.unit, judged.verdicts);
        OwnRule { id: rule.id, rule: rule.rule, created_ms: rule.created_ms, unit, verdicts, problem }
    };
    Ok(stored.into_iter().map(page_rule).collect())
}

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
