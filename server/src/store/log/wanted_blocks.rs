//! Reads those blocks of an app that may hold lines of a search, newest first, a group at a time as
//! [`super::block_reader`] does. Filters of words rule most blocks out; the others are read.

use std::{collections::VecDeque, ops::Range};

use sqlx::sqlite::SqliteRow;

use super::{
    block_reader::{BLOCKS_MAX, COMPRESSED_BYTES_MAX, bodies},
    compiled_query::CompiledQuery,
};
use crate::store::{
    Store,
    search_slots::Cancel,
    words::{
        BlockCounts,
        candidates::{Candidates, Question},
    },
};

/// A position among the blocks that a search wants.
pub(crate) struct WantedBlocks<'a> {
    store: &'a Store,
    question: Question<'a>,
    candidates: Candidates,
    /// Blocks that are read next, and how long their bodies are.
    listed: VecDeque<(i64, i64)>,
    /// How many blocks are listed next: few at first, since those may have every line that is
    /// wanted.
    at_once: usize,
}

/// Blocks that are listed first; then twice as many each time.
const FIRST_BLOCKS: usize = 2;

impl<'a> WantedBlocks<'a> {
    /// The blocks that may hold lines of a query.
    pub(crate) fn new(store: &'a Store, app: &'a str, query: &'a CompiledQuery, cancel: &'a Cancel) -> Self {
        Self::of(store, Question { app, wanted: query.wanted(), cancel })
    }

    /// The blocks that may have what is asked for.
    pub(crate) fn of(store: &'a Store, question: Question<'a>) -> Self {
        Self {
            store,
            question,
            candidates: Candidates::before(i64::MAX),
            listed: VecDeque::new(),
            at_once: FIRST_BLOCKS,
        }
    }

    /// No block that is not listed yet arrived after this time, unix milliseconds.
    pub(crate) fn reached_ms(&self) -> i64 {
        self.candidates.reached_ms()
    }

    /// The next blocks that may hold lines of a span of unix milliseconds; none where the search
    /// was cancelled; `None` after the last.
    ///
    /// # Errors
    /// If the store can't be read.
    pub(crate) async fn next(&mut self, span_ms: Range<i64>) -> Result<Option<Vec<SqliteRow>>, sqlx::Error> {
        self.next_but(span_ms, &mut |_| false).await
    }

    /// The same without those blocks of groups that `take` takes: they need not be read.
    ///
    /// # Errors
    /// If the store can't be read.
    pub(crate) async fn next_but(
        &mut self,
        span_ms: Range<i64>,
        take: &mut impl FnMut(&BlockCounts) -> bool,
    ) -> Result<Option<Vec<SqliteRow>>, sqlx::Error> {
        if self.listed.is_empty() {
            let next = self.candidates.next(self.store, self.question, &span_ms, self.at_once, take).await?;
            self.at_once = (2 * self.at_once).min(usize::try_from(BLOCKS_MAX).unwrap_or(1));
            let Some(next) = next else { return Ok(None) };
            let ids: Vec<i64> = next.iter().map(|it| it.block).collect();
            self.listed = self.lengths(&ids).await?;
        }
        let (mut ids, mut bytes) = (vec![], 0);
        while let Some((id, length)) = self.listed.front() {
            bytes += length;
            if bytes > COMPRESSED_BYTES_MAX && !ids.is_empty() {
                break;
            }
            ids.push(*id);
            self.listed.pop_front();
        }
        bodies(self.store, self.question.app, &ids).await.map(Some)
    }

    /// The blocks that are still stored, with the lengths of their bodies.
    async fn lengths(&self, ids: &[i64]) -> Result<VecDeque<(i64, i64)>, sqlx::Error> {
        let json = serde_json::to_string(ids).unwrap_or_default();
        let sql = "SELECT block.id, length(body) FROM json_each(?) AS wanted
                   CROSS JOIN block ON block.id = wanted.value WHERE body IS NOT NULL ORDER BY wanted.key";
        Ok(sqlx::query_as(sql).bind(json).fetch_all(&self.store.readers).await?.into())
    }
}
