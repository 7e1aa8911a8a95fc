//! The one task that writes: commits what waits in the queue, counts it, answers the receipts, and takes checkpoints.
//!
//! Batches that queue while a commit is under way share the next one; there is no timer between a batch and its commit. Aggregates
//! follows the commit, so that memory never runs ahead of the file.

use std::{sync::Arc, time::Duration};

use sqlx::SqliteConnection;
use tokio::{
    sync::{broadcast, mpsc},
    time::{Instant, MissedTickBehavior, interval},
};

use super::{
    app_index::{self, Names},
    blocks,
    checkpoint::{self, Reached},
    removal::Removal,
    retention::RetentionTask,
};
use crate::{
    config::Synchronous,
    live::{Live, role::Role},
    receiver::{
        Batch, Receipt, Verdict,
        batch::{FRESH_BYTES_MAX, Fresh, Source, Unkept},
        logs::now_ms,
    },
    store::{
        Store,
        file::{
            presence::Presence,
            usage::{Tier, Tiers, block_bytes},
        },
        rollup::open_cells::{DIRTY_CELLS_MAX, Rollups},
    },
    telemetry::Counters,
};

/// Batches that those who watch lines come may be behind.
pub const FRESH_BATCHES_MAX: usize = 64;
/// Batches that share one commit.
const COMMIT_BATCHES_MAX: usize = 64;
/// Time between checkpoints.
const CHECKPOINT_EVERY: Duration = Duration::from_secs(5);
/// Events that trigger a checkpoint before its time.
const UNWRITTEN_EVENTS_MAX: usize = 5_000;
/// Time between slices of retention.
const SWEEP_EVERY: Duration = Duration::from_millis(100);
/// How long what is left of removed apps is deleted between two commits.
const REMOVE_MAX: Duration = Duration::from_millis(15);
/// Time between two tries whether commits still fail.
const TRY_EVERY: Duration = Duration::from_secs(1);
/// Time between two log lines about a store that fails.
const COMPLAIN_EVERY: Duration = Duration::from_secs(5);

/// Where counted batches go.
#[derive(Clone)]
pub struct Aggregates {
    /// The live windows.
    pub live: Live,
    /// The open rollup cells.
    pub rollups: Arc<Rollups>,
    /// How much is stored.
    pub tiers: Arc<Tiers>,
    /// Our own counters.
    pub counters: Arc<Counters>,
}

impl Aggregates {
    /// Counts a delta into memory: the live windows, and the rollups unless their rows include it already.
    pub fn count(&self, source: &Source, delta: &pipeline::Delta, rolled_up: bool) {
        let mut live = self.live.lock();
        let (series, folded) = live.intern(&source.app, delta, source.received_ms);
        let changed = live.position;
        live.app(&source.app).add(delta, &series, source.received_ms, changed);
        if rolled_up {
            return;
        }
        self.counters.series_folded.add(folded);
        live.lines += delta.lines;
        live.keep_events(&source.app, &delta.events);
        let app = live.app(&source.app);
        app.fold(source.received_ms.div_euclid(1_000), folded);
        for (index, at_s, cell) in &delta.cells {
            if series.get(*index as usize).is_some_and(|it| it.role == Role::Loss) {
                app.lose(*at_s, cell.sum as u64);
            }
        }
        drop(live);
        let mut rollups = self.rollups.lock_to_count();
        for (index, at_s, cell) in &delta.cells {
            if let Some(series) = series.get(*index as usize) {
                rollups.add(series.id, *at_s, cell);
            }
        }
    }
}

/// The task's state.
pub struct Writer {
    db: SqliteConnection,
    aggregates: Aggregates,
    reached: Reached,
    /// Blocks since the last checkpoint, and what they take, bytes.
    unwritten_logs: (i64, i64),
    names: Names,
    /// Whether blocks wait for a checkpoint that no cell asks for.
    is_behind: bool,
    /// Whether something of removed apps may be left.
    is_removing: bool,
    removal: Removal,
    fresh: broadcast::Sender<Fresh>,
    sweeper: RetentionTask,
    presence: Arc<Presence>,
    complained: Option<Instant>,
    /// When it was last tried whether commits still fail.
    tried: Option<Instant>,
}

impl Writer {
    /// A writer that goes on from where counting has come to.
    ///
    /// # Errors
    /// When the store can't be opened for writing.
    pub async fn new(
        store: &Store,
        aggregates: Aggregates,
        reached: Reached,
        sweeper: RetentionTask,
        presence: Arc<Presence>,
        (synchronous, fresh): (Synchronous, broadcast::Sender<Fresh>),
    ) -> Result<Self, sqlx::Error> {
        let mut db = store.connect_writer(synchronous).await?;
        let names = Names::read(&mut db).await?;
        // Those that were counted again at the start are known to the tiers; the store learns of them with the next checkpoint.
        let unwritten_logs = blocks::behind_checkpoint(&store.readers).await?;
        Ok(Self {
            db,
            aggregates,
            reached,
            unwritten_logs,
            names,
            is_behind: false,
            is_removing: true,
            removal: Removal::default(),
            fresh,
            sweeper,
            presence,
            complained: None,
            tried: None,
        })
    }

    /// Writes until the queue is closed and empty, then takes a last checkpoint.
    pub async fn run(mut self, mut queue: mpsc::Receiver<Batch>) {
        let mut checkpoints = interval(CHECKPOINT_EVERY);
        let mut sweeps = interval(SWEEP_EVERY);
        checkpoints.set_missed_tick_behavior(MissedTickBehavior::Delay);
        sweeps.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut waiting = Vec::with_capacity(COMMIT_BATCHES_MAX);
        loop {
            tokio::select! {
                biased;
                _ = checkpoints.tick() => self.checkpoint().await,
                _ = sweeps.tick() => self.sweep().await,
                n = queue.recv_many(&mut waiting, COMMIT_BATCHES_MAX) => {
                    if n == 0 {
                        break;
                    }
                    self.commit(&mut waiting).await;
                    let n_events = self.aggregates.live.lock().unwritten_events.len();
                    if self.aggregates.rollups.lock_to_count().dirty() > DIRTY_CELLS_MAX || n_events > UNWRITTEN_EVENTS_MAX {
                        self.checkpoint().await;
                    }
                }
            }
        }
        self.checkpoint().await;
    }

    async fn commit(&mut self, waiting: &mut Vec<Batch>) {
        if !self.presence.look() {
            waiting.drain(..).for_each(|it| answer(it, Err(Unkept::StoreFailed)));
            return;
        }
        let mut inserted = self.insert(waiting).await;
        if inserted.as_ref().is_err_and(app_index::is_of_removed) {
            self.notice().await;
            inserted = self.insert(waiting).await;
        }
        match inserted {
            Ok(fates) => {
                self.presence.available().set_commit_failed(false);
                for (batch, fate) in waiting.drain(..).zip(fates) {
                    let verdict = fate.map(|it| self.count(&batch, it));
                    answer(batch, verdict);
                }
            }
            Err(error) => {
                self.names.distrust();
                self.presence.available().set_commit_failed(true);
                self.complain("commit", &error);
                waiting.drain(..).for_each(|it| answer(it, Err(Unkept::StoreFailed)));
            }
        }
    }

    /// One statement, and so one commit, for all; for each batch its block's number, or `None` when it was there already.
    async fn insert(&mut self, waiting: &mut [Batch]) -> Result<Vec<Result<Option<i64>, Unkept>>, sqlx::Error> {
        let mut apps = Vec::with_capacity(waiting.len());
        for batch in waiting.iter_mut() {
            let app = self.names.number(&mut self.db, &mut batch.source).await?;
            apps.push(app);
        }
        let kept: Vec<(i64, &Batch)> =
            apps.iter().zip(waiting.iter()).filter_map(|(app, batch)| Some(((*app).ok()?, batch))).collect();
        let mut blocks = if kept.is_empty() { vec![] } else { blocks::insert(&mut self.db, &kept).await? }.into_iter();
        Ok(apps.iter().map(|app| app.map(|_| blocks.next().flatten())).collect())
    }

    /// Takes over what another process has done to apps.
    async fn notice(&mut self) {
        match self.names.refresh(&mut self.db, &self.aggregates).await {
            Ok(true) => (self.is_behind, self.is_removing) = (true, true),
            Ok(false) => {}
            Err(error) => self.complain("apps", &error),
        }
    }

    fn count(&mut self, batch: &Batch, block_id: Option<i64>) -> Receipt {
        let Some(block_id) = block_id else { return Receipt::Duplicate };
        self.aggregates.count(&batch.source, &batch.delta, false);
        self.reached.block_id = self.reached.block_id.max(block_id);
        let taken = (1, block_bytes(batch.packed.len()));
        self.unwritten_logs = (self.unwritten_logs.0 + taken.0, self.unwritten_logs.1 + taken.1);
        self.aggregates.tiers.add(Tier::Logs, taken);
        self.reached.lines += i64::try_from(batch.delta.lines).unwrap_or(0);
        if self.fresh.receiver_count() > 0 {
            let source = &batch.source;
            let packed = (batch.packed.len() <= FRESH_BYTES_MAX).then(|| Arc::from(&*batch.packed));
            let (app, lines) = (Arc::clone(&source.app), batch.delta.lines);
            let (received_ms, from_logplex) = (source.received_ms, source.from_logplex);
            let fresh = Fresh { app, block_id, received_ms, from_logplex, lines, packed };
            // Those who watched may have left since.
            let _left = self.fresh.send(fresh);
        }
        self.aggregates.counters.batches.add(1);
        self.aggregates.counters.lines.add(batch.delta.lines);
        Receipt::Counted
    }

    async fn checkpoint(&mut self) {
        let now_s = now_ms().div_euclid(1_000);
        self.aggregates.live.lock().pack(now_s);
        if !self.presence.look() {
            return;
        }
        self.notice().await;
        if self.aggregates.rollups.lock().dirty() == 0 && !self.is_behind {
            return;
        }
        let Aggregates { live, rollups, tiers, .. } = &self.aggregates;
        let reached = (self.reached, self.unwritten_logs);
        match checkpoint::write(&mut self.db, live, rollups, tiers, reached, now_s).await {
            Ok(()) => {
                self.unwritten_logs = (0, 0);
                (self.is_behind, self.is_removing) = (false, true);
                self.sweeper.checkpointed(self.reached.block_id);
            }
            Err(error) => self.complain("checkpoint", &error),
        }
    }

    async fn sweep(&mut self) {
        if !self.presence.look() {
            return;
        }
        self.try_again().await;
        self.notice().await;
        self.remove().await;
        if let Err(error) = self.sweeper.sweep(&mut self.db, now_ms()).await {
            self.complain("retention", &error);
        }
    }

    /// Deletes a slice of what is left of removed apps.
    async fn remove(&mut self) {
        let began = Instant::now();
        while self.is_removing && began.elapsed() < REMOVE_MAX {
            let upto = self.sweeper.checkpoint();
            match self.removal.step(&mut self.db, &self.aggregates.tiers, upto).await {
                Ok(is_left) => self.is_removing = is_left,
                Err(error) => return self.complain("removal", &error),
            }
        }
    }

    /// After a commit that failed: whether one would still fail, for `/readyz`, which may be what keeps senders away.
    async fn try_again(&mut self) {
        let now = Instant::now();
        let is_early = self.tried.is_some_and(|it| now.duration_since(it) < TRY_EVERY);
        if is_early || !self.presence.available().commit_failed() {
            return;
        }
        self.tried = Some(now);
        let tried = sqlx::query("UPDATE checkpoint SET lines = lines WHERE id = 1").execute(&mut self.db).await;
        self.presence.available().set_commit_failed(tried.is_err());
    }

    fn complain(&mut self, at: &'static str, error: &sqlx::Error) {
        let now = Instant::now();
        if self.complained.is_none_or(|it| now.duration_since(it) >= COMPLAIN_EVERY) {
            self.complained = Some(now);
            tracing::error!(at, %error, "the store failed; senders are told to try again");
        }
    }
}

/// A sender that is gone already needs no answer: it will send the batch again under the same id.
fn answer(batch: Batch, verdict: Verdict) {
    let _gone = batch.receipt.send(verdict);
    batch.home.give_back(batch.delta);
}
