//! The blocks of an app that may hold what a search wants, in the order of their receipt, newest
//! first: those of groups whose filters don't rule them out, and those that are in no group.

use std::{
    collections::{BinaryHeap, VecDeque},
    ops::Range,
};

use super::{
    counts::BlockCounts,
    lookup::{self, Page, Place, Shelves, StoredGroup},
    receipt::Receipt,
    stored,
    wanted::Wanted,
};
use crate::store::{Store, search_slots::Cancel};

/// Blocks without a group, and groups, that are listed at once.
const BLOCKS_AT_ONCE: i64 = 64;
const GROUPS_AT_ONCE: i64 = 32;

/// Blocks later than the last one of the app's newest group, and earlier ones that are in no group
/// all the same.
const WITHOUT_GROUP: &str = "SELECT * FROM (SELECT received_ms, id FROM block
        WHERE app_id = (SELECT id FROM app WHERE name = ?1) AND received_ms >= ?2 AND (received_ms, id) < (?3, ?4)
            AND (received_ms, id) > (?6, ?7) AND (first_ms IS NULL OR first_ms < ?5) AND body IS NOT NULL
        ORDER BY received_ms DESC, id DESC LIMIT ?8)
    UNION ALL SELECT * FROM (SELECT word_loose.received_ms, id FROM word_loose JOIN block ON id = block_id
        WHERE word_loose.app_id = (SELECT id FROM app WHERE name = ?1) AND word_loose.received_ms >= ?2
            AND (word_loose.received_ms, block_id) < (?3, ?4) AND (word_loose.received_ms, block_id) <= (?6, ?7)
            AND (first_ms IS NULL OR first_ms < ?5) AND body IS NOT NULL
        ORDER BY word_loose.received_ms DESC, block_id DESC LIMIT ?8)
    ORDER BY 1 DESC, 2 DESC LIMIT ?8";

/// What is asked of the blocks.
#[derive(Clone, Copy)]
pub(crate) struct Question<'a> {
    /// Whose blocks.
    pub app: &'a str,
    /// What they must have.
    pub wanted: &'a Wanted,
    /// Ends a long look through groups.
    pub cancel: &'a Cancel,
}

/// Where a look for blocks has come to.
pub(crate) struct Candidates {
    /// How far groups went as the look began. Blocks of later ones count as blocks without a group,
    /// so that none is missed and none comes twice.
    grouped_to: Option<GroupedTo>,
    /// Blocks without a group that were listed, newest first, and where to go on; `None` after the
    /// last one.
    ungrouped: VecDeque<Receipt>,
    ungrouped_from: Option<Receipt>,
    /// Blocks of the groups that were looked up.
    grouped: BinaryHeap<Receipt>,
    groups_from: Option<Place>,
    shelves: Shelves,
}

/// The newest group of all, and the last block of the app that is in one.
#[derive(Clone, Copy)]
struct GroupedTo {
    group: i64,
    block: Receipt,
}

impl Candidates {
    /// Blocks that arrived before a time, unix milliseconds.
    pub(crate) fn before(before_ms: i64) -> Self {
        Self {
            grouped_to: None,
            ungrouped: VecDeque::new(),
            ungrouped_from: Some(Receipt { received_ms: before_ms, block: i64::MAX }),
            grouped: BinaryHeap::new(),
            groups_from: Some(Place { to_ms: i64::MAX, id: i64::MAX }),
            shelves: Shelves::default(),
        }
    }

    /// No block that is still to come arrived after this time, unix milliseconds.
    pub(crate) fn reached_ms(&self) -> i64 {
        let ungrouped = self.ungrouped.front().or(self.ungrouped_from.as_ref()).map(|it| it.received_ms);
        let grouped = self.grouped.peek().map(|it| it.received_ms);
        [ungrouped, grouped, self.groups_from.map(|it| it.to_ms)].into_iter().flatten().max().unwrap_or(i64::MIN)
    }

    /// The next blocks of a span of unix milliseconds, at most `limit`; fewer, or none, where the
    /// look was cancelled; `None` after the last. `take` gets each block of a group, and keeps
    /// those for itself that need not be read.
    ///
    /// # Errors
    /// If the store can't be read.
    pub(crate) async fn next(
        &mut self,
        store: &Store,
        question: Question<'_>,
        span_ms: &Range<i64>,
        limit: usize,
        take: &mut impl FnMut(&BlockCounts) -> bool,
    ) -> Result<Option<Vec<Receipt>>, sqlx::Error> {
        let mut found = vec![];
        let reached = match self.grouped_to {
            Some(reached) => reached,
            None => grouped_to(store, question.app).await?,
        };
        self.grouped_to = Some(reached);
        while found.len() < limit {
            if self.ungrouped.is_empty() && self.ungrouped_from.is_some() {
                self.list_ungrouped(store, question.app, span_ms, reached.block).await?;
            }
            let next = self.ungrouped.front().max(self.grouped.peek()).copied();
            // A group that was not looked up yet may have a later one.
            let is_certain = |it: Receipt| self.groups_from.is_none_or(|group| group.to_ms < it.received_ms);
            let Some(next) = next.filter(|it| is_certain(*it)) else {
                if self.groups_from.is_none() {
                    break;
                }
                if question.cancel.is_over() {
                    return Ok(Some(found));
                }
                self.look_up_groups(store, question, span_ms, take).await?;
                continue;
            };
            if self.ungrouped.front() == Some(&next) {
                self.ungrouped.pop_front();
            } else {
                self.grouped.pop();
            }
            found.push(next);
        }
        Ok((!found.is_empty()).then_some(found))
    }

    async fn list_ungrouped(
        &mut self,
        store: &Store,
        app: &str,
        span_ms: &Range<i64>,
        reached: Receipt,
    ) -> Result<(), sqlx::Error> {
        let Some(from) = self.ungrouped_from else { return Ok(()) };
        let rows = sqlx::query_as(WITHOUT_GROUP)
            .bind(app)
            .bind(span_ms.start)
            .bind(from.received_ms)
            .bind(from.block)
            .bind(span_ms.end)
            .bind(reached.received_ms)
            .bind(reached.block)
            .bind(BLOCKS_AT_ONCE);
        let rows: Vec<(i64, i64)> = rows.fetch_all(&store.readers).await?;
        let is_last = (rows.len() as i64) < BLOCKS_AT_ONCE;
        self.ungrouped = rows.into_iter().map(|(received_ms, block)| Receipt { received_ms, block }).collect();
        self.ungrouped_from = self.ungrouped.back().copied().filter(|_| !is_last);
        Ok(())
    }

    async fn look_up_groups(
        &mut self,
        store: &Store,
        question: Question<'_>,
        span_ms: &Range<i64>,
        take: &mut impl FnMut(&BlockCounts) -> bool,
    ) -> Result<(), sqlx::Error> {
        let Some(from) = self.groups_from else { return Ok(()) };
        let needs_filter = !question.wanted.is_anything();
        let page = Page {
            before: from,
            newest: self.grouped_to.map_or(0, |it| it.group),
            needs_filter,
            limit: GROUPS_AT_ONCE,
        };
        let groups = lookup::groups(store, question.app, span_ms, page).await?;
        let is_last = (groups.len() as i64) < GROUPS_AT_ONCE;
        self.groups_from = groups.last().map(StoredGroup::place).filter(|_| !is_last);
        for block in lookup::candidates(store, &mut self.shelves, groups, question.wanted).await? {
            if block.is_in(span_ms) && !take(&block) {
                self.grouped.push(Receipt { received_ms: block.received_ms, block: block.block });
            }
        }
        Ok(())
    }
}

async fn grouped_to(store: &Store, app: &str) -> Result<GroupedTo, sqlx::Error> {
    let sql = "SELECT coalesce(max(id), 0), (SELECT id FROM app WHERE name = ?) FROM word_group";
    let (group, app): (i64, Option<i64>) = sqlx::query_as(sql).bind(app).fetch_one(&store.readers).await?;
    let block = match app {
        Some(app) => stored::last_grouped(&store.readers, app, group).await?,
        None => Receipt::NEVER,
    };
    Ok(GroupedTo { group, block })
}
