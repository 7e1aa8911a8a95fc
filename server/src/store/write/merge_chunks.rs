//! Moves the chunks of an app to the one that it is merged into. Their cells add to those of its
//! own chunks, so that nothing has to be read together.
//!
//! Both apps' minutes and hours must have come equally far first: what is only in finer buckets of
//! the one must not count as made in the other.

use std::collections::BTreeMap;

use pipeline::Cell;
use rustc_hash::FxHashMap;
use sqlx::{AssertSqlSafe, SqliteConnection};

use super::{
    merge_rows::SAME_KEY,
    roll::{Changes, roll_to},
};
use crate::{
    live::SeriesId,
    store::{
        aggregates::Aggregates,
        app_merge::Merge,
        file::{
            transaction::transaction,
            usage::{self, SizeChange, Tier},
        },
        resolution::Resolution,
        rollup::{
            chunk::{self, Wanted},
            chunks::{self, LEVEL_DONE, NewChunk},
            open_cells::Key,
        },
    },
};

/// Chunks of a slice.
const CHUNKS_PER_SLICE: i64 = 40;

/// Brings the marks of both apps to one time.
///
/// # Errors
/// When the store can't be written.
pub(super) async fn level(db: &mut SqliteConnection, aggregates: &Aggregates, merge: Merge) -> Result<(), sqlx::Error> {
    let (from, into) = (chunks::marks(db, merge.from).await?, chunks::marks(db, merge.into).await?);
    if from == into {
        return Ok(());
    }
    let both = from.max(into);
    let changes = transaction(db, async |db| {
        let mut changes = Changes::default();
        changes.add(roll_to(db, merge.from, from, both).await?);
        changes.add(roll_to(db, merge.into, into, both).await?);
        changes.write(db).await?;
        Ok(changes)
    })
    .await?;
    changes.tell(&aggregates.usage);
    Ok(())
}

/// Moves a slice of chunks; false when none is left.
///
/// # Errors
/// When the store can't be written.
pub(super) async fn move_chunks(
    db: &mut SqliteConnection,
    aggregates: &Aggregates,
    merge: Merge,
) -> Result<bool, sqlx::Error> {
    let sql = "SELECT id, width_s, level, cells, body FROM rollup_chunk WHERE app_id = ? ORDER BY id LIMIT ?";
    let slice: Vec<(i64, i64, i64, i64, Vec<u8>)> =
        sqlx::query_as(sql).bind(merge.from).bind(CHUNKS_PER_SLICE).fetch_all(&mut *db).await?;
    if slice.is_empty() {
        return Ok(false);
    }
    let other = others(db, merge).await?;
    let (mut moved, mut ids, mut changes) = (vec![], vec![], vec![]);
    for (id, width_s, level, cells, body) in slice {
        let Some(resolution) = Resolution::of_width(width_s) else { continue };
        let (mut mapped, wanted) = (BTreeMap::<Key, Cell>::new(), Wanted::ALL);
        let each = |(series, at_s): Key, cell: &Cell| {
            mapped.entry((other.get(&series).copied().unwrap_or(series), at_s)).or_default().merge(cell);
        };
        if chunk::each(&body, wanted, each).is_none() {
            chunks::damaged(id);
        }
        let mut new = NewChunk::new(merge.into, resolution, level, &chunks::borrowed(&mapped));
        new.iter_mut().filter(|it| it.level == LEVEL_DONE).for_each(NewChunk::pack);
        let size = new.as_ref().map_or_else(SizeChange::default, NewChunk::size);
        let old = SizeChange { rows: cells, bytes: chunks::bytes(body.len()) };
        changes.push((Tier::Rollup(resolution), size, old));
        moved.extend(new);
        ids.push(id);
    }
    transaction(db, async |db| {
        chunks::insert(db, &moved).await?;
        chunks::delete(db, &ids).await?;
        for (tier, new, old) in &changes {
            usage::write(db, *tier, *new, 0).await?;
            usage::write(db, *tier, -*old, 0).await?;
        }
        Ok(())
    })
    .await?;
    for (tier, new, old) in changes {
        aggregates.usage.add(tier, new);
        aggregates.usage.add(tier, -old);
    }
    Ok(true)
}

/// The series of the other app that have the same key as series of the app that ends.
async fn others(db: &mut SqliteConnection, merge: Merge) -> Result<FxHashMap<SeriesId, SeriesId>, sqlx::Error> {
    let sql = format!(
        "SELECT own.id, other.id FROM series AS own JOIN series AS other ON other.app_id = ?2 AND {SAME_KEY}
         WHERE own.app_id = ?1"
    );
    let pairs: Vec<(SeriesId, SeriesId)> =
        sqlx::query_as(AssertSqlSafe(sql)).bind(merge.from).bind(merge.into).fetch_all(db).await?;
    Ok(pairs.into_iter().collect())
}
