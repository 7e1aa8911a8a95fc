//! Groups and shelves as rows, written by the writer, one in a transaction. How they are read is
//! told in [`super::lookup`].
//!
//! A group's rows go with its last block, and a shelf with its last group: triggers of the schema
//! delete them when bodies are deleted and when blocks move to another app.

use pipeline::mask;
use sqlx::{SqliteConnection, SqliteExecutor};

use super::{
    counts::{self, BlockCounts},
    group::{FilterBuilder, StoredFilter},
    hash::PARTS,
    receipt::Receipt,
    shelf::BuiltShelf,
};
use crate::store::file::{
    transaction::transaction,
    usage::{self, SizeChange, StorageUsage, Tier},
};

/// What the rows of a group take besides their blobs, and those of each of its blocks, bytes.
const GROUP_BYTES: usize = 120 + 16 * PARTS;
const BLOCK_BYTES: usize = 24;
/// What the row of a shelf takes besides its blobs, bytes.
const SHELF_BYTES: usize = 40;

/// What is ready to be stored.
#[derive(Clone, Debug)]
pub(crate) enum Built {
    /// A group.
    Group(BuiltGroup),
    /// A shelf.
    Shelf(BuiltShelf),
}

/// A group that is ready to be stored.
#[derive(Clone, Debug)]
pub(crate) struct BuiltGroup {
    /// The app of its blocks.
    app_id: i64,
    blocks: Vec<BlockCounts>,
    /// `None` where there is no filter: its blocks are always read.
    filter: Option<StoredFilter>,
}

impl BuiltGroup {
    /// Of the blocks of an app, in the order in which they were added to the filter.
    #[must_use]
    pub(crate) fn new(app_id: i64, blocks: Vec<BlockCounts>, filter: FilterBuilder) -> Self {
        Self { app_id, blocks, filter: filter.finish() }
    }
}

/// Stores what was built, as far as its blocks are still there.
///
/// # Errors
/// When the store can't be written.
pub(crate) async fn insert(db: &mut SqliteConnection, usage: &StorageUsage, built: &Built) -> Result<(), sqlx::Error> {
    let change = match built {
        Built::Group(group) => insert_group(db, group).await?,
        Built::Shelf(shelf) => insert_shelf(db, shelf).await?,
    };
    usage.add(Tier::Logs, change);
    Ok(())
}

async fn insert_group(db: &mut SqliteConnection, group: &BuiltGroup) -> Result<SizeChange, sqlx::Error> {
    let last_receipt = group.blocks.iter().map(|it| it.received_ms).max();
    let oldest_line = group.blocks.iter().map(|it| it.lines_ms[0]).min();
    let Some((to_ms, first_ms)) = last_receipt.zip(oldest_line) else { return Ok(SizeChange::default()) };
    let counts = counts::encode(&group.blocks);
    let filter = group.filter.as_ref();
    let blobs = counts.len() + filter.map_or(0, StoredFilter::bytes);
    // Each of its blocks takes its share of them along.
    let share = (blobs + GROUP_BYTES).div_ceil(group.blocks.len()) + BLOCK_BYTES;
    let ids: Vec<i64> = group.blocks.iter().map(|it| it.block).collect();
    let ids = serde_json::to_string(&ids).unwrap_or_default();
    transaction(db, async |db| {
        let before = last_grouped(&mut *db, group.app_id, i64::MAX).await?;
        let sql =
            "INSERT INTO word_group (app_id, mask_version, to_ms, first_ms, block_bytes, hex_blocks, other_blocks,
                       counts, texts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
        let inserted = sqlx::query(sql)
            .bind(group.app_id)
            .bind(mask::VERSION)
            .bind(to_ms)
            .bind(first_ms)
            .bind(share as i64)
            .bind(filter.map(|it| it.hashed[0].cast_signed()))
            .bind(filter.map(|it| it.hashed[1].cast_signed()))
            .bind(counts)
            .bind(filter.map(|it| &it.words.texts));
        let id = inserted.execute(&mut *db).await?.last_insert_rowid();
        if let Some(filter) = filter {
            insert_details(db, id, filter).await?;
        }
        let sql = "INSERT OR IGNORE INTO word_block (block_id, group_id) SELECT block.id, ?1 FROM json_each(?2)
                       CROSS JOIN block ON block.id = value WHERE app_id = ?3 AND body IS NOT NULL";
        let of_blocks = sqlx::query(sql).bind(id).bind(ids).bind(group.app_id);
        let n_blocks = of_blocks.execute(&mut *db).await?.rows_affected();
        if n_blocks == 0 {
            sqlx::query("DELETE FROM word_group WHERE id = ?").bind(id).execute(&mut *db).await?;
        }
        name_skipped(db, group.app_id, before).await?;
        let change = SizeChange { rows: 0, bytes: n_blocks as i64 * share as i64 };
        usage::write(db, Tier::Logs, change, 0).await?;
        Ok(change)
    })
    .await
}

/// The last block of an app that is in a group, of the groups up to this number.
///
/// # Errors
/// If the store can't be read.
pub(crate) async fn last_grouped(
    db: impl SqliteExecutor<'_>,
    app_id: i64,
    newest_group: i64,
) -> Result<Receipt, sqlx::Error> {
    let sql = "SELECT received_ms, block.id FROM word_block JOIN block ON block.id = block_id
               WHERE group_id = (SELECT id FROM word_group WHERE app_id = ? AND id <= ? ORDER BY to_ms DESC, id DESC LIMIT 1)
               ORDER BY received_ms DESC, block.id DESC LIMIT 1";
    let last: Option<(i64, i64)> = sqlx::query_as(sql).bind(app_id).bind(newest_group).fetch_optional(db).await?;
    Ok(last.map_or(Receipt::NEVER, |(received_ms, block)| Receipt { received_ms, block }))
}

/// Names the blocks between the group before and the newest one that are in neither, such as blocks
/// that could not be read when they were grouped: a search takes only what is later, or is named,
/// for blocks without a group.
async fn name_skipped(db: &mut SqliteConnection, app_id: i64, before: Receipt) -> Result<(), sqlx::Error> {
    let last = last_grouped(&mut *db, app_id, i64::MAX).await?;
    let sql =
        "INSERT OR IGNORE INTO word_loose (block_id, app_id, received_ms) SELECT id, app_id, received_ms FROM block
               WHERE app_id = ? AND (received_ms, id) > (?, ?) AND (received_ms, id) <= (?, ?) AND body IS NOT NULL
                   AND NOT EXISTS (SELECT 1 FROM word_block WHERE block_id = block.id)";
    let insert = sqlx::query(sql).bind(app_id).bind(before.received_ms).bind(before.block);
    insert.bind(last.received_ms).bind(last.block).execute(db).await.map(drop)
}

async fn insert_details(db: &mut SqliteConnection, id: i64, filter: &StoredFilter) -> Result<(), sqlx::Error> {
    let sql = "INSERT INTO word_detail (group_id, text_blocks) VALUES (?, ?)";
    sqlx::query(sql).bind(id).bind(&filter.words.blocks).execute(&mut *db).await?;
    for (part, hashes) in filter.hashes.iter().enumerate() {
        let insert = sqlx::query("INSERT INTO word_hash (id, hashes) VALUES (?, ?)");
        insert.bind(part_row(id, part)).bind(hashes).execute(&mut *db).await?;
    }
    Ok(())
}

/// The number of the row of a group that has a part of its hashes.
pub(super) const fn part_row(group: i64, part: usize) -> i64 {
    group * PARTS as i64 + part as i64
}

async fn insert_shelf(db: &mut SqliteConnection, shelf: &BuiltShelf) -> Result<SizeChange, sqlx::Error> {
    let ids = serde_json::to_string(&shelf.groups).unwrap_or_default();
    let words = shelf.words.as_ref();
    let bytes = SHELF_BYTES + ids.len() + words.map_or(0, |it| it.texts.len() + it.blocks.len());
    transaction(db, async |db| {
        let sql = "INSERT INTO word_shelf (group_ids, texts, text_groups) VALUES (?, ?, ?)";
        let insert = sqlx::query(sql).bind(&ids).bind(words.map(|it| &it.texts)).bind(words.map(|it| &it.blocks));
        let id = insert.execute(&mut *db).await?.last_insert_rowid();
        let sql = "SELECT count(*) FROM json_each(?) CROSS JOIN word_block ON group_id = value";
        let n_blocks: i64 = sqlx::query_scalar(sql).bind(&ids).fetch_one(&mut *db).await?;
        let share = (bytes as i64) / n_blocks.max(1) + 1;
        let sql =
            "UPDATE word_group SET shelf_id = ?, block_bytes = block_bytes + ? WHERE app_id = ? AND mask_version = ?
                       AND shelf_id IS NULL AND id IN (SELECT value FROM json_each(?))";
        let of_groups = sqlx::query(sql).bind(id).bind(share).bind(shelf.app_id).bind(shelf.mask_version).bind(&ids);
        if of_groups.execute(&mut *db).await?.rows_affected() == 0 {
            sqlx::query("DELETE FROM word_shelf WHERE id = ?").bind(id).execute(&mut *db).await?;
            return Ok(SizeChange::default());
        }
        let change = SizeChange { rows: 0, bytes: n_blocks * share };
        usage::write(db, Tier::Logs, change, 0).await?;
        Ok(change)
    })
    .await
}
