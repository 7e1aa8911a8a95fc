//! The record of who changed what: the newest changes alone.

use sqlx::{SqliteConnection, SqlitePool};
use tokio::sync::mpsc;

use crate::{
    access::audit::{Entry, WAITING_MAX},
    store::Store,
};

/// Most changes that are kept.
pub(crate) const CHANGES_MAX: i64 = 10_000;

/// A change, as lists show it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct ChangeRow {
    pub at_ms: i64,
    pub who: String,
    pub address: String,
    pub what: String,
}

/// The newest changes.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn newest(db: &SqlitePool, limit: i64) -> Result<Vec<ChangeRow>, sqlx::Error> {
    let query = sqlx::query_as("SELECT at_ms, who, address, what FROM audit ORDER BY id DESC LIMIT ?");
    query.bind(limit).fetch_all(db).await
}

/// Writes entries down as they come, until everybody who records them is gone.
pub(crate) async fn write(store: Store, mut entries: mpsc::Receiver<Entry>) {
    let mut waiting = Vec::new();
    while entries.recv_many(&mut waiting, WAITING_MAX).await > 0 {
        let written = async {
            let mut db = store.connect().await?;
            for entry in waiting.drain(..) {
                add(&mut db, &entry).await?;
            }
            let sql = "DELETE FROM audit WHERE id <= (SELECT max(id) FROM audit) - ?";
            sqlx::query(sql).bind(CHANGES_MAX).execute(&mut db).await
        };
        if let Err(error) = written.await {
            tracing::error!(%error, "changes could not be written down");
        }
        waiting.clear();
    }
}

/// Writes an entry down.
///
/// # Errors
/// When the store can't be written.
pub(crate) async fn add(db: &mut SqliteConnection, entry: &Entry) -> Result<(), sqlx::Error> {
    let address = entry.from.map(|it| it.to_canonical().to_string()).unwrap_or_default();
    let query = sqlx::query("INSERT INTO audit (at_ms, who, address, what) VALUES (?, ?, ?, ?)");
    query.bind(entry.at_ms).bind(&entry.who).bind(address).bind(&entry.what).execute(db).await.map(drop)
}
