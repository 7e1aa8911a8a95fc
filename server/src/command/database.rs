//! The database as commands open it: for changes, or for reading alone. Each error is one line for
//! stderr.

use std::path::Path;

use super::{
    alerts::{NOBODY, by},
    error::Error,
};
use crate::{
    access::audit::Entry,
    clock::now_ms,
    config::Retention,
    live::Live,
    store::{Store, access::audit, aggregates::Aggregates, query::Reader, write::replay},
};

/// Opens the database; it is made and migrated where that is needed.
pub(super) async fn open(path: &Path) -> Result<Store, Error> {
    Store::open(path).await.map_err(failed)
}

/// Opens an existing database for reading alone.
pub(super) async fn read(path: &Path) -> Result<Store, Error> {
    Store::read(path).await.map_err(failed)
}

/// What queries of an existing database are answered from: its rows, and the names of its series.
pub(super) async fn reader(path: &Path, retention: Retention) -> Result<Reader, Error> {
    let store = read(path).await?;
    let aggregates = Aggregates::new(Live::new(now_ms()));
    let names = replay::names(&store, &aggregates).await;
    names.map_err(|it| Error::Failed(format!("the store could not be read: {it}")))?;
    Ok(Reader { store, aggregates, retention })
}

/// Takes a change by a command down in the record of who changed what: `token add ci`.
pub(super) async fn record(store: &Store, what: String) -> Result<(), Error> {
    let user = by();
    let who = if user == NOBODY { "a command".to_owned() } else { format!("{user}, by command") };
    let entry = Entry { at_ms: now_ms(), who, from: None, what: format!("streamgauge {what}") };
    let mut db = store.connect().await.map_err(unusable)?;
    audit::add(&mut db, &entry).await.map_err(unusable)
}

/// An error that needs no more words.
pub(super) fn failed(error: impl std::fmt::Display) -> Error {
    Error::Failed(error.to_string())
}

/// What SQLite says where no more is known.
#[expect(clippy::needless_pass_by_value, reason = "it is a function for map_err")]
pub(super) fn unusable(error: sqlx::Error) -> Error {
    Error::Failed(format!("the database could not be used: {error}"))
}
