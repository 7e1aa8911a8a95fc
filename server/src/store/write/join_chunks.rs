//! Joins chunks beside the writer, which stores what is joined: eight of a level become one of the
//! next, and a span that is over is joined whole.
//!
//! A span that takes more than some megabytes stays as it is: joining it would take more memory
//! than it saves in reading.

use std::{collections::BTreeMap, time::Duration};

use sqlx::SqliteConnection;
use tokio::{sync::mpsc, time::sleep};

use crate::{
    clock::now_ms,
    store::{
        Store,
        file::{
            transaction::transaction,
            usage::{self, SizeChange, StorageUsage, Tier},
        },
        resolution::Resolution,
        rollup::{
            chunks::{self, LEVEL_DONE, NewChunk},
            join::{self, Stored},
        },
    },
};

/// What is joined and waits for the writer.
pub(crate) const JOINED_WAITING_MAX: usize = 32;
/// Chunks of a level that become one.
const FAN: i64 = 8;
/// Most bytes of the chunks that become one, and of a span that is joined.
const FAN_BYTES_MAX: i64 = 2 << 20;
const SPAN_BYTES_MAX: i64 = 16 << 20;
/// How long after its end a span is joined.
const GRACE_S: i64 = 900;
/// Time between two looks for new chunks.
const LOOK_EVERY: Duration = Duration::from_secs(10);

/// An app, a resolution and the start of a span, unix seconds.
type Span = (i64, Resolution, i64);

/// Chunks, and those that they become.
#[derive(Debug)]
pub(crate) struct Joined {
    resolution: Resolution,
    /// The ids of those that were joined, in order.
    ids: Vec<i64>,
    /// What these added to their tier.
    size: SizeChange,
    new: Vec<NewChunk>,
}

/// Joins chunks until the writer is gone.
pub(crate) async fn run(store: Store, joined: mpsc::Sender<Joined>) {
    let mut joiner = Joiner::new(store);
    loop {
        if let Err(error) = joiner.look(&joined).await {
            tracing::warn!(%error, "chunks of rollups can't be joined");
        }
        tokio::select! {
            () = sleep(LOOK_EVERY) => {}
            () = joined.closed() => return,
        }
    }
}

/// Finds what is to be joined.
pub(super) struct Joiner {
    store: Store,
    /// The last chunk that was counted.
    seen: i64,
    /// How many chunks of each level the spans have that are not joined yet.
    spans: BTreeMap<Span, BTreeMap<i64, i64>>,
}

impl Joiner {
    pub(super) const fn new(store: Store) -> Self {
        Self { store, seen: 0, spans: BTreeMap::new() }
    }

    /// Joins everything that can be joined.
    pub(super) async fn look(&mut self, joined: &mpsc::Sender<Joined>) -> Result<(), sqlx::Error> {
        let sql = "SELECT app_id, width_s, span_s, level, count(*), max(id) FROM rollup_chunk
                   WHERE id > ? GROUP BY app_id, width_s, span_s, level";
        let new: Vec<(i64, i64, i64, i64, i64, i64)> =
            sqlx::query_as(sql).bind(self.seen).fetch_all(&self.store.readers).await?;
        for (app_id, width_s, span_s, level, n, last) in new {
            self.seen = self.seen.max(last);
            if let Some(resolution) = Resolution::of_width(width_s).filter(|_| level < LEVEL_DONE) {
                *self.spans.entry((app_id, resolution, span_s)).or_default().entry(level).or_default() += n;
            }
        }
        let over_s = now_ms().div_euclid(1_000) - GRACE_S;
        let spans: Vec<Span> = self.spans.keys().copied().collect();
        for span in spans {
            let is_writer_there = if span.1.span_s(over_s) > span.2 {
                self.spans.remove(&span);
                self.whole(span, joined).await?
            } else {
                self.levels(span, joined).await?
            };
            if !is_writer_there {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Joins what there is enough of in an open span; false when the writer is gone.
    async fn levels(&mut self, span: Span, joined: &mpsc::Sender<Joined>) -> Result<bool, sqlx::Error> {
        let sql = "SELECT id, cells, body FROM rollup_chunk
                   WHERE app_id = ? AND width_s = ? AND span_s = ? AND level = ? ORDER BY id LIMIT ?";
        let Some(counts) = self.spans.get_mut(&span) else { return Ok(true) };
        let (app_id, resolution, span_s) = span;
        // Coarse levels first: what is sent is in the file by the next look.
        for level in (0..LEVEL_DONE - 1).rev() {
            if counts.get(&level).copied().unwrap_or(0) < FAN {
                continue;
            }
            *counts.entry(level).or_default() -= FAN;
            let query = sqlx::query_as(sql).bind(app_id).bind(resolution.width_s()).bind(span_s).bind(level).bind(FAN);
            let stored: Vec<(i64, i64, Vec<u8>)> = query.fetch_all(&self.store.readers).await?;
            let (stored, size) = measured(stored);
            if size.bytes > FAN_BYTES_MAX || stored.len() < 2 {
                continue;
            }
            let new = tokio::task::block_in_place(|| join::one((app_id, resolution), level + 1, &stored));
            if !send(joined, resolution, (stored, size), new.into_iter().collect()).await {
                return Ok(false);
            }
            *counts.entry(level + 1).or_default() += 1;
        }
        Ok(true)
    }

    /// Joins a span that is over; false when the writer is gone.
    async fn whole(&self, span: Span, joined: &mpsc::Sender<Joined>) -> Result<bool, sqlx::Error> {
        let (app_id, resolution, span_s) = span;
        let sql = "SELECT count(*), coalesce(sum(length(body)), 0) FROM rollup_chunk
                   WHERE app_id = ? AND width_s = ? AND span_s = ?";
        let query = sqlx::query_as(sql).bind(app_id).bind(resolution.width_s()).bind(span_s);
        let (n, bytes): (i64, i64) = query.fetch_one(&self.store.readers).await?;
        if n < 2 || bytes > SPAN_BYTES_MAX {
            return Ok(true);
        }
        let sql = "SELECT id, cells, body FROM rollup_chunk
                   WHERE app_id = ? AND width_s = ? AND span_s = ? ORDER BY id";
        let query = sqlx::query_as(sql).bind(app_id).bind(resolution.width_s()).bind(span_s);
        let stored: Vec<(i64, i64, Vec<u8>)> = query.fetch_all(&self.store.readers).await?;
        let (stored, size) = measured(stored);
        let new = tokio::task::block_in_place(|| join::by_series((app_id, resolution), LEVEL_DONE, &stored));
        Ok(send(joined, resolution, (stored, size), new).await)
    }
}

/// What chunks take together.
fn measured(stored: Vec<(i64, i64, Vec<u8>)>) -> (Vec<Stored>, SizeChange) {
    let mut size = SizeChange::default();
    for (_, cells, body) in &stored {
        size += SizeChange { rows: *cells, bytes: chunks::bytes(body.len()) };
    }
    (stored.into_iter().map(|(id, _, body)| (id, body)).collect(), size)
}

async fn send(
    joined: &mpsc::Sender<Joined>,
    resolution: Resolution,
    (stored, size): (Vec<Stored>, SizeChange),
    mut new: Vec<NewChunk>,
) -> bool {
    let ids: Vec<i64> = stored.into_iter().map(|it| it.0).collect();
    if let Some(first) = new.first_mut() {
        first.id = ids.last().copied();
    }
    joined.send(Joined { resolution, ids, size, new }).await.is_ok()
}

/// Replaces chunks by what they were joined to, in one commit. Those that were deleted or moved
/// meanwhile are left as they are.
///
/// # Errors
/// When the store can't be written.
pub(crate) async fn store(
    db: &mut SqliteConnection,
    storage: &StorageUsage,
    all: &[Joined],
) -> Result<(), sqlx::Error> {
    let changes = transaction(db, async |db| {
        let mut changes = vec![];
        for Joined { resolution, ids, size, new } in all {
            let sql = "SELECT count(*) FROM rollup_chunk WHERE id IN (SELECT value FROM json_each(?))";
            let json = serde_json::to_string(ids).unwrap_or_default();
            let found: i64 = sqlx::query_scalar(sql).bind(json).fetch_one(&mut *db).await?;
            if found != ids.len() as i64 {
                continue;
            }
            chunks::delete(db, ids).await?;
            chunks::insert(db, new).await?;
            let mut change = -*size;
            new.iter().for_each(|it| change += it.size());
            usage::write(db, Tier::Rollup(*resolution), change, 0).await?;
            changes.push((Tier::Rollup(*resolution), change));
        }
        Ok(changes)
    })
    .await?;
    changes.into_iter().for_each(|(tier, change)| storage.add(tier, change));
    Ok(())
}
