//! Checks that the database file is still the file at its path. An open file can be renamed,
//! deleted or overwritten without its user noticing, and everything written to it then is lost.
//!
//! The writer checks before each commit, and a task checks twice a second so that senders learn of
//! a change although nothing is committed. While the file is away, nothing is written to it, and
//! counts stay in memory. Once the same file is back, everything goes on.

use std::{
    fs::{File, Metadata},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::{
    lock::{FileId, Lock, canonical},
    permissions,
};
use crate::receiver::availability::{Availability, Unavailable};

/// Time between two checks of the task.
const CHECK_EVERY: Duration = Duration::from_millis(500);
/// Files beside the database that SQLite keeps open as long as the database.
const BESIDE: [&str; 2] = ["-wal", "-shm"];

/// Watches over one database file.
#[derive(Debug)]
pub(crate) struct Presence {
    path: PathBuf,
    database: &'static File,
    id: FileId,
    seen: Mutex<Seen>,
    available: Arc<Availability>,
}

/// What earlier checks found.
#[derive(Debug, Default)]
struct Seen {
    /// The files beside the database, once they existed.
    beside: [Option<FileId>; BESIDE.len()],
    /// Checks of the task since the file is away.
    away_checks: u32,
    /// Length and time of change of the file some time after it went away, when writes that were
    /// under way had ended.
    left: Option<(u64, SystemTime)>,
    /// Whether the file was written to while it was away.
    changed: bool,
}

impl Presence {
    /// Begins to watch a locked database.
    ///
    /// # Errors
    /// When the metadata of the file can't be read.
    pub(crate) fn new(path: &Path, lock: &Lock, available: Arc<Availability>) -> std::io::Result<Self> {
        let id = FileId::of(&lock.database.metadata()?);
        Ok(Self { path: canonical(path), database: lock.database, id, seen: Mutex::default(), available })
    }

    /// Where the result of each check is set, for the receiver and the probes.
    #[must_use]
    pub(crate) fn available(&self) -> &Availability {
        &self.available
    }

    /// Whether the file may be written to; cheap enough to be called before each commit.
    pub(crate) fn check(&self) -> bool {
        let mut seen = self.lock();
        let found = self.find(&mut seen);
        if found.is_none() {
            (seen.away_checks, seen.left) = (0, None);
        }
        if self.available.set(found) {
            match found {
                Some(why) => {
                    tracing::error!(file = %self.path.display(), %why, "nothing is taken in; senders are told to try again");
                }
                None => {
                    tracing::info!(file = %self.path.display(), "the database file is back; batches are taken in again");
                }
            }
        }
        found.is_none()
    }

    fn find(&self, seen: &mut Seen) -> Option<Unavailable> {
        match std::fs::metadata(&self.path) {
            Err(_) => return Some(Unavailable::Missing),
            Ok(found) if FileId::of(&found) != self.id => return Some(Unavailable::Replaced),
            Ok(found) => {
                let changed = seen.left.is_some_and(|it| state(&found) != Some(it));
                seen.changed |= changed;
            }
        }
        if seen.changed {
            return Some(Unavailable::Changed);
        }
        for (ending, known) in BESIDE.iter().zip(&mut seen.beside) {
            let found = std::fs::metadata(permissions::beside(&self.path, ending)).ok().map(|it| FileId::of(&it));
            if known.is_some() && *known != found {
                return Some(Unavailable::LogGone);
            }
            *known = found;
        }
        None
    }

    /// The check of the task, which also records the file's state once it is away, and the free
    /// space of the disk.
    fn check_and_measure(&self) {
        if !self.check() {
            let mut seen = self.lock();
            seen.away_checks += 1;
            if seen.away_checks == 2 && seen.left.is_none() {
                seen.left = self.database.metadata().ok().as_ref().and_then(state);
            }
        }
        if let Some(folder) = self.path.parent()
            && let Ok(found) = rustix::fs::statvfs(folder)
        {
            self.available.set_free_bytes(found.f_bavail.saturating_mul(found.f_frsize));
        }
    }

    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn state(found: &Metadata) -> Option<(u64, SystemTime)> {
    Some((found.len(), found.modified().ok()?))
}

/// Checks at intervals, until the token is cancelled.
pub(crate) async fn keep_checking(presence: Arc<Presence>, stop: CancellationToken) {
    let mut checks = interval(CHECK_EVERY);
    checks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = checks.tick() => presence.check_and_measure(),
        }
    }
}
