//! Runs several statements as one write transaction.

use sqlx::SqliteConnection;

/// Runs statements as one commit; when one fails, none takes effect.
///
/// # Errors
/// When a statement or the commit fails; the transaction is then rolled back.
pub(crate) async fn transaction<T>(
    db: &mut SqliteConnection,
    run: impl AsyncFnOnce(&mut SqliteConnection) -> Result<T, sqlx::Error>,
) -> Result<T, sqlx::Error> {
    sqlx::query("BEGIN IMMEDIATE").execute(&mut *db).await?;
    let ran = run(&mut *db).await;
    let ended = match ran {
        Ok(done) => sqlx::query("COMMIT").execute(&mut *db).await.map(|_| done),
        Err(error) => Err(error),
    };
    if ended.is_err() {
        rollback(db).await;
    }
    ended
}

/// Rolls back an open transaction. When the rollback fails, none was open, so the error is only
/// logged.
pub(crate) async fn rollback(db: &mut SqliteConnection) {
    if let Err(error) = sqlx::query("ROLLBACK").execute(db).await {
        tracing::debug!(%error, "nothing to roll back");
    }
}
