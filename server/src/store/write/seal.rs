//! Sealing minutes. A snapshot of the rows is taken right after a checkpoint, by the writer: then
//! the rows hold everything that was counted, and whatever is counted later is late.
//!
//! The file learns of a sealed minute with the totals that include it. Until then what is late for
//! it is in its row as well, and is dropped when that row is read anew.

use sqlx::SqliteConnection;

use crate::store::{Store, aggregates::Aggregates, remote::totals, seals::Wanted};

/// Grants a wish, if there is one. The caller has just written a checkpoint, and counts nothing
/// meanwhile.
///
/// # Errors
/// When the store can't be used; the wish then ends unanswered.
pub(crate) async fn grant(db: &mut SqliteConnection, aggregates: &Aggregates) -> Result<(), sqlx::Error> {
    let Some(Wanted { to_s, mut reading, reply }) = aggregates.seals.take() else { return Ok(()) };
    forget_read_anew(db).await?;
    sqlx::query("BEGIN").execute(&mut reading).await?;
    // A deferred transaction takes its snapshot at its first read.
    let _snapshot: i64 = sqlx::query_scalar("SELECT block_id FROM checkpoint").fetch_one(&mut reading).await?;
    aggregates.open_cells.lock().seal(to_s);
    // Who wished may be gone since.
    let _gone = reply.send(reading);
    Ok(())
}

/// Goes on where the process before ended. Called before anything is counted.
///
/// # Errors
/// When the store can't be used.
pub(crate) async fn resume(store: &Store, aggregates: &Aggregates) -> Result<(), sqlx::Error> {
    let mut db = store.connect().await?;
    if let Some(cursor) = totals::cursor(&mut db).await? {
        forget_read_anew(&mut db).await?;
        aggregates.open_cells.lock().seal(cursor.sealed_s);
    }
    Ok(())
}

/// Forgets what is late for minutes whose rows, which have it too, are still to be read.
async fn forget_read_anew(db: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    let sql = "DELETE FROM remote_late WHERE bucket_s > (SELECT sealed_s FROM remote_write)";
    sqlx::query(sql).execute(db).await.map(drop)
}
