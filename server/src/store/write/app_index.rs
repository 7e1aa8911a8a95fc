//! Which name is which app, as the writer knows it: kept in memory, since each batch asks, and taken over when another process has made,
//! renamed or removed one. The writer alone counts, so that it alone can move what was counted to another name.

use std::{collections::BTreeMap, sync::Arc};

use sqlx::SqliteConnection;

use super::writer::Aggregates;
use crate::{
    receiver::batch::{BatchMetadata, StoreError},
    store::apps,
};

/// What the trigger of migration 0006 says.
const OF_REMOVED: &str = "the app was removed";

/// The number of every app, by name.
#[derive(Debug)]
pub struct Names {
    known: BTreeMap<Arc<str>, i64>,
    /// Changes when another connection has committed.
    version: i64,
}

/// Whether a commit failed because an app was removed meanwhile.
pub fn is_of_removed(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(|it| it.message().contains(OF_REMOVED))
}

impl Names {
    /// As they are now.
    ///
    /// # Errors
    /// When the store can't be read.
    pub async fn read(db: &mut SqliteConnection) -> Result<Self, sqlx::Error> {
        let version = version(db).await?;
        Ok(Self { known: apps::numbers(db).await?, version })
    }

    /// After a commit that failed: what is known is not trusted until it was read again.
    pub fn distrust(&mut self) {
        self.version = 0;
    }

    /// The number of a batch's app, made when a shared drain names a new one; a batch whose app has another name now gets that.
    ///
    /// # Errors
    /// When the store can't be used.
    pub async fn number(
        &mut self,
        db: &mut SqliteConnection,
        source: &mut BatchMetadata,
    ) -> Result<Result<i64, StoreError>, sqlx::Error> {
        if let Some(id) = self.known.get(&source.app) {
            return Ok(Ok(*id));
        }
        let found = match apps::of_drain(db, source.drain_id).await {
            Ok(Some(own)) => Ok(own),
            Ok(None) => {
                let made = apps::number(db, &source.app, Some(source.drain_id), source.received_ms).await;
                made.map(|id| (Arc::clone(&source.app), id))
            }
            Err(error) => Err(error),
        };
        match found {
            Ok((name, id)) => {
                source.app = Arc::clone(&name);
                self.known.insert(name, id);
                Ok(Ok(id))
            }
            Err(apps::Error::Store(error)) => Err(error),
            Err(apps::Error::TooMany) => Ok(Err(StoreError::TooManyApps)),
            Err(apps::Error::TooManyOfDrain) => Ok(Err(StoreError::TooManyAppsOfDrain)),
            Err(apps::Error::Unknown(_) | apps::Error::Taken(_)) => Ok(Err(StoreError::NoDrain)),
        }
    }

    /// Takes over what another process has done, also in what was counted. Whether an app is gone.
    ///
    /// # Errors
    /// When the store can't be read.
    pub async fn refresh(&mut self, db: &mut SqliteConnection, aggregates: &Aggregates) -> Result<bool, sqlx::Error> {
        let version = version(db).await?;
        if version == self.version {
            return Ok(false);
        }
        let now = apps::numbers(db).await?;
        let name_of: BTreeMap<i64, &Arc<str>> = now.iter().map(|(name, id)| (*id, name)).collect();
        let mut live = aggregates.live.lock();
        let (mut moved, mut is_any_gone) = (vec![], false);
        for (old, id) in &self.known {
            match name_of.get(id) {
                Some(new) if *new == old => {}
                Some(new) => {
                    // By way of a name that no app has: two may have changed names.
                    let between: Arc<str> = format!("({id})").into();
                    live.rename(old, &between);
                    moved.push((between, Arc::clone(new)));
                    tracing::info!(from = &**old, to = &***new, "an app was renamed");
                }
                None => {
                    let series = live.forget(old);
                    aggregates.rollups.lock_to_count().forget(&series);
                    is_any_gone = true;
                    tracing::info!(app = &**old, "an app was removed; its data is deleted now");
                }
            }
        }
        moved.iter().for_each(|(between, new)| live.rename(between, new));
        now.keys().for_each(|it| _ = live.app(it));
        drop(live);
        (self.known, self.version) = (now, version);
        Ok(is_any_gone)
    }
}

/// A number that changes when another connection has committed.
async fn version(db: &mut SqliteConnection) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("PRAGMA data_version").fetch_one(db).await
}
