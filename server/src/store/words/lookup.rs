//! Reads groups newest first, and says which of their blocks may have what is wanted. Shelves say
//! first which groups lack a word. What must be read of several groups is read at once: a question
//! to the file takes longer than an answer.

use std::{
    collections::{BTreeMap, hash_map::Entry},
    ops::Range,
};

use pipeline::mask;
use rustc_hash::FxHashMap;
use sqlx::{Row, sqlite::SqliteRow};

use super::{
    counts::{self, BlockCounts},
    filter_reader::{FilterReader, Missing},
    shelf::{Hints, Shelf},
    stored::part_row,
    wanted::Wanted,
};
use crate::store::Store;

/// Texts are the most of a row, and stand last in it. Counts are read at once where every group is
/// needed.
const GROUPS: &str =
    "SELECT id, to_ms, mask_version, shelf_id, hex_blocks, other_blocks, CASE WHEN ?8 THEN NULL ELSE counts END AS counts
    FROM word_group WHERE app_id = (SELECT id FROM app WHERE name = ?1) AND to_ms >= ?2 AND first_ms < ?3
        AND (to_ms, id) < (?4, ?5) AND id <= ?6 ORDER BY to_ms DESC, id DESC LIMIT ?7";

/// A place in the order of groups.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) to_ms: i64,
    pub(super) id: i64,
}

/// Which groups are read at once.
#[derive(Clone, Copy, Debug)]
pub(super) struct Page {
    /// Only groups before this place.
    pub(super) before: Place,
    /// No group with a greater id.
    pub(super) newest: i64,
    /// Whether their filters are asked.
    pub(super) needs_filter: bool,
    /// How many at most.
    pub(super) limit: i64,
}

/// A group that is being looked up.
pub(super) struct StoredGroup {
    id: i64,
    /// When its last block arrived, unix milliseconds.
    to_ms: i64,
    shelf: Option<i64>,
    /// `None` where it can't be used: then every block may have what is wanted.
    filter: Option<FilterReader>,
    /// `None` where they are not read yet.
    counts: Option<Vec<u8>>,
}

/// The next groups whose blocks may have lines of a span of unix milliseconds.
///
/// # Errors
/// If the store can't be read.
pub(super) async fn groups(
    store: &Store,
    app: &str,
    span_ms: &Range<i64>,
    page: Page,
) -> Result<Vec<StoredGroup>, sqlx::Error> {
    let rows = sqlx::query(GROUPS)
        .bind(app)
        .bind(span_ms.start)
        .bind(span_ms.end)
        .bind(page.before.to_ms)
        .bind(page.before.id)
        .bind(page.newest)
        .bind(page.limit)
        .bind(page.needs_filter);
    rows.fetch_all(&store.readers).await?.iter().map(StoredGroup::read).collect()
}

impl StoredGroup {
    fn read(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        // Other rules of masking may show other words.
        let is_known = row.try_get::<i64, _>("mask_version")? == mask::VERSION;
        let hashed: [Option<i64>; 2] = [row.try_get("hex_blocks")?, row.try_get("other_blocks")?];
        let filter = match hashed {
            [Some(hex), Some(other)] if is_known => Some(FilterReader::new([hex, other].map(i64::cast_unsigned))),
            _ => None,
        };
        let (id, to_ms) = (row.try_get("id")?, row.try_get("to_ms")?);
        Ok(Self { id, to_ms, shelf: row.try_get("shelf_id")?, filter, counts: row.try_get("counts")? })
    }

    /// Its place in the order of groups.
    pub(super) const fn place(&self) -> Place {
        Place { to_ms: self.to_ms, id: self.id }
    }
}

/// The shelves that a look has read.
#[derive(Default)]
pub(super) struct Shelves(FxHashMap<i64, Shelf>);

impl Shelves {
    /// Reads those of some groups, and forgets the others.
    async fn read(&mut self, store: &Store, groups: &[StoredGroup], wanted: &Wanted) -> Result<(), sqlx::Error> {
        let mut before = std::mem::take(&mut self.0);
        for id in groups.iter().filter_map(|it| it.shelf) {
            if let Entry::Vacant(place) = self.0.entry(id) {
                place.insert(match before.remove(&id) {
                    Some(shelf) => shelf,
                    None => read_shelf(store, id, wanted).await?,
                });
            }
        }
        Ok(())
    }

    fn hints(&self, group: &StoredGroup) -> Hints<'_> {
        group.shelf.and_then(|it| self.0.get(&it)).map(|it| it.hints(group.id)).unwrap_or_default()
    }
}

async fn read_shelf(store: &Store, id: i64, wanted: &Wanted) -> Result<Shelf, sqlx::Error> {
    let sql = "SELECT group_ids, texts FROM word_shelf WHERE id = ?";
    let row: Option<(String, Option<Vec<u8>>)> = sqlx::query_as(sql).bind(id).fetch_optional(&store.readers).await?;
    // Without words, or where it was just deleted, it says nothing.
    let Some((groups, Some(texts))) = row else { return Ok(Shelf::default()) };
    let groups: Vec<i64> = serde_json::from_str(&groups).unwrap_or_default();
    if let Ok(shelf) = Shelf::look_up(groups.clone(), &texts, None, wanted) {
        return Ok(shelf);
    }
    let sql = "SELECT text_groups FROM word_shelf WHERE id = ?";
    let frame: Option<Vec<u8>> = sqlx::query_scalar(sql).bind(id).fetch_optional(&store.readers).await?;
    Ok(frame.and_then(|it| Shelf::look_up(groups, &texts, Some(&it), wanted).ok()).unwrap_or_default())
}

/// The blocks of some groups that may have what is wanted, of all groups where that is anything.
///
/// # Errors
/// If the store can't be read.
pub(super) async fn candidates(
    store: &Store,
    shelves: &mut Shelves,
    groups: Vec<StoredGroup>,
    wanted: &Wanted,
) -> Result<Vec<BlockCounts>, sqlx::Error> {
    shelves.read(store, &groups, wanted).await?;
    let (mut open, mut found): (Vec<StoredGroup>, Vec<(u64, StoredGroup)>) = (groups, vec![]);
    while !open.is_empty() {
        let mut missing: BTreeMap<Missing, Vec<StoredGroup>> = BTreeMap::new();
        for group in open.drain(..) {
            match group.filter.as_ref().map_or(Ok(u64::MAX), |it| it.blocks_of(wanted, &shelves.hints(&group))) {
                Ok(0) => {}
                Ok(blocks) => found.push((blocks, group)),
                Err(what) => missing.entry(what).or_default().push(group),
            }
        }
        for (what, mut groups) in missing {
            let mut parts = fetch(store, &groups, what).await?;
            for group in &mut groups {
                // `None` where the group has just been deleted.
                let bytes = parts.remove(&group.id);
                group.filter = group.filter.take().zip(bytes).and_then(|(filter, bytes)| filter.take(what, bytes));
            }
            open.append(&mut groups);
        }
    }
    read_counts(store, &mut found).await?;
    let damaged = || sqlx::Error::Decode("expected the blocks of a group, found other bytes".into());
    let mut blocks = vec![];
    for (mask, group) in found {
        // `None` where the group has just been deleted.
        let Some(counts) = group.counts else { continue };
        let of_group = counts::decode(&counts).ok_or_else(damaged)?.into_iter().enumerate();
        let is_found = |place: usize| mask & 1_u64.unbounded_shl(u32::try_from(place).unwrap_or(u32::MAX)) != 0;
        blocks.extend(of_group.filter(|it| is_found(it.0)).map(|it| it.1));
    }
    Ok(blocks)
}

async fn read_counts(store: &Store, found: &mut [(u64, StoredGroup)]) -> Result<(), sqlx::Error> {
    let sql = "SELECT word_group.id, counts FROM json_each(?) CROSS JOIN word_group ON word_group.id = value";
    let ids: Vec<i64> = found.iter().filter(|it| it.1.counts.is_none()).map(|it| it.1.id).collect();
    let mut counts = rows(store, sql, &ids).await?;
    for (_, group) in found.iter_mut().filter(|it| it.1.counts.is_none()) {
        group.counts = counts.remove(&group.id);
    }
    Ok(())
}

/// A part of some groups, by their numbers.
async fn fetch(store: &Store, groups: &[StoredGroup], what: Missing) -> Result<FxHashMap<i64, Vec<u8>>, sqlx::Error> {
    let ids: Vec<i64> = groups.iter().map(|it| it.id).collect();
    match what {
        Missing::Texts => {
            let sql = "SELECT word_group.id, texts FROM json_each(?) CROSS JOIN word_group ON word_group.id = value";
            rows(store, sql, &ids).await
        }
        Missing::TextBlocks => {
            let sql = "SELECT group_id, text_blocks FROM json_each(?) CROSS JOIN word_detail ON group_id = value";
            rows(store, sql, &ids).await
        }
        Missing::Hashes(part) => {
            let of_row: FxHashMap<i64, i64> = ids.iter().map(|id| (part_row(*id, part), *id)).collect();
            let sql = "SELECT word_hash.id, hashes FROM json_each(?) CROSS JOIN word_hash ON word_hash.id = value";
            let ids: Vec<i64> = ids.iter().map(|id| part_row(*id, part)).collect();
            let rows = rows(store, sql, &ids).await?;
            Ok(rows.into_iter().filter_map(|(row, hashes)| Some((*of_row.get(&row)?, hashes))).collect())
        }
    }
}

async fn rows(store: &Store, sql: &'static str, ids: &[i64]) -> Result<FxHashMap<i64, Vec<u8>>, sqlx::Error> {
    if ids.is_empty() {
        return Ok(FxHashMap::default());
    }
    let ids = serde_json::to_string(ids).unwrap_or_default();
    let rows: Vec<(i64, Vec<u8>)> = sqlx::query_as(sql).bind(ids).fetch_all(&store.readers).await?;
    Ok(rows.into_iter().collect())
}
