//! Generates a year of history for the benches. The store's own code writes the rows, with cells of
//! seeded measurements. It measures nothing.

#![allow(dead_code, reason = "each bench uses its part")]

use std::path::Path;

use pipeline::{Cell, Kind};
use server::store::{
    Store,
    file::usage::{SizeChange, Tier},
    resolution::Resolution,
    rollup::{
        chunks::{self, LEVEL_DONE, NewChunk},
        rows,
    },
};
use testing::random::Random;

const SEED: u64 = 0x5EED;
const DAY_S: i64 = 86_400;
/// The number of series of each kind at scale 1.
const COUNTERS: i64 = 250;
const GAUGES: i64 = 100;
const DISTRIBUTIONS: i64 = 150;
/// How many days each resolution covers: the default retention.
const REACH: [(Resolution, i64); 3] = [(Resolution::TenSeconds, 1), (Resolution::Minute, 30), (Resolution::Hour, 400)];
/// The number of different cells of each kind, which rows use in turn.
const CELLS: usize = 97;
/// Series of one chunk: with the cells of these benches some 200 kB.
const SERIES_A_CHUNK: usize = 2;
/// The number of series in a file of scale 1.
pub const SERIES: i64 = COUNTERS + GAUGES + DISTRIBUTIONS;

/// The number of distributions in a file of this scale.
pub const fn distributions(scale: i64) -> i64 {
    DISTRIBUTIONS * scale
}

/// Fills a new file with `scale` times [`SERIES`]. Returns the number of rows.
pub fn fill(path: &Path, now_s: i64, scale: i64) -> u64 {
    tokio::runtime::Runtime::new().unwrap().block_on(write(path, now_s, scale))
}

async fn write(path: &Path, now_s: i64, scale: i64) -> u64 {
    let store = Store::open(path).await.unwrap();
    let mut db = store.connect().await.unwrap();
    sqlx::query("INSERT INTO app (id, name, created_ms) VALUES (1, 'history', 0)").execute(&mut db).await.unwrap();
    let mut random = Random(SEED);
    let kinds = [(Kind::Counter, COUNTERS), (Kind::Gauge, GAUGES), (Kind::Distribution, DISTRIBUTIONS)];
    let mut series = vec![];
    for (kind, n) in kinds {
        for number in 0..n * scale {
            let id = series.len() as i64 + 1;
            sqlx::query(
                "INSERT INTO series (id, app_id, metric, kind, unit, source, status, method, path, code)
                 VALUES (?, 1, ?, ?, 'ms', ?, 0, '', '', '')",
            )
            .bind(id)
            .bind(format!("{}.{}", kind.word(), number / 5))
            .bind(kind.word())
            .bind(format!("web.{}", number % 5))
            .execute(&mut db)
            .await
            .unwrap();
            series.push((id, kind));
        }
    }
    let (mut rows_written, mut tiers) = (0, vec![]);
    for (resolution, days) in REACH {
        let width_s = resolution.width_s();
        // About 20 requests a second over five dynos, up to a limit for wide buckets.
        let values = (4 * width_s).min(2_000);
        let cells: Vec<[Cell; 3]> = (0..CELLS).map(|_| kinds.map(|it| cell(&mut random, it.0, values))).collect();
        let last_s = resolution.bucket_s(now_s);
        let mut tier = (Tier::Rollup(resolution), SizeChange::default());
        let buckets = days * DAY_S / width_s;
        let cell_of = |bucket: i64, (id, kind): (i64, Kind)| {
            ((id, last_s - bucket * width_s), &cells[(bucket as usize * 31 + id as usize) % CELLS][kind as usize])
        };
        if resolution == Resolution::Hour {
            for one in &series {
                let batch: Vec<_> =
                    (1..=buckets).rev().map(|it| cell_of(it, *one)).map(|it| (it.0, it.1.clone())).collect();
                sqlx::query("BEGIN").execute(&mut db).await.unwrap();
                let taken = rows::replace(&mut db, resolution, &batch).await.unwrap();
                tier.1 += SizeChange { rows: taken.len() as i64, bytes: taken.iter().sum() };
                sqlx::query("COMMIT").execute(&mut db).await.unwrap();
                rows_written += batch.len() as u64;
            }
        } else {
            // As a span that is over is kept: series by series, some in a chunk.
            for some in series.chunks(SERIES_A_CHUNK) {
                let batch: Vec<_> =
                    some.iter().flat_map(|one| (1..=buckets).rev().map(|it| cell_of(it, *one))).collect();
                let mut new = NewChunk::all(1, resolution, LEVEL_DONE, &batch);
                new.iter_mut().for_each(NewChunk::pack);
                sqlx::query("BEGIN").execute(&mut db).await.unwrap();
                chunks::insert(&mut db, &new).await.unwrap();
                sqlx::query("COMMIT").execute(&mut db).await.unwrap();
                new.iter().for_each(|it| tier.1 += it.size());
                rows_written += batch.len() as u64;
            }
        }
        tiers.push(tier);
    }
    account(&mut db, now_s, tiers).await;
    sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut db).await.unwrap();
    rows_written
}

/// Writes down what the tiers have, and that everything up to now is in each of them.
async fn account(db: &mut sqlx::SqliteConnection, now_s: i64, tiers: Vec<(Tier, SizeChange)>) {
    for (tier, change) in tiers {
        server::store::file::usage::write(&mut *db, tier, change, 0).await.unwrap();
    }
    let sql = "INSERT OR REPLACE INTO rollup_mark (app_id, minute_to_s, hour_to_s) SELECT id, ?, ? FROM app";
    let mark = |resolution: Resolution| resolution.bucket_s(now_s);
    let query = sqlx::query(sql).bind(mark(Resolution::Minute)).bind(mark(Resolution::Hour));
    query.execute(db).await.unwrap();
}

fn cell(random: &mut Random, kind: Kind, values: i64) -> Cell {
    let mut cell = Cell::default();
    for _ in 0..values {
        cell.record(kind, random.heavy(4.0).floor(), 0);
    }
    cell
}
