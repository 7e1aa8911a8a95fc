//! The one task that writes: commits the batches that wait in the queue, counts them, resolves
//! their receipts, and takes checkpoints.
//!
//! Batches that queue up during a commit share the next one; no timer stands between a batch and
//! its commit. A batch is counted after its commit, so that memory never runs ahead of the file.

use std::{sync::Arc, time::Duration};

use sqlx::SqliteConnection;
use tokio::{
    sync::{broadcast, mpsc},
    time::{Instant, MissedTickBehavior, interval, sleep_until},
};

use super::{
    app_index::{self, AppIndex},
    checkpoint::{self, CheckpointPosition, Checkpointed, Progress},
    commit,
    error_log::ErrorLog,
    join_chunks::{self, JOINED_WAITING_MAX, Joined},
    merge::{Left, Merging},
    removal::Removal,
    retention::RetentionTask,
    roll::Roller,
    schedule::CheckpointSchedule,
    seal,
};
use crate::{
    clock::now_ms,
    config::Synchronous,
    receiver::{
        Batch, Receipt,
        batch::{CommittedBatch, StoreError},
    },
    store::{
        Store,
        aggregates::Aggregates,
        file::{
            presence::Presence,
            usage::{self, SizeChange, Tier, block_bytes},
        },
        words::{self, Built},
    },
};

/// How many committed batches a tail may be behind before it must read them from the store.
pub(crate) const COMMITTED_BATCHES_MAX: usize = 64;
/// Most batches that share one commit.
const COMMIT_BATCHES_MAX: usize = 64;
/// Time between two looks for seconds to compact.
const COMPACT_EVERY: Duration = Duration::from_secs(5);
/// Time between slices of retention.
const SWEEP_EVERY: Duration = Duration::from_millis(100);
/// How long data of merged apps is moved between two commits.
const MERGE_MAX: Duration = Duration::from_millis(25);
/// How long data of removed apps is deleted between two commits.
const REMOVE_MAX: Duration = Duration::from_millis(15);
/// Time between two tests of whether commits still fail.
const RETRY_EVERY: Duration = Duration::from_secs(1);

/// The task's state.
pub(crate) struct Writer {
    db: SqliteConnection,
    aggregates: Aggregates,
    progress: Progress,
    app_index: AppIndex,
    /// Whether a checkpoint is needed although no cell is dirty: blocks of a removed app wait for
    /// it.
    is_behind: bool,
    /// Whether data of removed apps may be left.
    is_removing: bool,
    removal: Removal,
    /// Whether data of merged apps may be left.
    is_merging: bool,
    merging: Merging,
    committed: broadcast::Sender<CommittedBatch>,
    built: mpsc::Receiver<Built>,
    joined: mpsc::Receiver<Joined>,
    unstored: Option<Built>,
    retention: RetentionTask,
    roller: Roller,
    presence: Arc<Presence>,
    errors: ErrorLog,
    /// When it was last tested whether commits still fail.
    retried: Option<Instant>,
    schedule: CheckpointSchedule,
}

/// What a writer works with, beside the store and the aggregates.
pub(crate) struct WriterParts {
    /// How far counting has come.
    pub position: CheckpointPosition,
    /// Deletes old data between commits.
    pub retention: RetentionTask,
    /// Tells whether the file may be written to.
    pub presence: Arc<Presence>,
    /// What a commit survives.
    pub synchronous: Synchronous,
    /// Gets each batch after its commit.
    pub committed: broadcast::Sender<CommittedBatch>,
    /// Gives filters of blocks at rest, and their shelves, to be stored.
    pub built: mpsc::Receiver<Built>,
    /// Gives chunks of rollups that were joined, to be stored.
    pub joined: mpsc::Receiver<Joined>,
}

impl Writer {
    /// A writer that goes on from a position.
    ///
    /// # Errors
    /// When the store can't be opened for writing.
    pub(crate) async fn new(store: &Store, aggregates: Aggregates, parts: WriterParts) -> Result<Self, sqlx::Error> {
        let mut db = store.connect_writer(parts.synchronous).await?;
        let app_index = AppIndex::read(&mut db).await?;
        let roller = Roller::new(&mut db).await?;
        // The usage in memory includes the replayed blocks; the stored one will with the next
        // checkpoint.
        let unwritten_logs = usage::behind_checkpoint(&store.readers).await?;
        Ok(Self {
            db,
            aggregates,
            progress: Progress { position: parts.position, unwritten_logs },
            app_index,
            is_behind: false,
            is_removing: true,
            removal: Removal::default(),
            is_merging: true,
            merging: Merging::default(),
            committed: parts.committed,
            built: parts.built,
            joined: parts.joined,
            unstored: None,
            retention: parts.retention,
            roller,
            presence: parts.presence,
            errors: ErrorLog::default(),
            retried: None,
            schedule: CheckpointSchedule::new(parts.position.lines),
        })
    }

    /// Writes until the queue is closed and empty, then takes a last checkpoint.
    pub(crate) async fn run(mut self, mut queue: mpsc::Receiver<Batch>) {
        let mut sweeps = interval(SWEEP_EVERY);
        let mut compactions = interval(COMPACT_EVERY);
        sweeps.set_missed_tick_behavior(MissedTickBehavior::Delay);
        compactions.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut waiting = Vec::with_capacity(COMMIT_BATCHES_MAX);
        loop {
            tokio::select! {
                biased;
                () = sleep_until(self.schedule.due()) => self.checkpoint().await,
                _ = compactions.tick() => self.aggregates.live.lock().compact(now_s()),
                _ = sweeps.tick() => self.sweep().await,
                n = queue.recv_many(&mut waiting, COMMIT_BATCHES_MAX) => {
                    if n == 0 {
                        break;
                    }
                    self.commit(&mut waiting).await;
                    if self.schedule.is_overdue(&self.aggregates, self.progress.position.lines) {
                        self.checkpoint().await;
                    }
                }
            }
        }
        self.checkpoint().await;
    }

    async fn commit(&mut self, waiting: &mut Vec<Batch>) {
        if !self.presence.check() {
            waiting.drain(..).for_each(|it| commit::resolve(it, Err(StoreError::StoreFailed)));
            return;
        }
        let began = Instant::now();
        let mut inserted = commit::insert(&mut self.db, &mut self.app_index, waiting).await;
        if inserted.as_ref().is_err_and(app_index::is_app_removed) {
            self.refresh_apps().await;
            inserted = commit::insert(&mut self.db, &mut self.app_index, waiting).await;
        }
        match inserted {
            Ok(results) => {
                self.presence.available().set_commit_failed(false);
                self.aggregates.counters.commit_us.set(began.elapsed());
                for (batch, result) in waiting.drain(..).zip(results) {
                    let result = result.map(|it| self.count(&batch, it));
                    commit::resolve(batch, result);
                }
            }
            Err(error) => {
                self.app_index.invalidate();
                self.presence.available().set_commit_failed(true);
                self.errors.log("commit", &error);
                waiting.drain(..).for_each(|it| commit::resolve(it, Err(StoreError::StoreFailed)));
            }
        }
    }

    /// Adopts what another process has done to apps.
    async fn refresh_apps(&mut self) {
        match self.app_index.refresh(&mut self.db, &self.aggregates).await {
            Ok(ended) => {
                if ended.is_any_removed {
                    (self.is_behind, self.is_removing) = (true, true);
                }
                self.is_merging |= !ended.merged.is_empty();
                self.merging.take_up(ended.merged);
            }
            Err(error) => self.errors.log("apps", &error),
        }
    }

    /// Counts a committed batch. `block_id` is `None` when the batch was in the store already.
    fn count(&mut self, batch: &Batch, block_id: Option<i64>) -> Receipt {
        let Some(block_id) = block_id else { return Receipt::Duplicate };
        self.aggregates.count(&batch.metadata, &batch.delta, false);
        self.aggregates.activity.count(&batch.metadata, &batch.delta, batch.body_bytes as u64, block_id);
        let change = SizeChange { rows: 1, bytes: block_bytes(batch.compressed.len()) };
        self.progress.unwritten_logs += change;
        self.aggregates.usage.add(Tier::Logs, change);
        let position = &mut self.progress.position;
        position.block_id = position.block_id.max(block_id);
        position.lines += i64::try_from(batch.delta.lines).unwrap_or(0);
        commit::publish(&self.committed, batch, block_id);
        self.aggregates.counters.batches.add(1);
        self.aggregates.counters.lines.add(batch.delta.lines);
        Receipt::Counted
    }

    async fn checkpoint(&mut self) {
        let chunks = self.write_checkpoint().await;
        self.schedule.ended(chunks);
    }

    /// Takes a checkpoint if there is a reason to; returns how many chunks it wrote.
    async fn write_checkpoint(&mut self) -> usize {
        if !self.presence.check() {
            return 0;
        }
        self.refresh_apps().await;
        let is_behind = self.is_behind || self.merging.is_waiting();
        if self.aggregates.open_cells.lock().len() == 0 && !is_behind {
            self.grant().await;
            return 0;
        }
        match checkpoint::write(&mut self.db, &self.aggregates, self.progress).await {
            Ok(Checkpointed { chunks, apps }) => {
                self.progress.unwritten_logs = SizeChange::default();
                self.schedule.written(self.progress.position.lines);
                (self.is_behind, self.is_removing) = (false, true);
                self.merging.checkpointed(&self.aggregates);
                self.retention.checkpointed(self.progress.position.block_id);
                self.roller.written(&apps);
                self.grant().await;
                chunks
            }
            Err(error) => {
                self.errors.log("checkpoint", &error);
                0
            }
        }
    }

    /// Gives a snapshot to who wishes for one.
    async fn grant(&mut self) {
        if let Err(error) = seal::grant(&mut self.db, &self.aggregates).await {
            self.errors.log("snapshot", &error);
        }
    }

    async fn sweep(&mut self) {
        if !self.presence.check() {
            return;
        }
        self.test_commit().await;
        self.refresh_apps().await;
        if self.aggregates.seals.is_wanted() {
            self.schedule.hurry();
        }
        self.merge().await;
        self.remove().await;
        self.store_filter().await;
        self.store_joined().await;
        if let Err(error) = self.roller.step(&mut self.db, &self.aggregates.usage, now_s()).await {
            self.errors.log("roll", &error);
        }
        if let Err(error) = self.retention.sweep(&mut self.db, now_ms()).await {
            self.errors.log("retention", &error);
        }
    }

    /// Stores a filter of words. One that can't be stored waits for the next try: without it its
    /// blocks would be read by every search.
    async fn store_filter(&mut self) {
        if self.unstored.is_none() {
            self.unstored = self.built.try_recv().ok();
        }
        let Some(built) = &self.unstored else { return };
        match words::insert(&mut self.db, &self.aggregates.usage, built).await {
            Ok(()) => self.unstored = None,
            Err(error) => self.errors.log("filter of words", &error),
        }
    }

    /// Stores chunks that were joined. Where that fails, they stay as they were.
    async fn store_joined(&mut self) {
        let joined: Vec<Joined> = std::iter::from_fn(|| self.joined.try_recv().ok()).take(JOINED_WAITING_MAX).collect();
        if joined.is_empty() {
            return;
        }
        if let Err(error) = join_chunks::store(&mut self.db, &self.aggregates.usage, &joined).await {
            self.errors.log("joined chunks", &error);
        }
    }

    /// Moves a slice of the data of merged apps.
    async fn merge(&mut self) {
        let (mut began, mut is_written) = (Instant::now(), false);
        while self.is_merging && began.elapsed() < MERGE_MAX {
            match self.merging.step(&mut self.db, &self.aggregates, &self.app_index).await {
                Ok(Left::Nothing) => self.is_merging = false,
                Ok(Left::Slices) => {}
                // No batch is counted between the checkpoint and the next slice, so new series
                // can't hold a merge up.
                Ok(Left::Checkpoint) if !is_written => {
                    (self.is_behind, is_written) = (true, true);
                    self.checkpoint().await;
                    began = Instant::now();
                }
                Ok(Left::Checkpoint) => return,
                Err(error) => return self.errors.log("merge", &error),
            }
        }
    }

    /// Deletes a slice of the data of removed apps.
    async fn remove(&mut self) {
        // A merged app may be among them, and memory would write it anew.
        if self.merging.is_waiting() {
            return;
        }
        let began = Instant::now();
        while self.is_removing && began.elapsed() < REMOVE_MAX {
            let checkpoint = self.retention.checkpoint();
            match self.removal.step(&mut self.db, &self.aggregates.usage, checkpoint).await {
                Ok(is_left) => self.is_removing = is_left,
                Err(error) => return self.errors.log("removal", &error),
            }
        }
    }

    /// After a failed commit, tests whether a commit would still fail. Without the test `/readyz`
    /// could stay at 503 for good: it may be what keeps senders, and so further commits, away.
    async fn test_commit(&mut self) {
        let now = Instant::now();
        let is_early = self.retried.is_some_and(|it| now.duration_since(it) < RETRY_EVERY);
        if is_early || !self.presence.available().commit_failed() {
            return;
        }
        self.retried = Some(now);
        self.presence.available().set_commit_failed(commit::test(&mut self.db).await.is_err());
    }
}

/// The present second, unix seconds.
fn now_s() -> i64 {
    now_ms().div_euclid(1_000)
}
