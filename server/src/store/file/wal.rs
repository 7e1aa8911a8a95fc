//! Moves committed pages from SQLite's write-ahead log (WAL) into the database file, beside the
//! writer, so that no sender waits for the disk meanwhile.
//!
//! The WAL starts over only when nobody writes at the moment when all of it has been moved. Under a
//! steady load the writer does that last step itself, once the WAL is long
//! (`sqlite::WAL_PAGES_MAX`), and then finds few pages left to move.

use std::{sync::Arc, time::Duration};

use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::presence::Presence;
use crate::store::Store;

/// Time between two moves.
const MOVE_EVERY: Duration = Duration::from_secs(2);

/// Moves pages at intervals, until the token is cancelled.
pub(crate) async fn keep_moving(store: Store, presence: Arc<Presence>, stop: CancellationToken) {
    let mut db = match store.connect().await {
        Ok(db) => db,
        Err(error) => {
            tracing::warn!(%error, "the database's log is moved by the writer alone: no connection for it");
            return;
        }
    };
    let mut moves = interval(MOVE_EVERY);
    moves.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = moves.tick() => {}
        }
        if !presence.check() {
            continue;
        }
        // A move that fails, as on a full disk, is tried again later. Failures that matter to
        // senders are logged by the writer.
        if let Err(error) = sqlx::query("PRAGMA wal_checkpoint(PASSIVE)").execute(&mut db).await {
            tracing::debug!(%error, "the database's log could not be moved");
        }
    }
}
