//! Moves what is committed from SQLite's log into the file, beside the writer, so that no sender waits for the disk meanwhile.
//!
//! The log begins anew only when nobody writes at the moment that all of it is moved; under a steady load the writer does that last
//! step itself, once the log is so long (`sqlite::LOG_PAGES_MAX`), and then finds little left to move.

use std::{sync::Arc, time::Duration};

use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::presence::Presence;
use crate::store::Store;

/// Time between two moves.
const MOVE_EVERY: Duration = Duration::from_secs(2);

/// Moves now and then, until the token is cancelled.
pub async fn keep_moving(store: Store, presence: Arc<Presence>, stop: CancellationToken) {
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
        if !presence.look() {
            continue;
        }
        // What can't be moved now, on a full disk say, is moved later; the writer complains of what matters to it.
        if let Err(error) = sqlx::query("PRAGMA wal_checkpoint(PASSIVE)").execute(&mut db).await {
            tracing::debug!(%error, "the database's log could not be moved");
        }
    }
}
