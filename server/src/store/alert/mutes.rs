//! The tables of mutes and maintenance windows.

use contract::alert::MuteId;
use sqlx::SqliteConnection;

/// Counts a message that a mute has held back.
///
/// # Errors
/// When the store can't be written.
pub(crate) async fn count_hidden(db: &mut SqliteConnection, id: MuteId) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE mute SET hidden = hidden + 1 WHERE id = ?").bind(id).execute(db).await.map(drop)
}
