//! Turns committed blocks into the events of one tail.
//!
//! A tail takes lines from a block as its client reads them, within its [`RateBudget`], and never
//! more than a second's worth of one block. The rest of the block is skipped, counted and reported;
//! it can be loaded like any other lines. A tail that was interrupted, or that could not keep up,
//! goes on in the store after the last block that it has sent. Only what is more than
//! [`BEHIND_BLOCKS_MAX`] behind is skipped. Nobody waits for a tail.

use std::{
    collections::VecDeque,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::response::sse::Event;
use tokio::sync::broadcast::{Receiver, error::RecvError};

use super::rate_budget::RateBudget;
use crate::{
    outlet::{batch_cache::CachedBlock, state::Outlet},
    receiver::batch::CommittedBatch,
    store::log::{
        compiled_query::CompiledQuery,
        missed::{self, BlockHead, SkippedBlocks},
    },
};

/// Most lines of one event.
const EVENT_LINES_MAX: usize = 500;
/// Bytes of lines after which an event is sent.
const EVENT_BYTES_MAX: usize = 256 << 10;
/// Most blocks that a tail catches up with.
const BEHIND_BLOCKS_MAX: i64 = 1_000;
/// Blocks without a matching line after which a tail reports its position.
const QUIET_BLOCKS: u32 = 64;
/// Lines between two points at which other tasks may run.
const LINES_PER_YIELD: u32 = 1_000;
/// How long a tail that catches up waits in total for its budget before it skips lines.
const CATCH_UP_WAIT_MAX: Duration = Duration::from_secs(10);

/// The state of one tail.
pub(super) struct TailReader {
    outlet: Outlet,
    app: String,
    query: CompiledQuery,
    committed: Receiver<CommittedBatch>,
    /// Number of the block up to which everything is sent or skipped.
    reached: i64,
    /// Number of the newest block when the tail was opened.
    opened_at: i64,
    /// Whether the store may have blocks that were not received.
    is_behind: bool,
    /// Blocks of the store that come next.
    heads: VecDeque<BlockHead>,
    current: Option<Current>,
    quiet_blocks: u32,
    budget: RateBudget,
    wait_left: Duration,
    /// Lines of the next event, as JSON.
    lines: Vec<Arc<str>>,
    bytes: usize,
    skipped: SkippedBlocks,
}

/// A block of which a part is sent.
#[derive(Clone, Copy)]
struct Current {
    head: BlockHead,
    /// Position of the next line.
    from: u32,
    /// What may be sent of this block.
    budget: RateBudget,
}

/// Why no more lines were taken from a block.
enum Taken {
    /// The block is at its end.
    All,
    /// The event is full.
    Full,
    /// The budget is used up.
    OverBudget,
}

impl Current {
    fn new(head: BlockHead) -> Self {
        Self { head, from: 0, budget: RateBudget::new(Instant::now()) }
    }
}

impl TailReader {
    /// A tail that resumes after block `since`; `newest` is the newest block now.
    pub(super) fn new(
        outlet: Outlet,
        app: String,
        query: CompiledQuery,
        committed: Receiver<CommittedBatch>,
        since: i64,
        newest: i64,
    ) -> Self {
        Self {
            outlet,
            app,
            query,
            committed,
            reached: since.clamp(0, newest),
            opened_at: newest,
            is_behind: true,
            heads: VecDeque::new(),
            current: None,
            quiet_blocks: 0,
            budget: RateBudget::new(Instant::now()),
            wait_left: CATCH_UP_WAIT_MAX,
            lines: vec![],
            bytes: 0,
            skipped: SkippedBlocks::default(),
        }
    }

    /// The next event; `None` if the server stops or the store can't be read. The client then
    /// connects again.
    pub(super) async fn next_or_shutdown(&mut self) -> Option<Event> {
        let shutdown = self.outlet.shutdown.clone();
        tokio::select! {
            biased;
            () = shutdown.cancelled() => None,
            event = self.next() => event,
        }
    }

    async fn next(&mut self) -> Option<Event> {
        loop {
            match self.step().await {
                Ok(Some(())) => {}
                Ok(None) => return None,
                Err(error) => {
                    tracing::error!(app = self.app, %error, "the lines of a tail could not be read");
                    return None;
                }
            }
            // Skipped lines are reported with the lines after them, if there are some at once.
            let has_more = self.current.is_some() || !self.heads.is_empty() || self.is_behind;
            if !self.lines.is_empty() || (self.skipped.lines > 0 && !has_more) {
                self.quiet_blocks = 0;
                return Some(self.event());
            }
            if self.quiet_blocks >= QUIET_BLOCKS {
                self.quiet_blocks = 0;
                return Some(Event::default().event("at").id(self.reached.to_string()).data("{}"));
            }
        }
    }

    /// An event with the lines that were taken and the count of those that were skipped.
    fn event(&mut self) -> Event {
        let SkippedBlocks { lines: skipped, from_ms, to_ms, .. } = std::mem::take(&mut self.skipped);
        self.outlet.reader.aggregates.counters.tail_lines_skipped.add(skipped);
        let lines = std::mem::take(&mut self.lines).join(",");
        self.bytes = 0;
        let data = format!(r#"{{"lines":[{lines}],"skipped":{skipped},"from_ms":{from_ms},"to_ms":{to_ms}}}"#);
        let event = Event::default().event("lines").data(data);
        // In the middle of a block there is no id: a tail that is interrupted there repeats the
        // whole block.
        if self.current.is_none() { event.id(self.reached.to_string()) } else { event }
    }

    /// Processes the next block; `None` if no block will follow.
    async fn step(&mut self) -> Result<Option<()>, sqlx::Error> {
        let waiting = self.current.take().or_else(|| self.heads.pop_front().map(Current::new));
        if let Some(current) = waiting {
            let block = self.outlet.batches.stored(&self.outlet.reader.store, current.head.block).await?;
            self.send(current, block).await;
            return Ok(Some(()));
        }
        if self.is_behind {
            return self.catch_up().await.map(Some);
        }
        match self.committed.recv().await {
            Ok(batch) if *batch.app == *self.app && batch.block_id > self.reached => {
                let CommittedBatch { block_id: block, received_ms, lines, .. } = batch;
                let cached = self.outlet.batches.committed(&self.outlet.reader.store, &batch).await?;
                drop(batch);
                self.send(Current::new(BlockHead { block, received_ms, lines }), cached).await;
            }
            Ok(_) => {}
            Err(RecvError::Lagged(_)) => self.is_behind = true,
            Err(RecvError::Closed) => return Ok(None),
        }
        Ok(Some(()))
    }

    /// Takes lines from a block until an event is full or the block is at its end.
    async fn send(&mut self, mut current: Current, block: Option<Arc<CachedBlock>>) {
        let head = current.head;
        loop {
            let taken = match &block {
                Some(block) => self.take(block, &mut current).await,
                // A damaged block stays damaged.
                None => Taken::All,
            };
            // Lines that came while the tail was interrupted are worth some waiting. A flood of new
            // lines is not.
            let may_wait = head.block <= self.opened_at && !self.wait_left.is_zero();
            match taken {
                Taken::Full => self.current = Some(current),
                Taken::OverBudget if may_wait && self.lines.is_empty() => {
                    let wait = self.budget.wait().min(self.wait_left);
                    self.wait_left -= wait;
                    tokio::time::sleep(wait).await;
                    current.budget = RateBudget::new(Instant::now());
                    continue;
                }
                Taken::OverBudget if may_wait => self.current = Some(current),
                Taken::OverBudget => {
                    self.skip(head, head.lines.saturating_sub(current.from.into()));
                    self.finish(head);
                }
                Taken::All => self.finish(head),
            }
            return;
        }
    }

    async fn take(&mut self, block: &CachedBlock, current: &mut Current) -> Taken {
        self.budget.fill(Instant::now());
        if !self.query.may_match(&block.lines) {
            return Taken::All;
        }
        let mut n = 0;
        for line in block.lines.lines_from(current.from) {
            if !(self.budget.read() && current.budget.read()) {
                current.from = line.index;
                return Taken::OverBudget;
            }
            if self.query.matches(&line.line) {
                let json = block.json(&line);
                self.budget.send(json.len());
                current.budget.send(json.len());
                self.bytes += json.len();
                self.lines.push(json);
                if self.lines.len() >= EVENT_LINES_MAX || self.bytes >= EVENT_BYTES_MAX {
                    current.from = line.index + 1;
                    return Taken::Full;
                }
            }
            n += 1;
            if n % LINES_PER_YIELD == 0 {
                tokio::task::yield_now().await;
            }
        }
        Taken::All
    }

    fn finish(&mut self, head: BlockHead) {
        self.reached = head.block;
        self.quiet_blocks += 1;
    }

    /// Counts lines of a block as skipped.
    fn skip(&mut self, head: BlockHead, lines: u64) {
        let BlockHead { block: through, received_ms, .. } = head;
        let later = SkippedBlocks { through, lines, from_ms: received_ms, to_ms: received_ms };
        self.skipped = self.skipped.then(later);
    }

    /// Lists the next blocks of the store that were not received.
    async fn catch_up(&mut self) -> Result<(), sqlx::Error> {
        let store = self.outlet.reader.store.clone();
        if let Some(skipped) = missed::too_many(&store, &self.app, self.reached, BEHIND_BLOCKS_MAX).await? {
            self.reached = skipped.through;
            self.skipped = self.skipped.then(skipped);
        }
        self.heads = missed::next(&store, &self.app, self.reached).await?.into();
        // Blocks that are committed from now on are received.
        self.is_behind = !self.heads.is_empty();
        Ok(())
    }
}
