//! Checkpoints, rolls and joins in any order, with late measurements, beside a naive count of the
//! same measurements: every resolution has each of them once, whatever stands where.

#![expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use pipeline::{Cell, Kind};
use sqlx::SqliteConnection;
use testing::random::Dice;
use tokio::sync::mpsc;

use super::{
    checkpoint::{self, CheckpointPosition, Progress},
    join_chunks::{self, Joiner},
    roll::Roller,
};
use crate::{
    clock::now_ms,
    live::Live,
    store::{
        Store,
        aggregates::Aggregates,
        file::usage::{SizeChange, Tier},
        resolution::Resolution,
        rollup::{cells, open_cells::Key, rows::Columns},
    },
};

const SERIES: [i64; 7] = [11, 12, 13, 14, 15, 16, 17];
/// More than one look joins.
const JOINED_OF_TEST_MAX: usize = 500;
const KINDS: [Kind; 3] = [Kind::Counter, Kind::Gauge, Kind::Distribution];

struct Case {
    dice: Dice,
    store: Store,
    db: SqliteConnection,
    aggregates: Aggregates,
    roller: Roller,
    joiner: Joiner,
    /// What was measured, by the buckets of each resolution.
    naive: [BTreeMap<Key, Cell>; 3],
    now_s: i64,
    /// The levels of chunks that there were.
    levels: BTreeSet<i64>,
}

impl Case {
    async fn new(seed: u64, folder: &tempfile::TempDir) -> Self {
        let store = Store::open(&folder.path().join("a.db")).await.unwrap();
        let mut db = store.connect().await.unwrap();
        for (id, name) in [(1, "one"), (2, "two")] {
            let sql = "INSERT INTO app (id, name, created_ms) VALUES (?, ?, 0)";
            sqlx::query(sql).bind(id).bind(name).execute(&mut db).await.unwrap();
        }
        for id in SERIES {
            let sql = "INSERT INTO series (id, app_id, metric, kind, unit, source, status, method, path, code)
                       VALUES (?1, ?2, 'm' || ?1, 'counter', '', '', 0, '', '', '')";
            sqlx::query(sql).bind(id).bind(1 + id % 2).execute(&mut db).await.unwrap();
        }
        // Some hours ago, and at the end about now: some spans are over, others are not.
        let now_s = now_ms() / 1_000 - 8_000;
        if seed % 2 == 1 {
            // As a migration leaves it: the minute and the hour that are not over count as made.
            let marks = [Resolution::Minute, Resolution::Hour].map(|it| it.bucket_s(now_s) + it.width_s());
            let sql = "INSERT INTO rollup_mark (app_id, minute_to_s, hour_to_s) VALUES (1, ?, ?)";
            sqlx::query(sql).bind(marks[0]).bind(marks[1]).execute(&mut db).await.unwrap();
        }
        let aggregates = Aggregates::new(Live::new(now_ms()));
        let roller = Roller::new(&mut db).await.unwrap();
        let joiner = Joiner::new(store.clone());
        Self {
            dice: Dice(seed),
            store,
            db,
            aggregates,
            roller,
            joiner,
            naive: Default::default(),
            now_s,
            levels: BTreeSet::new(),
        }
    }

    fn measure(&mut self) {
        for _ in 0..self.dice.roll(60) {
            let series = SERIES[self.dice.roll(SERIES.len() as u64) as usize];
            // Now and then late, and sometimes by hours.
            let late_s = match self.dice.roll(20) {
                0 => self.dice.roll(9_000),
                1..=4 => self.dice.roll(120),
                _ => self.dice.roll(3),
            };
            let at_s = self.now_s - late_s as i64;
            let mut cell = Cell::default();
            let value = self.dice.roll(500) as f64 / 4.0;
            cell.record(KINDS[series as usize % 3], value, at_s * 1_000 + self.dice.roll(1_000) as i64);
            let app: Arc<str> = if series % 2 == 0 { "one" } else { "two" }.into();
            self.aggregates.open_cells.lock().of_app(&app).add(series, at_s, &cell);
            for resolution in Resolution::ALL {
                let key = (series, resolution.bucket_s(at_s));
                self.naive[resolution.index()].entry(key).or_default().merge(&cell);
            }
        }
    }

    async fn checkpoint(&mut self) {
        let position = CheckpointPosition::default();
        let progress = Progress { position, unwritten_logs: SizeChange::default() };
        let done = checkpoint::write(&mut self.db, &self.aggregates, progress).await.unwrap();
        self.roller.written(&done.apps);
    }

    async fn join(&mut self) {
        let (sender, mut joined) = mpsc::channel(JOINED_OF_TEST_MAX);
        self.joiner.look(&sender).await.unwrap();
        let all: Vec<_> = std::iter::from_fn(|| joined.try_recv().ok()).collect();
        join_chunks::store(&mut self.db, &self.aggregates.usage, &all).await.unwrap();
        let levels = sqlx::query_scalar("SELECT DISTINCT level FROM rollup_chunk").fetch_all(&mut self.db);
        let levels: Vec<i64> = levels.await.unwrap();
        self.levels.extend(levels);
    }

    async fn step(&mut self) {
        match self.dice.roll(8) {
            0..=2 => self.measure(),
            3..=4 => self.checkpoint().await,
            5 => self.roller.step(&mut self.db, &self.aggregates.usage, self.now_s).await.unwrap(),
            6 => self.join().await,
            // What a process that ends takes with it.
            _ => self.roller = Roller::new(&mut self.db).await.unwrap(),
        }
        self.now_s += self.dice.roll(40) as i64;
    }

    async fn check(&mut self) {
        for resolution in Resolution::ALL {
            let span = (self.now_s - self.dice.roll(20_000) as i64, i64::MAX);
            let mut found = self.aggregates.open_cells.lock().of_series(|_| true, resolution, span);
            let from_s = resolution.bucket_from_s(span.0);
            found.retain(|key, _| key.1 >= from_s);
            let each = |key, cell: &Cell| found.entry(key).or_default().merge(cell);
            cells::range(&mut self.db, resolution, &SERIES, span, Columns::All, each).await.unwrap();
            let expected: BTreeMap<Key, Cell> = self.naive[resolution.index()]
                .iter()
                .filter(|it| it.0.1 >= from_s)
                .map(|(key, cell)| (*key, cell.clone()))
                .collect();
            assert_eq!(found.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>(), "{resolution:?}");
            for (key, cell) in &mut found {
                let expected = &expected[key];
                assert!((cell.sum - expected.sum).abs() < 1e-6, "{resolution:?} {key:?}: {cell:?}, {expected:?}");
                // Which of two values at one time is the last depends on their order.
                (cell.sum, cell.last) = (expected.sum, expected.last);
                assert_eq!(cell, expected, "{resolution:?} {key:?}");
            }
        }
        for (tier, width_s) in [(Resolution::TenSeconds, 10), (Resolution::Minute, 60)] {
            let sql = "SELECT coalesce(sum(cells), 0), coalesce(sum(110 + length(body)), 0) FROM rollup_chunk WHERE width_s = ?";
            let (rows, bytes) = sqlx::query_as(sql).bind(width_s).fetch_one(&mut self.db).await.unwrap();
            let usage = self.aggregates.usage.of(Tier::Rollup(tier));
            // What a checkpoint writes is counted in memory, what is rolled and joined as well.
            assert_eq!((usage.rows, usage.bytes), (rows, bytes), "{tier:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ok_any_order_of_checkpoints_rolls_and_joins_counts_the_same() {
    let mut levels = BTreeSet::new();
    for seed in 0..12 {
        let folder = tempfile::TempDir::new().unwrap();
        let mut case = Case::new(seed, &folder).await;
        for number in 0..400 {
            case.step().await;
            if number % 50 == 49 {
                case.check().await;
            }
        }
        levels.append(&mut case.levels);
        let hours: i64 =
            sqlx::query_scalar("SELECT count(*) FROM rollup_1h").fetch_one(&case.store.readers).await.unwrap();
        assert!(hours > 5, "seed {seed}: {hours} rows of hours");
    }
    assert!([0, 1, 9].iter().all(|it| levels.contains(it)), "{levels:?}");
}
