//! Groups as rows: written by the writer, one in a transaction, and read newest first.
//!
//! A group's rows go with its last block: triggers of the schema delete them when bodies are
//! deleted and when blocks move to another app.

use std::ops::Range;

use pipeline::mask;
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::{
    counts::{self, BlockCounts},
    dictionary::Missing,
    group::{FilterBuilder, FilterReader, StoredFilter},
    wanted::Wanted,
};
use crate::store::{
    Store,
    file::{
        transaction::transaction,
        usage::{self, SizeChange, StorageUsage, Tier},
    },
};

/// What the rows of a group take besides their blobs, and those of each of its blocks, bytes.
const GROUP_BYTES: usize = 120;
const BLOCK_BYTES: usize = 24;

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

/// Stores a group, as far as its blocks are still there.
///
/// # Errors
/// When the store can't be written.
pub(crate) async fn insert(
    db: &mut SqliteConnection,
    usage: &StorageUsage,
    group: &BuiltGroup,
) -> Result<(), sqlx::Error> {
    let last_receipt = group.blocks.iter().map(|it| it.received_ms).max();
    let oldest_line = group.blocks.iter().map(|it| it.lines_ms[0]).min();
    let Some((to_ms, first_ms)) = last_receipt.zip(oldest_line) else { return Ok(()) };
    let counts = counts::encode(&group.blocks);
    let filter = group.filter.as_ref();
    let blobs = counts.len() + filter.map_or(0, |it| it.words.texts.len() + it.words.blocks.len() + it.hashes.len());
    // Each of its blocks takes its share of them along.
    let share = (blobs + GROUP_BYTES).div_ceil(group.blocks.len()) + BLOCK_BYTES;
    let ids: Vec<i64> = group.blocks.iter().map(|it| it.block).collect();
    let ids = serde_json::to_string(&ids).unwrap_or_default();
    let change = transaction(db, async |db| {
        let sql = "INSERT INTO word_group (app_id, mask_version, to_ms, first_ms, block_bytes, counts, hex_blocks,
                       other_blocks, texts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
        let inserted = sqlx::query(sql)
            .bind(group.app_id)
            .bind(mask::VERSION)
            .bind(to_ms)
            .bind(first_ms)
            .bind(share as i64)
            .bind(counts)
            .bind(filter.map(|it| it.hashed[0].cast_signed()))
            .bind(filter.map(|it| it.hashed[1].cast_signed()))
            .bind(filter.map(|it| &it.words.texts));
        let id = inserted.execute(&mut *db).await?.last_insert_rowid();
        if let Some(filter) = filter {
            let sql = "INSERT INTO word_detail (group_id, text_blocks, hashes) VALUES (?, ?, ?)";
            let insert = sqlx::query(sql).bind(id).bind(&filter.words.blocks).bind(&filter.hashes);
            insert.execute(&mut *db).await?;
        }
        let sql = "INSERT OR IGNORE INTO word_block (block_id, group_id) SELECT block.id, ?1 FROM json_each(?2)
                       CROSS JOIN block ON block.id = value WHERE app_id = ?3 AND body IS NOT NULL";
        let of_blocks = sqlx::query(sql).bind(id).bind(ids).bind(group.app_id);
        let n_blocks = of_blocks.execute(&mut *db).await?.rows_affected();
        if n_blocks == 0 {
            sqlx::query("DELETE FROM word_group WHERE id = ?").bind(id).execute(&mut *db).await?;
        }
        let change = SizeChange { rows: 0, bytes: n_blocks as i64 * share as i64 };
        usage::write(db, Tier::Logs, change, 0).await?;
        Ok(change)
    });
    usage.add(Tier::Logs, change.await?);
    Ok(())
}

/// A group that is being looked up.
pub(super) struct StoredGroup {
    id: i64,
    /// When its last block arrived, unix milliseconds.
    pub(super) to_ms: i64,
    /// `None` where it can't be used: then every block may have what is wanted.
    filter: Option<FilterReader>,
    counts: Vec<u8>,
}

/// Texts are the most of a row, and are not read where no filter is needed.
const GROUPS: &str =
    "SELECT id, to_ms, mask_version, counts, hex_blocks, other_blocks, CASE WHEN ?8 THEN texts END AS texts
    FROM word_group WHERE app_id = (SELECT id FROM app WHERE name = ?1) AND to_ms >= ?2 AND first_ms < ?3
        AND (to_ms, id) < (?4, ?5) AND id <= ?6 ORDER BY to_ms DESC, id DESC LIMIT ?7";

/// A place in the order of groups.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) to_ms: i64,
    pub(super) id: i64,
}

/// Which groups are read at once.
#[derive(Clone, Copy, Debug)]
pub(super) struct Page {
    /// Only groups before this place.
    pub(super) before: Place,
    /// No group with a greater id.
    pub(super) newest: i64,
    /// Whether their filters are read too.
    pub(super) needs_filter: bool,
    /// How many at most.
    pub(super) limit: i64,
}

/// The next groups whose blocks may have lines of a span of unix milliseconds.
///
/// # Errors
/// If the store can't be read.
pub(super) async fn groups(
    store: &Store,
    app: &str,
    span_ms: &Range<i64>,
    page: Page,
) -> Result<Vec<StoredGroup>, sqlx::Error> {
    let rows = sqlx::query(GROUPS)
        .bind(app)
        .bind(span_ms.start)
        .bind(span_ms.end)
        .bind(page.before.to_ms)
        .bind(page.before.id)
        .bind(page.newest)
        .bind(page.limit)
        .bind(page.needs_filter);
    rows.fetch_all(&store.readers).await?.iter().map(StoredGroup::read).collect()
}

impl StoredGroup {
    fn read(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        let texts: Option<Vec<u8>> = row.try_get("texts")?;
        // Other rules of masking may show other words.
        let is_known = row.try_get::<i64, _>("mask_version")? == mask::VERSION;
        let filter = match texts.filter(|_| is_known) {
            Some(texts) => {
                let mask = |name| row.try_get::<i64, _>(name).map(i64::cast_unsigned);
                FilterReader::open([mask("hex_blocks")?, mask("other_blocks")?], &texts)
            }
            None => None,
        };
        Ok(Self { id: row.try_get("id")?, to_ms: row.try_get("to_ms")?, filter, counts: row.try_get("counts")? })
    }

    /// Its place in the order of groups.
    pub(super) const fn place(&self) -> Place {
        Place { to_ms: self.to_ms, id: self.id }
    }

    /// The blocks that may have what is wanted.
    ///
    /// # Errors
    /// If the store can't be read.
    pub(super) async fn candidates(mut self, store: &Store, wanted: &Wanted) -> Result<Vec<BlockCounts>, sqlx::Error> {
        let mut found = u64::MAX;
        while let Some(filter) = &mut self.filter {
            match filter.blocks_of(wanted) {
                Ok(blocks) => {
                    found = blocks;
                    break;
                }
                // `None` where the group has just been deleted.
                Err(missing) => match fetch(store, self.id, missing).await? {
                    Some(bytes) => filter.take(missing, bytes),
                    None => self.filter = None,
                },
            }
        }
        if found == 0 {
            return Ok(vec![]);
        }
        let damaged = || sqlx::Error::Decode("expected the blocks of a group, found other bytes".into());
        let blocks = counts::decode(&self.counts).ok_or_else(damaged)?;
        let is_found = |place: usize| found & 1_u64.unbounded_shl(u32::try_from(place).unwrap_or(u32::MAX)) != 0;
        Ok(blocks.into_iter().enumerate().filter(|it| is_found(it.0)).map(|it| it.1).collect())
    }
}

async fn fetch(store: &Store, group: i64, missing: Missing) -> Result<Option<Vec<u8>>, sqlx::Error> {
    let sql = match missing {
        Missing::TextBlocks => "SELECT text_blocks FROM word_detail WHERE group_id = ?",
        Missing::Hashes => "SELECT hashes FROM word_detail WHERE group_id = ?",
    };
    sqlx::query_scalar(sql).bind(group).fetch_optional(&store.readers).await
}
