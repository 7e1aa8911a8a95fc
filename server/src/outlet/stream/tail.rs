//! `GET /api/v1/apps/{app}/logs/tail` (Server-Sent Events): raw lines as they are committed, masked.
//!
//! A tail takes lines out of a batch as its reader takes them, within its [`Budget`], and never more than a second's worth of one; the rest of
//! the batch is skipped, counted, and told, and can be loaded as any other lines. A tail that was cut off, or could not keep up, goes on from the store behind the last block that it has
//! sent; only what is further behind than [`BEHIND_BLOCKS_MAX`] is skipped. Nobody waits for a tail.

use std::{
    collections::VecDeque,
    convert::Infallible,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    extract::{Path, Query, State, rejection::QueryRejection},
    http::HeaderMap,
    response::{Response, sse::Event},
};
use futures_util::stream;
use serde::Deserialize;
use tokio::sync::broadcast::{Receiver, error::RecvError};

use super::{
    batch_cache::Batch,
    live::{enter, sse, too_many},
    rate_budget::Budget,
    subscribers::Subscriber,
};
use crate::{
    outlet::{
        api::{
            answer::{invalid, unreadable},
            logs::{Params, question},
        },
        state::Outlet,
    },
    receiver::batch::CommittedBatch,
    store::log::{
        missed::{self, Head, Passed},
        search::{Wanted, newest_block},
    },
};

/// Most lines and bytes of one event.
const EVENT_LINES_MAX: usize = 500;
const EVENT_BYTES_MAX: usize = 256 << 10;
/// Most blocks that a tail catches up with.
const BEHIND_BLOCKS_MAX: i64 = 1_000;
/// Batches without a wanted line after which a tail says how far it has come.
const QUIET_BATCHES: u32 = 64;
/// Lines looked at before others have their turn.
const LINES_A_TURN: u32 = 1_000;
/// How long a tail that comes back waits in all for what it may be sent, before it skips.
const CATCH_UP_WAIT_MAX: Duration = Duration::from_secs(10);

/// What a tail's URL may say beside its question.
#[derive(Debug, Default, Deserialize)]
pub struct Resume {
    since: Option<i64>,
}

struct Tail {
    outlet: Outlet,
    app: String,
    wanted: Wanted,
    fresh: Receiver<CommittedBatch>,
    /// The block up to which all is sent.
    reached: i64,
    /// The newest block when the tail began.
    opened_at: i64,
    /// Whether the store has blocks that were not received.
    is_behind: bool,
    /// Blocks of the store that come next.
    heads: VecDeque<Head>,
    current: Option<Current>,
    quiet: u32,
    budget: Budget,
    wait_left: Duration,
    lines: Vec<Arc<str>>,
    bytes: usize,
    skipped: Passed,
    _subscriber: Subscriber,
}

/// A block that is being sent.
#[derive(Clone, Copy)]
struct Current {
    head: Head,
    /// The next line.
    from: u32,
    /// What may be sent of it.
    share: Budget,
}

/// Where taking lines out of a batch ended.
enum Taken {
    /// At its end.
    All,
    /// An event is full.
    Full,
    /// There is no budget left.
    Short,
}

/// Sends lines as they are committed; behind a block, first those that came after it.
pub async fn tail(
    State(outlet): State<Outlet>,
    Path(app): Path<String>,
    asked: Result<Query<Params>, QueryRejection>,
    resume: Result<Query<Resume>, QueryRejection>,
    headers: HeaderMap,
) -> Response {
    let asked = asked.map(|Query(asked)| Query(asked.at_any_time()));
    let wanted = match question(&outlet, &app, asked) {
        Ok(wanted) => Wanted { from_ms: i64::MIN, to_ms: i64::MAX, ..wanted },
        Err(refused) => return refused,
    };
    let resume = match resume {
        Ok(Query(resume)) => resume,
        Err(error) => return invalid(&error.body_text()),
    };
    let Some(subscriber) = enter(&outlet) else { return too_many() };
    let last = headers.get("last-event-id").and_then(|it| it.to_str().ok()).and_then(|it| it.parse().ok());
    let since: Option<i64> = last.or(resume.since);
    let fresh = outlet.committed.subscribe();
    let Ok(newest) = newest_block(&outlet.reader.store).await else { return unreadable() };
    let tail = Tail {
        reached: since.map_or(newest, |it| it.clamp(0, newest)),
        opened_at: newest,
        is_behind: true,
        heads: VecDeque::new(),
        current: None,
        quiet: 0,
        budget: Budget::new(Instant::now()),
        wait_left: CATCH_UP_WAIT_MAX,
        lines: vec![],
        bytes: 0,
        skipped: Passed::default(),
        outlet,
        app,
        wanted,
        fresh,
        _subscriber: subscriber,
    };
    sse(stream::unfold(tail, |mut tail| async move {
        let shutdown = tail.outlet.shutdown.clone();
        let event = tokio::select! {
            biased;
            () = shutdown.cancelled() => return None,
            event = tail.next() => event?,
        };
        Some((Ok::<_, Infallible>(event), tail))
    }))
}

impl Current {
    fn of(head: Head) -> Self {
        Self { head, from: 0, share: Budget::new(Instant::now()) }
    }
}

impl Tail {
    /// The next event; `None` when the server stops or the store can't be read: the client comes again.
    async fn next(&mut self) -> Option<Event> {
        loop {
            match self.step().await {
                Ok(Some(())) => {}
                Ok(None) => return None,
                Err(error) => {
                    tracing::error!(app = self.app, %error, "tail");
                    return None;
                }
            }
            // What was skipped is told with the lines that come after it, where some do at once.
            let is_more = self.current.is_some() || !self.heads.is_empty() || self.is_behind;
            if !self.lines.is_empty() || (self.skipped.lines > 0 && !is_more) {
                self.quiet = 0;
                return Some(self.event());
            }
            if self.quiet >= QUIET_BATCHES {
                self.quiet = 0;
                return Some(Event::default().event("at").id(self.reached.to_string()).data("{}"));
            }
        }
    }

    /// What was taken, and what was skipped.
    fn event(&mut self) -> Event {
        let Passed { lines: skipped, from_ms, to_ms, .. } = std::mem::take(&mut self.skipped);
        self.outlet.reader.aggregates.counters.tail_lines_skipped.add(skipped);
        let lines = std::mem::take(&mut self.lines).join(",");
        self.bytes = 0;
        let data = format!(r#"{{"lines":[{lines}],"skipped":{skipped},"from_ms":{from_ms},"to_ms":{to_ms}}}"#);
        let event = Event::default().event("lines").data(data);
        // Cut off in the middle of a block, a tail begins with the whole block again.
        if self.current.is_none() { event.id(self.reached.to_string()) } else { event }
    }

    /// Takes what is next in turn; `None` when no batch will come any more.
    async fn step(&mut self) -> Result<Option<()>, sqlx::Error> {
        let waiting = self.current.take().or_else(|| self.heads.pop_front().map(Current::of));
        if let Some(current) = waiting {
            let batch = self.outlet.batches.stored(&self.outlet.reader.store, current.head.block).await?;
            self.send(current, batch).await;
            return Ok(Some(()));
        }
        if self.is_behind {
            return self.catch_up().await.map(Some);
        }
        match self.fresh.recv().await {
            Ok(fresh) if *fresh.app == *self.app && fresh.block_id > self.reached => {
                let CommittedBatch { block_id: block, received_ms, lines, .. } = fresh;
                let batch = self.outlet.batches.fresh(&self.outlet.reader.store, &fresh).await?;
                drop(fresh);
                self.send(Current::of(Head { block, received_ms, lines }), batch).await;
            }
            Ok(_) => {}
            Err(RecvError::Lagged(_)) => self.is_behind = true,
            Err(RecvError::Closed) => return Ok(None),
        }
        Ok(Some(()))
    }

    /// Takes lines out of a block until an event is full or the block is at its end.
    async fn send(&mut self, mut current: Current, batch: Option<Arc<Batch>>) {
        let head = current.head;
        loop {
            let taken = match &batch {
                Some(batch) => self.take(batch, &mut current).await,
                // Nobody can read it, now or later.
                None => Taken::All,
            };
            // What came while nobody looked is worth some waiting; what floods is not.
            let is_worth_waiting = head.block <= self.opened_at && !self.wait_left.is_zero();
            match taken {
                Taken::Full => self.current = Some(current),
                Taken::Short if is_worth_waiting && self.lines.is_empty() => {
                    let wait = self.budget.wait().min(self.wait_left);
                    self.wait_left -= wait;
                    tokio::time::sleep(wait).await;
                    current.share = Budget::new(Instant::now());
                    continue;
                }
                Taken::Short if is_worth_waiting => self.current = Some(current),
                Taken::Short => {
                    self.skip(head, head.lines.saturating_sub(current.from.into()));
                    self.end(head);
                }
                Taken::All => self.end(head),
            }
            return;
        }
    }

    async fn take(&mut self, batch: &Batch, current: &mut Current) -> Taken {
        self.budget.fill(Instant::now());
        if !self.wanted.may_be_in(&batch.body) {
            return Taken::All;
        }
        let mut n = 0;
        for (index, at_ms, line) in batch.body.lines_from(current.from) {
            if !(self.budget.read() && current.share.read()) {
                current.from = index;
                return Taken::Short;
            }
            if self.wanted.admits(&line) {
                let json = batch.json(index, at_ms, &line);
                self.budget.send(json.len());
                current.share.send(json.len());
                self.bytes += json.len();
                self.lines.push(json);
                if self.lines.len() >= EVENT_LINES_MAX || self.bytes >= EVENT_BYTES_MAX {
                    current.from = index + 1;
                    return Taken::Full;
                }
            }
            n += 1;
            if n % LINES_A_TURN == 0 {
                tokio::task::yield_now().await;
            }
        }
        Taken::All
    }

    fn end(&mut self, head: Head) {
        self.reached = head.block;
        self.quiet += 1;
    }

    fn skip(&mut self, head: Head, lines: u64) {
        let before = self.skipped;
        let from_ms = if before.lines > 0 { before.from_ms } else { head.received_ms };
        self.skipped = Passed { through: head.block, lines: before.lines + lines, from_ms, to_ms: head.received_ms };
    }

    /// Asks for the next blocks that were not received.
    async fn catch_up(&mut self) -> Result<(), sqlx::Error> {
        let store = self.outlet.reader.store.clone();
        if let Some(passed) = missed::too_far(&store, &self.app, self.reached, BEHIND_BLOCKS_MAX).await? {
            self.reached = passed.through;
            let before = self.skipped;
            let from_ms = if before.lines > 0 { before.from_ms } else { passed.from_ms };
            self.skipped = Passed { lines: before.lines + passed.lines, from_ms, ..passed };
        }
        self.heads = missed::next(&store, &self.app, self.reached).await?.into();
        // Whatever is committed after this look is received.
        self.is_behind = !self.heads.is_empty();
        Ok(())
    }
}
