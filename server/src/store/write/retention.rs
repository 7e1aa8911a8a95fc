//! Deletes what is old, or too much, and packs raw lines at rest tighter, in slices of a few milliseconds that pass between two commits.
//!
//! Rollups are swept series by series, along their primary key; blocks in the order they arrived. A block's row outlives its body,
//! so that a batch that comes again is known. Each call does one slice of one kind; how many rows that is follows from how long
//! the one before took.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use sqlx::{AssertSqlSafe, SqliteConnection};

use super::checkpoint::rollback;
use crate::{
    block::recompress,
    config::Retention,
    store::{
        file::usage::{self, Tier, Tiers},
        rollup::resolution::Resolution,
    },
};

/// Series swept at once.
const SERIES_A_SLICE: i64 = 200;
/// Rows of a slice at most, and to begin with.
const ROWS_A_SLICE_MAX: i64 = 20_000;
const ROWS_A_SLICE: i64 = 500;
/// How long a slice should take.
const SLICE_AIM: Duration = Duration::from_millis(15);
/// How long a batch id is known at least. Senders retry within seconds; a shuttle whose server was away, within hours.
const BATCH_ID_KEPT: Duration = Duration::from_secs(24 * 3_600);
/// How old a block is when it is packed tighter: those of the live windows are read at a start.
const RESTS_AFTER: Duration = Duration::from_secs(900);
/// A clock that steps ahead by more than this is not trusted to delete at once...
const STEP_MAX: Duration = Duration::from_secs(600);
/// ...but only after this long, in which somebody may put it right.
const DISTRUST: Duration = Duration::from_secs(3_600);
/// A tier over its size is brought down to this share of it, so that it is not over it again at once.
const LOW_WATER: f64 = 0.97;

/// What is swept in turn.
#[derive(Clone, Copy, Debug)]
enum Job {
    Tier(Tier),
    Events,
    Blocks,
    Rest,
}

const JOBS: [Job; 7] = [
    Job::Tier(Tier::ALL[0]),
    Job::Tier(Tier::ALL[1]),
    Job::Tier(Tier::ALL[2]),
    Job::Tier(Tier::ALL[3]),
    Job::Events,
    Job::Blocks,
    Job::Rest,
];

/// Where a pass over the series stands.
#[derive(Clone, Copy, Debug, Default)]
struct Pass {
    series_after: i64,
    /// Start of what stays, unix seconds; unknown before the pass has begun.
    before_s: Option<i64>,
    /// The same as far as the limit of size asks for it.
    floor_s: i64,
}

/// Where the sweep stands.
#[derive(Clone, Debug)]
pub struct RetentionTask {
    retention: Retention,
    tiers: Arc<Tiers>,
    checkpoint: i64,
    turn: usize,
    passes: [Pass; 3],
    /// The last block that was looked at for packing.
    rested: i64,
    rows: [i64; JOBS.len()],
    clock: Clock,
}

/// What is known of the wall clock: data is deleted by it, so a wrong one would delete everything.
#[derive(Clone, Copy, Debug, Default)]
struct Clock {
    seen: Option<(i64, Instant)>,
    distrusted_until: Option<Instant>,
}

impl Clock {
    /// Whether data may be deleted by this time, unix milliseconds.
    fn is_trusted(&mut self, now_ms: i64, now: Instant) -> bool {
        if let Some((seen_ms, seen)) = self.seen {
            let ahead_ms = now_ms - seen_ms - millis(now.saturating_duration_since(seen));
            if ahead_ms > millis(STEP_MAX) {
                tracing::warn!(ahead_s = ahead_ms / 1_000, "the clock stepped ahead: nothing is deleted for an hour");
                self.distrusted_until = Some(now + DISTRUST);
            } else if ahead_ms < -millis(STEP_MAX) {
                self.distrusted_until = None;
            }
        }
        self.seen = Some((now_ms, now));
        self.distrusted_until.is_none_or(|it| now >= it)
    }
}

impl RetentionTask {
    /// A sweep that has not begun; bodies up to `checkpoint` are not needed for a replay.
    #[must_use]
    pub fn new(retention: Retention, tiers: Arc<Tiers>, checkpoint: i64) -> Self {
        Self {
            retention,
            tiers,
            checkpoint,
            turn: 0,
            passes: Default::default(),
            rested: 0,
            rows: [ROWS_A_SLICE; JOBS.len()],
            clock: Clock::default(),
        }
    }

    /// Says that the rows include every block up to this one.
    pub const fn checkpointed(&mut self, block_id: i64) {
        self.checkpoint = block_id;
    }

    /// The last block that rows include.
    #[must_use]
    pub const fn checkpoint(&self) -> i64 {
        self.checkpoint
    }

    /// Sweeps the next slice.
    ///
    /// # Errors
    /// When the store can't be written.
    pub async fn sweep(&mut self, db: &mut SqliteConnection, now_ms: i64) -> Result<(), sqlx::Error> {
        let begun = Instant::now();
        if !self.clock.is_trusted(now_ms, begun) {
            return Ok(());
        }
        let turn = self.turn;
        self.turn = (turn + 1) % JOBS.len();
        let rows = self.rows[turn];
        let deleted = match JOBS[turn] {
            Job::Tier(Tier::Rollup(resolution)) => self.rollups(db, resolution, rows, now_ms).await?,
            Job::Tier(Tier::Logs) => self.bodies(db, rows, now_ms).await?,
            Job::Events => self.events(db, rows, now_ms).await?,
            Job::Blocks => self.blocks(db, rows, now_ms).await?,
            Job::Rest => self.rest(db, rows, now_ms).await?,
        };
        // Only a slice that was full says how fast it goes.
        if deleted >= rows / 2 {
            let pace = SLICE_AIM.as_secs_f64() / begun.elapsed().as_secs_f64().max(1e-6);
            self.rows[turn] = ((rows as f64 * pace.clamp(0.5, 2.0)) as i64).clamp(10, ROWS_A_SLICE_MAX);
        }
        Ok(())
    }

    /// Events stay as long as the rows of an hour, which they explain. They come nearly in the order of their times.
    async fn events(&self, db: &mut SqliteConnection, rows: i64, now_ms: i64) -> Result<i64, sqlx::Error> {
        let query =
            sqlx::query("DELETE FROM event WHERE at_ms < ? AND id IN (SELECT id FROM event ORDER BY id LIMIT ?)");
        let done = query.bind(now_ms - millis(self.retention.retention_1h)).bind(rows).execute(db).await?;
        Ok(done.rows_affected() as i64)
    }

    async fn rollups(
        &mut self,
        db: &mut SqliteConnection,
        resolution: Resolution,
        rows: i64,
        now_ms: i64,
    ) -> Result<i64, sqlx::Error> {
        let mut pass = self.passes[resolution.index()];
        let before_s = match pass.before_s {
            Some(before_s) => before_s,
            None => {
                pass = self.begin(db, resolution, now_ms).await?;
                pass.before_s.unwrap_or(i64::MIN)
            }
        };
        let table = resolution.table();
        let sql = format!(
            "SELECT max(id), min(first), count(first) FROM
                 (SELECT id, (SELECT min(bucket_s) FROM {table} WHERE series_id = series.id AND bucket_s < ?1) AS first
                  FROM series WHERE id > ?2 ORDER BY id LIMIT ?3)"
        );
        let query = sqlx::query_as(AssertSqlSafe(sql)).bind(before_s).bind(pass.series_after).bind(SERIES_A_SLICE);
        let (last, oldest_s, series): (Option<i64>, Option<i64>, i64) = query.fetch_one(&mut *db).await?;
        let Some(last) = last else {
            self.passes[resolution.index()] = Pass::default();
            return Ok(0);
        };
        let mut deleted = 0;
        let mut is_done = true;
        if let Some(oldest_s) = oldest_s {
            // As many buckets of each of these series as make a slice.
            let buckets = (rows / series.max(1)).max(1);
            let to_s = before_s.min(oldest_s + buckets * resolution.width_s());
            is_done = to_s == before_s;
            deleted = self.delete_rows(db, resolution, (pass.series_after, last), to_s, pass.floor_s).await?;
        }
        if is_done {
            pass.series_after = last;
        }
        self.passes[resolution.index()] = pass;
        Ok(deleted)
    }

    /// What a pass deletes: what is past its time, and of a tier that takes too much its oldest part.
    async fn begin(&self, db: &mut SqliteConnection, resolution: Resolution, now_ms: i64) -> Result<Pass, sqlx::Error> {
        let tier = Tier::Rollup(resolution);
        let (time, limit) = tier.limits(&self.retention);
        let (held, by_time_s) = (self.tiers.of(tier), (now_ms - millis(time)).div_euclid(1_000));
        let mut floor_s = 0;
        if held.bytes > limit
            && let Some(oldest_s) = usage::oldest_s(db, tier, 0).await?
        {
            let begin_s = oldest_s.max(by_time_s);
            let share = 1.0 - LOW_WATER * limit as f64 / held.bytes as f64;
            let span_s = (now_ms.div_euclid(1_000) - begin_s).max(0);
            floor_s = resolution.bucket_s(begin_s + (span_s as f64 * share) as i64);
        }
        Ok(Pass { series_after: 0, before_s: Some(by_time_s.max(floor_s)), floor_s })
    }

    async fn delete_rows(
        &self,
        db: &mut SqliteConnection,
        resolution: Resolution,
        (after, last): (i64, i64),
        to_s: i64,
        floor_s: i64,
    ) -> Result<i64, sqlx::Error> {
        let (table, tier) = (resolution.table(), Tier::Rollup(resolution));
        let of_slice = "series_id IN (SELECT id FROM series WHERE id > ? AND id <= ?) AND bucket_s < ?";
        let counted = format!("SELECT count(*), coalesce(sum({}), 0) FROM {table} WHERE {of_slice}", usage::ROW_SQL);
        let deleted = format!("DELETE FROM {table} WHERE {of_slice}");
        transaction(db, async |db| {
            let counted = sqlx::query_as(AssertSqlSafe(counted)).bind(after).bind(last).bind(to_s);
            let (rows, bytes): (i64, i64) = counted.fetch_one(&mut *db).await?;
            sqlx::query(AssertSqlSafe(deleted)).bind(after).bind(last).bind(to_s).execute(&mut *db).await?;
            let change = (-rows, -bytes);
            usage::write(db, tier, change, floor_s).await?;
            Ok((rows, change))
        })
        .await
        .map(|(rows, change)| {
            self.tiers.add(tier, change);
            self.tiers.raise(tier, floor_s);
            rows
        })
    }

    /// Empties blocks that are past their time, or the oldest of too many.
    async fn bodies(&mut self, db: &mut SqliteConnection, rows: i64, now_ms: i64) -> Result<i64, sqlx::Error> {
        let (time, limit) = Tier::Logs.limits(&self.retention);
        let held = self.tiers.of(Tier::Logs);
        let next: Vec<(i64, i64, i64)> = sqlx::query_as(
            "SELECT id, received_ms, length(body) FROM block
             WHERE id > ? AND id <= ? AND body IS NOT NULL ORDER BY id LIMIT ?",
        )
        .bind(held.floor)
        .bind(self.checkpoint)
        .bind(rows.min(ROWS_A_SLICE))
        .fetch_all(&mut *db)
        .await?;
        let before_ms = now_ms - millis(time);
        let (mut left, mut change, mut floor) = (held.bytes, (0, 0), held.floor);
        for (id, received_ms, bytes) in next {
            if received_ms >= before_ms && left <= limit {
                break;
            }
            let bytes = usage::block_bytes(usize::try_from(bytes).unwrap_or(0));
            (left, change, floor) = (left - bytes, (change.0 - 1, change.1 - bytes), id);
        }
        if floor == held.floor {
            return Ok(0);
        }
        transaction(db, async |db| {
            let query = sqlx::query("UPDATE block SET body = NULL WHERE id > ? AND id <= ? AND body IS NOT NULL");
            query.bind(held.floor).bind(floor).execute(&mut *db).await?;
            usage::write(db, Tier::Logs, change, floor).await
        })
        .await?;
        self.tiers.add(Tier::Logs, change);
        self.tiers.raise(Tier::Logs, floor);
        Ok(-change.0)
    }

    /// Packs bodies tighter. Larger blocks would gain nothing more: batches of busy drains are 100 kB long already.
    async fn rest(&mut self, db: &mut SqliteConnection, rows: i64, now_ms: i64) -> Result<i64, sqlx::Error> {
        let next: Vec<(i64, Vec<u8>)> = sqlx::query_as(
            "SELECT id, body FROM block
             WHERE id > ? AND id <= ? AND received_ms < ? AND body IS NOT NULL ORDER BY id LIMIT ?",
        )
        .bind(self.rested.max(self.tiers.of(Tier::Logs).floor))
        .bind(self.checkpoint)
        .bind(now_ms - millis(RESTS_AFTER))
        .bind(rows.min(ROWS_A_SLICE))
        .fetch_all(&mut *db)
        .await?;
        let Some(last) = next.last().map(|it| it.0) else { return Ok(0) };
        let (looked_at, mut change) = (next.len() as i64, (0, 0));
        let tighter: Vec<(i64, Vec<u8>)> = tokio::task::block_in_place(|| {
            let pack = |(id, body): (i64, Vec<u8>)| {
                let tight = recompress(&body)?;
                change.1 += tight.len() as i64 - body.len() as i64;
                Some((id, tight))
            };
            next.into_iter().filter_map(pack).collect()
        });
        if !tighter.is_empty() {
            transaction(db, async |db| {
                for (id, body) in &tighter {
                    sqlx::query("UPDATE block SET body = ? WHERE id = ?").bind(body).bind(id).execute(&mut *db).await?;
                }
                usage::write(db, Tier::Logs, change, 0).await
            })
            .await?;
            self.tiers.add(Tier::Logs, change);
        }
        self.rested = last;
        Ok(looked_at)
    }

    async fn blocks(&self, db: &mut SqliteConnection, rows: i64, now_ms: i64) -> Result<i64, sqlx::Error> {
        let kept = BATCH_ID_KEPT.max(self.retention.retention_logs);
        let query = sqlx::query(
            "DELETE FROM block WHERE id IN
                 (SELECT id FROM block WHERE received_ms < ? AND id <= ? ORDER BY received_ms LIMIT ?) AND body IS NULL",
        );
        let done = query.bind(now_ms - millis(kept)).bind(self.checkpoint).bind(rows).execute(db).await?;
        Ok(done.rows_affected() as i64)
    }
}

/// Runs statements as one commit, or none of them.
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

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX / 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_a_clock_that_steps_ahead_deletes_nothing_for_a_while() {
        let (mut clock, begun, now_ms) = (Clock::default(), Instant::now(), 1_790_000_000_000);
        let year_ms = 365 * 86_400_000;
        assert!(clock.is_trusted(now_ms, begun));
        assert!(clock.is_trusted(now_ms + 1_000, begun + Duration::from_secs(1)));
        assert!(!clock.is_trusted(now_ms + year_ms, begun + Duration::from_secs(2)));
        assert!(!clock.is_trusted(now_ms + year_ms + 60_000, begun + Duration::from_secs(62)));
        // Put right again...
        assert!(clock.is_trusted(now_ms + 63_000, begun + Duration::from_secs(63)));
        // ...or meant so.
        assert!(!clock.is_trusted(now_ms + year_ms, begun + Duration::from_secs(64)));
        let later = Duration::from_secs(64) + DISTRUST;
        assert!(clock.is_trusted(now_ms + year_ms + millis(DISTRUST), begun + later));
    }
}
