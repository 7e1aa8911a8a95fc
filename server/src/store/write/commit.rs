//! One commit of several batches, and what each sender and tail is told of it. What a committed
//! batch changes in memory is decided by the writer.

use std::sync::Arc;

use sqlx::SqliteConnection;
use tokio::sync::broadcast;

use super::{app_index::AppIndex, blocks};
use crate::receiver::{
    Batch, CommitResult,
    batch::{COMMITTED_BYTES_MAX, CommittedBatch, StoreError},
};

/// What became of one batch: the id of its block, `None` when the batch was in the store already,
/// or why it was refused.
pub(crate) type Inserted = Result<Option<i64>, StoreError>;

/// Inserts the blocks of all batches in one statement, which is one commit.
///
/// # Errors
/// When the store can't be written; then no batch was inserted.
pub(crate) async fn insert(
    db: &mut SqliteConnection,
    app_index: &mut AppIndex,
    batches: &mut [Batch],
) -> Result<Vec<Inserted>, sqlx::Error> {
    let mut apps = Vec::with_capacity(batches.len());
    for batch in batches.iter_mut() {
        apps.push(app_index.resolve(db, &mut batch.metadata).await?);
    }
    let kept: Vec<(i64, &Batch)> =
        apps.iter().zip(batches.iter()).filter_map(|(app, batch)| Some(((*app).ok()?, batch))).collect();
    let mut blocks = if kept.is_empty() { vec![] } else { blocks::insert(db, &kept).await? }.into_iter();
    Ok(apps.iter().map(|app| app.map(|_| blocks.next().flatten())).collect())
}

/// Resolves the receipt of a batch. A sender that has left needs no answer: it will send the batch
/// again under the same id.
pub(crate) fn resolve(batch: Batch, result: CommitResult) {
    let _left = batch.receipt.send(result);
    batch.reducers.recycle(batch.delta);
}

/// Sends a committed batch to the tails, with its body unless that is large.
pub(crate) fn publish(tails: &broadcast::Sender<CommittedBatch>, batch: &Batch, block_id: i64) {
    if tails.receiver_count() == 0 {
        return;
    }
    let metadata = &batch.metadata;
    let compressed = (batch.compressed.len() <= COMMITTED_BYTES_MAX).then(|| Arc::from(&*batch.compressed));
    let committed = CommittedBatch {
        app: Arc::clone(&metadata.app),
        block_id,
        received_ms: metadata.received_ms,
        from_logplex: metadata.from_logplex,
        lines: batch.delta.lines,
        compressed,
    };
    // The last tail may have left since.
    let _left = tails.send(committed);
}

/// Makes a commit that changes nothing.
///
/// # Errors
/// When the store can't be written.
pub(crate) async fn test(db: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE checkpoint SET lines = lines WHERE id = 1").execute(db).await.map(drop)
}
