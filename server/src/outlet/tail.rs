//! `GET /api/v1/apps/{app}/logs/tail` (Server-Sent Events): raw lines as they are committed, masked.
//!
//! A tail that was cut off, or could not keep up, goes on from the store behind the last block that it has sent; only what is further behind
//! than [`BEHIND_BLOCKS_MAX`] is skipped, counted, and told. Nobody waits for a tail.

use std::{collections::VecDeque, convert::Infallible};

use axum::{
    extract::{Path, Query, State, rejection::QueryRejection},
    http::HeaderMap,
    response::{Response, sse::Event},
};
use futures_util::stream;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::broadcast::{Receiver, error::RecvError};

use super::{
    Outlet,
    api::unreadable,
    live::{Subscriber, enter, sse, too_many},
    logs::{Asked, PAGE_TEXT_BYTES_MAX, line, question},
};
use crate::{
    receiver::batch::{Fresh, unpack},
    store::{
        logs::{Body, Wanted, newest_block},
        since::{self, Passed},
    },
};

/// Most lines of one event.
const EVENT_LINES_MAX: usize = 500;
/// Most blocks that a tail catches up with.
const BEHIND_BLOCKS_MAX: i64 = 1_000;
/// Batches without a wanted line after which a tail says how far it has come.
const QUIET_BATCHES: u32 = 64;

/// What a tail's URL may say beside its question.
#[derive(Debug, Default, Deserialize)]
pub struct Resume {
    since: Option<i64>,
}

struct Tail {
    outlet: Outlet,
    app: String,
    wanted: Wanted,
    fresh: Receiver<Fresh>,
    /// The block up to which all is sent or waits.
    reached: i64,
    /// Whether the store has blocks that were not received.
    is_behind: bool,
    quiet: u32,
    waiting: VecDeque<Value>,
    skipped: Passed,
    _subscriber: Subscriber,
}

/// Sends lines as they are committed; behind a block, first those that came after it.
pub async fn tail(
    State(outlet): State<Outlet>,
    Path(app): Path<String>,
    asked: Result<Query<Asked>, QueryRejection>,
    Query(resume): Query<Resume>,
    headers: HeaderMap,
) -> Response {
    let asked = asked.map(|Query(asked)| Query(asked.at_any_time()));
    let wanted = match question(&outlet, &app, asked) {
        Ok(wanted) => Wanted { from_ms: i64::MIN, to_ms: i64::MAX, ..wanted },
        Err(refused) => return refused,
    };
    let Some(subscriber) = enter(&outlet) else { return too_many() };
    let last = headers.get("last-event-id").and_then(|it| it.to_str().ok()).and_then(|it| it.parse().ok());
    let since: Option<i64> = last.or(resume.since);
    let fresh = outlet.fresh.subscribe();
    let Ok(newest) = newest_block(&outlet.reader.store).await else { return unreadable() };
    let tail = Tail {
        reached: since.map_or(newest, |it| it.min(newest)),
        is_behind: true,
        quiet: 0,
        waiting: VecDeque::new(),
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
            () = shutdown.cancelled() => return None,
            event = tail.next() => event?,
        };
        Some((Ok::<_, Infallible>(event), tail))
    }))
}

impl Tail {
    /// The next event; `None` when the server stops or the store can't be read: the client comes again.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if !self.waiting.is_empty() || self.skipped.lines > 0 {
                self.quiet = 0;
                let n = self.waiting.len().min(EVENT_LINES_MAX);
                let lines: Vec<Value> = self.waiting.drain(..n).collect();
                let Passed { lines: skipped, from_ms, to_ms, .. } = std::mem::take(&mut self.skipped);
                let data = json!({ "lines": lines, "skipped": skipped, "from_ms": from_ms, "to_ms": to_ms });
                let event = Event::default().event("lines").json_data(data).ok()?;
                // Cut off in the middle of a block, a tail begins with the whole block again.
                return Some(if self.waiting.is_empty() { event.id(self.reached.to_string()) } else { event });
            }
            if self.quiet >= QUIET_BATCHES {
                self.quiet = 0;
                return Some(Event::default().event("at").id(self.reached.to_string()).data("{}"));
            }
            if self.is_behind {
                self.catch_up().await.inspect_err(|error| tracing::error!(app = self.app, %error, "tail")).ok()?;
                continue;
            }
            match self.fresh.recv().await {
                Ok(batch) if *batch.app == *self.app && batch.block_id > self.reached => self.take(&batch),
                Ok(_) => {}
                Err(RecvError::Lagged(_)) => self.is_behind = true,
                Err(RecvError::Closed) => return None,
            }
        }
    }

    fn take(&mut self, batch: &Fresh) {
        let Some(bytes) = unpack(&batch.packed) else { return };
        let Fresh { block_id, received_ms, from_logplex, .. } = *batch;
        self.read(&Body { block: block_id, received_ms, from_logplex, bytes });
    }

    fn read(&mut self, body: &Body) {
        let mut found = vec![];
        body.find(&self.wanted, &mut found);
        self.waiting.extend(found.iter().map(|it| line(it, PAGE_TEXT_BYTES_MAX)));
        self.reached = body.block;
        self.quiet += 1;
    }

    /// Reads the next blocks that were not received.
    async fn catch_up(&mut self) -> Result<(), sqlx::Error> {
        let store = self.outlet.reader.store.clone();
        if let Some(passed) = since::too_far(&store, &self.app, self.reached, BEHIND_BLOCKS_MAX).await? {
            self.reached = passed.through;
            let before = self.skipped;
            let from_ms = if before.lines > 0 { before.from_ms } else { passed.from_ms };
            self.skipped = Passed { lines: before.lines + passed.lines, from_ms, ..passed };
        }
        let bodies = since::next(&store, &self.app, self.reached).await?;
        // Whatever is committed after this look is received.
        self.is_behind = !bodies.is_empty();
        bodies.iter().for_each(|it| self.read(it));
        Ok(())
    }
}
