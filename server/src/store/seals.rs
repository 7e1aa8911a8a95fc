//! The wish for a snapshot of the rows in which minutes are sealed: everything that was counted for
//! them is in their rows, and whatever is counted later is known to be late. `write/seal` grants
//! it.

use std::sync::{Mutex, PoisonError};

use sqlx::SqliteConnection;
use tokio::sync::oneshot;

/// A wish for a snapshot in which all minutes up to one are sealed.
#[derive(Debug)]
pub(crate) struct Wanted {
    pub to_s: i64,
    pub reading: SqliteConnection,
    pub reply: oneshot::Sender<SqliteConnection>,
}

/// The wish that waits for the next checkpoint; there is one who wishes.
#[derive(Debug, Default)]
pub(crate) struct Seals(Mutex<Option<Wanted>>);

impl Seals {
    /// Waits for a snapshot with minutes up to `to_s` sealed. `reading` comes back inside a
    /// transaction that sees it; `None` where it could not be taken.
    pub(crate) async fn snapshot(&self, to_s: i64, reading: SqliteConnection) -> Option<SqliteConnection> {
        let (reply, answer) = oneshot::channel();
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Wanted { to_s, reading, reply });
        answer.await.ok()
    }

    /// Whether there is a wish: it waits for a checkpoint.
    pub(crate) fn is_wanted(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// The wish, if there is one.
    pub(crate) fn take(&self) -> Option<Wanted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
