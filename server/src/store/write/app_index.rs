//! The ids of apps by name, as the writer knows them. They are kept in memory, since every batch
//! needs one, and refreshed when another process has created, renamed or removed an app.
//!
//! Only the writer counts, so only the writer can move counts to an app's new name.

use std::{collections::BTreeMap, sync::Arc};

use sqlx::SqliteConnection;

use crate::{
    clock::now_ms,
    live::WINDOW_S,
    receiver::batch::{BatchMetadata, StoreError},
    store::{aggregates::Aggregates, app_merge, apps},
};

/// The message that the trigger of migration 0006 raises.
const APP_REMOVED: &str = "the app was removed";

/// The id of every app, by name.
#[derive(Debug)]
pub(crate) struct AppIndex {
    ids: BTreeMap<Arc<str>, i64>,
    /// Changes when another connection has committed.
    version: i64,
}

/// What another process has ended.
#[derive(Debug, Default)]
pub(crate) struct Ended {
    /// Whether an app was removed.
    pub is_any_removed: bool,
    /// The apps that were merged into others.
    pub merged: Vec<WaitingApp>,
}

/// An app that was merged into another one, with what memory has of it and the file has not.
#[derive(Clone, Debug)]
pub(crate) struct WaitingApp {
    /// The app's id.
    pub id: i64,
    /// The name under which its series and events wait for a checkpoint.
    pub name: Arc<str>,
    /// From when on its blocks must be counted again for the windows of the other app, unix
    /// milliseconds.
    pub since_ms: i64,
}

/// Whether a commit failed because its app was removed in the meantime.
pub(crate) fn is_app_removed(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(|it| it.message().contains(APP_REMOVED))
}

impl AppIndex {
    /// Reads the present apps.
    ///
    /// # Errors
    /// When the store can't be read.
    pub(crate) async fn read(db: &mut SqliteConnection) -> Result<Self, sqlx::Error> {
        let version = version(db).await?;
        Ok(Self { ids: apps::ids(db).await?, version })
    }

    /// Makes the next refresh read everything again. Used after a failed commit.
    pub(crate) fn invalidate(&mut self) {
        self.version = 0;
    }

    /// The id of a batch's app. The app is created when a shared drain names a new one. When the
    /// app was renamed, the batch gets its new name.
    ///
    /// # Errors
    /// When the store can't be used. The inner error says why the batch is refused.
    pub(crate) async fn resolve(
        &mut self,
        db: &mut SqliteConnection,
        metadata: &mut BatchMetadata,
    ) -> Result<Result<i64, StoreError>, sqlx::Error> {
        if let Some(id) = self.ids.get(&metadata.app) {
            return Ok(Ok(*id));
        }
        let found = match apps::of_drain(db, metadata.drain_id).await {
            Ok(Some(own)) => Ok(own),
            Ok(None) => {
                let id = apps::find_or_create(db, &metadata.app, Some(metadata.drain_id), metadata.received_ms).await;
                id.map(|id| (Arc::clone(&metadata.app), id))
            }
            Err(error) => Err(error),
        };
        match found {
            Ok((name, id)) => {
                metadata.app = Arc::clone(&name);
                self.ids.insert(name, id);
                Ok(Ok(id))
            }
            Err(apps::Error::Store(error)) => Err(error),
            Err(apps::Error::TooMany) => Ok(Err(StoreError::TooManyApps)),
            Err(apps::Error::TooManyOfDrain) => Ok(Err(StoreError::TooManyAppsOfDrain)),
            Err(apps::Error::Unknown(_) | apps::Error::Taken(_)) => Ok(Err(StoreError::NoDrain)),
        }
    }

    /// The name of an app, as memory knows it.
    #[must_use]
    pub(crate) fn name_of(&self, id: i64) -> Option<Arc<str>> {
        self.ids.iter().find(|it| *it.1 == id).map(|it| Arc::clone(it.0))
    }

    /// Adopts what another process has done to apps, in the aggregates as well.
    ///
    /// # Errors
    /// When the store can't be read.
    pub(crate) async fn refresh(
        &mut self,
        db: &mut SqliteConnection,
        aggregates: &Aggregates,
    ) -> Result<Ended, sqlx::Error> {
        let version = version(db).await?;
        if version == self.version {
            return Ok(Ended::default());
        }
        let now = apps::ids(db).await?;
        let merges = app_merge::unfinished(db).await?;
        let name_of: BTreeMap<i64, &Arc<str>> = now.iter().map(|(name, id)| (*id, name)).collect();
        let mut live = aggregates.live.lock();
        let (mut moved, mut merged, mut ended) = (vec![], vec![], Ended::default());
        for (old, id) in &self.ids {
            let into = merges.iter().find(|it| it.from == *id).and_then(|it| name_of.get(&it.into));
            match (name_of.get(id), into) {
                (Some(new), _) if *new == old => {}
                (Some(new), _) => {
                    // Through a name that no app can have: two apps may have swapped names.
                    let between: Arc<str> = format!("({id})").into();
                    live.rename(old, &between);
                    aggregates.open_cells.lock().rename(old, &between);
                    moved.push((between, Arc::clone(new)));
                    tracing::info!(from = &**old, to = &***new, "an app was renamed");
                }
                (None, Some(into)) => merged.push((old, *id, *into)),
                (None, None) => {
                    let series = live.forget(old);
                    aggregates.open_cells.lock().forget(old, &series);
                    ended.is_any_removed = true;
                    tracing::info!(app = &**old, "an app was removed; its data is deleted now");
                }
            }
        }
        for (between, new) in &moved {
            live.rename(between, new);
            aggregates.open_cells.lock().rename(between, new);
        }
        let since_ms = now_ms() - WINDOW_S * 1_000;
        for (old, id, into) in merged {
            let name: Arc<str> = format!("(merged {id})").into();
            live.merge(old, into, &name, since_ms);
            aggregates.open_cells.lock().rename(old, &name);
            ended.merged.push(WaitingApp { id, name, since_ms });
            tracing::info!(from = &**old, into = &**into, "an app was merged into another one; its data is moved now");
        }
        now.keys().for_each(|it| _ = live.app(it));
        drop(live);
        (self.ids, self.version) = (now, version);
        Ok(ended)
    }
}

/// A number that changes when another connection has committed.
async fn version(db: &mut SqliteConnection) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("PRAGMA data_version").fetch_one(db).await
}
