//! Blocks: one row for each batch. The row makes the batch durable, keeps its batch id known, and
//! holds its raw lines.

use std::collections::VecDeque;

use pipeline::mask;
use rustc_hash::FxHashMap;
use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection, sqlite::SqliteRow};

use crate::{
    receiver::batch::{Batch, BatchMetadata},
    store::file::{
        transaction::transaction,
        usage::{self, SizeChange, StorageUsage, Tier},
    },
};

/// A stored batch, read back.
#[derive(Debug)]
pub(crate) struct Block {
    /// Id of the block; later blocks have greater ids.
    pub id: i64,
    /// Everything besides the body that influences how it is counted.
    pub metadata: BatchMetadata,
    /// The version of the rules by which its body was masked.
    pub mask_version: i64,
    /// The body, compressed.
    pub compressed: Vec<u8>,
}

/// Inserts blocks with one statement, which is one commit. Returns the id of each block, `None` for
/// a batch that was in the store already.
///
/// # Errors
/// When the store can't be written; then no block was inserted.
pub(crate) async fn insert(
    db: &mut SqliteConnection,
    batches: &[(i64, &Batch)],
) -> Result<Vec<Option<i64>>, sqlx::Error> {
    let mut query: QueryBuilder<Sqlite> = QueryBuilder::new(
        "INSERT INTO block (drain_id, app_id, batch_id, received_ms, from_logplex, prefix, source_prefix, lines, body_bytes, body, first_ms, mask_version) ",
    );
    query.push_values(batches, |mut row, (app_id, batch)| {
        let source = &batch.metadata;
        row.push_bind(source.drain_id)
            .push_bind(*app_id)
            .push_bind(source.batch_id.as_deref())
            .push_bind(source.received_ms)
            .push_bind(source.from_logplex)
            .push_bind(&source.prefix)
            .push_bind(&source.source_prefix)
            .push_bind(i64::try_from(batch.delta.lines).unwrap_or(i64::MAX))
            .push_bind(i64::try_from(batch.body_bytes).unwrap_or(i64::MAX))
            .push_bind(&batch.compressed)
            .push_bind(batch.delta.oldest_ms)
            .push_bind(mask::VERSION);
    });
    query.push(
        " ON CONFLICT (drain_id, batch_id) WHERE batch_id IS NOT NULL DO NOTHING RETURNING id, drain_id, batch_id",
    );
    let rows: Vec<(i64, i64, Option<String>)> = query.build_query_as().fetch_all(db).await?;
    let (mut named, mut nameless) = (FxHashMap::default(), VecDeque::new());
    for (id, drain_id, batch_id) in rows {
        match batch_id {
            Some(batch_id) => _ = named.insert((drain_id, batch_id), id),
            None => nameless.push_back(id),
        }
    }
    // Ids rise in the order of the statement's rows; SQLite may return them in another order.
    nameless.make_contiguous().sort_unstable();
    // When the same batch is twice in one statement, the first one is stored.
    let number = |(_, batch): &(i64, &Batch)| match &batch.metadata.batch_id {
        Some(batch_id) => named.remove(&(batch.metadata.drain_id, batch_id.clone())),
        None => nameless.pop_front(),
    };
    Ok(batches.iter().map(number).collect())
}

/// The next blocks with a body by id, after block `after`, that were not received before
/// `since_ms`. Those of an app that was merged into another one are that one's.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn next(
    db: &mut SqliteConnection,
    after: i64,
    since_ms: i64,
    limit: i64,
) -> Result<Vec<Block>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT block.id, drain_id, app.name AS app, batch_id, received_ms, from_logplex, prefix, source_prefix, mask_version,
                body
         FROM block JOIN app AS own ON own.id = block.app_id JOIN app ON app.id = coalesce(own.merged_into, own.id)
         WHERE block.id > ? AND received_ms >= ? AND body IS NOT NULL AND app.removed_ms IS NULL ORDER BY block.id LIMIT ?",
    );
    rows.bind(after).bind(since_ms).bind(limit).fetch_all(db).await?.iter().map(read).collect()
}

/// The oldest blocks with a body of an app that were not received before `since_ms`.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn recent_of(
    db: &mut SqliteConnection,
    app_id: i64,
    since_ms: i64,
    limit: i64,
) -> Result<Vec<Block>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT block.id, drain_id, app.name AS app, batch_id, received_ms, from_logplex, prefix, source_prefix, mask_version,
                body
         FROM block JOIN app ON app.id = block.app_id
         WHERE block.app_id = ? AND received_ms >= ? AND body IS NOT NULL ORDER BY received_ms LIMIT ?",
    );
    rows.bind(app_id).bind(since_ms).bind(limit).fetch_all(db).await?.iter().map(read).collect()
}

/// Gives blocks to another app. Their filters of words stay behind.
///
/// # Errors
/// When the store can't be written.
pub(crate) async fn move_to(
    db: &mut SqliteConnection,
    storage: &StorageUsage,
    ids: &[i64],
    app_id: i64,
) -> Result<(), sqlx::Error> {
    let ids = serde_json::to_string(ids).unwrap_or_default();
    let moved = transaction(db, async |db| {
        let sql = "SELECT coalesce(sum(block_bytes), 0) FROM json_each(?) CROSS JOIN word_block ON block_id = value
                   JOIN word_group ON word_group.id = group_id";
        let bytes: i64 = sqlx::query_scalar(sql).bind(&ids).fetch_one(&mut *db).await?;
        let sql = "UPDATE block SET app_id = ? WHERE id IN (SELECT value FROM json_each(?))";
        sqlx::query(sql).bind(app_id).bind(&ids).execute(&mut *db).await?;
        let change = SizeChange { rows: 0, bytes: -bytes };
        usage::write(db, Tier::Logs, change, 0).await?;
        Ok(change)
    });
    storage.add(Tier::Logs, moved.await?);
    Ok(())
}

fn read(row: &SqliteRow) -> Result<Block, sqlx::Error> {
    let metadata = BatchMetadata {
        drain_id: row.try_get("drain_id")?,
        app: row.try_get::<String, _>("app")?.into(),
        batch_id: row.try_get("batch_id")?,
        received_ms: row.try_get("received_ms")?,
        from_logplex: row.try_get("from_logplex")?,
        prefix: row.try_get("prefix")?,
        source_prefix: row.try_get("source_prefix")?,
    };
    let mask_version = row.try_get("mask_version")?;
    Ok(Block { id: row.try_get("id")?, metadata, mask_version, compressed: row.try_get("body")? })
}
