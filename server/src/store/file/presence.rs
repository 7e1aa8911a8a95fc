//! Whether the database file is still what stands at its path. An open file can be renamed, deleted or written over without its user
//! being told, and whatever is written to it then is lost.
//!
//! The writer looks before each commit, and a task looks now and then for the sake of those who wait. As long as the file is away
//! nothing is written to it, and what was counted stays in memory; once the same file is back, all goes on.

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

/// Time between two looks of the task.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Files beside the database that SQLite keeps open as long as we do.
const BESIDE: [&str; 2] = ["-wal", "-shm"];

/// Looks after one database.
#[derive(Debug)]
pub struct Presence {
    path: PathBuf,
    database: &'static File,
    id: FileId,
    seen: Mutex<Seen>,
    available: Arc<Availability>,
}

/// What earlier looks found.
#[derive(Debug, Default)]
struct Seen {
    /// What the files beside it are, once they were there.
    beside: [Option<FileId>; BESIDE.len()],
    /// Looks of the task since it is away.
    away: u32,
    /// How the file was some time after it went away: what was on its way then has been written.
    left: Option<(u64, SystemTime)>,
    changed: bool,
}

impl Presence {
    /// Of a database that is locked.
    ///
    /// # Errors
    /// When it can't be looked at.
    pub fn new(path: &Path, lock: &Lock, available: Arc<Availability>) -> std::io::Result<Self> {
        let id = FileId::of(&lock.database.metadata()?);
        Ok(Self { path: canonical(path), database: lock.database, id, seen: Mutex::default(), available })
    }

    /// What the door is told.
    #[must_use]
    pub fn available(&self) -> &Availability {
        &self.available
    }

    /// Looks whether the file may be written to; cheap enough to be asked before each commit.
    pub fn look(&self) -> bool {
        let mut seen = self.lock();
        let found = self.find(&mut seen);
        if found.is_none() {
            (seen.away, seen.left) = (0, None);
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

    /// The task's look: also remembers how the file was left, and how much space there is.
    fn look_around(&self) {
        if !self.look() {
            let mut seen = self.lock();
            seen.away += 1;
            if seen.away == 2 && seen.left.is_none() {
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

/// Looks now and then, until the token is cancelled.
pub async fn keep_looking(presence: Arc<Presence>, stop: CancellationToken) {
    let mut looks = interval(LOOK_EVERY);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = looks.tick() => presence.look_around(),
        }
    }
}
