//! One block of a drain with everything that says how it is counted.

use sqlx::SqlitePool;

use super::write::blocks::{self, Block};

/// A block of a drain by its number; `None` when it is not there, is of another drain, or when its
/// body is no longer kept.
///
/// # Errors
/// If the store can't be read.
pub(crate) async fn find(db: &SqlitePool, id: i64, drain_id: i64) -> Result<Option<Block>, sqlx::Error> {
    let mut db = db.acquire().await?;
    let found = blocks::next(&mut db, id.saturating_sub(1), i64::MIN, 1).await?;
    Ok(found.into_iter().find(|it| it.id == id && it.metadata.drain_id == drain_id))
}
