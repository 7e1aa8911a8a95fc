//! A connection that one task keeps for itself: opened when it is first needed, and again after a
//! failure.

use sqlx::SqliteConnection;

use crate::store::Store;

/// A connection that is opened when it is needed.
#[derive(Debug)]
pub(crate) struct KeptConnection {
    store: Store,
    connection: Option<SqliteConnection>,
}

impl KeptConnection {
    /// Not connected yet.
    #[must_use]
    pub(crate) const fn new(store: Store) -> Self {
        Self { store, connection: None }
    }

    /// Runs statements. After an error, or when the caller stops waiting, the connection is closed,
    /// and the next statements get a new one.
    ///
    /// # Errors
    /// When the file can't be opened, or what `run` returns.
    pub(crate) async fn run<T>(
        &mut self,
        run: impl AsyncFnOnce(&mut SqliteConnection) -> Result<T, sqlx::Error>,
    ) -> Result<T, sqlx::Error> {
        let mut db = match self.connection.take() {
            Some(kept) => kept,
            None => self.store.connect().await?,
        };
        let done = run(&mut db).await?;
        self.connection = Some(db);
        Ok(done)
    }
}
