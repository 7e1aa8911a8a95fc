//! One row a batch: the durability, the memory of batch ids, and the raw lines at once.

use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use crate::receiver::batch::{Batch, Source};

/// A kept batch, read back.
#[derive(Debug)]
pub struct Block {
    /// Its number; later blocks have greater ones.
    pub id: i64,
    /// Where it came from.
    pub source: Source,
    /// The packed body.
    pub packed: Vec<u8>,
}

/// Writes a block; `None` when its batch is there already.
///
/// # Errors
/// When the store can't be written.
pub async fn insert(db: &mut SqliteConnection, app_id: i64, batch: &Batch) -> Result<Option<i64>, sqlx::Error> {
    let source = &batch.source;
    sqlx::query_scalar(
        "INSERT INTO block (drain_id, app_id, batch_id, received_ms, from_logplex, prefix, source_prefix, lines, body_bytes, body)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (drain_id, batch_id) WHERE batch_id IS NOT NULL DO NOTHING RETURNING id",
    )
    .bind(source.drain_id)
    .bind(app_id)
    .bind(source.batch_id.as_deref())
    .bind(source.received_ms)
    .bind(source.from_logplex)
    .bind(&source.prefix)
    .bind(&source.source_prefix)
    .bind(i64::try_from(batch.delta.lines).unwrap_or(i64::MAX))
    .bind(i64::try_from(batch.body_bytes).unwrap_or(i64::MAX))
    .bind(&batch.packed)
    .fetch_optional(db)
    .await
}

/// The next blocks with a body, in order, after block `after` and not received before `since_ms`.
///
/// # Errors
/// When the store can't be read.
pub async fn next(db: &mut SqliteConnection, after: i64, since_ms: i64, limit: i64) -> Result<Vec<Block>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT block.id, drain_id, app.name AS app, batch_id, received_ms, from_logplex, prefix, source_prefix, body
         FROM block JOIN app ON app.id = block.app_id
         WHERE block.id > ? AND received_ms >= ? AND body IS NOT NULL ORDER BY block.id LIMIT ?",
    );
    rows.bind(after).bind(since_ms).bind(limit).fetch_all(db).await?.iter().map(read).collect()
}

fn read(row: &SqliteRow) -> Result<Block, sqlx::Error> {
    let source = Source {
        drain_id: row.try_get("drain_id")?,
        app: row.try_get::<String, _>("app")?.into(),
        batch_id: row.try_get("batch_id")?,
        received_ms: row.try_get("received_ms")?,
        from_logplex: row.try_get("from_logplex")?,
        prefix: row.try_get("prefix")?,
        source_prefix: row.try_get("source_prefix")?,
    };
    Ok(Block { id: row.try_get("id")?, source, packed: row.try_get("body")? })
}
