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
    Ok(gated_transaction(db, std::future::ready(()), run).await?.1)
}

/// Does the same behind a gate, which is entered between the statements and their commit. Its guard
/// comes with what they gave, so that memory can follow before anybody reads both.
///
/// # Errors
/// As for [`transaction`].
pub(crate) async fn gated_transaction<G, T>(
    db: &mut SqliteConnection,
    gate: impl Future<Output = G>,
    run: impl AsyncFnOnce(&mut SqliteConnection) -> Result<T, sqlx::Error>,
) -> Result<(G, T), sqlx::Error> {
    sqlx::query("BEGIN IMMEDIATE").execute(&mut *db).await?;
    let done = match run(&mut *db).await {
        Ok(done) => done,
        Err(error) => {
            rollback(db).await;
            return Err(error);
        }
    };
    let guard = gate.await;
    if let Err(error) = sqlx::query("COMMIT").execute(&mut *db).await {
        rollback(db).await;
        return Err(error);
    }
    Ok((guard, done))
}

/// Rolls back an open transaction. When the rollback fails, none was open, so the error is only
/// logged.
async fn rollback(db: &mut SqliteConnection) {
    if let Err(error) = sqlx::query("ROLLBACK").execute(db).await {
        tracing::debug!(%error, "nothing to roll back");
    }
}
