//! The judge's own connection, over which it reads rules and writes incidents.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use contract::alert::BuiltIn;
use sqlx::SqliteConnection;

use super::{
    change::IncidentChange,
    incidents::{self, StoredIncident},
    rules::{self, StoredRule, Version},
};
use crate::store::{Store, apps, file::kept_connection::KeptConnection};

/// The judge's connection.
#[derive(Debug)]
pub(crate) struct Session(KeptConnection);

/// What the judge looks at before each judging.
#[derive(Debug)]
pub(crate) struct Glance {
    /// Every app with its id.
    pub apps: BTreeMap<Arc<str>, i64>,
    /// Changes when somebody has changed rules.
    pub version: Version,
    /// The built-in rules that are switched off, by app.
    pub off: BTreeSet<(i64, BuiltIn)>,
}

impl Session {
    /// A session that is not connected yet.
    #[must_use]
    pub(crate) const fn new(store: Store) -> Self {
        Self(KeptConnection::new(store))
    }

    /// Reads apps and switches, and whether rules have changed.
    ///
    /// # Errors
    /// When the store can't be read.
    pub(crate) async fn glance(&mut self) -> Result<Glance, sqlx::Error> {
        self.0.run(async |db| glance(db).await).await
    }

    /// Every rule of the user's own.
    ///
    /// # Errors
    /// When the store can't be read.
    pub(crate) async fn rules(&mut self) -> Result<Vec<StoredRule>, sqlx::Error> {
        self.0.run(async |db| rules::list(db).await).await
    }

    /// The incidents to take up: see [`incidents::load`].
    ///
    /// # Errors
    /// When the store can't be read.
    pub(crate) async fn incidents(&mut self, over_since_ms: i64) -> Result<Vec<StoredIncident>, sqlx::Error> {
        self.0.run(async |db| incidents::load(db, over_since_ms).await).await
    }

    /// Writes changes: see [`incidents::apply`].
    ///
    /// # Errors
    /// When the store can't be written; then nothing was.
    pub(crate) async fn apply(&mut self, changes: &mut [IncidentChange], now_ms: i64) -> Result<(), sqlx::Error> {
        self.0.run(async |db| incidents::apply(db, changes, now_ms).await).await
    }

    /// Deletes old incidents: see [`incidents::delete_before`].
    ///
    /// # Errors
    /// When the store can't be written.
    pub(crate) async fn delete_before(&mut self, before_ms: i64) -> Result<bool, sqlx::Error> {
        self.0.run(async |db| incidents::delete_before(db, before_ms).await).await
    }
}

async fn glance(db: &mut SqliteConnection) -> Result<Glance, sqlx::Error> {
    let apps = apps::ids(&mut *db).await?;
    let version = rules::version(&mut *db).await?;
    let off = rules::off(&mut *db).await?.into_iter().map(|(app, _, rule)| (app, rule)).collect();
    Ok(Glance { apps, version, off })
}
