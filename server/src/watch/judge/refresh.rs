//! What the judge knows of apps, rules, switches and mutes: read again before each judging, since
//! commands change them in the file.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use contract::alert::BuiltIn;
use sqlx::SqliteConnection;

use crate::{
    store::{
        Store,
        alert::rules::{self, StoredRule},
        apps,
    },
    watch::mute::Mutes,
};

/// What was read last.
#[derive(Debug, Default)]
pub(crate) struct Refreshed {
    connection: Option<SqliteConnection>,
    version: Option<(i64, i64, i64, i64)>,
    /// Every app with its id.
    pub apps: BTreeMap<Arc<str>, i64>,
    /// The user's own rules, and how often they were read: a new number means a change.
    pub rules: Arc<[StoredRule]>,
    pub rules_read: u64,
    /// The built-in rules that are switched off, by app.
    pub off: BTreeSet<(i64, BuiltIn)>,
    /// What holds messages back.
    pub mutes: Mutes,
}

impl Refreshed {
    /// Reads what has changed.
    ///
    /// # Errors
    /// When the store can't be read; then everything stays as it was.
    pub(crate) async fn refresh(&mut self, store: &Store) -> Result<(), sqlx::Error> {
        let db = self.connection(store).await?;
        let apps = apps::ids(&mut *db).await?;
        let version = rules::version(&mut *db).await?;
        let off = rules::off(&mut *db).await?.into_iter().map(|(app, _, rule)| (app, rule)).collect();
        // The names of apps are part of rules.
        if self.version != Some(version) || self.apps != apps {
            let db = self.connection(store).await?;
            self.rules = rules::list(&mut *db).await?.into();
            self.rules_read += 1;
            self.version = Some(version);
        }
        (self.apps, self.off) = (apps, off);
        Ok(())
    }

    /// The judge's own connection.
    ///
    /// # Errors
    /// When the file can't be opened.
    pub(crate) async fn connection(&mut self, store: &Store) -> Result<&mut SqliteConnection, sqlx::Error> {
        let connection = match self.connection.take() {
            Some(known) => known,
            None => store.connect().await?,
        };
        Ok(self.connection.insert(connection))
    }

    /// Drops the connection after a failure; the next use opens a new one.
    pub(crate) fn disconnect(&mut self) {
        self.connection = None;
    }
}
