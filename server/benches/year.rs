//! Generates a year of history for the benches. The store's own code writes the rows, with cells of
//! seeded measurements. It measures nothing.

#![allow(dead_code, reason = "each bench uses its part")]

use std::path::Path;

use pipeline::{Cell, Kind};
use server::store::{
    Store,
    file::usage::{SizeChange, Tier},
    resolution::Resolution,
    rollup::rows,
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
const ROWS_A_COMMIT: usize = 50_000;
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
        for (id, kind) in &series {
            let mut batch = Vec::with_capacity(ROWS_A_COMMIT);
            let buckets = days * DAY_S / width_s;
            for bucket in (1..=buckets).rev() {
                let cell = cells[(bucket as usize * 31 + *id as usize) % CELLS][*kind as usize].clone();
                batch.push(((*id, last_s - bucket * width_s), cell));
                if batch.len() == ROWS_A_COMMIT || bucket == 1 {
                    sqlx::query("BEGIN").execute(&mut db).await.unwrap();
                    let taken = rows::replace(&mut db, resolution, &batch).await.unwrap();
                    tier.1.rows += taken.len() as i64;
                    tier.1.bytes += taken.iter().sum::<i64>();
                    sqlx::query("COMMIT").execute(&mut db).await.unwrap();
                    rows_written += batch.len() as u64;
                    batch.clear();
                }
            }
        }
        tiers.push(tier);
    }
    for (tier, change) in tiers {
        server::store::file::usage::write(&mut db, tier, change, 0).await.unwrap();
    }
    sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut db).await.unwrap();
    rows_written
}

fn cell(random: &mut Random, kind: Kind, values: i64) -> Cell {
    let mut cell = Cell::default();
    for _ in 0..values {
        cell.record(kind, random.heavy(4.0).floor(), 0);
    }
    cell
}
