//! The task that keeps the drains in memory like the stored ones, and writes what is remembered of
//! them. It counts nothing.

use std::{sync::Arc, time::Duration};

use tokio::task::JoinHandle;

use crate::{
    access::Tokens,
    clock::now_ms,
    receiver::activity::Activity,
    store::{Store, drain_tokens, drains},
};

/// Time between two reads of the stored drains.
const DRAINS_EVERY: Duration = Duration::from_secs(1);
/// Reads between two writes of what is remembered of drains.
const REMEMBER_TICKS: u64 = 10;

/// The running task.
pub(super) struct DrainsTask {
    store: Store,
    activity: Arc<Activity>,
    task: JoinHandle<()>,
}

impl DrainsTask {
    /// Reads the drains, and starts to keep up with them.
    pub(super) async fn start(
        store: &Store,
        tokens: Arc<Tokens>,
        activity: &Arc<Activity>,
    ) -> Result<Self, sqlx::Error> {
        refresh(store, &tokens, activity).await?;
        let task = tokio::spawn(keep_up(store.clone(), tokens, Arc::clone(activity)));
        Ok(Self { store: store.clone(), activity: Arc::clone(activity), task })
    }

    /// Ends the task, and writes for the last time.
    pub(super) async fn stop(self) {
        self.task.abort();
        if let Err(error) = remember(&self.store, &self.activity).await {
            tracing::warn!(%error, "who sends to drains could not be saved");
        }
    }
}

async fn refresh(store: &Store, tokens: &Tokens, activity: &Activity) -> Result<(), sqlx::Error> {
    let now = drain_tokens::all(&store.readers, now_ms()).await?;
    let (created_ms, paused) = drain_tokens::states(&store.readers).await?;
    tokens.replace(now, paused);
    activity.retain(&created_ms);
    Ok(())
}

/// Writes what has changed. What can't be written is noted again with the next batch.
async fn remember(store: &Store, activity: &Activity) -> Result<(), sqlx::Error> {
    let changed = activity.take_changed();
    if changed.is_empty() {
        return Ok(());
    }
    drains::remember(&mut store.connect().await?, &changed).await
}

/// Picks up drains that another process has created, changed or removed.
async fn keep_up(store: Store, tokens: Arc<Tokens>, activity: Arc<Activity>) {
    let mut ticks = tokio::time::interval(DRAINS_EVERY);
    for tick in 1_u64.. {
        ticks.tick().await;
        if let Err(error) = refresh(&store, &tokens, &activity).await {
            tracing::warn!(%error, "the stored drains could not be read; the drains in memory stay valid");
        }
        if tick.is_multiple_of(REMEMBER_TICKS)
            && let Err(error) = remember(&store, &activity).await
        {
            tracing::warn!(%error, "who sends to drains could not be saved");
        }
    }
}
