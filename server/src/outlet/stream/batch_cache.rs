//! Batches that tails are sending: each is unpacked once and each of its lines is made into JSON once, however many tails there are.
//!
//! Tails filter for themselves. What no tail has read for a while is forgotten, and read from the store again where one needs it.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use pipeline::Line;
use rustc_hash::FxHashMap;

use crate::{
    block::decompress,
    outlet::api::log_json::{PAGE_TEXT_BYTES_MAX, line},
    receiver::batch::CommittedBatch,
    store::{
        Store,
        log::{missed, search::Body},
    },
};

/// Most bytes of unpacked batches that are kept for tails: one of the largest body.
const KEPT_BYTES_MAX: usize = 8 << 20;
/// Most bytes of lines as JSON that a batch keeps; those beyond are made anew for each tail.
const MADE_BYTES_MAX: usize = 4 << 20;

/// The batches that were read last.
#[derive(Debug, Default)]
pub struct Batches(tokio::sync::Mutex<VecDeque<Arc<Batch>>>);

/// One of them.
#[derive(Debug)]
pub struct Batch {
    /// Its lines.
    pub body: Body,
    made: Mutex<Made>,
}

/// Lines as JSON, by their place, and how long they are together.
#[derive(Debug, Default)]
struct Made {
    lines: FxHashMap<u32, Arc<str>>,
    bytes: usize,
}

impl Batches {
    /// A batch that was just committed; `None` when it is damaged, or too large to come along and not stored.
    ///
    /// # Errors
    /// When the store can't be read.
    pub async fn fresh(&self, store: &Store, fresh: &CommittedBatch) -> Result<Option<Arc<Batch>>, sqlx::Error> {
        let Some(compressed) = &fresh.compressed else { return self.stored(store, fresh.block_id).await };
        let mut kept = self.0.lock().await;
        let known = kept.iter().find(|it| it.body.block == fresh.block_id).map(Arc::clone);
        let unpacked = || {
            let CommittedBatch { block_id, received_ms, from_logplex, .. } = *fresh;
            Some(Body { block: block_id, received_ms, from_logplex, bytes: decompress(compressed)? })
        };
        Ok(known.or_else(|| unpacked().map(|it| keep(&mut kept, it))))
    }

    /// A batch by the number of its block; `None` when it is damaged, or not stored any more.
    ///
    /// # Errors
    /// When the store can't be read.
    pub async fn stored(&self, store: &Store, block: i64) -> Result<Option<Arc<Batch>>, sqlx::Error> {
        // Held while it is read: the others that want the same one wait and then find it.
        let mut kept = self.0.lock().await;
        if let Some(known) = kept.iter().find(|it| it.body.block == block) {
            return Ok(Some(Arc::clone(known)));
        }
        Ok(missed::body(store, block).await?.map(|it| keep(&mut kept, it)))
    }
}

fn keep(kept: &mut VecDeque<Arc<Batch>>, body: Body) -> Arc<Batch> {
    let batch = Arc::new(Batch { body, made: Mutex::default() });
    kept.push_back(Arc::clone(&batch));
    while kept.len() > 1 && kept.iter().map(|it| it.body.bytes.len()).sum::<usize>() > KEPT_BYTES_MAX {
        kept.pop_front();
    }
    batch
}

impl Batch {
    /// A line of it as JSON, masked.
    pub fn json(&self, index: u32, at_ms: i64, of: &Line<'_>) -> Arc<str> {
        let lock = || self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(made) = lock().lines.get(&index) {
            return Arc::clone(made);
        }
        let found = self.body.found(index, at_ms, of, PAGE_TEXT_BYTES_MAX);
        let json: Arc<str> = line(&found, PAGE_TEXT_BYTES_MAX).to_string().into();
        let mut made = lock();
        if made.bytes + json.len() <= MADE_BYTES_MAX {
            made.bytes += json.len();
            made.lines.insert(index, Arc::clone(&json));
        }
        json
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]
mod tests {
    use super::*;
    use crate::block::compress;

    fn fresh(block_id: i64, bytes: usize) -> CommittedBatch {
        let body = vec![b'x'; bytes];
        let compressed = Some(compress(&body).into());
        CommittedBatch { app: "app".into(), block_id, received_ms: 0, from_logplex: false, lines: 1, compressed }
    }

    #[tokio::test]
    async fn ok_a_batch_is_unpacked_once_and_a_line_is_made_once() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("test.db")).await.unwrap();
        let batches = Batches::default();
        let first = batches.fresh(&store, &fresh(1, 9)).await.unwrap().unwrap();
        let again = batches.fresh(&store, &fresh(1, 9)).await.unwrap().unwrap();
        assert!(Arc::ptr_eq(&first, &again) && Arc::ptr_eq(&first, &batches.stored(&store, 1).await.unwrap().unwrap()));
        let line = Line { msg: b"hello", ..Line::default() };
        assert!(Arc::ptr_eq(&first.json(0, 0, &line), &again.json(0, 0, &line)));
        assert!(batches.stored(&store, 7).await.unwrap().is_none());
    }

    #[tokio::test]
    async fn ok_what_is_kept_is_bounded() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("test.db")).await.unwrap();
        let batches = Batches::default();
        let half = KEPT_BYTES_MAX / 2;
        for (block, bytes, kept) in [
            (0, half, &[0][..]),
            (1, half, &[0, 1]),
            (2, half, &[1, 2]),
            (3, half + 1, &[3]),
            (4, half - 1, &[3, 4]),
            (5, KEPT_BYTES_MAX, &[5]),
        ] {
            batches.fresh(&store, &fresh(block, bytes)).await.unwrap().unwrap();
            assert_eq!(batches.0.lock().await.iter().map(|it| it.body.block).collect::<Vec<_>>(), kept);
        }
    }
}
