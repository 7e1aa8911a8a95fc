//! Makes minutes and hours of finer buckets, once they are over. What comes later for them is added
//! by the checkpoint that writes it.
//!
//! An app's buckets and its marks change in one transaction, so that whoever reads finds each
//! measurement once, in whatever tier.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use pipeline::Cell;
use sqlx::SqliteConnection;

use super::checkpoint::WrittenApp;
use crate::store::{
    file::{
        transaction::transaction,
        usage::{self, SizeChange, StorageUsage, Tier},
    },
    resolution::Resolution,
    rollup::{
        cells,
        chunks::{self, LEVEL_NEW, Marks, NewChunk},
        open_cells::Key,
        rows,
    },
};

/// How long after its end a minute is made: what comes later costs more.
const GRACE_S: i64 = 15;
/// How long minutes are made between two commits.
const ROLL_MAX: Duration = Duration::from_millis(15);

/// The apps that have buckets to be made.
#[derive(Debug, Default)]
pub(crate) struct Roller {
    /// Each with the newest bucket that was written of it, unix seconds.
    apps: BTreeMap<i64, i64>,
    /// Those that wait for the present minute.
    waiting: Vec<i64>,
    /// The end of that minute, unix seconds.
    to_s: i64,
}

impl Roller {
    /// A roller that goes on where the process before ended.
    ///
    /// # Errors
    /// When the store can't be read.
    pub(crate) async fn new(db: &mut SqliteConnection) -> Result<Self, sqlx::Error> {
        let sql = "SELECT id, (SELECT max(last_s) FROM rollup_chunk WHERE app_id = app.id AND width_s = 10 AND span_s =
                       (SELECT max(span_s) FROM rollup_chunk WHERE app_id = app.id AND width_s = 10)) AS newest_s
                   FROM app WHERE removed_ms IS NULL AND newest_s IS NOT NULL";
        let apps: Vec<(i64, i64)> = sqlx::query_as(sql).fetch_all(db).await?;
        Ok(Self { apps: apps.into_iter().collect(), ..Self::default() })
    }

    /// A checkpoint has written buckets of these apps. What is already over need not wait for the
    /// next minute.
    pub(crate) fn written(&mut self, apps: &[WrittenApp]) {
        for WrittenApp { id, buckets_s: (oldest_s, newest_s) } in apps {
            let newest = self.apps.entry(*id).or_default();
            *newest = (*newest).max(*newest_s);
            if *oldest_s < self.to_s && !self.waiting.contains(id) {
                self.waiting.push(*id);
            }
        }
    }

    /// Makes what is due, for some milliseconds.
    ///
    /// # Errors
    /// When the store can't be written; the apps then wait for the next try.
    pub(crate) async fn step(
        &mut self,
        db: &mut SqliteConnection,
        storage: &StorageUsage,
        now_s: i64,
    ) -> Result<(), sqlx::Error> {
        let to_s = Resolution::Minute.bucket_s(now_s - GRACE_S);
        if to_s > self.to_s && self.waiting.is_empty() {
            self.to_s = to_s;
            self.waiting = self.apps.keys().copied().collect();
        }
        if self.waiting.is_empty() {
            return Ok(());
        }
        let (began, to_s) = (Instant::now(), self.to_s);
        let mut left = self.waiting.clone();
        let (changes, done) = transaction(db, async |db| {
            let (mut changes, mut done) = (Changes::default(), vec![]);
            while let Some(app_id) = left.pop() {
                if let Some(marks) = chunks::marks_of_present(db, app_id).await? {
                    changes.add(roll(db, app_id, marks, to_s).await?);
                }
                done.push(app_id);
                if began.elapsed() > ROLL_MAX {
                    break;
                }
            }
            changes.write(db).await?;
            Ok((changes, done))
        })
        .await?;
        changes.tell(storage);
        self.waiting.truncate(self.waiting.len() - done.len());
        let over_s = Resolution::Hour.bucket_s(to_s);
        self.apps.retain(|app_id, newest_s| *newest_s >= over_s || !done.contains(app_id));
        Ok(())
    }
}

/// What rolling adds to the tiers.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Changes {
    minutes: SizeChange,
    hours: SizeChange,
}

impl Changes {
    pub(super) fn add(&mut self, other: Self) {
        self.minutes += other.minutes;
        self.hours += other.hours;
    }

    const fn all(&self) -> [(Tier, SizeChange); 2] {
        [(Tier::Rollup(Resolution::Minute), self.minutes), (Tier::Rollup(Resolution::Hour), self.hours)]
    }

    /// Writes it down, in the caller's transaction.
    pub(super) async fn write(&self, db: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        for (tier, change) in self.all().into_iter().filter(|it| it.1 != SizeChange::default()) {
            usage::write(db, tier, change, 0).await?;
        }
        Ok(())
    }

    /// Tells memory, after the commit.
    pub(super) fn tell(&self, storage: &StorageUsage) {
        self.all().into_iter().for_each(|(tier, change)| storage.add(tier, change));
    }
}

/// Makes an app's minutes up to `to_s`, and its hours that end by then.
async fn roll(db: &mut SqliteConnection, app_id: i64, marks: Marks, to_s: i64) -> Result<Changes, sqlx::Error> {
    roll_to(db, app_id, marks, Marks { minute_to_s: to_s, hour_to_s: Resolution::Hour.bucket_s(to_s) }).await
}

/// Makes an app's minutes and hours up to other marks, where these are further on.
///
/// # Errors
/// When the store can't be read or written.
pub(super) async fn roll_to(
    db: &mut SqliteConnection,
    app_id: i64,
    marks: Marks,
    to: Marks,
) -> Result<Changes, sqlx::Error> {
    let mut changes = Changes::default();
    let to = to.max(marks);
    if to.hour_to_s > marks.hour_to_s {
        let cells = made(db, app_id, marks, (Resolution::Hour, (marks.hour_to_s, to.hour_to_s))).await?;
        changes.hours = rows::add(db, Resolution::Hour, cells).await?;
    }
    if to.minute_to_s > marks.minute_to_s {
        let cells = made(db, app_id, marks, (Resolution::Minute, (marks.minute_to_s, to.minute_to_s))).await?;
        let new = NewChunk::all(app_id, Resolution::Minute, LEVEL_NEW, &chunks::borrowed(&cells));
        chunks::insert(db, &new).await?;
        new.iter().for_each(|it| changes.minutes += it.size());
    }
    if to != marks {
        chunks::set_marks(db, app_id, to).await?;
    }
    Ok(changes)
}

/// What finer buckets give.
async fn made(
    db: &mut SqliteConnection,
    app_id: i64,
    marks: Marks,
    of: (Resolution, (i64, i64)),
) -> Result<BTreeMap<Key, Cell>, sqlx::Error> {
    let mut made: BTreeMap<Key, Cell> = BTreeMap::new();
    cells::of_app(db, app_id, marks, of, |key, cell| made.entry(key).or_default().merge(cell)).await?;
    Ok(made)
}
