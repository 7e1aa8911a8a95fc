//! Builds the filters of blocks at rest, and their shelves, app by app, beside the writer: reading
//! and packing some megabytes takes longer than a commit may wait. The writer stores what is built.
//!
//! An app's blocks are taken in the order of their receipt, after those of its newest group. Blocks
//! that came to it from another app are older than that and stay without a group.

use std::{collections::BTreeMap, time::Duration};

use pipeline::{level, mask};
use tokio::{
    sync::mpsc,
    time::{Instant, sleep},
};

use super::retention::{REST_AFTER, millis};
use crate::{
    clock::now_ms,
    store::{
        Store,
        log::{block_lines::BlockLines, compiled_query::kind, missed},
        words::{
            self, BLOCKS_MAX, BlockCounts, Built, BuiltGroup, BuiltShelf, FilterBuilder, GROUPS_MAX, GroupTexts,
            Receipt,
        },
    },
};

/// Groups or shelves that wait for the writer.
pub(crate) const GROUPS_WAITING_MAX: usize = 1;
/// Most bytes of the lines of a group, unless it is one block.
const GROUP_BYTES_MAX: usize = 16 << 20;
/// Time between two looks at every app. With a thousand apps a look is a thousand queries.
const LOOK_EVERY: Duration = Duration::from_secs(60);
/// Time before the next try after an error.
const RETRY_AFTER: Duration = Duration::from_secs(10);

/// Builds groups until the writer is gone.
pub(crate) async fn run(store: Store, built: mpsc::Sender<Built>) {
    let mut builder = Builder { store, reached: BTreeMap::new(), shelved: BTreeMap::new() };
    loop {
        let begun = Instant::now();
        let rest = match builder.look(&built).await {
            Ok(()) => LOOK_EVERY.saturating_sub(begun.elapsed()),
            Err(error) => {
                tracing::warn!(%error, "blocks can't be read for their filters");
                RETRY_AFTER
            }
        };
        tokio::select! {
            () = sleep(rest) => {}
            () = built.closed() => return,
        }
    }
}

struct Builder {
    store: Store,
    /// How far each app has come: the last block that was taken.
    reached: BTreeMap<i64, Receipt>,
    /// The last group of each app that was put on a shelf. The writer may not have stored it yet.
    shelved: BTreeMap<i64, i64>,
}

impl Builder {
    /// Builds every group that can be built.
    async fn look(&mut self, built: &mpsc::Sender<Built>) -> Result<(), sqlx::Error> {
        let sql = "SELECT id FROM app WHERE removed_ms IS NULL AND merged_into IS NULL";
        let apps: Vec<i64> = sqlx::query_scalar(sql).fetch_all(&self.store.readers).await?;
        self.reached.retain(|app, _| apps.contains(app));
        self.shelved.retain(|app, _| apps.contains(app));
        for app in apps {
            while let Some(group) = self.next_group(app).await? {
                if built.send(Built::Group(group)).await.is_err() {
                    return Ok(());
                }
            }
            while let Some(shelf) = self.next_shelf(app).await? {
                let after = shelf.last_group();
                if built.send(Built::Shelf(shelf)).await.is_err() {
                    return Ok(());
                }
                self.shelved.insert(app, after);
            }
        }
        Ok(())
    }

    /// The next group of an app; `None` if there are too few blocks.
    async fn next_group(&mut self, app: i64) -> Result<Option<BuiltGroup>, sqlx::Error> {
        let Receipt { received_ms, block } = self.reached(app).await?;
        let sql = "SELECT received_ms, id FROM block WHERE app_id = ? AND (received_ms, id) > (?, ?)
                       AND received_ms < ? AND body IS NOT NULL ORDER BY received_ms, id LIMIT ?";
        let ids = sqlx::query_as(sql)
            .bind(app)
            .bind(received_ms)
            .bind(block)
            .bind(now_ms() - millis(REST_AFTER))
            .bind(BLOCKS_MAX as i64);
        let ids: Vec<(i64, i64)> = ids.fetch_all(&self.store.readers).await?;
        if ids.len() < BLOCKS_MAX {
            return Ok(None);
        }
        let mut bodies = vec![];
        let mut bytes = 0;
        for (received_ms, block) in ids {
            if let Some(body) = missed::block(&self.store, block).await? {
                bytes += body.bytes.len();
                if bytes > GROUP_BYTES_MAX && !bodies.is_empty() {
                    break;
                }
                bodies.push(body);
            }
            self.reached.insert(app, Receipt { received_ms, block });
        }
        Ok(tokio::task::spawn_blocking(move || build(app, &bodies)).await.ok())
    }

    /// The next shelf of an app; `None` if there are too few groups.
    async fn next_shelf(&self, app: i64) -> Result<Option<BuiltShelf>, sqlx::Error> {
        let after = self.shelved.get(&app).copied().unwrap_or(0);
        let sql = "SELECT id FROM word_group WHERE app_id = ? AND shelf_id IS NULL AND id > ? AND mask_version = ?
                   ORDER BY id LIMIT ?";
        let ids = sqlx::query_scalar(sql).bind(app).bind(after).bind(mask::VERSION).bind(GROUPS_MAX as i64);
        let ids: Vec<i64> = ids.fetch_all(&self.store.readers).await?;
        if ids.len() < GROUPS_MAX {
            return Ok(None);
        }
        let sql = "SELECT id, texts FROM word_group WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id";
        let ids = serde_json::to_string(&ids).unwrap_or_default();
        let groups: Vec<GroupTexts> = sqlx::query_as(sql).bind(ids).fetch_all(&self.store.readers).await?;
        Ok(tokio::task::spawn_blocking(move || BuiltShelf::new(app, &groups)).await.ok())
    }

    async fn reached(&mut self, app: i64) -> Result<Receipt, sqlx::Error> {
        if let Some(reached) = self.reached.get(&app) {
            return Ok(*reached);
        }
        let reached = words::last_grouped(&self.store.readers, app, i64::MAX).await?;
        self.reached.insert(app, reached);
        Ok(reached)
    }
}

fn build(app_id: i64, blocks: &[BlockLines]) -> BuiltGroup {
    let (mut builder, mut counted) = (FilterBuilder::new(), vec![]);
    for block in blocks {
        builder.next_block();
        let mut counts = BlockCounts::new(block.number, block.received_ms);
        for it in block.lines() {
            counts.add(it.at_ms, kind(&it.line), level::of(&it.line));
            builder.add(it.line.msg);
        }
        counted.push(counts);
    }
    BuiltGroup::new(app_id, counted, builder)
}
