//! Blocks that tails are sending. Each is decompressed once and each of its lines is serialised
//! once, however many tails there are.
//!
//! Tails filter for themselves. Blocks that no tail has read for a while are dropped, and read from
//! the store again if a tail needs them.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use rustc_hash::FxHashMap;

use super::log_line::{PAGE_TEXT_BYTES_MAX, tail_json};
use crate::{
    block::decompress,
    receiver::batch::CommittedBatch,
    store::{
        Store,
        log::{
            block_lines::{BlockLine, BlockLines},
            missed,
        },
    },
};

/// Most bytes of decompressed blocks that are kept: one of the largest size.
const KEPT_BYTES_MAX: usize = 8 << 20;
/// Most bytes of serialised lines that a block keeps; further lines are serialised for each tail.
const JSON_BYTES_MAX: usize = 4 << 20;

/// The blocks that were read last.
#[derive(Debug, Default)]
pub struct BlockCache {
    blocks: tokio::sync::Mutex<VecDeque<Arc<CachedBlock>>>,
}

/// A decompressed block with some of its lines as JSON.
#[derive(Debug)]
pub(crate) struct CachedBlock {
    /// The block.
    pub lines: BlockLines,
    json: Mutex<SerialisedLines>,
}

/// Lines as JSON by their position in the block, and their total size.
#[derive(Debug, Default)]
struct SerialisedLines {
    lines: FxHashMap<u32, Arc<str>>,
    bytes: usize,
}

impl BlockCache {
    /// A block that was just committed; `None` if it is damaged, or came without its body and is
    /// not stored.
    ///
    /// # Errors
    /// If the store can't be read.
    pub(crate) async fn committed(
        &self,
        store: &Store,
        batch: &CommittedBatch,
    ) -> Result<Option<Arc<CachedBlock>>, sqlx::Error> {
        let Some(compressed) = &batch.compressed else { return self.stored(store, batch.block_id).await };
        let mut blocks = self.blocks.lock().await;
        let cached = blocks.iter().find(|it| it.lines.number == batch.block_id).map(Arc::clone);
        let decompressed = || {
            let CommittedBatch { block_id: number, received_ms, from_logplex, .. } = *batch;
            Some(BlockLines { number, received_ms, from_logplex, bytes: decompress(compressed)? })
        };
        Ok(cached.or_else(|| decompressed().map(|it| keep(&mut blocks, it))))
    }

    /// A block by its number; `None` if it is damaged, or not stored any more.
    ///
    /// # Errors
    /// If the store can't be read.
    pub(crate) async fn stored(&self, store: &Store, number: i64) -> Result<Option<Arc<CachedBlock>>, sqlx::Error> {
        // The lock is held while the block is read: other tails that need the same one wait, and
        // then find it.
        let mut blocks = self.blocks.lock().await;
        if let Some(cached) = blocks.iter().find(|it| it.lines.number == number) {
            return Ok(Some(Arc::clone(cached)));
        }
        Ok(missed::block(store, number).await?.map(|it| keep(&mut blocks, it)))
    }
}

fn keep(blocks: &mut VecDeque<Arc<CachedBlock>>, lines: BlockLines) -> Arc<CachedBlock> {
    let block = Arc::new(CachedBlock { lines, json: Mutex::default() });
    blocks.push_back(Arc::clone(&block));
    while blocks.len() > 1 && blocks.iter().map(|it| it.lines.bytes.len()).sum::<usize>() > KEPT_BYTES_MAX {
        blocks.pop_front();
    }
    block
}

impl CachedBlock {
    /// A line of the block as JSON, masked.
    pub(crate) fn json(&self, line: &BlockLine<'_>) -> Arc<str> {
        let lock = || self.json.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(json) = lock().lines.get(&line.index) {
            return Arc::clone(json);
        }
        let stored = self.lines.copy(line, PAGE_TEXT_BYTES_MAX);
        let json: Arc<str> = tail_json(&stored, PAGE_TEXT_BYTES_MAX).to_string().into();
        let mut serialised = lock();
        if serialised.bytes + json.len() <= JSON_BYTES_MAX {
            serialised.bytes += json.len();
            serialised.lines.insert(line.index, Arc::clone(&json));
        }
        json
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]
mod tests {
    use pipeline::Line;

    use super::*;
    use crate::block::compress;

    fn fresh(block_id: i64, bytes: usize) -> CommittedBatch {
        let body = vec![b'x'; bytes];
        let compressed = Some(compress(&body).into());
        CommittedBatch { app: "app".into(), block_id, received_ms: 0, from_logplex: false, lines: 1, compressed }
    }

    #[tokio::test]
    async fn ok_a_block_is_decompressed_once_and_a_line_is_serialised_once() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("test.db")).await.unwrap();
        let cache = BlockCache::default();
        let first = cache.committed(&store, &fresh(1, 9)).await.unwrap().unwrap();
        let again = cache.committed(&store, &fresh(1, 9)).await.unwrap().unwrap();
        assert!(Arc::ptr_eq(&first, &again) && Arc::ptr_eq(&first, &cache.stored(&store, 1).await.unwrap().unwrap()));
        let line = BlockLine { index: 0, at_ms: 0, line: Line { msg: b"hello", ..Line::default() } };
        assert!(Arc::ptr_eq(&first.json(&line), &again.json(&line)));
        assert!(cache.stored(&store, 7).await.unwrap().is_none());
    }

    #[tokio::test]
    async fn ok_the_cache_is_bounded() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("test.db")).await.unwrap();
        let cache = BlockCache::default();
        let half = KEPT_BYTES_MAX / 2;
        for (block, bytes, kept) in [
            (0, half, &[0][..]),
            (1, half, &[0, 1]),
            (2, half, &[1, 2]),
            (3, half + 1, &[3]),
            (4, half - 1, &[3, 4]),
            (5, KEPT_BYTES_MAX, &[5]),
        ] {
            cache.committed(&store, &fresh(block, bytes)).await.unwrap().unwrap();
            assert_eq!(cache.blocks.lock().await.iter().map(|it| it.lines.number).collect::<Vec<_>>(), kept);
        }
    }
}
